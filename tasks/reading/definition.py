"""What a folder says of its files: ``_source.toml`` in the folder, or a sidecar beside one file.

    id = "seeds"                    # name of the source; default: the folder's name
    outlet = "وكالة مثال"
    country = "IRQ"                 # ISO alpha-3
    time_zone = "Asia/Baghdad"
    title_line = true               # the first line of a .txt file is its headline

    [files."visit.txt"]             # by path relative to the folder; glob patterns are allowed
    published_at = 2021-02-09
    title = "…"
    url = "https://…"
    author = "…"

A sidecar ``visit.txt.toml`` holds the same keys as such a ``[files]`` table.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, time
from fnmatch import fnmatch
from functools import lru_cache
from pathlib import Path

from tasks.reading.documents import Found, ReadError
from tasks.reading.types import SourceError

FILE_NAMES = ("_source.toml", "folder.toml")
SIDECARS = (".txt.toml", ".html.toml", ".htm.toml", ".json.toml", ".jsonl.toml", ".xml.toml")
FOLDER_KEYS = {
    "id",
    "outlet",
    "country",
    "language",
    "time_zone",
    "title_line",
    "published_at",
    "author",
    "section",
    "day_first",
    "files",
}
FILE_KEYS = {"title", "published_at", "url", "author", "section", "outlet", "title_line"}


@dataclass(slots=True, frozen=True)
class Definition:
    """What is known of a file beforehand: the file's own keys, then the folder's."""

    own: dict[str, object] = field(default_factory=dict)
    folder: dict[str, object] = field(default_factory=dict)

    def get(self, key: str, default: object = None) -> object:
        """The file's value for a key, else the folder's."""
        return self.own.get(key, self.folder.get(key, default))

    def apply(self, found: Found) -> Found:
        """The document with what its definition says: the file's own statements win, the folder's fill gaps."""
        if self.own.get("published_at") is not None:
            found.dates = (("metadata", _moment(self.own["published_at"])), *found.dates)
        if self.folder.get("published_at") is not None:
            found.dates = (*found.dates, ("argument", _moment(self.folder["published_at"])))
        for key in ("title", "url", "author", "section", "outlet"):
            if (value := self.own.get(key)) or (not getattr(found, key) and (value := self.folder.get(key))):
                setattr(found, key, str(value))
        return found


def _moment(value: object) -> object:
    return datetime.combine(value, time()) if isinstance(value, date) and not isinstance(value, datetime) else value


def folder(path: Path) -> dict[str, object]:
    """The definition in a folder, empty when it has none.

    Raises:
        SourceError: when it is no TOML or has unknown keys; the message names file and line or key.
    """
    found = next((path / name for name in FILE_NAMES if (path / name).is_file()), None)
    return dict(_load(found, found.stat().st_mtime_ns, frozenset(FOLDER_KEYS))) if found else {}


def of_file(path: Path, root: Path) -> Definition:
    """What the folders from ``root`` down to the file, and a sidecar, say of it.

    Raises:
        ReadError: when a definition is broken.
    """
    base = root if root.is_dir() else path.parent
    try:
        own: dict[str, object] = {}
        outer: dict[str, object] = {}
        for parent in [p for p in reversed(path.parents) if p == base or base in p.parents]:
            stated = folder(parent)
            files = stated.pop("files", {})
            outer.update(stated)
            own.update(_entry(files, path.relative_to(parent).as_posix()))
        sidecar = path.with_name(path.name + ".toml")
        if sidecar.is_file():
            own.update(_load(sidecar, sidecar.stat().st_mtime_ns, frozenset(FILE_KEYS)))
    except SourceError as error:
        raise ReadError("read", str(error), "mend the definition file") from error
    return Definition(own, outer)


def _entry(files: object, name: str) -> dict[str, object]:
    if not isinstance(files, dict):
        raise SourceError('files must be tables, [files."name.txt"]')
    found: dict[str, object] = {}
    for pattern, keys in files.items():
        if (pattern == name or fnmatch(name, pattern)) and isinstance(keys, dict):
            if unknown := set(keys) - FILE_KEYS:
                raise SourceError(
                    f"[files.{pattern!r}]: unknown {', '.join(sorted(unknown))} (known: {', '.join(sorted(FILE_KEYS))})"
                )
            found.update(keys)
    return found


@lru_cache(maxsize=256)
def _load(path: Path, stamp: int, known: frozenset[str]) -> dict[str, object]:
    try:
        value = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(f"{path.name}: {error}") from error
    if unknown := set(value) - known:
        raise SourceError(f"{path.name}: unknown {', '.join(sorted(unknown))} (known: {', '.join(sorted(known))})")
    return value
