"""A Parquet file that is gone: named, taken out of the catalog, and what hung on it is to be made again."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.unit.warehouse import rows
from warehouse.lake import Location, connect
from warehouse.load import load_batch, save_sources
from warehouse.maintain import lost_files, maintain
from warehouse.repair import repair


def filled(place: Location, tmp_path: Path) -> None:
    """Two batches of twelve documents: more rows than DuckLake keeps in its catalog, so that they are files."""
    with connect(place, threads=1) as con:
        save_sources(con, [{"source_id": "s", "kind": "folder", "location": "x", "state": "{}"}], "r")
        for batch in "ab":
            many = rows.both(*(rows.one(f"{batch}{n}") for n in range(12)))
            load_batch(con, rows.stage(tmp_path / batch, many), "r", batch)


def count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(con.execute(f"SELECT count(DISTINCT document_id) FROM {table}").fetchall()[0][0])


def lose(con: duckdb.DuckDBPyConnection, table: str) -> str:
    (file,) = con.execute(f"SELECT data_file FROM ducklake_list_files('lake', '{table}') LIMIT 1").fetchall()[0]
    Path(file).unlink()
    return str(file)


def test_nothing_lost_is_nothing_to_repair(place: Location, tmp_path: Path) -> None:
    filled(place, tmp_path)
    with connect(place) as con:
        assert repair(con) == []
        assert count(con, "documents") == 24


def test_a_lost_file_of_sentences_costs_no_document(place: Location, tmp_path: Path) -> None:
    filled(place, tmp_path)
    with connect(place) as con:
        file = lose(con, "sentences")
        with pytest.raises(duckdb.IOException):
            count(con, "sentences")
        assert [(f.table, f.missing) for f in repair(con)] == [("sentences", file)]
    with connect(place) as con:
        assert (count(con, "documents"), count(con, "sentences"), count(con, "mentions")) == (24, 12, 24)
        assert lost_files(con) == []
        maintain(con, place.data_path, keep_days=0, orphan_hours=0)
        assert count(con, "sentences") == 12
        assert con.execute("SELECT state FROM sources").fetchall() == [("{}",)]


def test_lost_documents_are_to_be_read_again(place: Location, tmp_path: Path) -> None:
    filled(place, tmp_path)
    with connect(place) as con:
        lose(con, "documents")
        repair(con)
        assert {t: count(con, t) for t in ("documents", "sentences", "mentions", "event_mentions")} == dict.fromkeys(
            ("documents", "sentences", "mentions", "event_mentions"), 12
        )
        assert con.execute("SELECT state FROM sources").fetchall() == [(None,)]
        again = load_batch(con, tmp_path / "a", "r2", "again") + load_batch(con, tmp_path / "b", "r2", "again")
        assert (again.documents_new, again.documents_changed) == (12, 12)
        assert count(con, "sentences") == 24


def test_a_lost_file_of_deletions_takes_its_rows_along(place: Location, tmp_path: Path) -> None:
    filled(place, tmp_path)
    with connect(place) as con:
        con.execute("CALL lake.set_option('data_inlining_row_limit', 0)")
        con.execute("DELETE FROM sentences WHERE document_id LIKE 'a1%'")
        files = con.execute("SELECT delete_file FROM ducklake_list_files('lake', 'sentences')").fetchall()
        (file,) = [f for (f,) in files if f]
        Path(file).unlink()
        assert [f.missing for f in repair(con)] == [file]
        assert count(con, "sentences") == 12, "what was deleted does not come back"
