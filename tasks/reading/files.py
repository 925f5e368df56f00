"""Files and folders of every kind, here or behind any address that fsspec opens (``s3://``, ``https://``, ``memory://``)."""

from __future__ import annotations

import gzip
import os
import re
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, Any

from tasks.reading import archives, definition, formats, tables, trec, warc
from tasks.reading.documents import Found, ReadError
from tasks.reading.formats import Item, Peekable, failure
from tasks.reading.types import Failure, Source, SourceError

Reader = Callable[[Source, Any, str, definition.Definition], Iterator[Item]]
_BROKEN = (EOFError, OSError, zlib.error, gzip.BadGzipFile)
_IGNORED = re.compile(r"(?:\.|_.*\.toml$|sources\.toml$|folder\.toml$|readme|licen[cs]e|makefile|thumbs\.db)", re.I)
KINDS: dict[str, tuple[str, ...]] = {
    "warc": (".warc", ".warc.gz", ".warc.zst"),
    "tar": (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz"),
    "zip": (".zip",),
    "parquet": (".parquet",),
    "csv": (".csv", ".tsv"),
    "txt": (".txt", ".text"),
    "html": (".html", ".htm", ".xhtml"),
    "jsonl": (".jsonl", ".ndjson", ".jsonlines"),
    "json": (".json",),
    "trec": (".trec", ".sgm", ".sgml"),
    "feed": (".rss", ".atom", ".xml", ".rdf"),
}
_READERS: dict[str, Reader] = {
    "csv": tables.read_csv,
    "txt": formats.read_txt,
    "html": formats.read_html,
    "jsonl": formats.read_jsonl,
    "json": formats.read_json,
    "trec": trec.read_trec,
    "feed": formats.read_feed,
}
_RAW_READERS: dict[str, Reader] = {  # they unpack for themselves
    "warc": warc.read_warc,
    "parquet": tables.read_parquet,
}


def kind_of(name: str) -> str:
    """The reader that a file's name asks for ("txt", "jsonl", …), "" when there is none; ``.gz`` does not count."""
    lower = name.lower()
    for kind, endings in KINDS.items():
        if lower.endswith(endings) or lower.removesuffix(".gz").endswith(endings):
            return kind
    return ""


def _kind(source: Source, locator: str) -> str:
    """The reader for a file: what its source says of it, where that is more than its name does."""
    named = kind_of(locator)
    if "!" in locator or source.kind in ("folder", "file", "archive"):
        return named
    if source.kind == "table":
        return "parquet" if named == "parquet" else "csv"
    return {"jsonl": "jsonl", "warc": "warc", "trec": "trec", "feed": named or "feed"}.get(source.kind, named)


def walk(folder: Path) -> Iterator[Path]:
    """Every file below a folder in a fixed order, but for hidden files, definitions and readmes."""
    for base, names, files in os.walk(folder):
        names[:] = sorted(n for n in names if not n.startswith((".", "__")))
        yield from (Path(base, f) for f in sorted(files) if _counts(f))


def _counts(name: str) -> bool:
    return not _IGNORED.match(name) and not name.endswith(definition.SIDECARS)


def read_folder(source: Source, wanted: Callable[[str], bool] = lambda _: True) -> Iterator[Item]:
    """Every document of every file below a folder; ``wanted`` says by its locator whether a file is to be read."""
    if "://" in source.location:
        yield from _read_remote_folder(source, wanted)
        return
    root = Path(source.location)
    for path in walk(root):
        locator = path.relative_to(root).as_posix()
        if wanted(locator):
            yield from read_path(source, path, locator)


def read_path(source: Source, path: Path, locator: str) -> Iterator[Item]:
    """Every document of one file."""
    try:
        about = definition.of_file(path, Path(source.location))
        with path.open("rb") as handle:
            yield from read_stream(source, handle, locator, about)
    except ReadError as error:
        yield failure(source, locator, error)
    except OSError as error:
        reason = f"cannot be read: {error.strerror or error}"
        yield Failure(source.source_id, locator, "read", reason, "check the file and its permissions")


def read_remote(source: Source) -> Iterator[Item]:
    """Every document of one file behind an address."""
    import fsspec

    locator = source.location.rstrip("/").rpartition("/")[2].split("?")[0]
    yield from _read_remote_file(source, lambda: fsspec.open(source.location, "rb").open(), locator)


def _read_remote_folder(source: Source, wanted: Callable[[str], bool]) -> Iterator[Item]:
    import fsspec

    try:
        system, root = fsspec.core.url_to_fs(source.location)
        paths = sorted(system.find(root))
    except (OSError, ImportError, ValueError) as error:
        raise SourceError(f"source {source.source_id}: {source.location}: {error}") from error
    for path in paths:
        locator = path.removeprefix(root).lstrip("/")
        if wanted(locator) and all(map(_counts, locator.split("/"))):
            yield from _read_remote_file(source, partial(system.open, path, "rb"), locator)


def _read_remote_file(source: Source, opened: Callable[[], IO[bytes]], locator: str) -> Iterator[Item]:
    try:
        with opened() as handle:
            yield from read_stream(source, handle, locator, definition.Definition())
    except Exception as error:  # every file system behind fsspec has errors of its own
        reason = f"cannot be read: {type(error).__name__}: {error}"
        yield Failure(source.source_id, locator, "fetch", reason, "check address, credentials and the s3 extra")


def read_stream(source: Source, handle: Any, locator: str, about: definition.Definition) -> Iterator[Item]:
    """Every document of an open file, of the kind that the locator's ending asks for; damage comes out as failures."""
    kind = _kind(source, locator)
    try:
        if not kind:
            known = ", ".join(e for endings in KINDS.values() for e in endings)
            raise ReadError("read", "not a kind of file we read", f"known endings: {known}")
        yield from _once(source, _by_kind(source, handle, kind, locator, about))
    except ReadError as error:
        yield failure(source, locator, error)
    except _BROKEN as error:
        reason = "ends before its time (truncated)" if isinstance(error, EOFError) else f"damaged: {error}"
        advice = "fetch it again; what stands before the damage is in"
        yield Failure(source.source_id, locator, "read", f"compressed file {reason}", advice)
    except Exception as error:  # a file that nobody foresaw must not stop a night's run
        unexpected = f"unexpected {type(error).__name__}: {error}"
        yield Failure(source.source_id, locator, "read", unexpected, "report it with the file")


def _once(source: Source, items: Iterator[Item]) -> Iterator[Item]:
    """The items of a file, the second document of the same name as a failure: it would replace the first."""
    seen: set[int] = set()
    for item in items:
        key = hash(item.locator)
        if isinstance(item, Found) and key in seen:
            place = f"{item.locator} (again)"
            error = ReadError(
                "parse", "a document of this name stands already in the file", "give each an id of its own"
            )
            yield failure(source, place, error)
        else:
            seen.add(key)
            yield item


def _by_kind(source: Source, handle: Any, kind: str, locator: str, about: definition.Definition) -> Iterator[Item]:
    if kind in ("zip", "tar"):
        inside = archives.read_zip if kind == "zip" else archives.read_tar
        yield from inside(source, handle, locator, _member)
    elif kind in _RAW_READERS:
        yield from _RAW_READERS[kind](source, handle, locator, about)
    else:
        stream = _unpacked(handle)
        if kind == "feed" and trec.is_trec(stream.head):
            kind = "trec"
        yield from _READERS[kind](source, stream, locator, about)


def _member(source: Source, handle: Any, locator: str) -> Iterator[Item]:
    """A file inside an archive; an archive inside an archive is not opened."""
    if kind_of(locator) in ("zip", "tar"):
        error = ReadError("read", "an archive inside an archive", "unpack the outer one")
        yield failure(source, locator, error)
    elif _counts(locator.rpartition("/")[2].rpartition("!")[2]):
        yield from read_stream(source, handle, locator, definition.Definition())


def _unpacked(handle: Any) -> Peekable:
    """The stream, unpacked when it is gzip whatever its name.

    Raises:
        ReadError: when there is nothing in it.
    """
    stream = Peekable(handle)
    if stream.head[:2] == b"\x1f\x8b":
        stream = Peekable(gzip.GzipFile(fileobj=stream))  # type: ignore[call-overload]
    if not stream.head.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise ReadError("read", "empty file", "fetch it again, or remove it")
    return stream
