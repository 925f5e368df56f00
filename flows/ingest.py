"""The nightly flow: extract, transform, load, publish."""

from __future__ import annotations

import os
from functools import partial
from pathlib import PurePath
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run

from flows import clock
from flows.line import Line, batches
from flows.notify import HOOKS
from flows.operation import writing
from flows.runners import task_runner
from flows.settings import load as load_settings
from flows.sources import few_documents, find_sources, recall, remember
from flows.states import final_state


def _run_name() -> str:
    names = flow_run.parameters.get("sources") or ["every enabled source"]
    return f"ingest {', '.join(PurePath(n).name or n for n in names)} {clock.now():%Y-%m-%d %H:%M:%S}"


@flow(name="ingest", description=__doc__, flow_run_name=_run_name, task_runner=task_runner(), log_prints=False, **HOOKS)
def ingest(sources: list[str] | None = None, home: str | None = None) -> State[Any]:
    """Read sources, code what is new or changed, load it and publish events.

    Args:
        sources: Names from sources.toml, or paths and addresses; None for every enabled source.
        home: Folder of the warehouse; None for the setting MARSAD_HOME.
    """
    settings = load_settings(home=home)
    chosen = find_sources(settings, sources)
    with writing(settings, "ingest") as op:
        line = Line(op, in_process=few_documents(chosen))
        for source in chosen:
            state = recall(op, source)
            for batch in batches(op, source, state):
                line.put(batch)
            line.then(partial(remember, op, source, state))
        line.finish()
    return final_state(op)


if __name__ == "__main__":
    ingest(home=os.environ.get("MARSAD_HOME"))
