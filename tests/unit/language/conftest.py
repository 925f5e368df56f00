from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from tasks.language.analyse import analyse
from tasks.language.morphology import Morphology, load_morphology
from tasks.language.types import Analysed, Document

Read = Callable[..., Analysed]


@pytest.fixture(scope="session")
def morphology(tmp_path_factory: pytest.TempPathFactory) -> Morphology:
    """One analyser for all tests, built in a temporary folder (4 s)."""
    return load_morphology(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def read(morphology: Morphology) -> Read:
    def run(text: str, published: date | None = None, has_title: bool = False) -> Analysed:
        return analyse([Document("d", text, published, has_title)], morphology)[0]

    return run
