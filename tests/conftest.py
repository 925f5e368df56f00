"""What all tests share: where the evaluation files lie, and a lake in a temporary folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from warehouse.lake import Location, connect

ROOT = Path(__file__).parent.parent
SHARED = Path(os.environ.get("MARSAD_SHARED", ROOT.parent / "shared"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not SHARED.exists():
        for item in items:
            if "shared" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="the evaluation files are not beside the project"))


@pytest.fixture(scope="session")
def shared() -> Path:
    return SHARED


@pytest.fixture
def place(tmp_path: Path) -> Location:
    return Location(tmp_path / "home")


@pytest.fixture
def lake(place: Location) -> Iterator[duckdb.DuckDBPyConnection]:
    con = connect(place, threads=1)
    yield con
    con.close()


@pytest.fixture(scope="module")
def shared_lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A lake for all tests of a module: filled once, then only read."""
    with connect(Location(tmp_path_factory.mktemp("shared")), threads=1) as con:
        yield con
