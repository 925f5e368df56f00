"""From what a reader found to a document: cleaned, dated, identified, hashed; or a failure that says why not."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from tasks.reading import clean, dates, language
from tasks.reading.types import Failure, RawDocument, Source

MAX_DOCUMENT_BYTES = 10_000_000  # of one document as it lies in its file or comes over the wire
MAX_TITLE = 1_000  # characters
MAX_TEXT = 2_000_000  # characters of one document's text

_NAMES = {  # field of a document: the names it goes by in JSON, in order of preference
    "id": ("id", "_id", "doc_id", "guid", "uuid"),
    "text": ("text", "body", "content", "article", "articleBody", "full_text"),
    "title": ("title", "headline", "name"),
    "published_at": (
        "published_at",
        "published",
        "pubDate",
        "datePublished",
        "date_published",
        "publish_date",
        "date",
        "timestamp",
    ),
    "url": ("url", "link", "canonical_url"),
    "outlet": ("source", "outlet", "publisher", "site"),
    "author": ("author", "authors", "byline"),
    "section": ("section", "category", "categories"),
}


_MARKUP = re.compile(
    r"</(?:p|div|span|a|li|strong|h\d)>|<br\s*/?>|<p>|&(?:quot|amp|nbsp|lt|gt|laquo|raquo|rlm|lrm|#\d+);", re.I
)


class ReadError(Exception):
    """One document or container could not be read; carries what the failure row says."""

    def __init__(self, stage: str, error: str, advice: str = "") -> None:
        super().__init__(error)
        self.stage, self.error, self.advice = stage, error, advice


@dataclass(slots=True)
class Found:
    """A document as it was found. ``dates`` are (origin, value) pairs, best first; values in any usual format."""

    locator: str
    text: str
    title: str = ""
    author: str = ""
    section: str = ""
    url: str = ""
    outlet: str = ""
    dates: tuple[tuple[str, object], ...] = ()
    page_head: str = ""  # page text before and after the article, where a date may stand
    is_page: bool = False  # cut out of a page: what stands at its edges may belong to the page


def from_fields(record: Mapping[str, object], locator: str, names: Mapping[str, str] | None = None) -> Found:
    """A document from a JSON object or a table row.

    Args:
        record: the fields as found.
        locator: where it was found.
        names: own names of fields (``{"text": "article_body"}``), tried before the usual ones.

    Raises:
        ReadError: when there is no text.
    """
    fields = {field: _first(record, ((names or {}).get(field, ""), *usual)) for field, usual in _NAMES.items()}
    text, title = _string(fields["text"]), _string(fields["title"])
    if not text.strip() and not title.strip():
        raise ReadError(
            "parse", "no text: none of the fields text, body, content holds any", "map the columns in sources.toml"
        )
    return Found(
        locator,
        text,
        title,
        _string(fields["author"]),
        _string(fields["section"]),
        _string(fields["url"]),
        _string(fields["outlet"]),
        (("metadata", fields["published_at"]),),
    )


def record_id(record: Mapping[str, object], names: Mapping[str, str] | None = None) -> str:
    """The id that a record calls itself by, else its URL, else ""."""
    own = names or {}
    found = _first(record, (own.get("id", ""), *_NAMES["id"])) or _first(record, (own.get("url", ""), *_NAMES["url"]))
    return _string(found)


def _first(record: Mapping[str, object], names: Iterable[str]) -> object:
    return next((record[n] for n in names if n and record.get(n) not in (None, "", [])), None)


def _string(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return "\n".join(_string(v) for v in value) if len(value) < 1000 else ""
    if isinstance(value, Mapping):
        return _string(value.get("name") or value.get("title") or value.get("value") or "")
    return str(value)


def content_hash(title: str, text: str, published: datetime | None) -> str:
    """SHA-256 of what makes a document the same document: headline, text and publication time."""
    stamp = published.isoformat() if published else ""
    return hashlib.sha256("\x1f".join((title, text, stamp)).encode("utf-8", "surrogatepass")).hexdigest()


def finish(source: Source, found: Found) -> RawDocument | Failure:
    """The document as the warehouse takes it, or why it cannot."""
    if _MARKUP.search(found.text):
        found.text = clean.plain(found.text)
    title, text = clean.line(found.title), clean.body(found.text, found.title, found.is_page)
    text, credit = clean.credit(text)
    if len(text) > MAX_TEXT:
        error = f"text of {len(text):,} characters, more than {MAX_TEXT:,}"
        return Failure(source.source_id, found.locator, "read", error, "split it into its articles")
    if not re.search(r"[^\W\d_]", title + text):
        return Failure(
            source.source_id, found.locator, "parse", "no words in it", "look at the original: an empty or picture page"
        )
    code = language.identify(f"{title}\n{text}")
    if code != source.language and source.language != "any":
        error = f"language is {code or 'unknown'}, not {source.language}"
        return Failure(
            source.source_id, found.locator, "language", error, 'remove it from the source, or set language = "any"'
        )
    published, origin = published_at(source, found, text)
    return RawDocument(
        source_id=source.source_id,
        locator=clean.name(found.locator),
        text=text,
        title=title[:MAX_TITLE],
        author=clean.line(found.author or credit)[:200],
        section=clean.line(found.section)[:100],
        published_at=published,
        published_from=origin,
        language=code,
        outlet=clean.line(found.outlet)[:200] or source.outlet,
        url=clean.name(found.url),
        content_sha256=content_hash(title, text, published),
    )


def finish_all(source: Source, items: Iterable[Found | Failure]) -> Iterator[RawDocument | Failure]:
    """`finish` for a stream; failures pass through."""
    for item in items:
        yield _guarded(source, item) if isinstance(item, Found) else item


def _guarded(source: Source, found: Found) -> RawDocument | Failure:
    try:
        return finish(source, found)
    except Exception as error:  # one document that nobody foresaw must not stop a night's run
        reason = f"unexpected {type(error).__name__}: {error}"
        return Failure(source.source_id, clean.name(found.locator), "parse", reason, "report it with the document")


def published_at(source: Source, found: Found, text: str) -> tuple[datetime | None, str]:
    """When a document was published and what says so: its fields, URL, dateline, page, file name, source."""
    tz = dates.zone(source.time_zone)
    day_first = source.options.get("day_first", True) is not False
    for origin, value in found.dates:
        if (moment := dates.parse(value, tz, day_first)) is not None:
            return moment, origin
    return next(((m, origin) for origin, m in _inferred(source, found, text, tz) if m is not None), (None, ""))


def _inferred(source: Source, found: Found, text: str, tz: tzinfo) -> Iterator[tuple[str, datetime | None]]:
    yield "url", dates.in_url(found.url)
    yield "dateline", dates.dateline(text, tz)
    if found.page_head:
        yield "page", dates.in_text(found.page_head, tz)
    yield "file" if "://" not in found.locator else "url", dates.in_url(found.locator)
    yield "argument", dates.parse(source.options.get("published_at"), tz)
