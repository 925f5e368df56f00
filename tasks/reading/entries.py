"""The entries of an RSS, Atom or JSON feed, from its bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import feedparser

from tasks.reading import clean, decode
from tasks.reading.documents import Found, ReadError

FULL_TEXT = 80  # words: an entry's own text of that length is the article, not a teaser


@dataclass(slots=True, frozen=True)
class Entry:
    """One entry of a feed; ``html`` is its fullest text, still marked up."""

    guid: str
    link: str
    title: str = ""
    html: str = ""
    published: object = None
    updated: str = ""
    author: str = ""
    section: str = ""

    def found(self, locator: str, outlet: str = "") -> Found:
        """The entry itself as a document.

        Raises:
            ReadError: when it has neither text nor title.
        """
        text = clean.plain(self.html)
        if not text and not self.title:
            raise ReadError("parse", "feed entry without text", "let the feed be read with its pages")
        return Found(
            locator, text, self.title, self.author, self.section, self.link, outlet, (("metadata", self.published),)
        )


@dataclass(slots=True, frozen=True)
class Feed:
    """A feed's own title and its entries."""

    title: str
    entries: tuple[Entry, ...]


def parse(data: bytes, charset: str = "") -> Feed:
    """A feed from its bytes: broken XML is read as far as it goes, entities never lead to files or other addresses.

    Raises:
        ReadError: when it is no feed.
    """
    if data.lstrip()[:1] == b"{":
        return _json_feed(data)
    try:
        text, _ = decode.decode(data, charset)
    except decode.DecodeError as error:
        raise ReadError("decode", str(error), "the feed's encoding is not one we read") from error
    if text.count("<!ENTITY") > 20 or "SYSTEM" in text[:2000].split("<rss")[0].partition("<!ENTITY")[2]:
        raise ReadError(
            "parse",
            "the feed defines XML entities of its own",
            "it may be hostile; read it by hand before you trust it",
        )
    try:
        parsed = feedparser.parse(_as_utf8(text), sanitize_html=False, resolve_relative_uris=True)
    except Exception as error:  # it promises none, but feeds are what they are
        raise ReadError("parse", f"no feed: {type(error).__name__}: {error}", "report the feed") from error
    if not parsed.entries and not parsed.get("version"):
        reason = parsed.get("bozo_exception") or "it has no channel and no entries"
        raise ReadError("parse", f"no feed: {reason}", "check the address: it may have become a web page")
    return Feed(str(parsed.feed.get("title", "")), tuple(map(_entry, parsed.entries)))


def _as_utf8(text: str) -> bytes:
    head, sep, rest = text.partition("?>")
    if sep and head.lstrip("\ufeff \n\r\t").startswith("<?xml"):
        text = rest.lstrip()
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + text.encode("utf-8", "replace")


def _entry(item: Mapping[str, Any]) -> Entry:
    bodies = [str(c.get("value", "")) for c in item.get("content", [])] + [str(item.get("summary", ""))]
    stamp = item.get("published_parsed") or item.get("updated_parsed")
    moment = datetime(*stamp[:6]).replace(tzinfo=UTC) if stamp and _has_offset(item) else None
    link = str(item.get("link", ""))
    tags = [str(t.get("term") or "") for t in item.get("tags", [])]
    return Entry(
        guid=str(item.get("id") or link or item.get("title", "")),
        link=link,
        title=clean.plain(str(item.get("title", ""))),
        html=max(bodies, key=len),
        published=moment or item.get("published") or item.get("updated"),
        updated=str(item.get("updated", "")),
        author=str(item.get("author", "")),
        section=next((t for t in tags if t), ""),
    )


def _has_offset(item: Mapping[str, Any]) -> bool:
    """feedparser reads a time without an offset as UTC; such a time is left to the source's time zone."""
    text = str(item.get("published") or item.get("updated") or "").strip()
    tail = text[-6:]
    return bool(text) and (text[-1:] in "Zz" or text[-3:].isalpha() or (("+" in tail or "-" in tail) and ":" in text))


def _json_feed(data: bytes) -> Feed:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ReadError("parse", f"no JSON feed: {error}", "check the address") from error
    items = value.get("items") if isinstance(value, dict) else None
    if not isinstance(items, list):
        raise ReadError("parse", "no JSON feed: it has no items", "check the address")
    return Feed(str(value.get("title", "")), tuple(_json_entry(i) for i in items if isinstance(i, dict)))


def _json_entry(item: Mapping[str, Any]) -> Entry:
    authors = item.get("authors") or [item.get("author") or {}]
    tags = item.get("tags") or [""]
    return Entry(
        guid=str(item.get("id") or item.get("url") or ""),
        link=str(item.get("url") or item.get("external_url") or ""),
        title=str(item.get("title") or ""),
        html=str(item.get("content_html") or item.get("content_text") or item.get("summary") or ""),
        published=item.get("date_published"),
        updated=str(item.get("date_modified") or ""),
        author=str(authors[0].get("name", "")) if isinstance(authors[0], dict) else "",
        section=str(tags[0]),
    )
