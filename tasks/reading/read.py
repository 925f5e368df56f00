"""The one door to everything that can be read: a source in, documents and failures out, one at a time."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

from tasks.reading import dates, definition, files, sources, web
from tasks.reading.documents import finish_all
from tasks.reading.fetch import Fetcher
from tasks.reading.formats import Item
from tasks.reading.types import Failure, RawDocument, Source, SourceError

State = dict[str, Any]


def read(
    source: Source, state: State | None = None, only: Collection[str] | None = None, fetcher: Fetcher | None = None
) -> Iterator[RawDocument | Failure]:
    """Documents and failures of a source, streaming: one document is held at a time.

    Args:
        source: where to read.
        state: what the last run of this source left (validators, addresses seen, failures), updated in place while
            reading; store it when all that was read is stored. Files need none.
        only: locators to read again (a retry); None for all. Pages are fetched by their locators; of files, every
            document in the files concerned comes, as a mended line may have got another name.
        fetcher: one to share between sources, so that hosts are treated politely across them; it is not closed.

    Raises:
        SourceError: when the source as a whole does not exist or is of no known kind.
    """
    items = _items(source, {} if state is None else state, only, fetcher)
    for item in finish_all(source, items):
        if only is None or source.kind not in web.KINDS or item.locator in only:
            yield item


def _items(source: Source, state: State, only: Collection[str] | None, fetcher: Fetcher | None) -> Iterator[Item]:
    if source.kind == "folder":
        return files.read_folder(source if "://" in source.location else _existing(source), _wanted(only))
    if source.kind in web.KINDS and (source.kind == "pages" or "://" in source.location):
        return web.read_web(source, state, only, fetcher)
    if source.kind not in sources.KINDS:
        raise SourceError(
            f"source {source.source_id}: kind {source.kind!r} (known: {', '.join(sorted(sources.KINDS))})"
        )
    if "://" in source.location:
        return files.read_remote(source)
    path = Path(_existing(source).location)
    return files.read_path(source, path, str(source.options.get("locator") or path.name))


def check(source: Source, fetcher: Fetcher | None = None, failures: int = 5) -> list[RawDocument | Failure]:
    """What a source would give: its first document, after at most some failures. Nothing is remembered."""
    found: list[RawDocument | Failure] = []
    for item in read(sources.sample(source, failures), {}, fetcher=fetcher):
        found.append(item)
        if isinstance(item, RawDocument) or len(found) >= failures:
            break
    return found


def _existing(source: Source) -> Source:
    if not Path(source.location).exists():
        raise SourceError(f"source {source.source_id}: no such file or folder: {source.location}")
    return source


def _wanted(only: Collection[str] | None) -> Callable[[str], bool]:
    if only is None:
        return lambda _: True
    starts = {locator.split("#", 1)[0].split("!", 1)[0] for locator in only}
    return lambda locator: locator in starts


def source_for_argument(argument: str | Path) -> Source:
    """The source that a path or URL on the command line stands for.

    A folder's ``_source.toml`` gives its name, outlet, country and time zone; a file in such a folder belongs to the
    folder's source, so that it is the same document however it is named. Without one, the name is made from the path.

    Raises:
        SourceError: when there is no such path, or its definition is broken.
    """
    text = str(argument)
    if re.match(r"(?:https?|s3)://", text):
        return Source(_slug(re.sub(r"^\w+://(?:www\.)?", "", text)), _kind_of_url(text), text)
    path = Path(text).expanduser()
    if not path.exists():
        raise SourceError(f"no such file or folder: {text}")
    path = path.resolve()
    stated = definition.folder(path if path.is_dir() else path.parent)
    stated.pop("files", None)
    try:
        dates.zone(str(stated.get("time_zone", "")))
    except ValueError as error:
        raise SourceError(f"{path}: {error}") from error
    default = f"{_slug(path.name.split('.')[0])}-{hashlib.sha256(str(path).encode()).hexdigest()[:6]}"
    return Source(
        source_id=str(stated.get("id") or default),
        kind="folder" if path.is_dir() else "file",
        location=str(path),
        outlet=str(stated.get("outlet", "")),
        country=str(stated.get("country", "")),
        language=str(stated.get("language", "ar")),
        time_zone=str(stated.get("time_zone", "UTC")),
        options={k: v for k, v in stated.items() if k == "day_first"},
    )


def _kind_of_url(url: str) -> str:
    path = url.split("?", 1)[0].split("#", 1)[0]
    if files.kind_of(path) not in ("", "feed", "html", "txt", "json"):
        return "file"
    if "sitemap" in path.lower():
        return "sitemap"
    feed = re.search(r"(?:rss|feed|atom)(?:[/._-]|$)|\.(?:xml|rdf)$", path, re.I)
    return "feed" if feed else "pages"


def _slug(text: str) -> str:
    """A name of word characters and hyphens, at most 60."""
    return re.sub(r"[^\w]+", "-", text.lower()).strip("-_")[:60] or "source"
