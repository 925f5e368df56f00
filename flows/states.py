"""How a run ends: the state says what happened, so that nobody has to read a log to know."""

from __future__ import annotations

from typing import Any

from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.operation import Operation
from warehouse.checking import ERROR


def summary_line(op: Operation) -> str:
    """One line of counts."""
    c = op.counts
    return (
        f"{c['documents_new']} new, {c['documents_changed']} changed, {c['documents_skipped']} unchanged, "
        f"{c['documents_rejected']} rejected; {c['mentions']} mentions, {c['event_mentions']} event mentions"
    )


def _warn(checks: int) -> str:
    return "1 check warns" if checks == 1 else f"{checks} checks warn"


def final_state(op: Operation) -> State[Any]:
    """Completed, Completed with rejects or warnings, or Failed when a check found an error."""
    line = summary_line(op)
    errors = [r for r in op.failed_checks if r.check.severity == ERROR]
    if errors:
        return Failed(
            message=f"{len(errors)} checks failed ({errors[0].check.name}); {line}",
            name="Failed checks",
            data=dict(op.counts),
        )
    warnings = [*op.warnings, *([_warn(len(op.failed_checks))] if op.failed_checks else [])]
    message = "; ".join([*warnings, line])
    if op.warnings:
        return Completed(message=message, name="Completed with warnings", data=dict(op.counts))
    if op.counts["documents_rejected"]:
        return Completed(message=message, name="Completed with rejects", data=dict(op.counts))
    name = "Completed with warnings" if warnings else None
    return Completed(message=message, name=name, data=dict(op.counts))
