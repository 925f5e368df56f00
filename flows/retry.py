"""Read again what was rejected: what can be read now is loaded and leaves the rejects."""

from __future__ import annotations

from collections import defaultdict
from itertools import count
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.line import Line
from flows.notify import HOOKS
from flows.operation import Operation, writing
from flows.settings import load as load_settings
from flows.sources import named_sources
from flows.states import final_state
from tasks.extract import extract
from tasks.reading.read import read
from tasks.reading.types import Source, SourceError


@flow(name="retry", description=__doc__, log_prints=False, **HOOKS)
def retry(home: str | None = None) -> State[Any]:
    """Take up every row of rejects again, source by source.

    Args:
        home: Folder of the warehouse; None for the setting MARSAD_HOME.
    """
    settings = load_settings(home=home)
    with writing(settings, "retry") as op:
        line = Line(op, in_process=True)
        for source, locators in _rejected(op):
            _retry_source(op, line, source, locators)
        line.finish()
    return final_state(op)


def _rejected(op: Operation) -> list[tuple[Source, set[str]]]:
    """Sources with what was rejected of them; a source is taken from sources.toml, else from its row."""
    named = named_sources(op.settings)
    locators: dict[str, set[str]] = defaultdict(set)
    for source_id, locator in op.con.execute("SELECT source_id, locator FROM rejects ORDER BY ALL").fetchall():
        locators[source_id].add(locator)
    rows = op.con.execute("SELECT source_id, kind, location, outlet, country, language FROM sources").fetchall()
    known = {r[0]: named.get(r[0]) or Source(r[0], r[1], r[2], r[3] or "", r[4] or "", r[5] or "ar") for r in rows}
    return [(known[source_id], listed) for source_id, listed in locators.items() if source_id in known]


def _retry_source(op: Operation, line: Line, source: Source, locators: set[str]) -> None:
    try:
        items = iter(read(source, {}, only=locators))
        for _ in count():
            batch = extract(source, items, 0, op.settings.batch_size)
            size = len(batch.documents) + len(batch.failures)
            if not size:
                return
            op.counts["documents_seen"] += size
            line.put(batch)
    except SourceError as error:  # the source itself is gone: its rejects stay, the others go on
        op.rejects[f"source gone: {error}"] += 1
