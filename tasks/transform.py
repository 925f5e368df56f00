"""The transform task: a batch becomes staged Parquet files. Runs in a worker process."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from prefect import task
from prefect.context import TaskRunContext

from tasks.batch import Config, load_resources, transform_batch
from tasks.reading.types import Failure, RawDocument
from tasks.staging import write_batch


def _by_content(_: TaskRunContext, parameters: dict[str, Any]) -> str:
    return f"transform-{parameters['key']}"


@task(
    name="transform",
    task_run_name="transform {name}",
    cache_key_fn=_by_content,
    persist_result=True,
    log_prints=False,
)
def transform(
    key: str,
    name: str,
    documents: Sequence[RawDocument],
    failures: Sequence[Failure],
    config: Config,
    staging: Path,
    retrieved_at: datetime,
    country: str = "",
) -> str:
    """Analyse a batch and stage its tables; returns the folder.

    The key is one of content and pipeline version, so a batch staged before a kill is not analysed again.
    """
    folder = staging / key
    if not folder.exists():
        tables = transform_batch(documents, load_resources(config), retrieved_at, failures, country)
        folder = write_batch(tables, staging, key)
    return str(folder)


def start_worker(parent: int) -> None:
    """Prepare a worker process: end it when the flow's process is gone, so that kill -9 leaves nothing behind."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
