"""What reading hands on: documents as they were found, and failures with their reasons."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True, frozen=True)
class Source:
    """A named place where documents come from, as in sources.toml or made from a command-line argument."""

    source_id: str
    kind: str  # folder, file, feed, sitemap, pages, warc, table (parquet/csv), jsonl
    location: str  # path or URL
    outlet: str = ""
    country: str = ""  # ISO alpha-3
    language: str = "ar"
    time_zone: str = "UTC"
    enabled: bool = True
    options: dict[str, object] = field(default_factory=dict)  # limits and column maps, see sources.toml


@dataclass(slots=True, frozen=True)
class RawDocument:
    """One document before analysis. ``text`` is the body; the headline stands in ``title``."""

    source_id: str
    locator: str  # URL, path relative to its source, or path#id inside a container
    text: str
    title: str = ""
    author: str = ""
    section: str = ""
    published_at: datetime | None = None
    published_from: str = ""  # metadata, dateline, argument, file, url, page
    language: str = "ar"
    outlet: str = ""
    url: str = ""
    content_sha256: str = ""


@dataclass(slots=True, frozen=True)
class Failure:
    """Something that could not be read: becomes a row in rejects."""

    source_id: str
    locator: str
    stage: str  # read, fetch, decode, parse, language, transform, load
    error: str
    advice: str = ""


class SourceError(ValueError):
    """A source that cannot be used at all (no such path, a broken definition): wrong use, not a reject."""
