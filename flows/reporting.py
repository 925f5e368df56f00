"""What `marsad status` tells."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import duckdb

from flows import clock
from warehouse.schema import TABLES

_SOURCES = """
SELECT s.source_id, s.last_success_at, s.last_attempt_at, s.state, f.failures, f.newest_document, f.documents, f.documents_last_week, f.documents_usual_week
FROM sources s JOIN mart.freshness f USING (source_id) ORDER BY s.source_id
"""


def status_rows(con: duckdb.DuckDBPyConnection) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Rows of (what, name, value, note): tables with their sizes, the last runs, each source's freshness."""
    rows: list[tuple[Any, ...]] = []
    for table in TABLES:
        count = con.execute(f"SELECT count(*) FROM {table.name}").fetchone()
        rows.append(("table", table.name, count[0] if count else 0, table.meaning))
    rows += con.execute(
        """SELECT 'run', strftime(started_at, '%Y-%m-%d %H:%M') || ' ' || flow, state,
                  format('{} new, {} changed, {} unchanged, {} rejected', coalesce(documents_new, 0), coalesce(documents_changed, 0),
                         coalesce(documents_skipped, 0), coalesce(documents_rejected, 0))
           FROM runs ORDER BY started_at DESC LIMIT 5"""
    ).fetchall()
    rows += [source_row(clock.now(), *row) for row in con.execute(_SOURCES).fetchall()]
    rows += con.execute(
        """SELECT 'snapshot', snapshot_id::VARCHAR, strftime(snapshot_time, '%Y-%m-%d %H:%M:%S'), commit_message
           FROM ducklake_snapshots('lake') ORDER BY snapshot_id DESC LIMIT 5"""
    ).fetchall()
    return ["what", "name", "value", "note"], rows


def source_row(
    now: datetime,
    name: str,
    success: datetime | None,
    attempt: datetime | None,
    state: str | None,
    failures: int | None,
    newest: Any,
    documents: int,
    last_week: int,
    usual_week: float,
) -> tuple[str, str, str, str]:
    """How fresh a source is: last success, how long ago that was, its volume against the usual, and whether it is backing off."""
    notes = [
        f"{documents} documents, newest {newest or 'undated'}",
        f"{last_week} in the last week, usually {usual_week:.3g}",
    ]
    if success is None:
        value = f"never read to its end, last tried {_lag(attempt, now)}" if attempt else "never read"
    else:
        value = f"{success.astimezone(UTC):%Y-%m-%d %H:%M}, {_lag(success, now)}"
    if failures:
        notes.append(f"failed {failures} times in a row")
    next_try = float((json.loads(state) if state else {}).get("next_try") or 0)
    if next_try > now.timestamp():
        notes.append(f"backs off until {datetime.fromtimestamp(next_try, UTC):%Y-%m-%d %H:%M}")
    return ("source", name, value, "; ".join(notes))


def _lag(moment: datetime, now: datetime) -> str:
    hours = max(0.0, (now - moment).total_seconds() / 3600)
    return f"{hours:.0f} h ago" if hours < 48 else f"{hours / 24:.0f} days ago"
