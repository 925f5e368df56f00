"""The sources file: named sources in TOML, checked on loading so that a mistake is found where it stands.

[defaults]
time_zone = "Asia/Beirut"

[sources.example]
kind = "feed"                       # folder, file, feed, sitemap, pages, jsonl, table, warc, archive, trec
location = "https://example.org/rss"    # or a path, relative to the sources file
outlet = "مثال"
country = "LBN"                     # ISO alpha-3
language = "ar"                     # "any" takes every language
enabled = true
max_items = 200                     # and the other options of OPTIONS
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tasks.reading import dates
from tasks.reading.transport import networks
from tasks.reading.types import Source, SourceError

WEB_KINDS = frozenset({"feed", "sitemap", "pages"})
KINDS = WEB_KINDS | {"folder", "file", "jsonl", "table", "warc", "archive", "trec"}
FIELDS: dict[str, type] = {
    "kind": str,
    "location": str,
    "outlet": str,
    "country": str,
    "language": str,
    "time_zone": str,
    "enabled": bool,
}
OPTIONS: dict[str, tuple[type, ...]] = {  # everything else a source may say, kept in Source.options
    "timeout": (int, float),  # seconds without a byte
    "deadline": (int, float),  # seconds for one address
    "delay": (int, float),  # seconds between two requests to a host
    "longest_wait": (int, float),  # seconds a Retry-After is waited for within a run
    "max_bytes": (int,),
    "max_items": (int,),
    "max_redirects": (int,),
    "per_host": (int,),
    "attempts": (int,),
    "robots": (bool,),
    "user_agent": (str,),
    "allow_addresses": (list,),  # networks that are not public but may be fetched from
    "full_text": (bool,),  # false: the feed's own text, no page is fetched
    "urls": (list,),  # pages: the addresses themselves
    "columns": (dict,),  # field of a document → column or JSON key
    "published_at": (str,),  # where documents carry no date
    "day_first": (bool,),  # 3/4/2021 is 3 April (default) or 4 March
    "delimiter": (str,),  # of CSV files
}
_NAME = re.compile(r"[\w-]{1,60}")


def load(path: Path) -> dict[str, Source]:
    """The sources of a file by name, in its order, disabled ones too.

    Raises:
        SourceError: ``file:line: what is wrong``.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: cannot be read: {error}") from error
    return parse(text, str(path), path.parent)


def parse(text: str, name: str = "sources.toml", base: Path | None = None) -> dict[str, Source]:
    """As `load`, from the text of a file; relative locations are taken from ``base``.

    Raises:
        SourceError: ``name:line: what is wrong``.
    """
    try:
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        raise SourceError(f"{name}:{line[1] if line else '1'}: {error}") from error
    lines = _Lines(text, name)
    for key in value:
        if key not in ("defaults", "sources"):
            raise lines.error((key,), f"unknown table or key {key!r} (known: defaults, sources)")
    defaults, named = value.get("defaults", {}), value.get("sources", {})
    for part, what in ((defaults, "defaults"), (named, "sources")):
        if not isinstance(part, dict):
            raise lines.error((what,), f"{what} must be a table")
    _check_keys(lines, ("defaults",), defaults)
    return {n: _source(lines, n, fields, defaults, base) for n, fields in named.items()}


class _Lines:
    """Where keys stand in a TOML file, for messages: tomllib does not say."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.at: dict[tuple[str, ...], int] = {}
        table: tuple[str, ...] = ()
        for number, line in enumerate(text.splitlines(), 1):
            if header := re.match(r"\s*\[+\s*([^\]]+?)\s*\]+", line):
                table = tuple(self._split(header[1]))
                self.at.setdefault(table, number)
            elif key := re.match(r"""\s*([\w.-]+|"[^"]*"|'[^']*')\s*=""", line):
                self.at.setdefault((*table, *self._split(key[1])), number)

    @staticmethod
    def _split(key: str) -> Iterator[str]:
        return (a or b or c for a, b, c in re.findall(r"""([\w-]+)|"([^"]*)"|'([^']*)'""", key))

    def error(self, path: tuple[str, ...], message: str) -> SourceError:
        """The error for a key: with its line, or that of the table it is missing in."""
        while path and path not in self.at:
            path = path[:-1]
        return SourceError(f"{self.name}:{self.at.get(path, 1)}: {message}")


