from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from tests.unit.warehouse import rows
from warehouse.lake import LakeError, Location, connect, lock_down, transaction
from warehouse.load import load_batch


def load_one(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    load_batch(con, rows.stage(tmp_path / "staged", rows.one("a")), "r1", "test")


def test_reading_where_there_is_no_warehouse_says_what_to_do(place: Location) -> None:
    with pytest.raises(LakeError, match="marsad ingest"):
        connect(place, read_only=True)
    assert not place.home.exists()


def test_a_failed_transaction_leaves_nothing(lake: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(ZeroDivisionError), transaction(lake, "t", "m"):
        lake.execute(
            "INSERT INTO rejects BY NAME SELECT 'x' AS reject_id, 's' AS source_id, 'l' AS locator, 'read' AS stage, "
            "'e' AS error, now() AS rejected_at, 'r' AS run_id"
        )
        raise ZeroDivisionError
    assert lake.execute("SELECT count(*) FROM rejects").fetchone() == (0,)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_csv('/etc/hostname')",
        "SELECT * FROM read_text('{home}/secret.txt')",
        "COPY documents TO '{home}/out.csv'",
        "ATTACH '{home}/other.db'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "DELETE FROM documents",
        "DROP TABLE documents",
    ],
)
def test_analysts_reach_nothing_but_the_lake(place: Location, tmp_path: Path, query: str) -> None:
    with connect(place) as con:
        load_one(con, tmp_path)
    (place.home / "secret.txt").write_text("x")
    with connect(place, read_only=True) as con:
        lock_down(con, place)
        assert con.execute("SELECT count(*) FROM documents").fetchone() == (1,)
        with pytest.raises(duckdb.Error):
            con.execute(query.format(home=place.home))


def test_the_past_can_be_read(place: Location, tmp_path: Path) -> None:
    with connect(place) as con:
        before = con.execute("SELECT max(snapshot_id) FROM lake.snapshots()").fetchone()
        load_one(con, tmp_path)
    assert before
    with connect(place, read_only=True, snapshot=str(before[0])) as con:
        assert con.execute("SELECT count(*) FROM documents").fetchone() == (0,)


def test_a_copied_home_is_a_warehouse_of_its_own(place: Location, tmp_path: Path) -> None:
    with connect(place) as con:
        load_one(con, tmp_path)
    copy = Location(tmp_path / "copy")
    shutil.copytree(place.home, copy.home)
    shutil.rmtree(place.home)
    with connect(copy, read_only=True) as con:
        assert con.execute("SELECT locator FROM documents").fetchall() == [("a.txt",)]
