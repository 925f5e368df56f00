"""Imports go one way: flows → tasks → warehouse.schema, and flows → warehouse."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PURE = ("tasks/reading", "tasks/language", "tasks/entities", "tasks/events")
ORDER = ("tasks.language", "tasks.entities", "tasks.events")
# The two Prefect tasks that write are the seam between tasks and warehouse.
SEAM = {"tasks/load.py", "tasks/publish.py"}


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def top_level_imports(file: Path) -> Iterator[str]:
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def modules(folder: str) -> list[str]:
    return sorted(p.relative_to(ROOT).as_posix() for p in (ROOT / folder).rglob("*.py"))


def starts(name: str, *prefixes: str) -> bool:
    return any(name == p or name.startswith(p + ".") for p in prefixes)


@pytest.mark.parametrize("file", modules("warehouse"))
def test_warehouse_knows_neither_tasks_nor_flows(file: str) -> None:
    assert [n for n in imports(ROOT / file) if starts(n, "tasks", "flows", "prefect")] == []


@pytest.mark.parametrize("file", modules("tasks"))
def test_tasks_know_of_the_warehouse_only_its_schema(file: str) -> None:
    names = [n for n in imports(ROOT / file) if starts(n, "flows")]
    if file not in SEAM:
        names += [
            n
            for n in imports(ROOT / file)
            if starts(n, "warehouse") and not starts(n, "warehouse.schema") and n != "warehouse"
        ]
    assert names == []


@pytest.mark.parametrize("file", [m for folder in PURE for m in modules(folder)])
def test_transformations_are_pure(file: str) -> None:
    assert [n for n in imports(ROOT / file) if starts(n, "prefect", "duckdb", "pydantic_settings")] == []


@pytest.mark.parametrize("file", [m for folder in PURE[1:] for m in modules(folder)])
def test_transformations_go_from_language_to_entities_to_events(file: str) -> None:
    mine = next(i for i, p in enumerate(ORDER) if file.startswith(p.replace(".", "/")))
    later = [*ORDER[mine + 1 :], "tasks.reading"]
    assert [n for n in imports(ROOT / file) if starts(n, *later)] == []


@pytest.mark.parametrize(
    "file",
    [m for folder in ("flows", "tasks", "warehouse", "seeds") for m in modules(folder) if "seeds/build" not in m],
)
def test_nothing_imports_torch_when_it_is_loaded(file: str) -> None:
    bad = [
        n
        for n in top_level_imports(ROOT / file)
        if starts(n, "torch", "transformers", "camel_tools.ner", "camel_tools.disambig")
    ]
    assert bad == []


@pytest.mark.parametrize("file", [m for folder in ("flows", "tasks", "warehouse") for m in modules(folder)])
def test_only_settings_reads_the_environment(file: str) -> None:
    # settings.py reads it, the two others hand it to processes they start; CAMeL Tools takes its data folder no other way.
    allowed = {"flows/settings.py", "flows/serving.py", "flows/ingest.py", "tasks/transform.py"}
    text = (ROOT / file).read_text(encoding="utf-8")
    if file in allowed or "CAMELTOOLS_DATA" in text:
        return
    assert "os.environ" not in text and "getenv" not in text
