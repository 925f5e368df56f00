"""Where batches are transformed: worker processes on this machine, threads, or Dask; by setting."""

from __future__ import annotations

import os
from typing import Any

from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner, ThreadPoolTaskRunner

from flows.settings import load
from tasks.transform import start_worker


def task_runner() -> TaskRunner[Any]:
    """The task runner that the settings ask for."""
    settings = load()
    if settings.task_runner == "thread":
        return ThreadPoolTaskRunner(max_workers=settings.workers)
    if settings.task_runner == "dask":
        return _dask(settings.dask_address, settings.workers)
    return ProcessPoolTaskRunner(max_workers=settings.workers, initializer=start_worker, initargs=(os.getpid(),))


def _dask(address: str, workers: int) -> TaskRunner[Any]:
    try:
        from prefect_dask.task_runners import DaskTaskRunner
    except ImportError as error:
        raise RuntimeError("MARSAD_TASK_RUNNER=dask needs the extra: pip install 'marsad[dask]'") from error
    if address:
        return DaskTaskRunner(address=address)
    return DaskTaskRunner(cluster_kwargs={"n_workers": workers, "threads_per_worker": 1, "dashboard_address": None})
