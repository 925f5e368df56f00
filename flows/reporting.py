"""What `marsad status` tells."""

from __future__ import annotations

from typing import Any

import duckdb

from warehouse.schema import TABLES


def status_rows(con: duckdb.DuckDBPyConnection) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Rows of (what, name, value, note): tables with their sizes, the last runs, each source's freshness."""
    rows: list[tuple[Any, ...]] = []
    for table in TABLES:
        count = con.execute(f"SELECT count(*) FROM {table.name}").fetchone()
        rows.append(("table", table.name, count[0] if count else 0, table.meaning))
    rows += con.execute(
        """SELECT 'run', strftime(started_at, '%Y-%m-%d %H:%M') || ' ' || flow, state,
                  format('{} new, {} changed, {} unchanged, {} rejected', documents_new, documents_changed, documents_skipped, documents_rejected)
           FROM runs ORDER BY started_at DESC LIMIT 5"""
    ).fetchall()
    rows += con.execute(
        """SELECT 'source', s.source_id, coalesce(strftime(s.last_success_at, '%Y-%m-%d %H:%M'), 'never read to its end'),
                  format('{} documents, newest {}', count(d.document_id), coalesce(strftime(max(d.published_at), '%Y-%m-%d'), 'undated'))
           FROM sources s LEFT JOIN documents d USING (source_id) GROUP BY ALL ORDER BY 2"""
    ).fetchall()
    rows += con.execute(
        """SELECT 'snapshot', snapshot_id::VARCHAR, strftime(snapshot_time, '%Y-%m-%d %H:%M:%S'), commit_message
           FROM ducklake_snapshots('lake') ORDER BY snapshot_id DESC LIMIT 5"""
    ).fetchall()
    return ["what", "name", "value", "note"], rows
