"""TREC-style and Gigaword collections: ``<DOC>`` after ``<DOC>`` in one file, no XML in the strict sense."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from tasks.reading import formats
from tasks.reading.definition import Definition
from tasks.reading.documents import MAX_DOCUMENT_BYTES, Found, ReadError
from tasks.reading.formats import Item, failure
from tasks.reading.types import Source

_CHUNK = 1 << 20
_START = re.compile(rb"<doc[\s>]", re.I)
_END = re.compile(rb"</doc\s*>", re.I)
_ID = re.compile(r"""<doc\s[^>]*\bid\s*=\s*["']([^"']+)""", re.I)


def read_trec(source: Source, stream: Any, locator: str, about: Definition) -> Iterator[Item]:
    """Every ``<DOC>`` of a collection, one in memory at a time.

    Raises:
        ReadError: when there is none.
    """
    number = 0
    for number, block in enumerate(_blocks(stream), 1):
        place = f"{locator}#doc-{number}"
        try:
            if block is None:
                error = f"a document without end, or of more than {MAX_DOCUMENT_BYTES:,} bytes"
                raise ReadError("parse", error, "look for a missing </DOC>")
            yield about.apply(_document(formats.text_of(block), locator, number))
        except ReadError as error:
            yield failure(source, place, error)
    if not number:
        raise ReadError("parse", "no <DOC> in it", "it is no TREC collection")


def is_trec(head: bytes) -> bool:
    """Whether a file that calls itself XML is such a collection."""
    return bool(_START.search(head)) and b"<rss" not in head and b"<feed" not in head


def _blocks(stream: Any) -> Iterator[bytes | None]:
    """The bytes of each document, None for one that does not end in time."""
    buffer, more = b"", True
    while True:
        start = _START.search(buffer)
        end = _END.search(buffer, start.start()) if start else None
        if start and end:
            again = _START.search(buffer, start.end(), end.start())  # the one before has lost its end
            yield None if again else buffer[start.start() : end.end()]
            buffer = buffer[again.start() if again else end.end() :]
        elif not more:
            if start:
                yield None
            return
        else:
            if start and len(buffer) > MAX_DOCUMENT_BYTES:
                yield None
                buffer = buffer[-16:]
            buffer = buffer if start else buffer[-16:]
            more = bool(chunk := stream.read(_CHUNK))
            buffer += chunk


def _field(block: str, *names: str) -> str:
    for name in names:
        found = re.search(rf"<{name}(?:\s[^>]*)?>(.*?)</{name}\s*>", block, re.I | re.S)
        if found and found[1].strip():
            return found[1]
    return ""


def _plain(markup: str) -> str:
    """Text without tags: a paragraph a line where there are ``<p>``, else blank lines part paragraphs."""
    if re.search(r"<p[\s>]", markup, re.I):
        parts = re.split(r"</?p(?:\s[^>]*)?>", markup, flags=re.I)
    else:
        parts = re.split(r"\n\s*\n", markup)
    texts = (" ".join(html.unescape(re.sub(r"<[^>]{0,200}>", " ", p)).split()) for p in parts)
    return "\n".join(t for t in texts if t)


def _document(block: str, locator: str, number: int) -> Found:
    stated = _ID.search(block)
    name = " ".join(_field(block, "docno", "docid").split()) or (stated[1] if stated else f"doc-{number}")
    text = _plain(_field(block, "text", "body", "story"))
    title = " ".join(_plain(_field(block, "headline", "title", "head", "hl")).split())
    if not text and not title:
        raise ReadError("parse", f"document {name} has no <TEXT>", "look at the collection's own field names")
    dates = tuple(("metadata", _plain(_field(block, n))) for n in ("date_time", "datetime", "date", "pubdate"))
    return Found(
        f"{locator}#{name}",
        text,
        title,
        author=" ".join(_plain(_field(block, "byline", "author")).split()),
        section=" ".join(_plain(_field(block, "section", "category")).split()),
        url=" ".join(_field(block, "url").split()),
        outlet=" ".join(_field(block, "source").split()),
        dates=dates,
    )
