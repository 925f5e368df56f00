"""Page templates of many kinds, and a WARC file of pages made from given articles."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import brotli
from fastwarc.warc import WarcRecord, WarcRecordType


@dataclass(frozen=True)
class Item:
    """An article to be put into a page: ``text`` has a paragraph a line, ``day`` is ISO."""

    number: int
    title: str
    text: str
    day: str = "2024-03-05"

    @property
    def paragraphs(self) -> list[str]:
        return self.text.split("\n")


NAV = "".join(
    f'<li><a href="/s/{i}">{n}</a></li>' for i, n in enumerate(["الرئيسية", "أخبار", "رياضة", "اقتصاد", "ثقافة", "صحة"])
)
RELATED = "".join(
    f'<div class="item"><a href="/r/{i}">{t}</a><p>{t} في تقرير مطول نشر أمس على صفحات الموقع</p></div>'
    for i, t in enumerate(
        ["مهرجان للأفلام يفتتح أبوابه", "منتخب الناشئين يفوز", "أسعار الذهب ترتفع قليلا", "طقس مشمس غدا"]
    )
)
FOOTER = "<footer><p>جميع الحقوق محفوظة لموقع مثال</p><p>من نحن | اتصل بنا | سياسة الخصوصية</p></footer>"
SCRIPT = "<script>var a = {b: '<p>ليس نصا</p>'}; track(a);</script><style>p{margin:0}</style>"


def _p(item: Item, attributes: str = "") -> list[str]:
    return [f"<p{attributes}>{x}</p>" for x in item.paragraphs]


def modern(item: Item) -> str:
    """Semantic elements and JSON-LD."""
    data = {"@context": "https://schema.org", "@graph": [{"@type": "NewsArticle", "headline": item.title,
            "datePublished": f"{item.day}T09:30:00+03:00", "author": [{"@type": "Person", "name": "سلمى الحاج"}],
            "articleSection": "العالم", "publisher": {"name": "موقع مثال"}}]}  # fmt: skip
    return f"""<!doctype html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>{item.title} | موقع مثال</title>
<script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script>{SCRIPT}</head><body><header><ul>{NAV}</ul></header>
<main><article><h1>{item.title}</h1><time datetime="{item.day}">{item.day}</time>{"".join(_p(item))}</article>
<aside class="related"><h2>مواضيع ذات صلة</h2>{RELATED}</aside></main>{FOOTER}</body></html>"""


def tables(item: Item) -> str:
    """A layout of tables, text parted by <br>, from the year 2003."""
    body = "<br><br>".join(item.paragraphs)
    return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1256"><title>{item.title}</title></head>
<body><table width="100%"><tr><td width="150" valign="top"><ul>{NAV}</ul></td><td><table><tr><td><font size="5"><b>{item.title}</b></font></td></tr>
<tr><td><font size="3">{body}</font></td></tr></table></td></tr></table>{FOOTER}</body></html>"""


def soup(item: Item) -> str:
    """Nothing but divs with meaningless classes."""
    blocks = "".join(f'<div class="x{i}"><span>{x}</span></div>' for i, x in enumerate(item.paragraphs))
    return f"""<html lang="ar"><head><meta charset="utf-8"><meta property="article:published_time" content="{item.day}T08:00:00Z">
<title>{item.title}</title></head><body><div class="a1"><div class="nv"><ul>{NAV}</ul></div><div class="c9"><h1>{item.title}</h1>
<div class="c10">{blocks}</div></div><div class="c11">{RELATED}</div></div>{FOOTER}</body></html>"""


def blog(item: Item) -> str:
    """A WordPress theme with read-also notes in the text, share buttons, tags and comments."""
    parts = _p(item)
    if len(parts) > 2:
        parts.insert(2, '<p><strong>اقرأ أيضا:</strong> <a href="/other">الحكومة تدرس مشروع الموازنة الجديدة</a></p>')
    return f"""<!doctype html><html lang="ar"><head><meta charset="utf-8"><title>{item.title} - مدونة الأخبار</title>
<meta property="og:title" content="{item.title}"><meta property="article:published_time" content="{item.day}T10:00:00+02:00"></head>
<body class="single"><div id="page"><nav class="menu"><ul>{NAV}</ul></nav><article class="post"><header><h1 class="entry-title">{item.title}</h1>
</header><div class="entry-content">{"".join(parts)}<div class="sharedaddy">شارك هذا الموضوع: <a href="#">فيسبوك</a> <a href="#">تويتر</a></div>
</div><footer class="entry-meta">الوسوم: سياسة، أخبار</footer></article><div id="comments"><h3>تعليقات</h3><ol><li><p>شكرا على هذا
الخبر المهم جدا ونتمنى المزيد من التغطية</p></li></ol></div><div id="secondary" class="widget">{RELATED}</div></div>{FOOTER}</body></html>"""


