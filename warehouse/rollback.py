"""Take the warehouse back to an earlier snapshot, as a new snapshot: nothing of the history is lost."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from warehouse import derived
from warehouse.lake import CATALOG, LakeError, retrying, transaction
from warehouse.schema import TABLES

_MADE_BY_PUBLISH = ("co_mentions", "document_names")


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
            derived.fill(con)  # the snapshot may be older than a column

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
        except duckdb.CatalogException:
            if table.name not in _MADE_BY_PUBLISH:
                raise LakeError(f"snapshot {snapshot} has no table {table.name}") from None
            continue  # the snapshot is older than the table; the next publish makes it right
        except duckdb.Error as error:
            raise LakeError(f"snapshot {snapshot} cannot be read: {error}") from error
        out.append(table.name)
    return out


def _compare(con: duckdb.DuckDBPyConnection, table: str, snapshot: int) -> Change:
    past = f"{table} AT (VERSION => {int(snapshot)})"
    columns = ", ".join(d[0] for d in con.execute(f"FROM {past} LIMIT 0").description or [])
    old, new = f"(SELECT {columns} FROM {past})", f"(SELECT {columns} FROM {table})"
    removed = con.execute(f"SELECT count(*) FROM (FROM {new} EXCEPT ALL FROM {old})").fetchone()
    restored = con.execute(f"SELECT count(*) FROM (FROM {old} EXCEPT ALL FROM {new})").fetchone()
    return Change(table, int(removed[0]) if removed else 0, int(restored[0]) if restored else 0)
