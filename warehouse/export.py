"""Write the warehouse out: one Parquet file a table."""

from __future__ import annotations

from pathlib import Path

import duckdb

from warehouse.schema import TABLES, quoted


def export_parquet(con: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, int]:
    """Write every table to ``folder/<table>.parquet``, rows in order of their key; returns row counts by table.

    Raises:
        OSError: when the folder cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    counts: dict[str, int] = {}
    for table in TABLES:
        target = folder / f"{table.name}.parquet"
        order = ", ".join(table.key)
        con.execute(
            f"COPY (SELECT * FROM {table.name} ORDER BY {order}) TO {quoted(str(target))} (FORMAT parquet, COMPRESSION zstd)"
        )
        row = con.execute(f"SELECT count(*) FROM {table.name}").fetchone()
        counts[table.name] = int(row[0]) if row else 0
    return counts