def micro(item: Item) -> str:
    """Microdata, a lead in its own element, figures in the text."""
    first, *rest = item.paragraphs
    figure = '<figure><img src="a.jpg" alt=""><figcaption>صورة من الأرشيف</figcaption></figure>'
    body = "".join(f"<p>{x}</p>" for x in rest)
    return f"""<html lang="ar"><head><meta charset="utf-8"><title>{item.title}</title></head><body><div class="wrap"><ul class="top">{NAV}</ul>
<div itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">{item.title}</h1>
<meta itemprop="datePublished" content="{item.day}T05:00:00+03:00"><div itemprop="articleBody"><p class="lead">{first}</p>{figure}{body}</div></div>
<div class="most-read"><h3>الأكثر قراءة</h3>{RELATED}</div></div>{FOOTER}</body></html>"""


def dated(item: Item) -> str:
    """Its only date stands in the page, by the name of the month."""
    year, month, day = item.day.split("-")
    names = ["كانون الثاني/يناير", "شباط/فبراير", "آذار/مارس", "نيسان/أبريل", "أيار/مايو", "حزيران/يونيو", "تموز/يوليو", "آب/أغسطس",
             "أيلول/سبتمبر", "تشرين الأول/أكتوبر", "تشرين الثاني/نوفمبر", "كانون الأول/ديسمبر"]  # fmt: skip
    stamp = f"نشر في: {int(day)} {names[int(month) - 1]} {year} - 14:30"
    return f"""<html lang="ar"><head><meta charset="utf-8"><title>{item.title}</title></head><body><div id="header"><ul>{NAV}</ul></div>
<div id="content"><h1>{item.title}</h1><div class="article-date">{stamp}</div><div class="story">{"".join(_p(item, ' style="text-align:justify"'))}
</div></div><div id="sidebar">{RELATED}</div>{FOOTER}</body></html>"""


TEMPLATES: Sequence[Callable[[Item], str]] = (modern, tables, soup, blog, micro, dated)
UNDATED = {tables}


def page(item: Item) -> tuple[bytes, str, str, Callable[[Item], str]]:
    """The bytes of an item's page, its charset and content encoding, and the template used; all vary with the number."""
    template = TEMPLATES[item.number % len(TEMPLATES)]
    charset = "windows-1256" if template is tables else "utf-8"
    data = template(item).encode(charset, "xmlcharrefreplace")
    packing = ("", "gzip", "br")[item.number % 7 % 3]
    if packing:
        data = gzip.compress(data) if packing == "gzip" else brotli.compress(data, quality=3)
    return data, charset, packing, template


def warc(items: Iterable[Item], others: Iterable[tuple[str, int, str, bytes]] = ()) -> bytes:
    """A gzipped WARC file with a response for each item (and other responses: url, status, content type, body)."""
    out = io.BytesIO()
    for item in items:
        data, charset, packing, _ = page(item)
        fields = f"Content-Type: text/html; charset={charset}\r\n" if item.number % 2 else "Content-Type: text/html\r\n"
        fields += f"Content-Encoding: {packing}\r\n" if packing else ""
        _record(out, f"https://example.org/news/{item.number}", 200, fields, data)
    for url, status, kind, data in others:
        _record(out, url, status, f"Content-Type: {kind}\r\n", data)
    return out.getvalue()


def _record(out: io.BytesIO, url: str, status: int, fields: str, data: bytes) -> None:
    record = WarcRecord()
    record.init_headers(record_type=WarcRecordType.response)
    record.headers["WARC-Target-URI"] = url
    record.headers["Content-Type"] = "application/http; msgtype=response"
    head = f"HTTP/1.1 {status} OK\r\n{fields}Content-Length: {len(data)}\r\n\r\n"
    record.set_bytes_content(head.encode() + data)
    block = io.BytesIO()
    record.write(block, checksum_data=False)
    out.write(gzip.compress(block.getvalue(), 1))
