from __future__ import annotations

import re
from pathlib import Path

import pytest

from seeds.build.codebook import FILE, codebook
from tasks.events.resolve import resolve
from tests.unit.warehouse import rows
from warehouse import views
from warehouse.lake import Location, connect
from warehouse.load import load_batch
from warehouse.publish import publish_events

CONNECT = FILE.parent / "connect.md"


def test_the_codebook_says_what_the_code_lists_say() -> None:
    assert FILE.read_text(encoding="utf-8") == codebook(), "run python -m seeds.build.codebook"


def test_the_python_of_the_connection_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with connect(Location(tmp_path / "marsad-home"), threads=1) as con:
        load_batch(con, rows.stage(tmp_path / "1", rows.one("a")), "r1", "test")
        publish_events(con, resolve, "r1")
        views.install(con)
    first, changes = re.findall(r"```python\n(.*?)```", CONNECT.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, object] = {}
    exec(first, names)
    assert len(names["rows"]) == 1  # type: ignore[arg-type]
    names["con"].close()  # type: ignore[attr-defined]
    exec(changes, names)
    assert [row[2] for row in names["changes"]] == ["insert"]  # type: ignore[attr-defined]
    exec(changes, names)  # nothing new
    assert (tmp_path / "last-snapshot").read_text() == str(names["newest"])
