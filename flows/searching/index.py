"""The full-text index: one SQLite file in home, made from the lake and never the only place of anything.

It holds terms (folded lemmas), the facets that filters ask for and, compressed, what a list of finds shows: a search never reads the lake.
An update compares documents by id and fingerprint (of the text and of the tellings), so it needs no history of the lake, mends itself after a
kill, a rollback or an expired snapshot, and the file can be deleted at any time. A row's number is its day of publication and a count, so a
period is a range of row numbers.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
from filelock import FileLock

from flows.searching.telling import PRINTS, SOURCE, Telling, code, packed, tellings
from tasks.language.terms import VERSION, Terms

_VERSION = f"3 {VERSION}"  # of the tables below and of the terms
_EPOCH = date(1900, 1, 1)
_DAY = 1 << 24  # row numbers a day
_CHUNK = 2000  # documents a transaction: what a kill can cost
_READ = 20_000  # documents whose tellings are read at once: each reading scans the lake
_MOST_STALE = 0.2  # share of dead rows that makes a new index worth while
Row = tuple[object, ...]
_TABLES = (
    """CREATE TABLE docs (id INTEGER PRIMARY KEY, document_id TEXT NOT NULL UNIQUE, sha TEXT NOT NULL, source TEXT NOT NULL,
         outlet TEXT NOT NULL, story TEXT NOT NULL, title TEXT NOT NULL, day TEXT, stored BLOB NOT NULL, told BLOB NOT NULL)""",
    """CREATE VIRTUAL TABLE text USING fts5(title, body, content='', tokenize="unicode61 remove_diacritics 0")""",
    # Apart from the text, whose ranking must not know of it; neither places nor lengths are kept, so that it takes a hundredth of the space.
    """CREATE VIRTUAL TABLE facets USING fts5(facet, content='', detail=none, columnsize=0, tokenize="unicode61 remove_diacritics 0")""",
)


def open_index(file: Path) -> sqlite3.Connection:
    """The index as a SQLite connection; made empty when there is none, or when its terms are made otherwise than now."""
    con = sqlite3.connect(file, isolation_level=None, timeout=30)
    con.execute("PRAGMA journal_mode = WAL")
    con.execute("PRAGMA synchronous = NORMAL")
    con.execute("CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT)")
    if meta(con, "version") != _VERSION:
        con.execute("BEGIN IMMEDIATE")
        if meta(con, "version") != _VERSION:  # nobody else was first
            _clear(con)
        con.execute("COMMIT")
    return con


def meta(con: sqlite3.Connection, name: str) -> str:
    """A remembered value, empty when there is none."""
    row = con.execute("SELECT value FROM meta WHERE name = ?", [name]).fetchone()
    return str(row[0]) if row else ""


def _clear(con: sqlite3.Connection) -> None:
    """Make the tables anew, inside a transaction."""
    for statement in (*(f"DROP TABLE IF EXISTS {t}" for t in ("text", "facets", "docs")), "DELETE FROM meta", *_TABLES):
        con.execute(statement)
    con.execute("INSERT INTO meta VALUES ('version', ?)", [_VERSION])


def snapshot(lake: duckdb.DuckDBPyConnection) -> str:
    """Number of the lake's newest snapshot."""
    row = lake.execute("SELECT max(snapshot_id) FROM ducklake_snapshots('lake')").fetchone()
    return str(row[0]) if row else ""


def update(con: sqlite3.Connection, lake: duckdb.DuckDBPyConnection, terms: Terms, lock: Path) -> int:
    """Bring the index to the lake's newest snapshot; returns how many documents were indexed."""
    newest = snapshot(lake)
    if meta(con, "snapshot") == newest:
        return 0
    with FileLock(lock):
        lake.execute(f"CREATE OR REPLACE TEMP TABLE indexable AS {PRINTS}")
        _forget(con, lake)
        done = 0
        for rows, told in _new_documents(con, lake, terms):
            for start in range(0, len(rows), _CHUNK):
                _add(con, rows[start : start + _CHUNK], told, terms)
            done += len(rows)
        con.execute("INSERT OR REPLACE INTO meta VALUES ('snapshot', ?)", [newest])
        if done > 50_000:
            con.execute("INSERT INTO text (text) VALUES ('optimize')")
            con.execute("INSERT INTO facets (facets) VALUES ('optimize')")
    return done


def _known(con: sqlite3.Connection) -> pa.Table:
    rows = con.execute("SELECT document_id, sha FROM docs").fetchall()
    return pa.table(
        {"document_id": pa.array([r[0] for r in rows], pa.string()), "sha": pa.array([r[1] for r in rows], pa.string())}
    )


