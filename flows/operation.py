"""What every writing flow shares: the lake, the run's row, one writer at a time, counts, and how it ended."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

import duckdb
from filelock import FileLock, Timeout
from prefect.runtime import flow_run

from flows import clock, progress
from flows.settings import Settings, lake_location, own_gazetteers
from tasks.batch import Config
from tasks.version import pipeline_version
from warehouse.checking import ERROR, Result
from warehouse.lake import connect
from warehouse.load import Loaded, bury_runs, end_run, start_run
from warehouse.views import install as install_views

_MAYBE_ALIVE = timedelta(hours=12)  # another writer's run that has not ended is taken for killed after this


class BusyError(RuntimeError):
    """Another run writes to this warehouse."""


_USUAL = """
SELECT median(documents_seen) FROM (
  SELECT documents_seen FROM runs WHERE flow = ? AND run_id <> ? AND ended_at IS NOT NULL ORDER BY started_at DESC LIMIT 7
)
"""


def config_of(settings: Settings) -> Config:
    """Which resources the transform loads under these settings."""
    s = settings
    return Config(s.cache, s.morphology, s.recognizer, s.camel_model, own_gazetteers(s), s.names_only)


@dataclass
class Operation:
    """A writing run: opened with `writing`, it holds the lake and counts what happens."""

    settings: Settings
    flow: str
    con: duckdb.DuckDBPyConnection
    run_id: str
    started_at: datetime
    counts: Counter[str] = field(default_factory=Counter)
    rejects: Counter[str] = field(default_factory=Counter)
    checks: list[Result] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    progress_id: uuid.UUID | None = None  # of the progress artifact

    @property
    def loaded(self) -> int:
        """Documents that are done with: loaded, unchanged or rejected."""
        return sum(self.counts[f"documents_{name}"] for name in ("new", "changed", "skipped", "rejected"))

    @cached_property
    def usual(self) -> float | None:
        """Documents that a run of this flow usually reads; None before there was one."""
        row = self.con.execute(_USUAL, [self.flow, self.run_id]).fetchone()
        return float(row[0]) if row and row[0] is not None else None

    @property
    def config(self) -> Config:
        """Which resources the transform loads."""
        return config_of(self.settings)

    def count(self, loaded: Loaded) -> None:
        """Add what a batch brought."""
        self.counts["documents_new"] += loaded.documents_new
        self.counts["documents_changed"] += loaded.documents_changed
        self.counts["documents_rejected"] += loaded.rejects
        self.counts["mentions"] += loaded.mentions
        self.counts["event_mentions"] += loaded.event_mentions
        progress.report(self.counts)

    @property
    def failed_checks(self) -> list[Result]:
        """Checks with rows, errors first."""
        return sorted((r for r in self.checks if not r.passed), key=lambda r: r.check.severity != ERROR)

    @property
    def seconds(self) -> float:
        """Time since the start."""
        return (clock.now() - self.started_at).total_seconds()

    def outcome(self) -> str:
        """State of the run in words, as in runs.state."""
        if any(r.check.severity == ERROR for r in self.failed_checks):
            return "failed checks"
        if self.warnings:
            return "completed with warnings"
        if self.counts["documents_rejected"]:
            return "completed with rejects"
        return "completed with warnings" if self.failed_checks else "completed"

    def judge(self) -> None:
        """Note what is unlike a usual run: more rejects than the set share, or nothing read where a run used to read."""
        seen, rejected = self.counts["documents_seen"], self.counts["documents_rejected"]
        if seen and rejected / seen > self.settings.reject_share:
            self.warnings.append(f"more than {self.settings.reject_share:.0%} rejected")
        if not seen and self.usual:
            self.warnings.append(f"nothing was read, where a usual run reads {self.usual:.0f} documents")


@contextmanager
def writing(settings: Settings, flow: str) -> Iterator[Operation]:
    """Open the warehouse for a run; its row says how it ended, also when it failed.

    Raises:
        BusyError: when another run writes to the same embedded warehouse.
        warehouse.lake.LakeError: when the lake cannot be opened.
    """
    with one_writer(settings):
        con = connect(lake_location(settings), threads=settings.workers)
        op = Operation(settings, flow, con, flow_run.id or str(uuid.uuid4()), clock.now())
        try:
            install_views(con)
            bury_runs(con, op.started_at, op.started_at - _MAYBE_ALIVE if settings.catalog else None)
            start_run(con, op.run_id, flow, pipeline_version(), op.started_at)
            try:
                yield op
            except BaseException as error:
                end_run(con, op.run_id, f"failed: {type(error).__name__}", clock.now(), op.counts)
                raise
            end_run(con, op.run_id, op.outcome(), clock.now(), op.counts)
        finally:
            con.close()


@contextmanager
def one_writer(settings: Settings) -> Iterator[None]:
    """Hold an embedded warehouse for this process; the system lets go when the process is killed.

    Raises:
        BusyError: when another process holds it.
    """
    if settings.catalog:  # Postgres: several writers are safe
        yield
        return
    settings.root.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.root / "writer.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise BusyError(f"another run is writing to {settings.home}: wait for it, or give another --home") from None
    try:
        yield
    finally:
        lock.release()
