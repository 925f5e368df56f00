from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import platformdirs
import pytest

from flows.searching import index as indexing
from flows.searching import query
from flows.searching.query import Question, match, search
from flows.searching.snippet import snippet
from tasks.language.morphology import load_morphology
from tasks.language.terms import Terms
from tests.unit.warehouse import rows
from warehouse.load import load_batch

TEXTS = {
    "visit": "زار محمد باقر قاليباف موسكو والتقى رئيس الدوما.",
    "books": "قرأت كتابا قديما في المكتبة.",
    "the-books": "المعرض يعرض الكتب والكتاب المسموع.",
    "moscow": "أعلنت موسكو موقفها من الأزمة.",
    "clitic": "وقالت الصحيفة إن الوفد اجتمع بقاليباف ولقاليباف رأي آخر.",
}


@pytest.fixture(scope="module")
def terms() -> Terms:
    return Terms(load_morphology(Path(platformdirs.user_cache_dir("marsad"))))


def load(lake: duckdb.DuckDBPyConnection, folder: Path, run: str, **texts: str) -> None:
    batches = [rows.one(name.replace("_", "-"), text=text, day=n + 1) for n, (name, text) in enumerate(texts.items())]
    load_batch(lake, rows.stage(folder / run, rows.both(*batches)), run, "test")


@pytest.fixture
def index(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    con = indexing.open_index(tmp_path / "search.sqlite")
    yield con
    con.close()


@pytest.fixture
def filled(
    lake: duckdb.DuckDBPyConnection, index: sqlite3.Connection, terms: Terms, tmp_path: Path
) -> sqlite3.Connection:
    load(lake, tmp_path, "r1", **{k.replace("-", "_"): v for k, v in TEXTS.items()})
    assert indexing.update(index, lake, terms, tmp_path / "lock") == len(TEXTS)
    return index


def found(question: Question | str, index: sqlite3.Connection, terms: Terms) -> list[str]:
    asked = Question(question) if isinstance(question, str) else question
    return [r["id"] for r in search(asked, index, terms) if r["kind"] == "document"]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("عن الكتب", {"books", "the-books"}),
        ("كتاب", {"books", "the-books"}),
        ("والكتاب", {"books", "the-books"}),
        ("قاليباف موسكو", {"visit"}),
        ("قاليباف", {"visit", "clitic"}),
        ("اعلان موسكو", {"moscow", "visit"}),  # no document has both words: one is enough
        ('"موسكو موقف"', {"moscow"}),
        ("في عن من", set()),
        ("زلزال", set()),
    ],
)
def test_words_are_found_in_any_form(
    query: str, wanted: set[str], filled: sqlite3.Connection, lake: duckdb.DuckDBPyConnection, terms: Terms
) -> None:
    assert set(found(query, filled, terms)) == wanted


def test_filters_narrow(filled: sqlite3.Connection, terms: Terms) -> None:
    day = {name: date(2021, 2, n + 1) for n, name in enumerate(TEXTS)}
    assert found(Question("موسكو", since=day["moscow"]), filled, terms) == ["moscow"]
    assert found(Question("موسكو", until=day["visit"]), filled, terms) == ["visit"]
    assert found(Question("موسكو", source="other"), filled, terms) == []
    assert set(found(Question("موسكو", source="s"), filled, terms)) == {"visit", "moscow"}
    assert set(found(Question("موسكو", event_type="consult", actor="IRN"), filled, terms)) == {"visit", "moscow"}
    assert found(Question("موسكو", event_type="ASSAULT"), filled, terms) == []
    assert found(Question("موسكو", place="موسكو"), filled, terms) == []  # no telling has a place
    assert found(Question("موسكو", actor="؟"), filled, terms) == []


@pytest.mark.parametrize("value", ["moscow", "لموسكو", "place:moscow", "rus"])
def test_a_place_is_a_name_an_id_or_a_country(
    value: str, filled: sqlite3.Connection, lake: duckdb.DuckDBPyConnection, terms: Terms, tmp_path: Path
) -> None:
    lake.execute("UPDATE event_mentions SET location_entity_id = 'place:moscow' WHERE document_id = 'visit'")
    assert (
        indexing.update(filled, lake, terms, tmp_path / "lock") == 1
    )  # a new coding is a change, the text is the same
    assert found(Question("موسكو", place=value), filled, terms) == ["visit"]


def test_one_telling_must_answer_all_filters(
    index: sqlite3.Connection, lake: duckdb.DuckDBPyConnection, terms: Terms, tmp_path: Path
) -> None:
    batch = rows.one("a", text=TEXTS["visit"])
    other = rows.telling("a", key="ASSAULT|occurred|ISR:|PSE:", name="m-other")
    batch["event_mentions"].append(other | {"plover_type": "ASSAULT", "source_country": "ISR", "target_country": "PSE"})
    load_batch(lake, rows.stage(tmp_path / "r1", batch), "r1", "test")
    indexing.update(index, lake, terms, tmp_path / "lock")
    assert found(Question("موسكو", event_type="ASSAULT", actor="IRN"), index, terms) == []
    lines = search(Question("موسكو", event_type="ASSAULT", actor="ISR"), index, terms)
    assert [r["id"] for r in lines] == ["a", "m-other"]


