from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tasks.events.resolve import resolve
from tests.unit.warehouse import rows
from warehouse.load import load_batch
from warehouse.publish import publish_events, sweep_entities


def load(con: duckdb.DuckDBPyConnection, folder: Path, tables: rows.Tables) -> None:
    load_batch(con, rows.stage(folder, tables), "r1", "test")


def events(con: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return con.execute("SELECT event_id, mention_count, document_count, source_count FROM events ORDER BY 1").fetchall()


def test_tellings_of_one_day_are_one_event(lake: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    load(lake, tmp_path / "1", rows.both(rows.one("a"), rows.one("b", outlet="a"), rows.one("c", day=10)))
    publish_events(lake, resolve, "r1")
    assert events(lake) == [("e-a", 3, 3, 2)]
    assert lake.execute("SELECT DISTINCT event_id FROM event_mentions").fetchall() == [("e-a",)]


@pytest.mark.parametrize("order", [("a", "b", "c"), ("c", "b", "a"), ("b", "c", "a")])
def test_the_order_of_loading_does_not_matter(
    lake: duckdb.DuckDBPyConnection, tmp_path: Path, order: tuple[str, ...]
) -> None:
    for name in order:
        load(lake, tmp_path / name, rows.one(name))
        publish_events(lake, resolve, "r1")
    assert events(lake) == [("e-a", 3, 3, 3)]


def test_publishing_again_writes_nothing(lake: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    load(lake, tmp_path / "1", rows.one("a"))
    assert publish_events(lake, resolve, "r1") == 1
    assert publish_events(lake, resolve, "r2") == 0


def test_a_document_that_no_longer_tells_it_leaves_the_event(lake: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    load(lake, tmp_path / "1", rows.both(rows.one("a"), rows.one("b")))
    publish_events(lake, resolve, "r1")
    silent = rows.one("a", text="بقي الوزير في بيته.")
    del silent["event_mentions"], silent["mentions"]
    load(lake, tmp_path / "2", silent)
    publish_events(lake, resolve, "r1")
    assert events(lake) == [("e-b", 1, 1, 1)]


def test_a_telling_that_changed_its_confidence_is_seen(lake: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    load(lake, tmp_path / "1", rows.one("a"))
    publish_events(lake, resolve, "r1")
    again = rows.one("a", text="زار الوزير موسكو اليوم.")
    again["event_mentions"][0]["confidence"] = 0.5
    load(lake, tmp_path / "2", again)
    publish_events(lake, resolve, "r1")
    assert lake.execute("SELECT confidence FROM events").fetchall() == [(0.5,)]


def test_entities_without_mentions_are_swept(lake: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    batch = rows.one("a")
    batch["entities"].append(rows.entity("place:nowhere", "لا مكان"))
    load(lake, tmp_path / "1", batch)
    sweep_entities(lake)
    assert lake.execute("SELECT entity_id FROM entities").fetchall() == [("place:moscow",)]
