"""Readers of single formats: plain text, HTML, JSON, JSON lines and saved feeds, from an open stream."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import IO, Any

from tasks.reading import article, decode, definition, entries
from tasks.reading.documents import MAX_DOCUMENT_BYTES, Found, ReadError, from_fields, record_id
from tasks.reading.types import Failure, Source

MAX_CONTAINER_BYTES = 300_000_000  # of a .json list or a feed, which are read whole
Item = Found | Failure


def failure(source: Source, locator: str, error: ReadError) -> Failure:
    """The failure row of an error."""
    return Failure(source.source_id, locator, error.stage, error.error, error.advice)


class Peekable:
    """A stream whose first bytes can be looked at."""

    def __init__(self, stream: Any) -> None:
        self.stream: IO[bytes] = stream
        self.head: bytes = stream.read(8192)

    def read(self, size: int = -1) -> bytes:
        """Bytes, fewer than asked for only where the stream gives fewer."""
        if size < 0:
            head, self.head = self.head, b""
            return head + self.stream.read()
        head, self.head = self.head[:size], self.head[size:]
        return head + self.stream.read(size - len(head)) if len(head) < size else head

    def readline(self, size: int) -> bytes:
        """A line, cut after that many bytes."""
        if b"\n" in self.head[:size] or len(self.head) >= size:
            cut = min(self.head.find(b"\n") + 1 or size, size)
            line, self.head = self.head[:cut], self.head[cut:]
            return line
        head, self.head = self.head, b""
        return head + self.stream.readline(size - len(head))


def whole(stream: Any, limit: int = MAX_DOCUMENT_BYTES) -> bytes:
    """All bytes of a stream that must not be longer than a limit.

    Raises:
        ReadError: when it is.
    """
    data: bytes = stream.read(limit + 1)
    if len(data) > limit:
        raise ReadError(
            "read", f"larger than {limit:,} bytes", "split it into its documents (JSON lines have no limit)"
        )
    return data


def text_of(data: bytes) -> str:
    """Text of a document's bytes.

    Raises:
        ReadError: for a binary file or an unknown encoding.
    """
    if decode.is_binary(data):
        raise ReadError("decode", "a binary file, not text", "remove it, or name it after its kind")
    try:
        return decode.decode(data)[0]
    except decode.DecodeError as error:
        raise ReadError("decode", str(error), "save it as UTF-8") from error


def read_txt(source: Source, stream: Any, locator: str, about: definition.Definition) -> Iterator[Item]:
    """One plain text; its first line is the headline where the definition says so or a blank line sets it apart."""
    text = text_of(whole(stream)).lstrip("\ufeff\n\r ")
    title = str(about.get("title", ""))
    if not title:
        first, _, rest = text.partition("\n")
        if rest.strip() and (about.get("title_line") or _set_apart(first.strip(), rest)):
            title, text = first.strip(), rest
    yield about.apply(Found(locator, text, title))


def _set_apart(first: str, rest: str) -> bool:
    """A first line that is followed by a blank one and reads as a headline: short, no full stop, no dateline."""
    blank_after = not rest.split("\n", 1)[0].strip()
    return (
        blank_after
        and len(first.split()) <= 22
        and first[-1:] not in ".،؛:"
        and not re.search(r"\)\s*[-–—]", first[:60])
    )


def read_html(source: Source, stream: Any, locator: str, about: definition.Definition) -> Iterator[Item]:
    """The article in a saved page."""
    data = whole(stream)
    if decode.is_binary(data):
        raise ReadError("decode", "a binary file, not HTML", "remove it, or name it after its kind")
    yield about.apply(article.extract(data, locator, str(about.get("url", ""))))


def read_json(source: Source, stream: Any, locator: str, about: definition.Definition) -> Iterator[Item]:
    """One document, a list of them, an object holding a list, or a JSON feed."""
    text = text_of(whole(stream, MAX_CONTAINER_BYTES))
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        if len(lines := [x for x in text.splitlines() if x.strip()]) > 1 and all(
            x.lstrip().startswith("{") for x in lines[:3]
        ):
            yield from (_record(source, line.encode(), locator, n, about) for n, line in enumerate(lines, 1))
            return
        raise ReadError("parse", f"invalid JSON: {error}", "mend the file or fetch it again") from error
    if isinstance(value, dict) and str(value.get("version", "")).startswith("https://jsonfeed.org"):
        yield from _entries(source, text.encode(), locator, about)
    elif isinstance(value, dict) and not (listed := _listed(value)):
        yield about.apply(from_fields(value, locator, column_names(source)))
    elif isinstance(value, list) or listed:
        for number, item in enumerate(value if isinstance(value, list) else listed, 1):
            yield _document(source, item, locator, number, about)
    else:
        raise ReadError("parse", "JSON that is neither an object nor a list", 'a document is {"id", "text", …}')


def _listed(value: dict[str, Any]) -> list[Any]:
    """The documents in an object that is only a wrapper around a list of them."""
    if any(isinstance(value.get(n), str) for n in ("text", "body", "content", "article")):
        return []
    lists = (value.get(n) for n in ("documents", "articles", "items", "data", "results"))
    return next((x for x in lists if isinstance(x, list) and x and isinstance(x[0], dict)), [])


def read_jsonl(source: Source, stream: Any, locator: str, about: definition.Definition) -> Iterator[Item]:
    """A document a line. A line that is too long or no JSON is one failure; the others are read."""
    number, skipping = 0, False
    if decode.is_binary(stream.head):
        raise ReadError("decode", "a binary file, not JSON lines", "remove it, or name it after its kind")
    if stream.head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in stream.head[:200]:
        for n, text in enumerate(text_of(whole(stream, MAX_CONTAINER_BYTES)).splitlines(), 1):
            if text.strip():
                yield _record(source, text.encode(), locator, n, about)
        return
    while line := stream.readline(MAX_DOCUMENT_BYTES):
        ended = line.endswith(b"\n")
        if skipping:
            skipping = not ended
            continue
        number += 1
        if not ended and len(line) >= MAX_DOCUMENT_BYTES:
            skipping = True
            error = ReadError(
                "read", f"a line of more than {MAX_DOCUMENT_BYTES:,} bytes", "a line is one document; split it"
            )
            yield failure(source, f"{locator}#line-{number}", error)
        elif line.strip():
            yield _record(source, line, locator, number, about)


def _record(source: Source, line: bytes, locator: str, number: int, about: definition.Definition) -> Item:
    place = f"{locator}#line-{number}"
    try:
        value = json.loads(text_of(line).lstrip("\ufeff"))
    except ReadError as error:
        return failure(source, place, error)
    except (ValueError, RecursionError) as error:
        return Failure(source.source_id, place, "parse", f"invalid JSON: {error}", "mend the line or leave it out")
    return _document(source, value, locator, number, about)


def _document(source: Source, value: object, locator: str, number: int, about: definition.Definition) -> Item:
    place = f"{locator}#line-{number}"
    if not isinstance(value, dict):
        return Failure(source.source_id, place, "parse", "JSON, but no object", 'a document is {"id", "text", …}')
    if name := record_id(value, column_names(source)):
        place = f"{locator}#{name}"
    try:
        return about.apply(from_fields(value, place, column_names(source)))
    except ReadError as error:
        return failure(source, place, error)


def column_names(source: Source) -> dict[str, str]:
    """The source's own names of fields: field of a document to column or key."""
    columns = source.options.get("columns")
    return {str(k): str(v) for k, v in columns.items()} if isinstance(columns, dict) else {}


def read_feed(source: Source, stream: Any, locator: str, about: definition.Definition) -> Iterator[Item]:
    """The entries of a saved feed as they stand in it."""
    data = whole(stream, MAX_CONTAINER_BYTES)
    if decode.is_binary(data):
        raise ReadError("decode", "a binary file, not XML", "remove it, or name it after its kind")
    yield from _entries(source, data, locator, about)


def _entries(source: Source, data: bytes, locator: str, about: definition.Definition) -> Iterator[Item]:
    feed = entries.parse(data)
    for number, entry in enumerate(feed.entries, 1):
        place = f"{locator}#{entry.guid or number}"
        try:
            yield about.apply(entry.found(place, feed.title))
        except ReadError as error:
            yield failure(source, place, error)
