"""What analysts' SQL may say: queries of the lake. DuckDB's own locks keep it from files; this keeps it from the catalog's database.

With the scanner of Postgres or SQLite loaded, `postgres_query` and the like, and the lake's own attached catalog, would still be
open to whoever writes the query. Functions that run text as SQL could hide them, so they are closed too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import duckdb

from warehouse.lake import LakeError

_FUNCTIONS = re.compile(
    r"postgres_|sqlite_|mysql_|pg_|query$|query_table$|json_execute_serialized_sql$|from_substrait", re.I
)
_CATALOG = "__ducklake_metadata"
_EXPLAIN = re.compile(r"\s*EXPLAIN\s+(ANALYZE\s+)?(\([^)]*\)\s*)?", re.I)


def check_query(query: str) -> None:
    """Let a query pass when every statement in it only reads the lake.

    Raises:
        LakeError: when it does something else, or names what is closed.
        duckdb.Error: when it is no SQL.
    """
    with duckdb.connect() as con:
        for statement in con.extract_statements(query):
            row = con.execute("SELECT json_serialize_sql(?)", [_EXPLAIN.sub("", statement.query, count=1)]).fetchone()
            tree = json.loads(row[0]) if row else {"error": True}
            if tree.get("error"):
                raise LakeError("only queries (SELECT, DESCRIBE, SHOW, SUMMARIZE, EXPLAIN) can be run here")
            for closed in _closed(tree):
                raise LakeError(f"{closed} cannot be used here: only the warehouse's own tables can be read")


def _closed(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _closed(item)
    elif isinstance(node, dict):
        name = str(node.get("function_name") or "")
        if _FUNCTIONS.match(name) and not name.startswith("pg_get_") and name != "pg_typeof":
            yield name
        for key in ("catalog_name", "schema_name", "catalog", "schema", "table_name"):
            if str(node.get(key) or "").lower().startswith(_CATALOG):
                yield str(node[key])
        for item in node.values():
            yield from _closed(item)
