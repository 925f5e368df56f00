from __future__ import annotations

import json
from pathlib import Path

import pytest

from tasks.language.normalize import clean
from tasks.reading.article import extract
from tasks.reading.documents import Found, ReadError, finish
from tasks.reading.types import RawDocument, Source

BODY = (
    "افتتح رئيس البلدية أمس السوق الشعبي الجديد في وسط المدينة بحضور عدد كبير من التجار.",
    "وقال في كلمة له إن السوق يضم ثلاثمئة محل وإن إيجاراتها ستكون رمزية في السنة الأولى.",
)


def page(head: str = "", body: str = "") -> bytes:
    text = "".join(f"<p>{p}</p>" for p in BODY)
    return f"<html lang=ar><head><meta charset=utf-8>{head}</head><body><h1>افتتاح السوق الجديد</h1>{body}{text}</body></html>".encode()


def document(data: bytes, url: str = "", zone: str = "UTC") -> RawDocument:
    made = finish(Source("s", "pages", "x", time_zone=zone), extract(data, url or "page.html", url))
    assert isinstance(made, RawDocument)
    return made


@pytest.mark.shared
def test_the_two_saved_pages_give_their_expected_text_and_date(shared: Path) -> None:
    cnn = document((shared / "pages/cnn_arabic_2013.html").read_bytes())
    assert cnn.text.split("\n") == [
        x for x in clean((shared / "pages/cnn_arabic_2013.expected.txt").read_text()).split("\n") if x
    ]
    assert cnn.published_at is not None and cnn.published_at.date().isoformat() == "2013-08-03"
    lbc = document((shared / "pages/lbc_2026_01_08.html").read_bytes())
    expected = json.loads((shared / "pages/lbc_2026_01_08.expected.json").read_text())["V1"]
    assert lbc.text.split("\n") == [clean(p) for s in expected["body"]["sections"] for p in s["paragraphs"]]
    assert lbc.published_at is not None and str(lbc.published_at) == expected["publishing_date"]


@pytest.mark.parametrize(
    ("head", "body", "url", "moment", "origin"),
    [
        (
            '<meta property="article:published_time" content="2021-02-09T21:00:00Z">',
            "",
            "",
            "2021-02-10T00:00:00+03:00",
            "metadata",
        ),
        ('<meta name="date" content="2021-02-09 08:00">', "", "", "2021-02-09T08:00:00+03:00", "metadata"),
        (
            "",
            '<time itemprop="datePublished" datetime="2021-02-09">x</time>',
            "",
            "2021-02-09T00:00:00+00:00",
            "metadata",
        ),
        ("", "", "https://example.org/2021/02/09/souq", "2021-02-09T00:00:00+00:00", "url"),
        ("", '<div class="date">الثلاثاء 9 شباط 2021 10:15</div>', "", "2021-02-09T10:15:00+03:00", "page"),
        (
            "",
            "<p>دمشق 9 شباط 2021 (وكالة مثال) - أفادت مصادر محلية بأن السوق افتتح صباحا.</p>",
            "",
            "2021-02-09T00:00:00+00:00",
            "dateline",
        ),
        ("", "", "", "", ""),
    ],
)
def test_where_the_date_comes_from(head: str, body: str, url: str, moment: str, origin: str) -> None:
    found = document(page(head, body), url, "Asia/Baghdad")
    assert (found.published_at.isoformat() if found.published_at else "") == moment
    assert found.published_from == origin


def test_what_a_page_says_of_itself() -> None:
    data = {"@type": ["NewsArticle"], "headline": "افتتاح السوق", "author": [{"name": "ريم"}, {"name": "عمر"}],
            "articleSection": ["محليات"], "publisher": {"name": "صحيفة المدينة"}, "datePublished": "2021-02-09"}  # fmt: skip
    head = f'<title>افتتاح السوق الجديد - صحيفة المدينة</title><script type="application/ld+json">{json.dumps(data)}</script>'
    head += '<script type="application/ld+json">{broken</script><link rel="canonical" href="/souq">'
    found = document(page(head), "https://www.example.org/souq?utm_source=x")
    assert (found.title, found.author, found.section) == ("افتتاح السوق الجديد", "ريم، عمر", "محليات")
    assert (found.outlet, found.url) == ("صحيفة المدينة", "https://www.example.org/souq")
    assert found.text == "\n".join(BODY)


def test_a_canonical_link_to_elsewhere_is_not_believed() -> None:
    for link in ("https://other.example/souq", "https://example.org/", "javascript:x"):
        found = extract(page(f'<link rel="canonical" href="{link}">'), "x", "https://example.org/souq")
        assert found.url == "https://example.org/souq"


def test_a_short_article_is_preferred_to_a_long_list_of_teasers() -> None:
    teasers = "".join(
        f"<div><a href=/{i}>عنوان طويل لخبر آخر {i}</a><p>{'نبذة طويلة عن خبر آخر نشر أمس ' * 3}</p></div>"
        for i in range(8)
    )
    short = "".join(f"<div><span>{p}</span></div>" for p in BODY)
    data = f"<html><head><meta charset=utf-8></head><body><div><div><h1>افتتاح السوق</h1><div>{short}</div></div></div><div>{teasers}</div></body></html>"
    assert extract(data.encode(), "x").text == "\n".join(BODY)


def test_a_page_without_article() -> None:
    with pytest.raises(ReadError) as raised:
        extract(b"<html><body><script>load()</script></body></html>", "x")
    assert raised.value.stage == "parse"


def test_hashes_change_with_what_makes_a_document() -> None:
    source = Source("s", "file", "x")

    def sha(**fields: object) -> str:
        made = finish(source, Found("l", **{"text": BODY[0], **fields}))  # type: ignore[arg-type]
        assert isinstance(made, RawDocument)
        return made.content_sha256

    same = sha()
    assert same == sha(author="x", section="y")
    assert len({same, sha(title="عنوان"), sha(text=BODY[1]), sha(dates=(("metadata", "2021-02-09"),))}) == 4
