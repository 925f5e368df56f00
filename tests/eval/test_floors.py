"""Scores may not fall unnoticed."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from tests.eval.gate import floors
from tests.eval.measure import Named, code_samples, measure_all, measure_names, name_samples, named


@pytest.fixture(scope="module")
def scores() -> dict[str, dict[str, float]]:
    return measure_all(Path(platformdirs.user_cache_dir("marsad")))


FLOORS = [(section, name, floor) for section, listed in floors().items() for name, floor in sorted(listed.items())]


@pytest.mark.parametrize(("section", "name", "floor"), FLOORS)
def test_scores_stay_above_their_floor(
    scores: dict[str, dict[str, float]], section: str, name: str, floor: float
) -> None:
    assert scores[section][name] >= floor


def test_every_annotated_item_is_there() -> None:
    assert {g.doc for g in named()} <= name_samples(Path(platformdirs.user_cache_dir("marsad"))).keys()


def test_a_missed_a_spurious_and_a_wrong_mention_cost() -> None:
    def row(text: str, kind: str, name: str) -> dict[str, object]:
        return {"text": text, "kind": kind, "entity": {"name_en": name, "is_linked": bool(name)}}

    golds = [Named("a", "موسكو", "GPE", "Moscow"), Named("a", "باكو", "GPE", "Baku"), Named("a", "كسرى", "PERSON", "")]
    found = {"a": [row("موسكو", "GPE", "Moscow"), row("كسرى", "GPE", "Chosroes"), row("غد", "GPE", "")]}
    expected = {"mentions_f1": 0.667, "mentions_f1_with_kind": 0.333, "links_right": 0.5, "links_not_wrong": 0.5}
    assert measure_names(found, golds) == expected
    assert measure_names({"a": found["a"][:1]}, golds[:1]) == dict.fromkeys(expected, 1.0)


def test_an_item_without_events_has_none() -> None:
    coded = code_samples(Path(platformdirs.user_cache_dir("marsad")))
    assert coded["recipe"] == []
