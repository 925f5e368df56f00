"""What to write in a paper: which warehouse it was, how much was in it, and a hash that shows whether two are the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

import duckdb

from warehouse.schema import BY_NAME, Table

# What the news says and how it was coded; not when and by which run it was loaded.
HASHED = ("documents", "sentences", "entities", "mentions", "event_mentions", "events", "quotes")
_OPERATIONAL = ("run_id", "retrieved_at")


@dataclass(frozen=True)
class Citation:
    """A state of a warehouse."""

    snapshot: int
    snapshot_at: datetime
    pipelines: list[str]  # versions that coded the documents
    rows: dict[str, int]
    hashes: dict[str, str]
    first_day: date | None
    last_day: date | None
    sources: int

    @property
    def hash(self) -> str:
        """One hash for all tables."""
        return _sha256("".join(f"{name}:{value}\n" for name, value in sorted(self.hashes.items())))


def cite(con: duckdb.DuckDBPyConnection, snapshot: int | None = None) -> Citation:
    """Describe the warehouse as it is attached.

    Args:
        con: a connection to the lake, perhaps attached at an older snapshot.
        snapshot: that snapshot's number; the newest when left out.
    """
    where = "" if snapshot is None else f"WHERE snapshot_id = {int(snapshot)}"
    number, at = con.execute(
        f"SELECT snapshot_id, snapshot_time FROM ducklake_snapshots('lake') {where} ORDER BY snapshot_id DESC LIMIT 1"
    ).fetchall()[0]
    first, last, sources = con.execute(
        "SELECT min(published_at)::DATE, max(published_at)::DATE, count(DISTINCT source_id) FROM documents"
    ).fetchall()[0]
    pipelines = con.execute(
        "SELECT DISTINCT pipeline_version FROM runs WHERE run_id IN (SELECT run_id FROM documents) ORDER BY 1"
    ).fetchall()
    return Citation(
        number,
        at,
        [p[0] for p in pipelines],
        {name: con.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0] for name in HASHED},
        {name: table_hash(con, BY_NAME[name]) for name in HASHED},
        first,
        last,
        sources,
    )


def table_hash(con: duckdb.DuckDBPyConnection, table: Table) -> str:
    """SHA-256 over the rows of a table in order of its key; does not depend on files, runs or the time of loading."""
    there = {row[0] for row in con.execute(f"DESCRIBE {table.name}").fetchall()}  # an older snapshot may lack some
    told = [c.name for c in table.columns if c.name in there and not c.derived and c.name not in _OPERATIONAL]
    columns = ", ".join(f"'{name}', {name}" for name in told)
    order = ", ".join(table.key)
    row = con.execute(
        f"SELECT sha256(coalesce(string_agg(h, '' ORDER BY {order}), '')) FROM (SELECT {order}, sha256(json_object({columns})::VARCHAR) AS h FROM {table.name})"
    ).fetchone()
    return str(row[0]) if row else ""


def _sha256(text: str) -> str:

    return sha256(text.encode()).hexdigest()


def as_text(c: Citation, version: str) -> str:
    """The citation as sentences and a table."""
    period = f"published {c.first_day} to {c.last_day}" if c.first_day else "undated"
    lines = [
        f"Marsad {version}, pipeline {', '.join(c.pipelines) or 'unknown'}. Warehouse snapshot {c.snapshot} of {c.snapshot_at:%Y-%m-%d %H:%M:%S} UTC: "
        f"{c.rows['documents']:,} documents from {c.sources} source{'' if c.sources == 1 else 's'}, {period}; "
        f"{c.rows['event_mentions']:,} tellings of {c.rows['events']:,} events.",
        f"SHA-256 of the rows in order of their keys: {c.hash}",
        "",
        f'To read it as it was: marsad sql --at {c.snapshot} "…". Snapshots expire (marsad maintain); publish the files of marsad export with the paper.',
        "",
        *(f"{name:16}{c.rows[name]:>12,}  {c.hashes[name]}" for name in HASHED),
    ]
    return "\n".join(lines)
