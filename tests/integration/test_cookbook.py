"""The cookbook's queries run on the samples, and give the columns that are printed below them."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from tests.cookbook import FILE, Recipe, load_samples, recipes

ALL = list(recipes(FILE.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    con = load_samples(tmp_path_factory.mktemp("samples"))
    yield con
    con.close()


def test_there_are_twenty_five_questions() -> None:
    assert [r.title.split(".")[0] for r in ALL] == [str(n) for n in range(1, 26)]


@pytest.mark.parametrize("recipe", ALL, ids=[r.title.split(".")[0] for r in ALL])
def test_a_query_answers(recipe: Recipe, samples: duckdb.DuckDBPyConnection) -> None:
    cursor = samples.execute(recipe.sql)
    names = [d[0] for d in cursor.description or []]
    assert cursor.fetchall(), "no rows"
    assert recipe.output.splitlines()[0].split() == names, "run python -m tests.cookbook"
