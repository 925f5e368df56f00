"""What two warehouses are compared by."""

from __future__ import annotations

from typing import Any

from warehouse.lake import Location, connect
from warehouse.schema import TABLES

Rows = dict[str, list[tuple[Any, ...]]]
_DIFFERS = {"run_id", "retrieved_at", "rejected_at"}  # between two runs of the same


def lake_rows(place: Location) -> Rows:
    """Every table's rows in order, without what differs between runs."""
    out: Rows = {}
    with connect(place, read_only=True) as con:
        for table in TABLES:
            if table.name not in ("runs", "sources"):
                columns = ", ".join(c for c in table.column_names if c not in _DIFFERS)
                out[table.name] = con.execute(f"SELECT {columns} FROM {table.name} ORDER BY ALL").fetchall()
    return out
