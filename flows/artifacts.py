"""What a run shows in the Prefect UI: progress while it works, then summary, rejects, checks and new events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from prefect.artifacts import (
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.runtime import flow_run

from flows import clock, nights
from flows.operation import Operation
from flows.states import summary_line
from warehouse.checking import Result

_NEW_EVENTS = """
SELECT e.event_date AS date, e.plover_type AS type, (SELECT min(event_mention_id) FROM event_mentions m WHERE m.event_id = e.event_id)[:16] AS explain,
       coalesce(s.name_en, s.name_ar, e.source_country) AS source,
       coalesce(t.name_en, t.name_ar, e.target_country) AS target, e.mention_count AS tellings, e.status
FROM events e LEFT JOIN entities s ON s.entity_id = e.source_entity_id LEFT JOIN entities t ON t.entity_id = e.target_entity_id
WHERE e.run_id = ? AND e.plover_type IS NOT NULL ORDER BY e.document_count DESC, abs(e.goldstein) DESC, e.event_id LIMIT 25
"""

_REASONS = """
SELECT stage, regexp_replace(split_part(error, ': ', 1), '[0-9]+', '…', 'g') AS reason, count(*) AS items, count(DISTINCT source_id) AS sources,
       min(locator) AS example, any_value(advice) AS advice
FROM rejects WHERE run_id = ? GROUP BY ALL ORDER BY items DESC, stage, reason LIMIT 50
"""


def _watched() -> bool:
    return flow_run.id is not None


def report_progress(op: Operation, batch: str) -> None:
    """A short note under a stable key, so that the run page shows how far it is."""
    if _watched():
        seen = op.counts["documents_seen"]
        text = f"**{seen}** documents read, last batch loaded: {batch}\n\n{summary_line(op)}\n\n{seen / max(op.seconds, 1):.0f} documents a second"
        create_markdown_artifact(text, key="ingest-progress", description="How far the run is")
        _progress(op, min(99.0, 100 * op.loaded / max(seen, op.usual or 0, 1)))


def _progress(op: Operation, share: float) -> None:
    """The bar of the run page: the share of what a usual run reads; in a first run, of what has been read so far."""
    if op.progress_id is None:
        made = create_progress_artifact(share, key="run-progress", description="Documents loaded")
        op.progress_id = made if isinstance(made, UUID) else None  # a coroutine only where a flow is async
    else:
        update_progress_artifact(op.progress_id, share)


def report_run(op: Operation) -> None:
    """Judge the run, then show summary, rejects by reason, checks and top new events as artifacts with stable keys."""
    op.judge()
    if not _watched():
        return
    _progress(op, 100.0)
    create_markdown_artifact(_summary(op), key="run-summary", description="What the run did")
    c = op.counts
    done = c["documents_new"] + c["documents_changed"]
    last = nights.markdown(nights.nights(op.con, clock.now().date(), done, c["documents_rejected"]))
    create_markdown_artifact(last, key="last-30-nights", description="Documents loaded and rejected by night")
    reasons = _rows(op, _REASONS)
    if reasons:
        create_table_artifact(reasons, key="rejects-by-reason", description="Why documents failed in this run")
    rejects = _rows(
        op,
        "SELECT source_id AS source, locator, stage, error, advice FROM rejects WHERE run_id = ? ORDER BY 1, 2 LIMIT 200",
    )
    if rejects:
        create_table_artifact(rejects, key="rejects", description="Documents that failed in this run")
    create_table_artifact(_check_rows(op), key="checks", description="Checks of the warehouse")
    events = _rows(op, _NEW_EVENTS)
    if events:
        create_table_artifact(
            events,
            key="new-events",
            description="Events first told in this run; marsad explain with the id of the third column says why",
        )


def _rows(op: Operation, sql: str) -> list[dict[str, Any]]:
    cursor = op.con.execute(sql, [op.run_id])
    names = [d[0] for d in cursor.description or []]
    return [{n: _plain(v) for n, v in zip(names, row, strict=True)} for row in cursor.fetchall()]


def _plain(value: object) -> object:
    return value if isinstance(value, int | float | str | bool) or value is None else str(value)


def _check_rows(op: Operation) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for result in sorted(op.checks, key=lambda r: r.passed):
        sample: Sequence[dict[str, object]] = result.sample[:2]
        rows.append(
            {
                "check": result.check.name,
                "severity": result.check.severity,
                "result": "passed" if result.passed else f"{result.failures} rows",
                "example": str(sample[0]) if sample else "",
            }
        )
    return rows


def _failed_check(result: Result) -> str:
    rows = ", ".join(f"{name} {value}" for row in result.sample[:1] for name, value in row.items())
    return f"- {result.check.severity}: **{result.check.name}** has {result.failures} rows, such as {rows}"


def _summary(op: Operation) -> str:
    c = op.counts
    types = op.con.execute(
        "SELECT coalesce(plover_type, 'statement'), count(*) FROM event_mentions WHERE run_id = ? GROUP BY 1 ORDER BY 2 DESC, 1",
        [op.run_id],
    ).fetchall()
    stages = op.con.execute(
        "SELECT stage, count(*) FROM rejects WHERE run_id = ? GROUP BY 1 ORDER BY 2 DESC", [op.run_id]
    ).fetchall()
    lines = [
        f"## {op.outcome().capitalize()}",
        "",
        *(f"- {warning}" for warning in op.warnings),
        *(_failed_check(result) for result in op.failed_checks),
        "",
        "| documents | |",
        "| --- | ---: |",
        *(f"| {name} | {c['documents_' + name]} |" for name in ("seen", "new", "changed", "skipped", "rejected")),
        "",
        f"{c['mentions']} mentions, {c['event_mentions']} event mentions, {c['events']} event rows written, "
        f"{c['documents_seen'] / max(op.seconds, 0.001):.3g} documents a second over {op.seconds:.0f} s.",
    ]
    if types:
        lines += ["", "| event type | mentions |", "| --- | ---: |", *(f"| {name} | {n} |" for name, n in types)]
    if stages:
        lines += ["", "| rejected at | documents |", "| --- | ---: |", *(f"| {name} | {n} |" for name, n in stages)]
    return "\n".join(lines)
