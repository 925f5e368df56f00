"""A few rounds of tests/faults.py; `python -m tests.faults --rounds 50` does the rest."""

from __future__ import annotations

from pathlib import Path

import pytest
from prefect.settings import get_current_settings

from tests import faults
from tests.flows.test_killed import every_kind

pytestmark = [pytest.mark.flow, pytest.mark.slow]


def test_what_is_broken_is_repaired(tmp_path: Path) -> None:
    bench = faults.undisturbed(every_kind(tmp_path / "in", 3), tmp_path, str(get_current_settings().api.url), seed=3)
    for n, name in enumerate(("worker", "loader", "catalog", "file")):
        faults.one_round(bench, name, faults.FAULTS[name], n)
