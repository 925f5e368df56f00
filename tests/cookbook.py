"""`python -m tests.cookbook`: run every query of docs/cookbook.md on a lake made from seeds/documents and write its output below it.

The file is its own source: a question is a heading, a paragraph, a block of SQL and a block of output. The test in
tests/integration/test_cookbook.py runs the same queries and compares.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import platformdirs

from tasks.batch import Config, load_resources, transform_batch
from tasks.events.resolve import resolve
from tasks.reading.read import read, source_for_argument
from tasks.reading.types import Failure, RawDocument
from tasks.staging import write_batch
from warehouse import views
from warehouse.lake import Location, connect
from warehouse.load import load_batch
from warehouse.publish import publish_events
from warehouse.summaries import publish_summaries

ROOT = Path(__file__).parents[1]
FILE = ROOT / "docs" / "cookbook.md"
_BLOCK = re.compile(
    r"^## (?P<title>[^\n]+)\n(?P<text>.*?)```sql\n(?P<sql>.*?)```\n+(?:```text\n(?P<output>.*?)```\n)?",
    re.DOTALL | re.MULTILINE,
)
_WIDEST = 44  # characters of a cell that are shown
_MOST_ROWS = 8


@dataclass(frozen=True)
class Recipe:
    """A question with its query and the output that is printed below it."""

    title: str
    sql: str
    output: str


def recipes(text: str) -> Iterator[Recipe]:
    """The questions of the file."""
    for match in _BLOCK.finditer(text):
        yield Recipe(match["title"], match["sql"].strip(), match["output"] or "")


def load_samples(home: Path) -> duckdb.DuckDBPyConnection:
    """A lake with the sample documents, coded, published and with its views."""
    found = list(read(source_for_argument(ROOT / "seeds" / "documents")))
    raw = [d for d in found if isinstance(d, RawDocument)]
    failures = [d for d in found if isinstance(d, Failure)]
    resources = load_resources(Config(Path(platformdirs.user_cache_dir("marsad"))))
    tables = transform_batch(raw, resources, datetime(2024, 1, 1, tzinfo=UTC), failures)
    con = connect(Location(home), threads=1)
    load_batch(con, write_batch(tables, home / "staging", "samples"), "samples", "samples")
    publish_events(con, resolve, "samples")
    publish_summaries(con, "samples")
    views.install(con)
    return con


def as_text(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Rows as a plain table."""
    lines = [list(names)] + [[_cell(v) for v in row] for row in rows[:_MOST_ROWS]]
    widths = [max(len(line[n]) for line in lines) for n in range(len(names))]
    lines.insert(1, ["-" * w for w in widths])
    out = ["  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in lines]
    if len(rows) > _MOST_ROWS:
        out.append(f"… {len(rows)} rows")
    return "\n".join(out) + "\n"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    text = str(value) if not isinstance(value, date) else value.isoformat()
    text = " ".join(text.split())
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"


def main() -> None:
    """Write the output of every query into the file."""
    text = FILE.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder, load_samples(Path(folder)) as con:

        def again(match: re.Match[str]) -> str:
            cursor = con.execute(match["sql"])
            shown = as_text([d[0] for d in cursor.description or []], cursor.fetchall())
            return f"## {match['title']}\n{match['text']}```sql\n{match['sql'].strip()}\n```\n\n```text\n{shown}```\n"

        FILE.write_text(_BLOCK.sub(again, text), encoding="utf-8")


if __name__ == "__main__":
    main()
