"""The nightly flow over an archive: the same steps, in chunks that remember how far they came."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial
from typing import Annotated, Any

from prefect import flow
from prefect.client.schemas.objects import State
from pydantic import Field

from flows.line import Line, batches
from flows.notify import HOOKS
from flows.operation import writing
from flows.runners import task_runner
from flows.settings import load as load_settings
from flows.sources import find_sources, recall, remember
from flows.states import final_state
from tasks.extract import Batch

Day = Annotated[str | None, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]


@flow(name="backfill", description=__doc__, task_runner=task_runner(), log_prints=False, **HOOKS)
def backfill(
    sources: list[str],
    since: Day = None,
    until: Day = None,
    chunk: Annotated[int, Field(ge=1)] = 50,
    home: str | None = None,
) -> State[Any]:
    """Read an archive, keep what was published in a stretch of time, and publish after every chunk; started again, it skips what is loaded.

    Args:
        sources: Names from sources.toml, or paths and addresses.
        since: First day of publication, YYYY-MM-DD; None for no limit.
        until: Last day of publication, YYYY-MM-DD; None for no limit.
        chunk: Batches after which events are published.
        home: Folder of the warehouse; None for the setting MARSAD_HOME.
    """
    settings = load_settings(home=home)
    with writing(settings, "backfill") as op:
        line = Line(op)
        for source in find_sources(settings, sources):
            state = recall(op, source)
            for n, batch in enumerate(batches(op, source, state), 1):
                _keep(batch, since, until)
                line.put(batch)
                if n % chunk == 0:
                    line.publish()
            line.then(partial(remember, op, source, state))
        line.finish()
    return final_state(op)


def _keep(batch: Batch, since: str | None, until: str | None) -> None:
    """Drop documents published outside the stretch; those without a date stay out when a limit is given."""
    if since or until:
        low, high = date.fromisoformat(since or "0001-01-01"), date.fromisoformat(until or "9999-12-31")
        batch.documents = [d for d in batch.documents if d.published_at and low <= _day(d.published_at) <= high]


def _day(moment: datetime) -> date:
    return (moment.astimezone(UTC) if moment.tzinfo else moment).date()
