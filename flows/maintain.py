"""The maintenance flow: compact, expire, clean up, check."""

from __future__ import annotations

import shutil
import time
from typing import Annotated

from prefect import flow
from pydantic import Field

from flows.operation import writing
from flows.settings import Settings, lake_location
from flows.settings import load as load_settings
from warehouse.maintain import maintain as maintain_lake

_STAGED_KEEP_SECONDS = 7 * 24 * 3600


@flow(name="maintain", description=__doc__, log_prints=False)
def maintain(
    home: Annotated[str | None, Field(description="Folder of the warehouse; empty for the setting.")] = None,
) -> list[str]:
    """Keep the warehouse small and sound; returns lines that tell what was done."""
    return run_maintain(load_settings(home=home))


def run_maintain(settings: Settings) -> list[str]:
    """As the flow, in this process and without Prefect."""
    place = lake_location(settings)
    with writing(settings, "maintain") as op:
        report = maintain_lake(op.con, place.data_path, settings.keep_snapshots_days)
    leftovers = remove_leftovers(settings)
    won = report.bytes_before - report.bytes_after
    lines = [
        f"{report.merged} files merged, {report.expired} snapshots expired, {report.removed} files removed, {leftovers} staged leftovers removed",
        f"{report.bytes_before:,} bytes before, {report.bytes_after:,} after: {won:,} won",
    ]
    lines += [f"MISSING: {file}" for file in report.missing] or ["every referenced file is there"]
    return lines


def remove_leftovers(settings: Settings) -> int:
    """Remove staged batches that no run took up for a week; returns how many."""
    old = (
        [p for p in settings.staging.glob("*") if time.time() - p.stat().st_mtime > _STAGED_KEEP_SECONDS]
        if settings.staging.exists()
        else []
    )
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    return len(old)
