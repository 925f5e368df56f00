"""The publish tasks: duplicates, events and checks, once the batches are in."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
from prefect import task
from prefect.assets import materialize
from prefect.cache_policies import NO_CACHE

from tasks.assets import tables
from tasks.events.resolve import resolve
from tasks.reading.duplicates import MAYBE, estimate, verify
from warehouse.checking import Result, run_checks
from warehouse.duplicates import find_duplicates
from warehouse.load import mark_repaired
from warehouse.publish import publish_events, sweep_entities
from warehouse.summaries import publish_summaries


@materialize(
    *tables("documents", "event_mentions", "entities", "events", "co_mentions", "document_names"),
    name="publish",
    task_run_name="publish stories and events",
    retries=2,
    retry_delay_seconds=[1, 5],
    cache_policy=NO_CACHE,
    log_prints=False,
)
def publish(con: duckdb.DuckDBPyConnection, run_id: str, duplicate_days: int) -> int:
    """Bring stories, events, summaries and entities up to date; returns the number of event rows written."""
    find_duplicates(con, same_text, duplicate_days, run_id)
    written = publish_events(con, resolve, run_id)
    publish_summaries(con, run_id)
    sweep_entities(con)
    mark_repaired(con)
    return written


@task(
    name="check",
    task_run_name="check the warehouse",
    retries=1,
    cache_policy=NO_CACHE,
    log_prints=False,
)
def check(con: duckdb.DuckDBPyConnection) -> list[Result]:
    """Run every check on the lake."""
    return run_checks(con)


def same_text(pairs: pa.Table) -> list[bool]:
    """For each pair (columns one_signature, other_signature, one_text, other_text) whether the two texts are one, edited."""
    first, second = (
        np.frombuffer(b"".join(pairs[name].to_pylist()), np.uint32).reshape(pairs.num_rows, -1)
        for name in ("one_signature", "other_signature")
    )
    likely = estimate(first, second) >= MAYBE
    texts = zip(likely, pairs["one_text"].to_pylist(), pairs["other_text"].to_pylist(), strict=True)
    return [bool(maybe) and verify(one, other) for maybe, one, other in texts]
