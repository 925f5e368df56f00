"""Scores may not fall unnoticed."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from tests.eval.gate import floors
from tests.eval.measure import code_samples, measure, wanted


@pytest.fixture(scope="module")
def scores() -> dict[str, float]:
    return measure(code_samples(Path(platformdirs.user_cache_dir("marsad"))), wanted())


@pytest.mark.parametrize(("name", "floor"), sorted(floors()["samples"].items()))
def test_samples_stay_above_their_floor(scores: dict[str, float], name: str, floor: float) -> None:
    assert scores[name] >= floor


def test_an_item_without_events_has_none() -> None:
    coded = code_samples(Path(platformdirs.user_cache_dir("marsad")))
    assert coded["recipe"] == []
