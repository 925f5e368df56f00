"""The lists of countries, nationalities, roles, organisations and places hold together."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

import seeds
from tasks.entities.types import KINDS, SECTORS
from tasks.language.normalize import fold

COUNTRIES = {
    row["iso3"]: row for row in seeds.read("gazetteer/countries.csv", ("iso3", "iso2", "name_ar", "name_en"), "iso3")
}
ORGANIZATIONS = seeds.read("gazetteer/organizations.csv", ("entity_id", "name_ar", "name_en", "kind"), "entity_id")
EXTRA = seeds.read("gazetteer/places_extra.csv", ("entity_id", "name_ar", "name_en", "kind"), "entity_id")
PLACES = seeds.read("gazetteer/places.csv.gz", ("entity_id", "name_ar", "name_en", "kind", "country"), "entity_id")
ARABIC = re.compile("[\u0621-\u064a]")


def names(row: dict[str, str]) -> list[str]:
    return [n for n in (row["name_ar"], *row["aliases"].split("|")) if n]


@pytest.mark.parametrize(
    ("rows", "least"), [(list(COUNTRIES.values()), 240), (ORGANIZATIONS, 700), (EXTRA, 1000), (PLACES, 10_000)]
)
def test_list_is_long_enough_and_spelled_in_arabic(rows: list[dict[str, str]], least: int) -> None:
    assert len(rows) >= least
    latin = [r["name_ar"] for r in rows if not ARABIC.search(r["name_ar"])]
    assert latin == []


@pytest.mark.parametrize("rows", [ORGANIZATIONS, EXTRA, PLACES])
def test_codes_are_known(rows: list[dict[str, str]]) -> None:
    assert {r["kind"] for r in rows} <= set(KINDS)
    assert {r["country"] for r in rows} <= {*COUNTRIES, ""}
    assert {r.get("sector", "") for r in rows} <= {*SECTORS, ""}
    assert {r["common_word"] for r in rows} <= {"yes", ""}
    assert [r["wikidata_id"] for r in rows if not re.fullmatch(r"(Q[1-9]\d*)?", r["wikidata_id"])] == []


@pytest.mark.parametrize("rows", [ORGANIZATIONS, EXTRA])
def test_wikidata_item_stands_once(rows: list[dict[str, str]]) -> None:
    items = [r["wikidata_id"] for r in rows if r["wikidata_id"]]
    assert sorted(items) == sorted(set(items))


@pytest.mark.parametrize("rows", [ORGANIZATIONS, EXTRA])
def test_name_of_two_entities_has_a_reason(rows: list[dict[str, str]]) -> None:
    owners = defaultdict(list)
    for row in rows:
        for name in {fold(n) for n in names(row)}:
            owners[name].append(row)
    unexplained = {
        name: [r["entity_id"] for r in found]
        for name, found in owners.items()
        if len(found) > 1 and sum("shared name" not in r.get("note", "") for r in found) > 1
    }
    assert unexplained == {}


def test_actor_codes_are_made_of_cameo_codes() -> None:
    first = {r["cameo"] for r in COUNTRIES.values()} | {*SECTORS, "IMG", "IRL"}
    codes = {r["actor_code"] for r in ORGANIZATIONS if r["actor_code"]}
    assert [c for c in codes if not re.fullmatch("([A-Z]{3})+", c) or c[:3] not in first | {"CRM"}] == []


def test_hand_written_names_win_over_tables() -> None:
    banned = {fold(row["name"]) for row in seeds.read("gazetteer/not_places.csv", ("name", "reason"), "name")}
    taken = (
        banned
        | {fold(n) for row in EXTRA for n in names(row)}
        | {fold(n) for row in COUNTRIES.values() for n in names(row)}
    )
    assert [n for row in PLACES for n in names(row) if fold(n) in taken] == []


@pytest.mark.parametrize("rows", [EXTRA, PLACES])
def test_coordinates_are_on_earth(rows: list[dict[str, str]]) -> None:
    found = [(float(r["latitude"]), float(r["longitude"])) for r in rows if r["latitude"]]
    assert len(found) > 0.9 * len(rows)
    assert all(abs(latitude) <= 90 and abs(longitude) <= 180 for latitude, longitude in found)


@pytest.mark.parametrize("word", ["كيف", "ديلي", "ماليه", "العيون", "ألبان", "إيجاد", "آفاد"])
def test_ordinary_word_is_no_sure_name(word: str) -> None:
    rows = [*ORGANIZATIONS, *EXTRA, *PLACES]
    sure = [r["entity_id"] for r in rows if not r["common_word"] and fold(word) in map(fold, names(r))]
    capitals = [n for row in COUNTRIES.values() for n in (row["capital_ar"], *row["capital_aliases"].split("|"))]
    adjectives = [row["plural"].split("|") for row in seeds.read("gazetteer/nationalities.csv")]
    assert sure == []
    assert fold(word) not in {fold(n) for n in capitals}
    assert word not in {w for words in adjectives for w in words}


def test_nationalities_and_roles() -> None:
    rows = seeds.read("gazetteer/nationalities.csv", ("adjective_ms", "adjective_fs", "plural", "english"))
    assert {r["iso3"] for r in rows} <= {*COUNTRIES, ""}
    assert len({r["iso3"] for r in rows}) >= 130
    single = defaultdict(set)
    for row in (r for r in rows if not r["weak"]):
        for word in row["adjective_ms"].split("|"):
            single[fold(word)].add(row["iso3"])
    assert {w: c for w, c in single.items() if len(c) > 1} == {}
    roles = seeds.read("gazetteer/roles.csv", ("lemma_ar", "english", "head"), "lemma_ar")
    assert len(roles) >= 250
    assert {r["sector"] for r in roles} <= {*SECTORS, ""}
    assert all(r["lemma_ar"].startswith(r["head"]) for r in roles)


def test_code_lists_agree_with_each_other() -> None:
    types = {r["type"]: r for r in seeds.read("codes/plover_types.csv", ("type", "definition", "name_ar"), "type")}
    modes = {(r["type"], r["mode"]) for r in seeds.read("codes/plover_modes.csv", ("type", "mode", "definition"))}
    assert modes == {(t, m) for t, row in types.items() for m in row["modes"].split("|") if m}
    cameo = seeds.read("codes/cameo_codes.csv", ("code", "name", "root", "quad_class", "goldstein"), "code")
    assert {r["plover_type"] for r in cameo} == {*types, ""}
    assert {r["root"] for r in cameo} <= {r["code"] for r in cameo}
    assert {
        r["code"] for r in seeds.read("codes/sectors.csv", ("code", "name_en", "name_ar", "definition"), "code")
    } == set(SECTORS)
    assert {r["iso3"] for r in seeds.read("codes/cameo_countries.csv", ("cameo", "label"), "cameo")} <= {*COUNTRIES, ""}
    assert {r["iso3"] for r in seeds.read("codes/fips_iso.csv", ("fips",), "fips")} <= {*COUNTRIES, ""}


def test_financial_is_not_malian() -> None:
    rows = seeds.read("gazetteer/nationalities.csv", ("adjective_ms",))
    assert next(r["iso3"] for r in rows if "مالي" in r["adjective_ms"].split("|")) == ""
