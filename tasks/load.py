"""The load task: a staged batch goes into the lake in one transaction."""

from __future__ import annotations

from pathlib import Path

import duckdb
from prefect.assets import materialize
from prefect.cache_policies import NO_CACHE

from tasks.assets import tables
from tasks.staging import discard
from warehouse.load import Loaded, load_batch


@materialize(
    *tables("documents", "sentences", "mentions", "entities", "event_mentions", "quotes", "rejects"),
    name="load",
    task_run_name="load {name}",
    retries=2,
    retry_delay_seconds=[1, 5],
    cache_policy=NO_CACHE,
    log_prints=False,
)
def load(con: duckdb.DuckDBPyConnection, folder: str, run_id: str, name: str) -> Loaded:
    """Load a staged batch and remove its files; retried, since what fails here is I/O."""
    loaded = load_batch(con, Path(folder), run_id, f"load {name}")
    discard(Path(folder))
    return loaded
