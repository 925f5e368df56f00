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


def export_gdelt(con: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, int]:
    """Write ``marsad.export.CSV`` and ``marsad.mentions.CSV`` as GDELT 2.0 does: tab-separated, no header, its columns in order."""
    files = {"marsad.export.CSV": "gdelt_events", "marsad.mentions.CSV": "gdelt_mentions"}
    return {name: _tab_separated(con, view, folder / name, header=False) for name, view in files.items()}


def export_polecat(con: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, int]:
    """Write ``marsad.polecat.txt`` as POLECAT does: tab-separated with a header, its columns in order."""
    return {"marsad.polecat.txt": _tab_separated(con, "polecat_events", folder / "marsad.polecat.txt", header=True)}


def _tab_separated(con: duckdb.DuckDBPyConnection, view: str, target: Path, header: bool) -> int:
    target.parent.mkdir(parents=True, exist_ok=True)
    # Tabs and line ends inside a field would break the readers of these formats, which know no quotes.
    columns = ", ".join(
        f'translate("{name}", chr(9) || chr(10) || chr(13), \'   \') AS "{name}"' if kind == "VARCHAR" else f'"{name}"'
        for name, kind, *_ in con.execute(f"DESCRIBE mart.{view}").fetchall()
    )
    con.execute(
        f"""COPY (SELECT {columns} FROM mart.{view} ORDER BY ALL) TO {quoted(str(target))}
            (FORMAT csv, DELIMITER '\t', HEADER {header}, QUOTE '', ESCAPE '')"""
    )
    row = con.execute(f"SELECT count(*) FROM mart.{view}").fetchone()
    return int(row[0]) if row else 0
