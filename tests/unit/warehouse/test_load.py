from __future__ import annotations

from pathlib import Path

import duckdb

from tests.unit.warehouse import rows
from warehouse.checking import run_checks
from warehouse.load import known_documents, load_batch
from warehouse.schema import TABLES


def dump(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[object, ...]]]:
    return {
        t.name: con.execute(f"SELECT * EXCLUDE (run_id) FROM {t.name} ORDER BY ALL").fetchall()
        for t in TABLES
        if t.name not in ("runs", "sources")
    }


def load(con: duckdb.DuckDBPyConnection, folder: Path, tables: rows.Tables, run: str = "r1"):
    return load_batch(con, rows.stage(folder, tables), run, "test")


def test_counts_new_and_changed_documents(lake: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    first = load(lake, tmp_path / "1", rows.both(rows.one("a"), rows.one("b")))
    assert (first.documents_new, first.documents_changed, first.mentions, first.event_mentions) == (2, 0, 2, 2)
    second = load(lake, tmp_path / "2", rows.both(rows.one("b", text="زار النائب موسكو."), rows.one("c")))
    assert (second.documents_new, second.documents_changed) == (1, 1)
    assert lake.execute("SELECT count(*) FROM documents").fetchone() == (3,)


def test_loading_twice_gives_the_same_rows(lake: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    load(lake, tmp_path / "1", rows.one("a"))
    once = dump(lake)
    load(lake, tmp_path / "2", rows.one("a"), "r2")
    assert dump(lake) == once


def test_a_changed_document_loses_its_old_rows(lake: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    load(lake, tmp_path / "1", rows.one("a"))
    changed = rows.one("a", text="بقي الوزير في بيته.")
    changed["mentions"], changed["event_mentions"] = [], []
    load(lake, tmp_path / "2", {k: v for k, v in changed.items() if v})
    assert lake.execute("SELECT count(*) FROM mentions").fetchone() == (0,)
    assert lake.execute("SELECT count(*) FROM event_mentions").fetchone() == (0,)
    assert lake.execute("SELECT text FROM documents").fetchall() == [("بقي الوزير في بيته.",)]


def test_spelling_of_an_unlinked_entity_does_not_depend_on_order(
    lake: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    for n, name in enumerate(("حسان أحمد", "حسان احمد", "حسان أحمد")):
        load(lake, tmp_path / str(n), {"entities": [rows.entity("u", name, is_linked=False)]})
    assert lake.execute("SELECT name_ar FROM entities").fetchall() == [(min("حسان أحمد", "حسان احمد"),)]


def test_what_is_told_of_an_unlinked_entity_does_not_depend_on_order(
    lake: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    told = [rows.entity("u", "رنا قاسم", is_linked=False) | {"country": c} for c in (None, "SYR", "LBN")]
    for n, entity in enumerate(told):
        load(lake, tmp_path / str(n), {"entities": [entity]})
    assert lake.execute("SELECT country FROM entities").fetchall() == [("LBN",)]


def test_a_reject_goes_when_its_document_is_read(lake: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    reject = {
        "reject_id": "x",
        "source_id": "s",
        "locator": "a.txt",
        "stage": "read",
        "error": "empty",
        "rejected_at": rows.NOW,
    }
    assert load(lake, tmp_path / "1", {"rejects": [reject]}).rejects == 1
    load(lake, tmp_path / "2", {"rejects": [reject | {"error": "still empty"}]})
    assert lake.execute("SELECT error FROM rejects").fetchall() == [("still empty",)]
    load(lake, tmp_path / "3", rows.one("a"))
    assert lake.execute("SELECT count(*) FROM rejects").fetchone() == (0,)


def test_known_documents(lake: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    load(lake, tmp_path / "1", rows.one("a"))
    assert known_documents(lake, ["a", "b"]) == {"a": rows.document("a")["content_sha256"]}


def test_checks_find_what_is_wrong(lake: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    broken = rows.one("a")
    broken["mentions"][0] |= {"text": "روما", "entity_id": "nobody"}
    broken["event_mentions"][0]["quad_class"] = 4
    broken["event_mentions"][0]["status"] = "maybe"
    load(lake, tmp_path / "1", broken)
    failed = {r.check.name for r in run_checks(lake) if not r.passed}
    assert {
        "mentions.entity_id points to entities",
        "mentions are their words",
        "quad class follows root",
        "event_mentions.status is allowed",
        "event_mentions.event_id points to events",
    } <= failed
