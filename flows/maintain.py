"""The maintenance flow: compact, expire, clean up, check."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence

import duckdb
from prefect import flow

from flows.operation import writing
from flows.settings import Settings, lake_location
from flows.settings import load as load_settings
from warehouse.lake import Location, connect
from warehouse.maintain import maintain as maintain_lake
from warehouse.maintain import missing_files
from warehouse.repair import repair

_STAGED_KEEP_SECONDS = 7 * 24 * 3600


@flow(name="maintain", description=__doc__, log_prints=False)
def maintain(home: str | None = None) -> list[str]:
    """Keep the warehouse small and sound; returns lines that tell what was done.

    Args:
        home: Folder of the warehouse; None for the setting MARSAD_HOME.
    """
    return run_maintain(load_settings(home=home))


def run_maintain(settings: Settings) -> list[str]:
    """As the flow, in this process and without Prefect."""
    place = lake_location(settings)
    try:
        return _maintain(settings, place)
    except duckdb.IOException as error:  # a file that compaction wanted to read
        with connect(place, read_only=True) as con:
            lost = missing_files(con)
        if not lost:
            raise
        return [f"stopped: {str(error).splitlines()[0]}", *_missing(lost)]


def run_repair(settings: Settings) -> list[str]:
    """Take lost files out of the catalog; returns lines that tell what was done and what is to be run now."""
    with writing(settings, "repair") as op:
        lost = repair(op.con)
    lines = [f"taken out of the catalog: {found.schema}.{found.table} {found.missing}" for found in lost]
    again = "what they held is made again by: marsad reprocess --everything, then marsad ingest with the sources they came from"
    return [*lines, again] if lost else ["every referenced file is there: nothing to repair"]


def _missing(files: Sequence[str]) -> list[str]:
    named = [f"MISSING: {file}" for file in files]
    return [*named, "restore them from a backup, or: marsad maintain --repair"] if files else named


def _maintain(settings: Settings, place: Location) -> list[str]:
    with writing(settings, "maintain") as op:
        report = maintain_lake(op.con, place.data_path, settings.keep_snapshots_days)
    leftovers = remove_leftovers(settings)
    won = report.bytes_before - report.bytes_after
    lines = [
        f"{report.merged} files merged, {report.expired} snapshots expired, {report.removed} files removed, {leftovers} staged leftovers removed",
        f"{report.bytes_before:,} bytes before, {report.bytes_after:,} after: {won:,} won",
    ]
    return lines + (_missing(report.missing) or ["every referenced file is there"])


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
