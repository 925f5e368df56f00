from __future__ import annotations

from pathlib import Path

import pytest

import seeds
from tasks.entities.candidates import PARTIAL, SURE
from tasks.entities.gazetteer import load
from tasks.entities.match import phrase_of

HEADER = "entity_id,name_ar,aliases,name_en,kind,country,sector\n"


def user_file(folder: Path, *rows: str) -> Path:
    file = folder / "mine.csv"
    file.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return file


def test_countries_capitals_people_and_organisations_are_there() -> None:
    gazetteer = load()
    for name, entity_id in (("سوريا", "geo:SYR"), ("دمشق", "geo:SYR-capital"), ("بشار الأسد", "person:assad-bashar")):
        assert entity_id in {c.entity.entity_id for c in gazetteer.candidates(phrase_of(name))}
    (assad,) = [c for c in gazetteer.candidates(phrase_of("الأسد")) if c.strength == PARTIAL]
    assert assad.entity.entity_id == "person:assad-bashar"  # his brother's surname alone does not name him


def test_a_users_name_has_only_the_users_entity(tmp_path: Path) -> None:
    file = user_file(
        tmp_path, "my:syria,سوريا,,My Syria,GPE,SYR,", "my:front,جبهة الفجر,الجبهة|الفجر,Dawn,organization,SYR,REB"
    )
    gazetteer = load([file])
    assert [c.entity.entity_id for c in gazetteer.candidates("سوريا")] == ["my:syria"]
    (front,) = gazetteer.candidates(phrase_of("جبهة الفجر"))
    assert (front.strength, front.entity.actor_code, front.entity.kind) == (SURE, "SYRREB", "ORGANIZATION")


def test_a_wrong_kind_is_named_with_its_row(tmp_path: Path) -> None:
    with pytest.raises(seeds.SeedError, match=r"mine\.csv: my:x: kind 'PLANET'"):
        load([user_file(tmp_path, "my:x,اسم,,X,PLANET,,")])