def _source(lines: _Lines, name: str, fields: object, defaults: Mapping[str, Any], base: Path | None) -> Source:
    here = ("sources", name)
    if not isinstance(fields, dict):
        raise lines.error(here, f"{name} must be a table [sources.{name}]")
    if not _NAME.fullmatch(name):
        raise lines.error(here, f"name {name!r}: letters, digits, - and _ only, at most 60")
    _check_keys(lines, here, fields)
    merged = {**defaults, **fields}
    for key in ("kind", "location"):
        if not merged.get(key) and not (key == "location" and merged.get("urls")):
            raise lines.error(here, f"{name}: {key} is missing")
    _check_values(lines, here, merged)
    known = {k: v for k, v in merged.items() if k in FIELDS}
    known["location"] = _location(str(merged.get("location", name)), base)
    return Source(source_id=name, options={k: v for k, v in merged.items() if k in OPTIONS}, **known)


def _check_keys(lines: _Lines, here: tuple[str, ...], fields: Mapping[str, Any]) -> None:
    for key, value in fields.items():
        wanted = (FIELDS[key],) if key in FIELDS else OPTIONS.get(key)
        if wanted is None:
            near = sorted(FIELDS) + sorted(OPTIONS)
            raise lines.error((*here, key), f"unknown key {key!r} (known: {', '.join(near)})")
        if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
            raise lines.error((*here, key), f"{key} must be {' or '.join(t.__name__ for t in wanted)}, not {value!r}")


def _check_values(lines: _Lines, here: tuple[str, ...], fields: Mapping[str, Any]) -> None:
    kind, location = fields["kind"], str(fields.get("location", ""))
    if kind not in KINDS:
        raise lines.error((*here, "kind"), f"kind {kind!r} (known: {', '.join(sorted(KINDS))})")
    if kind in WEB_KINDS and "://" in location and not re.match(r"https?://[^/\s]+", location):
        raise lines.error((*here, "location"), f"location {location!r} is no http address")
    if not re.fullmatch(r"(?:[A-Z]{3})?", fields.get("country", "")):
        raise lines.error(
            (*here, "country"), f"country {fields['country']!r}: three capital letters (ISO 3166 alpha-3)"
        )
    if not re.fullmatch(r"[a-z]{2,3}", fields.get("language", "ar")):
        raise lines.error((*here, "language"), f"language {fields['language']!r}: a code such as ar, or any")
    for key, value in fields.items():
        try:
            _check_value(key, value)
        except ValueError as error:
            raise lines.error((*here, key), f"{key}: {error}") from error
    for key, value in fields.items():
        if isinstance(value, int | float) and not isinstance(value, bool) and value < 0:
            raise lines.error((*here, key), f"{key} must not be negative")


def _check_value(key: str, value: Any) -> None:
    if key == "time_zone":
        dates.zone(value)
    elif key == "allow_addresses":
        networks(map(str, value))
    elif key == "published_at" and dates.parse(value) is None:
        raise ValueError(f"{value!r} is no date")
    elif key == "columns" and not all(isinstance(x, str) for x in value.values()):
        raise ValueError("names of columns are strings")


def _location(location: str, base: Path | None) -> str:
    if "://" in location or base is None:
        return location
    return str((base / Path(location).expanduser()).resolve())


def to_toml(source: Source) -> str:
    """A source as the table of a sources file."""
    fields: dict[str, object] = {"kind": source.kind, "location": source.location}
    for key in ("outlet", "country"):
        if value := getattr(source, key):
            fields[key] = value
    fields |= {"language": source.language, "time_zone": source.time_zone, "enabled": source.enabled, **source.options}
    return f"[sources.{source.source_id}]\n" + "".join(f"{k} = {_value(v)}\n" for k, v in fields.items())


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_value(str(k))} = {_value(v)}" for k, v in value.items()) + " }"
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def add(path: Path, source: Source) -> None:
    """Write a source at the end of a sources file, which may not exist yet; what stands there stays as it is.

    Raises:
        SourceError: when the name is taken or the source would not load.
    """
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    if source.source_id in parse(text, str(path)):
        raise SourceError(f"{path}: source {source.source_id} is already there")
    new = text.rstrip("\n") + ("\n\n" if text.strip() else "") + to_toml(source)
    parse(new, str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(new, encoding="utf-8")


def enabled(sources: Mapping[str, Source]) -> list[Source]:
    """Those that a nightly run reads."""
    return [s for s in sources.values() if s.enabled]


def sample(source: Source, items: int = 1) -> Source:
    """The same source cut down to its first pages, for a check."""
    return replace(source, options={**source.options, "max_items": items})
