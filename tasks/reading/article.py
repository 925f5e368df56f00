"""The article in an HTML page: text by trafilatura; headline, date, byline, section, URL from its metadata."""

from __future__ import annotations

import html as entities
import json
import logging
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import lxml.etree
import lxml.html
import trafilatura
from trafilatura.settings import use_config

from tasks.reading import clean, decode
from tasks.reading.documents import Found, ReadError

MAX_TREE = 100_000  # elements: more is no news page
_ARTICLE_TYPES = {
    "NewsArticle",
    "Article",
    "ReportageNewsArticle",
    "BlogPosting",
    "AnalysisNewsArticle",
    "OpinionNewsArticle",
}
_DATE_METAS = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished",
    "dc.date.issued", "dc.date", "dcterms.created", "pubdate", "publishdate", "publish_date", "publish-date",
    "publication_date", "parsely-pub-date", "sailthru.date", "date",
)  # fmt: skip
_DATED = """//time | //*[contains(@class, "date") or contains(@class, "time") or contains(@class, "publish")
                       or contains(@id, "date")]"""
_NO_TEXT = (
    "//script | //style | //ul | //ol | //nav | //aside | //footer | //form | //figure | //a[count(ancestor::p) = 0]"
)
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it finds wrong with a page is in the failure row
_CONFIG = use_config()
_CONFIG.set("DEFAULT", "MIN_EXTRACTED_SIZE", "80")  # a news item of one sentence is one
_CONFIG.set("DEFAULT", "MIN_OUTPUT_SIZE", "1")


def parse(data: bytes, charset: str = "") -> tuple[lxml.html.HtmlElement, str]:
    """The tree and the text of a page.

    Raises:
        ReadError: stage decode or parse.
    """
    try:
        text, _ = decode.decode(data, charset)
    except decode.DecodeError as error:
        raise ReadError("decode", str(error), "open the page in a browser and note its encoding") from error
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.replace("\x00", ""))
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=False, recover=True)
    try:
        tree = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (lxml.etree.LxmlError, ValueError) as error:
        raise ReadError("parse", f"no HTML: {error}", "look at the original") from error
    return tree, text


def extract(data: bytes, locator: str, url: str = "", charset: str = "") -> Found:
    """The article in a page.

    Args:
        data: the page as it came.
        locator: where it was found.
        url: its address, where known: relative links are resolved against it.
        charset: what the server said.

    Raises:
        ReadError: stage decode or parse, when there is no article in it.
    """
    tree, _ = parse(data, charset)
    if sum(1 for _ in tree.iter()) > MAX_TREE:
        raise ReadError("parse", f"page of more than {MAX_TREE:,} elements", "it is no article page")
    head = _Head(tree, url)
    found = Found(locator, "", head.title(), head.author(), head.section(), head.canonical(), head.site(), head.dates())
    found.page_head, found.is_page = head.visible_dates(), True
    nearby = _below_headline(tree)
    try:
        document = trafilatura.bare_extraction(
            tree,
            url=url or None,
            include_comments=False,
            include_tables=False,
            favor_precision=False,
            config=_CONFIG,
            with_metadata=False,
        )
    except (
        Exception
    ) as error:  # trafilatura meets trees that its own rules do not foresee; one page must not stop a run
        raise ReadError("parse", f"no article found: {type(error).__name__}: {error}", "report the page") from error
    found.text = (document.text or "") if document is not None else ""
    if nearby and _elsewhere(found.text, nearby):
        found.text = nearby
    if len(found.text.split()) < len(head.body().split()) / 2:
        found.text = head.body()
    if not found.text.strip():
        raise ReadError("parse", "no article text in the page", "a page of links, or its text is loaded by a script")
    return found


