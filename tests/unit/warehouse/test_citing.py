from __future__ import annotations

from pathlib import Path

import duckdb

from tests.unit.warehouse import rows
from warehouse.citing import HASHED, as_text, cite, table_hash
from warehouse.lake import Location, connect
from warehouse.load import load_batch
from warehouse.schema import BY_NAME


def test_the_same_rows_have_the_same_hash_whoever_loads_them(tmp_path: Path) -> None:
    found = []
    for name, batches in (("a", [rows.both(rows.one("x"), rows.one("y"))]), ("b", [rows.one("y"), rows.one("x")])):
        with connect(Location(tmp_path / name), threads=1) as con:
            for n, batch in enumerate(batches):
                load_batch(con, rows.stage(tmp_path / f"{name}{n}", batch), f"run-{name}", "test")
            found.append(cite(con))
    assert found[0].hashes == found[1].hashes
    assert found[0].hash == found[1].hash
    assert found[0].rows["documents"] == 2


def test_a_changed_character_changes_the_hash(lake: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    load_batch(lake, rows.stage(tmp_path / "1", rows.one("x")), "r1", "test")
    before = cite(lake)
    lake.execute("UPDATE documents SET text = text || '.'")
    after = cite(lake)
    assert [t for t in HASHED if before.hashes[t] != after.hashes[t]] == ["documents"]
    assert before.hash != after.hash
    assert after.snapshot > before.snapshot


def test_an_older_snapshot_is_cited_as_it_was(place: Location, tmp_path: Path) -> None:
    with connect(place, threads=1) as con:
        load_batch(con, rows.stage(tmp_path / "1", rows.one("x")), "r1", "test")
        then = cite(con)
        load_batch(con, rows.stage(tmp_path / "2", rows.one("y")), "r2", "test")
    with connect(place, read_only=True, snapshot=str(then.snapshot)) as con:
        assert cite(con, then.snapshot) == then
    assert str(then.snapshot) in as_text(then, "9.9")
    assert then.hash in as_text(then, "9.9")


def test_no_rows_have_a_hash(lake: duckdb.DuckDBPyConnection) -> None:
    assert len(table_hash(lake, BY_NAME["events"])) == 64
    assert "undated" in as_text(cite(lake), "9.9")
