from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tasks.events.resolve import resolve
from tests.unit.warehouse import rows
from warehouse.checking import run_checks
from warehouse.lake import Location, connect
from warehouse.load import load_batch
from warehouse.publish import publish_events
from warehouse.rollback import rollback
from warehouse.summaries import publish_summaries

IRAN = rows.entity("geo:IRN", "إيران") | {"name_en": "Iran"}
MINISTER = rows.entity("person:m", "الوزير", is_linked=False) | {"kind": "PERSON", "name_en": None}


def batch(name: str, *entities: dict[str, object], day: int = 9) -> rows.Tables:
    """A document that names Moscow and the given entities in one sentence."""
    made = rows.one(name, day=day)
    for n, entity in enumerate(entities):
        mention = {"mention_id": f"{name}-{n}", "entity_id": entity["entity_id"], "kind": entity["kind"]}
        made["mentions"].append(made["mentions"][0] | mention)
        made["entities"].append(entity)
    return made


def publish(con: duckdb.DuckDBPyConnection, folder: Path, tables: rows.Tables) -> None:
    load_batch(con, rows.stage(folder, tables), "r1", "test")
    publish_events(con, resolve, "r1")
    publish_summaries(con, "r1")


def pairs(con: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return con.execute(
        "SELECT strftime(month, '%Y-%m'), entity_a, entity_b, sentences, documents FROM co_mentions ORDER BY ALL"
    ).fetchall()


def failed(con: duckdb.DuckDBPyConnection) -> list[str]:
    return [r.check.name for r in run_checks(con) if not r.passed and "points to" not in r.check.name]


def test_pairs_of_a_sentence_are_counted_once_a_document(lake: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    publish(lake, tmp_path / "1", rows.both(batch("a", IRAN, MINISTER, IRAN), batch("b", IRAN)))
    assert pairs(lake) == [
        ("2021-02", "geo:IRN", "person:m", 1, 1),
        ("2021-02", "geo:IRN", "place:moscow", 2, 2),
        ("2021-02", "person:m", "place:moscow", 1, 1),
    ]
    names = lake.execute("SELECT people, organizations, locations FROM document_names ORDER BY document_id").fetchall()
    assert names == [("الوزير", None, "Iran;Moscow"), (None, None, "Iran;Moscow")]
    assert publish_summaries(lake, "r2") == 0
    assert failed(lake) == []


def test_an_undated_document_counts_too(lake: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    undated = batch("a", IRAN)
    undated["documents"][0]["published_at"] = None
    publish(lake, tmp_path / "1", undated)
    assert [p[1:] for p in pairs(lake)] == [("geo:IRN", "place:moscow", 1, 1)]
    assert publish_summaries(lake, "r2") == 0
    assert failed(lake) == []


def test_a_month_without_pairs_is_summed_up_once(lake: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    publish(lake, tmp_path / "1", batch("a"))
    assert pairs(lake) == []
    assert publish_summaries(lake, "r2") == 0
    publish(lake, tmp_path / "2", batch("b", IRAN))
    assert [p[1:] for p in pairs(lake)] == [("geo:IRN", "place:moscow", 1, 1)]
    assert publish_summaries(lake, "r3") == 0
    assert failed(lake) == []


def test_what_changes_or_goes_is_summed_up_anew(lake: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    publish(lake, tmp_path / "1", rows.both(batch("a", IRAN), batch("b", IRAN)))
    (before,) = lake.execute("SELECT max(snapshot_id) FROM ducklake_snapshots('lake')").fetchall()[0]
    publish(lake, tmp_path / "2", batch("a", MINISTER))
    assert [p[1:] for p in pairs(lake)] == [("geo:IRN", "place:moscow", 1, 1), ("person:m", "place:moscow", 1, 1)]
    assert failed(lake) == []
    rollback(lake, before)
    assert publish_summaries(lake, "r3") == 0
    assert [p[1:] for p in pairs(lake)] == [("geo:IRN", "place:moscow", 2, 2)]
    assert failed(lake) == []


def test_a_renamed_entity_is_renamed_in_the_lists(lake: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    publish(lake, tmp_path / "1", batch("a", IRAN))
    publish(lake, tmp_path / "2", batch("b", IRAN | {"name_en": "Persia"}))
    assert lake.execute("SELECT DISTINCT locations FROM document_names").fetchall() == [("Moscow;Persia",)]


@pytest.mark.parametrize("damage", ["DELETE FROM co_mentions", "UPDATE co_mentions SET sentences = 9"])
def test_the_check_sees_what_does_not_add_up(lake: duckdb.DuckDBPyConnection, tmp_path: Path, damage: str) -> None:
    publish(lake, tmp_path / "1", batch("a", IRAN))
    lake.execute(damage)
    assert failed(lake) == ["co mentions add up"]


def test_a_lake_made_before_the_columns_gets_them_filled(tmp_path: Path) -> None:
    place = Location(tmp_path / "home")
    quote = {
        "quote_id": "q",
        "document_id": "a",
        "sentence_no": 1,
        "char_start": 4,
        "char_end": 10,
        "verb": "قال",
        "is_direct": True,
    }
    made = rows.one("a") | {"quotes": [quote]}
    made["event_mentions"][0]["target_text"] = "موسكو"
    with connect(place, threads=1) as con:
        publish(con, tmp_path / "1", made)
        for table, column in (
            ("quotes", "text"),
            ("documents", "char_count"),
            ("event_mentions", "target_start"),
            ("events", "first_document_id"),
            ("events", "event_number"),
        ):
            con.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        con.execute("DROP TABLE co_mentions")
    with connect(place, threads=1) as con:
        publish_events(con, resolve, "r1")
        assert con.execute("SELECT text FROM quotes").fetchall() == [("الوزير",)]
        assert con.execute("SELECT char_count FROM documents").fetchall() == [(17,)]
        assert con.execute("SELECT source_start, target_start FROM event_mentions").fetchall() == [(None, 11)]
        assert con.execute("SELECT first_document_id FROM events").fetchall() == [("a",)]
        assert failed(con) == []
