"""One Prefect harness for all flow tests, without the heartbeat and without logs over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, PREFECT_LOGGING_TO_API_ENABLED, temporary_settings
from prefect.testing.utilities import prefect_test_harness

from flows.settings import Settings
from tests.dump import Rows, lake_rows
from warehouse.lake import Location


@pytest.fixture(scope="session", autouse=True)
def harness() -> Iterator[None]:
    quiet = {PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None, PREFECT_LOGGING_TO_API_ENABLED: False}
    with prefect_test_harness(server_startup_timeout=90), temporary_settings(quiet):
        yield


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Small batches, one thread, and no sources.toml but the test's own."""
    monkeypatch.setenv("MARSAD_TASK_RUNNER", "thread")
    monkeypatch.setenv("MARSAD_WORKERS", "1")
    monkeypatch.setenv("MARSAD_BATCH_SIZE", "3")
    monkeypatch.setenv("MARSAD_SOURCES", str(tmp_path / "sources.toml"))


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Any]:
    from flows.ingest import ingest
    from flows.runners import task_runner

    def call(*sources: Path | str, home: Path | None = None) -> Any:
        flow = ingest.with_options(task_runner=task_runner())
        return flow([str(s) for s in sources] or None, str(home or tmp_path / "home"), return_state=True)

    return call


@pytest.fixture
def dump(tmp_path: Path) -> Callable[..., Rows]:
    """Every table's rows without what differs between runs."""

    def read(home: Path | None = None, place: Location | None = None) -> Rows:
        return lake_rows(place or Location(home or tmp_path / "home"))

    return read


__all__ = ["Settings"]