def test_words_that_are_everywhere_still_find_the_best(
    index: sqlite3.Connection,
    lake: duckdb.DuckDBPyConnection,
    terms: Terms,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The newest and those with the words in the title are ranked; the ten best of all are among them."""
    other = "كلام الصحيفة طويل في شأن بعيد. "
    made = []
    for n in range(60):
        doc = rows.one(f"d{n:02}", text=other * (n % 7) + "زار الوزير موسكو." + other * (n % 3), day=n // 3 + 1)
        if n % 6 == 0:
            doc["documents"][0] |= {"title": "موسكو", "text": "موسكو\n" + doc["documents"][0]["text"]}
        made.append(doc)
    load_batch(lake, rows.stage(tmp_path / "r1", rows.both(*made)), "r1", "test")
    indexing.update(index, lake, terms, tmp_path / "lock")
    best = found(Question("موسكو", limit=10), index, terms)
    monkeypatch.setattr(query, "_NEWEST", 30)
    assert found(Question("موسكو", limit=10), index, terms) == best
    assert found(Question("موسكو", limit=40), index, terms)[30:] != []
    assert "d01" not in found(Question("موسكو", limit=60), index, terms)  # old, and only in the body
    assert set(found(Question("موسكو", until=date(2021, 2, 1)), index, terms)) == {"d00", "d01", "d02"}


def test_events_of_the_sentence_follow_their_document(
    filled: sqlite3.Connection, lake: duckdb.DuckDBPyConnection, terms: Terms
) -> None:
    document, event = search(Question("قاليباف موسكو"), filled, terms)
    assert (document["kind"], event["kind"]) == ("document", "event")
    assert event["id"] == "m-visit"
    assert event["title"] == "CONSULT 042 occurred: IRN ← RUS"
    assert "«قاليباف» «موسكو»" in document["snippet"]


def test_the_index_follows_the_lake(
    filled: sqlite3.Connection, lake: duckdb.DuckDBPyConnection, terms: Terms, tmp_path: Path
) -> None:
    assert indexing.update(filled, lake, terms, tmp_path / "lock") == 0
    load(lake, tmp_path, "r2", visit="وصل الوفد إلى طهران.")
    assert indexing.update(filled, lake, terms, tmp_path / "lock") == 1
    assert found("قاليباف", filled, terms) == ["clitic"]
    assert found("طهران", filled, terms) == ["visit"]
    lake.execute("DELETE FROM documents WHERE document_id = 'visit'")
    indexing.update(filled, lake, terms, tmp_path / "lock")
    assert found("طهران", filled, terms) == []
    assert indexing.size(filled) == len(TEXTS) - 1


def test_an_update_that_was_killed_goes_on(
    lake: duckdb.DuckDBPyConnection, terms: Terms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(lake, tmp_path, "r1", **{k.replace("-", "_"): v for k, v in TEXTS.items()})
    monkeypatch.setattr(indexing, "_CHUNK", 2)
    once = indexing._add
    calls = []

    def dies(con: sqlite3.Connection, *given: object) -> None:
        calls.append(1)
        if len(calls) == 2:
            con.execute("BEGIN")
            raise KeyboardInterrupt
        once(con, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(indexing, "_add", dies)
    con = indexing.open_index(tmp_path / "search.sqlite")
    with pytest.raises(KeyboardInterrupt):
        indexing.update(con, lake, terms, tmp_path / "lock")
    con.close()
    con = indexing.open_index(tmp_path / "search.sqlite")
    assert indexing.size(con) == 2
    assert indexing.update(con, lake, terms, tmp_path / "lock") == 3
    assert found("قاليباف موسكو", con, terms) == ["visit"]
    con.close()


def test_an_index_of_other_terms_is_made_anew(filled: sqlite3.Connection, tmp_path: Path) -> None:
    filled.execute("UPDATE meta SET value = 'old' WHERE name = 'version'")
    con = indexing.open_index(tmp_path / "search.sqlite")
    assert indexing.size(con) == 0
    con.close()


def test_periods_are_ranges_of_row_numbers() -> None:
    first, last = indexing.rows_between(date(2021, 2, 1), date(2021, 2, 1))
    assert first // indexing._DAY == last // indexing._DAY == indexing.day_number(date(2021, 2, 1))
    assert indexing.rows_between(None, None)[0] == 0
    assert indexing.rows_between(None, date(2021, 2, 1))[0] > 0  # undated documents lie in no period


def test_a_query_cannot_break_out(terms: Terms) -> None:
    asked = match('موسكو" OR body:* NEAR(', terms)
    assert set(asked.every) <= set('"()ابتثجحخدذرزسشصضطظعغفقكلمنهويء ') | set("AND OR bodynear")


def test_a_snippet_is_of_the_text(terms: Terms) -> None:
    text = "كلام كثير قبل ذلك. " * 30 + "ثم وصل قاليباف إلى موسكو. " + "وكلام بعده. " * 30
    wanted = match("موسكو قاليباف", terms).groups
    shown = snippet(text, wanted, terms)
    assert "«قاليباف» إلى «موسكو»" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert shown.strip("… ").replace("«", "").replace("»", "") in text
    assert len(shown) < 260
