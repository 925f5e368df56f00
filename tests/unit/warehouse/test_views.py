from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from tasks.events.resolve import resolve
from tests.unit.warehouse import rows
from warehouse import views
from warehouse.export import export_gdelt, export_parquet, export_polecat
from warehouse.load import load_batch
from warehouse.publish import publish_events
from warehouse.schema import TABLES


@pytest.fixture(scope="module")
def filled(
    shared_lake: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory
) -> duckdb.DuckDBPyConnection:
    """Two tellings of a visit by two outlets, a planned one, and an assault with numbers."""
    assault = rows.one("d", day=12)
    assault["event_mentions"][0] |= {
        "match_key": "ASSAULT|occurred|ISR:|PSE:", "plover_type": "ASSAULT", "cameo_code": "190", "quad_class": 4, "goldstein": -10.0,
        "source_country": "ISR", "target_country": "PSE", "killed": 3, "wounded": 7, "location_entity_id": "place:moscow",
    }  # fmt: skip
    planned = rows.one("c", day=11)
    planned["event_mentions"][0] |= {"match_key": "CONSULT|planned|IRN:|RUS:", "status": "planned"}
    quote = {
        "quote_id": "q",
        "document_id": "a",
        "sentence_no": 1,
        "char_start": 0,
        "char_end": 10,
        "verb": "قال",
        "is_direct": True,
        "speaker_text": "الوزير",
    }
    batch = rows.both(rows.one("a"), rows.one("b", day=10), planned, assault, {"quotes": [quote]})
    load_batch(shared_lake, rows.stage(tmp_path_factory.mktemp("staged"), batch), "r1", "test")
    publish_events(shared_lake, resolve, "r1")
    assert views.install(shared_lake)
    return shared_lake


def one(con: duckdb.DuckDBPyConnection, sql: str) -> object:
    row = con.execute(sql).fetchone()
    assert row
    return row[0] if len(row) == 1 else row


def test_installing_twice_does_nothing(filled: duckdb.DuckDBPyConnection) -> None:
    assert not views.install(filled)


def test_every_view_says_what_a_row_is(filled: duckdb.DuckDBPyConnection) -> None:
    for view in views.all_views():
        assert "row" in view.meaning, view.name
        comment = one(
            filled, f"SELECT comment FROM duckdb_views() WHERE schema_name = 'mart' AND view_name = '{view.name}'"
        )
        assert str(comment).startswith(view.meaning)


@pytest.mark.parametrize(("view", "table"), [("events_enriched", "events"), ("quotes_by_speaker", "quotes")])
def test_no_join_multiplies_rows(filled: duckdb.DuckDBPyConnection, view: str, table: str) -> None:
    assert one(filled, f"SELECT count(*) FROM mart.{view}") == one(filled, f"SELECT count(*) FROM {table}")


def test_dyads_add_up_to_the_events_that_occurred(filled: duckdb.DuckDBPyConnection) -> None:
    assert (
        one(filled, "SELECT sum(events) FROM mart.dyads_daily")
        == one(filled, "SELECT count(*) FROM events WHERE status = 'occurred'")
        == 2
    )
    assert (
        one(
            filled,
            "SELECT bool_and(events = verbal_cooperation + material_cooperation + verbal_conflict + material_conflict) FROM mart.dyads_daily",
        )
        is True
    )


def test_a_country_month_counts_an_event_once_a_country(filled: duckdb.DuckDBPyConnection) -> None:
    assert filled.execute("SELECT country, events, assaults FROM mart.country_month ORDER BY 1").fetchall() == [
        ("IRN", 1, 0), ("ISR", 1, 1), ("PSE", 1, 1), ("RUS", 1, 0)
    ]  # fmt: skip


def test_conflict_and_cooperation_make_the_net(filled: duckdb.DuckDBPyConnection) -> None:
    assert (
        one(filled, "SELECT bool_and(abs(net - cooperation - conflict) < 1e-9) FROM mart.conflict_cooperation") is True
    )


def test_fatalities_tell_who_says_so(filled: duckdb.DuckDBPyConnection) -> None:
    assert one(filled, "SELECT killed, wounded, who_says_so FROM mart.fatalities") == (3, 7, "d")


def test_meetings_keep_planned_ones_apart(filled: duckdb.DuckDBPyConnection) -> None:
    assert filled.execute("SELECT status, document_count FROM mart.meetings_and_visits ORDER BY 1").fetchall() == [
        ("occurred", 2),
        ("planned", 1),
    ]


def test_outlets_on_one_event_stand_beside_each_other(filled: duckdb.DuckDBPyConnection) -> None:
    assert filled.execute("SELECT outlet, tellings FROM mart.source_comparison ORDER BY 1").fetchall() == [
        ("a", 1),
        ("b", 1),
    ]


def test_coverage_adds_up(filled: duckdb.DuckDBPyConnection) -> None:
    assert one(filled, "SELECT sum(documents), sum(event_mentions), sum(mentions) FROM mart.coverage") == (4, 4, 4)


def test_quotes_hold_the_words_of_the_document(filled: duckdb.DuckDBPyConnection) -> None:
    assert one(filled, "SELECT words FROM mart.quotes_by_speaker") == rows.document("a")["text"][:10]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("view", "file"),
    [
        ("gdelt_events", "gdelt2_event_columns"),
        ("gdelt_mentions", "gdelt2_mentions_columns"),
        ("polecat_events", "polecat_columns"),
    ],
)
def test_columns_are_those_of_the_published_tables(
    filled: duckdb.DuckDBPyConnection, shared: Path, view: str, file: str
) -> None:
    with (shared / "reference" / f"{file}.csv").open(encoding="utf-8") as handle:
        wanted = [r["column"] for r in csv.DictReader(handle)]
    assert [d[0] for d in filled.execute(f"SELECT * FROM mart.{view}").description] == wanted


def test_gdelt_row(filled: duckdb.DuckDBPyConnection) -> None:
    row = filled.execute(
        """SELECT SQLDATE, MonthYear, FractionDate, Actor1CountryCode, Actor2CountryCode, EventCode, EventBaseCode, EventRootCode, QuadClass, NumArticles,
                  ActionGeo_CountryCode FROM mart.gdelt_events WHERE EventRootCode = '19'"""
    ).fetchone()
    assert row == (20210209, 202102, 2021.1068, "ISR", "PSE", "190", "190", "19", 4, 1, "RS")


def test_gdelt_and_polecat_files(filled: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    assert export_gdelt(filled, tmp_path) == {"marsad.export.CSV": 2, "marsad.mentions.CSV": 3}
    lines = (tmp_path / "marsad.export.CSV").read_text(encoding="utf-8").splitlines()
    assert [len(line.split("\t")) for line in lines] == [61, 61]
    assert {
        len(line.split("\t")) for line in (tmp_path / "marsad.mentions.CSV").read_text(encoding="utf-8").splitlines()
    } == {16}
    export_polecat(filled, tmp_path)
    lines = (tmp_path / "marsad.polecat.txt").read_text(encoding="utf-8").splitlines()
    assert [len(line.split("\t")) for line in lines] == [40] * 4
    assert lines[0].startswith("Event ID\tEvent Date\tEvent Type")


def test_parquet_export_has_every_table_in_order_of_its_key(filled: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    counts = export_parquet(filled, tmp_path / "out")
    assert set(counts) == {t.name for t in TABLES}
    found = duckdb.sql(f"SELECT event_mention_id FROM read_parquet('{tmp_path}/out/event_mentions.parquet')").fetchall()
    assert found == sorted(found)
    assert len(found) == counts["event_mentions"] == 4
