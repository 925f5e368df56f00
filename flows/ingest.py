"""The nightly flow: extract, transform, load, publish."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Annotated, Any

from prefect import flow, get_run_logger
from prefect.futures import PrefectFuture
from prefect.runtime import flow_run
from prefect.client.schemas.objects import State
from pydantic import Field

from flows.artifacts import report_progress, report_run
from flows.operation import Operation, writing
from flows.runners import task_runner
from flows.settings import load as load_settings
from flows.sources import remember, resolve_sources
from flows.states import final_state, summary_line
from tasks.batch import document_id
from tasks.extract import Batch, extract
from tasks.load import load
from tasks.publish import check, publish
from tasks.reading.read import read
from tasks.staging import batch_key
from tasks.transform import transform
from tasks.version import pipeline_version
from warehouse.load import known_documents

Sources = Annotated[
    list[str] | None,
    Field(description="Names from sources.toml, or paths and addresses; empty for every enabled source."),
]
Home = Annotated[str | None, Field(description="Folder of the warehouse; empty for the setting MARSAD_HOME.")]


def _run_name() -> str:
    names = flow_run.parameters.get("sources") or ["every enabled source"]
    return f"ingest {', '.join(PurePath(n).name or n for n in names)} {datetime.now(UTC):%Y-%m-%d %H:%M:%S}"


@flow(name="ingest", description=__doc__, flow_run_name=_run_name, task_runner=task_runner(), log_prints=False)
def ingest(sources: Sources = None, home: Home = None) -> State[Any]:
    """Read sources, code what is new or changed, load it and publish events."""
    settings = load_settings(home=home)
    with writing(settings, "ingest") as op:
        waiting: deque[tuple[Batch, PrefectFuture[str] | str]] = deque()
        for batch in fresh_batches(op, sources):
            waiting.append(
                (
                    batch,
                    transform_batch_of(
                        op, batch, alone=batch.number == 0 and len(batch.documents) < settings.batch_size
                    ),
                )
            )
            while len(waiting) > settings.workers + 1:
                load_staged(op, *waiting.popleft())
        while waiting:
            load_staged(op, *waiting.popleft())
        op.counts["events"] = publish(op.con, op.run_id, settings.duplicate_days)
        op.checks = check(op.con)
        report_run(op)
    return final_state(op)


def fresh_batches(op: Operation, names: list[str] | None) -> Iterator[Batch]:
    """Batches of the documents that are new or changed; the others are skipped before the costly work."""
    for source, state in resolve_sources(op, names):
        items = iter(read(source, state))
        number = 0
        while True:
            batch = extract(source, items, number, op.settings.batch_size)
            size = len(batch.documents) + len(batch.failures)
            if not size:
                break
            number += size
            known = known_documents(op.con, [document_id(d) for d in batch.documents])
            fresh = [d for d in batch.documents if known.get(document_id(d)) != d.content_sha256]
            op.counts["documents_seen"] += size
            op.counts["documents_skipped"] += len(batch.documents) - len(fresh)
            batch.documents = fresh
            if fresh or batch.failures:
                yield batch
        remember(op, source, state)


def transform_batch_of(op: Operation, batch: Batch, alone: bool) -> PrefectFuture[str] | str:
    """Analyse a batch, in a worker process when there is more than one batch."""
    key = batch_key(batch.documents, batch.failures, pipeline_version())
    op.rejects.update(f.stage for f in batch.failures)
    staged = (op.settings.staging / key).exists()
    run = transform.with_options(refresh_cache=not staged)
    given = (
        key,
        batch.name,
        batch.documents,
        batch.failures,
        op.config,
        op.settings.staging,
        datetime.now(UTC),
        batch.source.country,
    )
    return run(*given) if alone else run.submit(*given)


def load_staged(op: Operation, batch: Batch, folder: PrefectFuture[str] | str) -> None:
    """Load a batch when its transform is done, and tell how far the run is."""
    done = folder if isinstance(folder, str) else folder.result()
    op.count(load(op.con, done, op.run_id, batch.name))
    report_progress(op, batch.name)
    get_run_logger().info("loaded %s: %s", batch.name, summary_line(op))


if __name__ == "__main__":
    ingest(home=os.environ.get("MARSAD_HOME"))
