"""Keep the lake small and sound: compact, expire, clean up, verify."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.lake import CATALOG


@dataclass(frozen=True)
class Report:
    """What maintenance did."""

    merged: int
    expired: int
    removed: int
    bytes_before: int
    bytes_after: int
    missing: tuple[str, ...]


def data_bytes(folder: str) -> int:
    """Bytes of the Parquet files in a local data folder; 0 for a bucket."""
    root = Path(folder)
    return sum(p.stat().st_size for p in root.rglob("*.parquet")) if root.exists() else 0


def maintain(con: duckdb.DuckDBPyConnection, data_path: str, keep_days: int, orphan_hours: int = 24) -> Report:
    """Rewrite files with many deleted rows, merge small ones, expire old snapshots and remove what nothing refers to.

    Args:
        con: connection to the lake, open for writing.
        data_path: folder of the Parquet files.
        keep_days: snapshots younger than this stay readable.
        orphan_hours: files unknown to the catalog are removed when older than this, so that a running writer's stay.
    """
    before = data_bytes(data_path)
    con.execute(f"CALL ducklake_rewrite_data_files('{CATALOG}')")
    merged = len(con.execute(f"CALL ducklake_merge_adjacent_files('{CATALOG}')").fetchall())
    expired = len(
        con.execute(
            f"CALL ducklake_expire_snapshots('{CATALOG}', older_than => now() - INTERVAL {int(keep_days)} DAY)"
        ).fetchall()
    )
    removed = len(
        con.execute(
            f"CALL ducklake_cleanup_old_files('{CATALOG}', older_than => now() - INTERVAL {int(orphan_hours)} HOUR)"
        ).fetchall()
    )
    removed += len(
        con.execute(
            f"CALL ducklake_delete_orphaned_files('{CATALOG}', older_than => now() - INTERVAL {int(orphan_hours)} HOUR)"
        ).fetchall()
    )
    return Report(merged, expired, removed, before, data_bytes(data_path), tuple(missing_files(con)))


@dataclass(frozen=True)
class Lost:
    """A data file whose rows cannot be read, since it or its file of deletions is gone or broken."""

    schema: str
    table: str
    data_file: str
    missing: str


def lost_files(con: duckdb.DuckDBPyConnection) -> list[Lost]:
    """What the current snapshot refers to and cannot be read."""
    lost: list[Lost] = []
    tables = con.execute(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = ?", [CATALOG]
    ).fetchall()
    for schema, table in tables:
        files = f"ducklake_list_files('{CATALOG}', '{table}', schema => '{schema}')"
        for data, deletions in con.execute(f"SELECT data_file, delete_file FROM {files}").fetchall():
            lost += [Lost(schema, table, data, f) for f in (data, deletions) if f and not _readable(con, f)][:1]
    return lost


def missing_files(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Parquet files that the current snapshot refers to and that are not there or cannot be read."""
    return [found.missing for found in lost_files(con)]


def _readable(con: duckdb.DuckDBPyConnection, file: str) -> bool:
    try:
        con.execute("SELECT count(*) FROM parquet_metadata(?)", [file])
    except duckdb.Error:
        return False
    return True