def _forget(con: sqlite3.Connection, lake: duckdb.DuckDBPyConnection) -> None:
    """Drop documents that are gone or have changed; their terms stay behind, unreachable, until a rebuild is worth while."""
    lake.register("indexed_documents", _known(con))
    gone = lake.execute(
        "SELECT document_id FROM indexed_documents k WHERE NOT EXISTS (FROM indexable d WHERE d.document_id = k.document_id AND d.sha = k.sha)"
    ).fetchall()
    lake.unregister("indexed_documents")
    con.execute("BEGIN")
    con.executemany("DELETE FROM docs WHERE document_id = ?", gone)
    stale = int(meta(con, "stale") or 0) + len(gone)
    con.execute("INSERT OR REPLACE INTO meta VALUES ('stale', ?)", [str(stale)])
    if stale > 1000 and stale > _MOST_STALE * size(con):
        _clear(con)
    con.execute("COMMIT")


def _new_documents(
    con: sqlite3.Connection, lake: duckdb.DuckDBPyConnection, terms: Terms
) -> Iterator[tuple[list[Row], dict[str, list[Telling]]]]:
    """Documents that are not in the index, some thousands at a time, with their tellings."""
    lake.register("indexed_documents", _known(con))
    documents = lake.execute(
        """SELECT document_id, i.sha, source_id, published_at::DATE, coalesce(title, ''), text, coalesce(outlet, source_id), story_id
           FROM documents JOIN indexable i USING (document_id)
           WHERE document_id NOT IN (SELECT document_id FROM indexed_documents)"""
    )
    with lake.cursor() as other:  # a query on the first connection would end the list of documents
        while rows := documents.fetchmany(_READ):
            yield rows, tellings(other, [r[0] for r in rows], terms)
    lake.unregister("indexed_documents")


def _add(con: sqlite3.Connection, rows: Sequence[Row], told: dict[str, list[Telling]], terms: Terms) -> None:
    con.execute("BEGIN")
    # Row numbers in order: FTS5 writes a segment each time they go back.
    ordered = sorted(rows, key=lambda r: (day_number(r[3]), str(r[0])))
    numbers = _numbers(con, [day_number(r[3]) for r in ordered])
    for number, (document_id, sha, source, day, title, text, outlet, story) in zip(numbers, ordered, strict=True):
        body = str(text)[len(str(title)) :] if str(text).startswith(str(title)) else str(text)
        events = told.get(str(document_id), [])
        shown = [outlet, story, title, day and str(day), zlib.compress(str(text).encode(), 3), packed(events)]
        con.execute(
            "INSERT INTO docs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [number, document_id, sha, source, *shown]
        )
        con.execute(
            "INSERT INTO text (rowid, title, body) VALUES (?, ?, ?)",
            [number, " ".join(terms.of_text(str(title))), " ".join(terms.of_text(body))],
        )
        facets = {code(SOURCE, str(source)), *(f for e in events for f in e.facets)}
        con.execute("INSERT INTO facets (rowid, facet) VALUES (?, ?)", [number, " ".join(sorted(facets))])
    con.execute("COMMIT")


def _numbers(con: sqlite3.Connection, days: Sequence[int]) -> Iterator[int]:
    """A free row number for each day, never one that was used: the terms of dropped rows are still there."""
    used: dict[int, int] = {}
    for day in days:
        if day not in used:
            highest = con.execute(
                "SELECT max(id) FROM text_docsize WHERE id BETWEEN ? AND ?", [day * _DAY, (day + 1) * _DAY - 1]
            ).fetchone()[0]
            used[day] = (highest or day * _DAY) - day * _DAY
        used[day] += 1
        yield day * _DAY + used[day]


def day_number(day: object) -> int:
    """Days since 1900; 0 for an undated document."""
    if isinstance(day, datetime):
        day = day.astimezone(UTC).date()
    return max(1, (day - _EPOCH).days) if isinstance(day, date) else 0


def rows_between(since: date | None, until: date | None) -> tuple[int, int]:
    """First and last row number of a period; an undated document lies in none."""
    if since is None and until is None:
        return 0, 1 << 62
    return day_number(since or date(1900, 1, 2)) * _DAY, ((day_number(until) + 1) * _DAY - 1) if until else 1 << 62


def size(con: sqlite3.Connection) -> int:
    """Documents in the index."""
    with closing(con.execute("SELECT count(*) FROM docs")) as cursor:
        return int(cursor.fetchone()[0])
