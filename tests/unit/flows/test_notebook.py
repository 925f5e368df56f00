from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

from flows.notebook import notebook
from tasks.events.resolve import resolve
from tests.unit.warehouse import rows
from warehouse import views
from warehouse.lake import Location, connect
from warehouse.load import load_batch
from warehouse.publish import publish_events


def test_every_cell_runs(tmp_path: Path) -> None:
    home = tmp_path / 'a home with "marks"'
    with connect(Location(home), threads=1) as con:
        load_batch(con, rows.stage(tmp_path / "1", rows.one("a")), "r1", "test")
        publish_events(con, resolve, "r1")
        views.install(con)
    made = json.loads(notebook(home))
    assert (made["nbformat"], made["nbformat_minor"]) == (4, 5)
    assert len({c["id"] for c in made["cells"]}) == len(made["cells"])
    names: dict[str, object] = {}
    for cell in made["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and ("matplotlib" not in source or find_spec("matplotlib")):
            exec(compile(source, cell["id"], "exec"), names)
    assert names["weeks"]
    names["con"].close()  # type: ignore[attr-defined]
