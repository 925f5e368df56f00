"""Columns that follow from a row and its document: written at loading, filled where a lake was made before they were."""

from __future__ import annotations

import duckdb

from warehouse.schema import TABLES, Column, Table


def columns(table: Table) -> list[Column]:
    """The derived columns of a table."""
    return [c for c in table.columns if c.derived]


def select_list(table: Table) -> str:
    """`, expression AS name` for each, over the row s and its document d; empty when there is none."""
    return "".join(f", {c.derived} AS {c.name}" for c in columns(table))


def fill(con: duckdb.DuckDBPyConnection) -> None:
    """Write what is missing, inside a transaction."""
    for table in TABLES:
        for column in columns(table):
            missing = f"FROM {table.name} s JOIN documents d USING (document_id) WHERE s.{column.name} IS NULL AND {column.derived} IS NOT NULL"
            row = con.execute(f"SELECT count(*) {missing}").fetchone()
            if row and row[0]:
                con.execute(
                    f"""UPDATE {table.name} s SET {column.name} = {column.derived} FROM documents d
                        WHERE d.document_id = s.document_id AND s.{column.name} IS NULL"""
                )
