"""Take the warehouse back to an earlier snapshot, as a new snapshot: nothing of the history is lost."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from warehouse.lake import CATALOG, LakeError, retrying, transaction
from warehouse.schema import TABLES


@dataclass(frozen=True)
class Change:
    """What rolling back does to a table."""

    table: str
    removed: int
    restored: int


def plan(con: duckdb.DuckDBPyConnection, snapshot: int) -> list[Change]:
    """Rows that rolling back would remove and restore, by table.

    Raises:
        LakeError: when there is no such snapshot, or it was expired.
    """
    row = con.execute(
        f"SELECT count(*) FROM ducklake_snapshots('{CATALOG}') WHERE snapshot_id = ?", [snapshot]
    ).fetchone()
    if not row or not row[0]:
        raise LakeError(f"there is no snapshot {snapshot}: see marsad status, or SELECT * FROM lake.snapshots()")
    return [
        change
        for table in _tables_at(con, snapshot)
        if (change := _compare(con, table, snapshot)).removed or change.restored
    ]


def rollback(con: duckdb.DuckDBPyConnection, snapshot: int) -> list[Change]:
    """Make every table hold what it held at a snapshot, in one transaction; the rows of runs stay as they are."""
    changes = plan(con, snapshot)

    def once() -> None:
        with transaction(con, "marsad", f"roll back to snapshot {snapshot}", {"snapshot": snapshot}):
            for change in changes:
                old = f"{change.table} AT (VERSION => {int(snapshot)})"
                con.execute(f"CREATE OR REPLACE TEMP TABLE before_rollback AS SELECT * FROM {old}")
                con.execute(f"DELETE FROM {change.table}")
                con.execute(f"INSERT INTO {change.table} BY NAME SELECT * FROM before_rollback")

    if changes:
        retrying(once)
    return changes


def _tables_at(con: duckdb.DuckDBPyConnection, snapshot: int) -> list[str]:
    out = []
    for table in TABLES:
        if table.name == "runs":  # the story of what was run is not undone
            continue
        try:
            con.execute(f"SELECT 1 FROM {table.name} AT (VERSION => {int(snapshot)}) LIMIT 0")
        except duckdb.Error as error:
            raise LakeError(f"snapshot {snapshot} cannot be read: {error}") from error
        out.append(table.name)
    return out


def _compare(con: duckdb.DuckDBPyConnection, table: str, snapshot: int) -> Change:
    old = f"(SELECT * FROM {table} AT (VERSION => {int(snapshot)}))"
    removed = con.execute(f"SELECT count(*) FROM (SELECT * FROM {table} EXCEPT ALL SELECT * FROM {old})").fetchone()
    restored = con.execute(f"SELECT count(*) FROM (SELECT * FROM {old} EXCEPT ALL SELECT * FROM {table})").fetchone()
    return Change(table, int(removed[0]) if removed else 0, int(restored[0]) if restored else 0)