class _Head:
    """What a page says about itself, read before extraction changes the tree."""

    def __init__(self, tree: lxml.html.HtmlElement, url: str) -> None:
        self.tree, self.url = tree, url
        self.metas: dict[str, str] = {}
        for meta in tree.iter("meta"):
            name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
            if name and meta.get("content"):
                self.metas.setdefault(name, str(meta.get("content")).strip())
        self.linked = next((d for d in self._json_ld() if _is_article(d)), {})

    def _json_ld(self) -> Iterator[dict[str, Any]]:
        for script in self.tree.xpath('//script[@type="application/ld+json"]'):
            try:
                yield from _objects(json.loads(script.text or "", strict=False))
            except (ValueError, RecursionError):
                continue

    def title(self) -> str:
        heads = [t for t in (" ".join(h.text_content().split()) for h in self.tree.iter("h1")) if t]
        page = " ".join((self.tree.findtext(".//title") or "").split())
        stated = (
            entities.unescape(_text(self.linked.get("headline")))
            or self.metas.get("og:title", "")
            or self.metas.get("twitter:title", "")
        )
        for head in heads:  # the headline as printed, where the page title confirms it
            if len(head) > 10 and (head in page or head in stated or stated[:40] in head):
                return head
        return _without_site(stated or page, self.site())

    def author(self) -> str:
        author = self.linked.get("author")
        names = [
            _text(a.get("name") if isinstance(a, dict) else a)
            for a in (author if isinstance(author, list) else [author])
        ]
        stated = "، ".join(n for n in names if n) or self.metas.get("author", "") or self.metas.get("dc.creator", "")
        return "" if stated.startswith("http") else entities.unescape(stated)

    def section(self) -> str:
        section = self.linked.get("articleSection")
        return _text(section[0] if isinstance(section, list) and section else section) or self.metas.get(
            "article:section", ""
        )

    def site(self) -> str:
        publisher = self.linked.get("publisher")
        return _text(publisher.get("name") if isinstance(publisher, dict) else "") or self.metas.get("og:site_name", "")

    def canonical(self) -> str:
        links = self.tree.xpath('//link[@rel="canonical"]/@href') or [self.metas.get("og:url", "")]
        stated = urljoin(self.url, str(links[0]).strip()) if links[0] else ""
        same_site = not self.url or _site(stated) == _site(self.url)
        deeper = len(urlsplit(stated).path) > 1  # a canonical link to the front page is a mistake of the template
        return stated if stated.startswith("http") and same_site and deeper else self.url

    def body(self) -> str:
        """The text that the page gives for machines, often without its paragraphs."""
        return entities.unescape(str(self.linked.get("articleBody") or "")).strip()

    def dates(self) -> tuple[tuple[str, object], ...]:
        values: list[object] = [self.linked.get("datePublished"), *(self.metas.get(name) for name in _DATE_METAS)]
        values += self.tree.xpath('//*[@itemprop="datePublished"]/@datetime | //*[@itemprop="datePublished"]/@content')
        values += self.tree.xpath("(//article//time/@datetime | //time[@pubdate]/@datetime)[1]")
        return tuple(("metadata", v) for v in values if v)

    def visible_dates(self) -> str:
        """Text of the elements that are named after a date, and of <time>, short ones only."""
        texts = (" ".join(e.text_content().split()) for e in self.tree.xpath(_DATED)[:40])
        return "\n".join(t for t in texts if 6 <= len(t) <= 120)


def _below_headline(tree: lxml.html.HtmlElement) -> str:
    """The running text in the smallest element with the page's only <h1> and at least 20 words more, "" without one.

    Readers that weigh elements by length take a list of teasers for the article where that is a short one.
    """
    heads = tree.findall(".//h1")
    if len(heads) != 1:
        return ""
    element, own = heads[0].getparent(), len(heads[0].text_content().split())
    while element is not None and element.tag != "body":
        lines = [x for x in _lines(element) if len(x.split()) >= 5]
        if sum(len(x.split()) for x in lines) - own >= 20:
            headline = " ".join(heads[0].text_content().split())
            return "\n".join(x for x in lines if x != headline)
        element = element.getparent()
    return ""


def _lines(element: lxml.html.HtmlElement) -> list[str]:
    """The text of an element by blocks, without its links, lists, scripts and headings of parts."""
    copy = lxml.html.fromstring(lxml.html.tostring(element, encoding="unicode"))
    for part in copy.xpath(_NO_TEXT):
        part.drop_tree()
    return clean.plain(lxml.html.tostring(copy, encoding="unicode")).split("\n")


def _elsewhere(text: str, nearby: str) -> bool:
    """Whether a text has nothing of what stands below the headline."""
    words = set(nearby.split())
    return len(words & set(text.split())) < 0.3 * len(words)


def _objects(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        if depth < 3:
            yield from _objects(value.get("@graph"), depth + 1)
    elif isinstance(value, list):
        for item in value[:50]:
            yield from _objects(item, depth + 1)


def _is_article(value: dict[str, Any]) -> bool:
    types = value.get("@type")
    return not _ARTICLE_TYPES.isdisjoint([str(t) for t in types] if isinstance(types, list) else [str(types)])


def _text(value: object) -> str:
    return " ".join(str(value).split()) if isinstance(value, str | int) else ""


def _site(url: str) -> str:
    host = (urlsplit(url).hostname or "").lower()
    return host.removeprefix("www.").removeprefix("m.").removeprefix("amp.")


def _without_site(title: str, site: str) -> str:
    """A page title without the outlet's name at its end (``… - BBC News عربي``)."""
    parts = re.split(r"\s+[-–—|»]+\s+", title)
    short = len(parts) > 1 and len(parts[-1].split()) <= 4 and len(parts[0].split()) > 3
    if len(parts) > 1 and (short or (site and site in parts[-1])):
        return title[: title.rfind(parts[-1])].rstrip(" -–—|»")
    return title
