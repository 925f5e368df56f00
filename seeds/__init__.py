"""Marsad's knowledge as data: code lists, gazetteer, offices, lexicon and models, read from CSV files in this folder.

Every file is UTF-8 with a header line and is listed, with origin and licence, in ``manifest.toml``.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent


class SeedError(ValueError):
    """A seed file breaks its own rules; the message names the file and the line."""


def path(name: str) -> Path:
    """Path of a seed file, given as ``folder/file.ext``.

    Raises:
        SeedError: when there is no such file.
    """
    found = ROOT / name
    if not found.exists():
        raise SeedError(f"seeds/{name}: no such file")
    return found


def read(name: str, required: Iterable[str] = (), unique: str | None = None) -> list[dict[str, str]]:
    """Rows of a seed CSV file as dicts of stripped strings (empty string where a cell is empty).

    Args:
        name: ``folder/file.csv`` below seeds/.
        required: columns that must exist and must not be empty in any row.
        unique: a column whose values must not repeat.

    Raises:
        SeedError: naming file and line, when a row has too many or too few cells, a required cell is empty or a key repeats.
    """
    return read_file(path(name), f"seeds/{name}", required, unique)


def read_file(file: Path, label: str, required: Iterable[str] = (), unique: str | None = None) -> list[dict[str, str]]:
    """As `read`, for a CSV file anywhere (a user's own gazetteer, say), .gz too; `label` names it in errors."""
    required = tuple(required)
    rows: list[dict[str, str]] = []
    seen: dict[str, int] = {}
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt", encoding="utf-8-sig", newline="") as handle:
        reader = csv.reader(handle)
        header = next(reader, [])
        missing = [c for c in (*required, *([unique] if unique else [])) if c not in header]
        if missing:
            raise SeedError(f"{label}:1: column {', '.join(missing)} is missing (found: {', '.join(header)})")
        for cells in reader:
            line = reader.line_num
            if not any(c.strip() for c in cells):
                continue
            if len(cells) != len(header):
                raise SeedError(f"{label}:{line}: {len(cells)} cells where the header has {len(header)}")
            row = {k: v.strip() for k, v in zip(header, cells, strict=True)}
            for column in required:
                if not row[column]:
                    raise SeedError(f"{label}:{line}: column {column} is empty")
            if unique:
                first = seen.setdefault(row[unique], line)
                if first != line:
                    raise SeedError(f"{label}:{line}: {unique} {row[unique]!r} stands already in line {first}")
            rows.append(row)
    return rows


@cache
def names(folder: str, pattern: str) -> tuple[str, ...]:
    """Names (``folder/file``) of the seed files in a folder that fit a glob pattern, sorted."""
    return tuple(f"{folder}/{p.name}" for p in sorted((ROOT / folder).glob(pattern)))
