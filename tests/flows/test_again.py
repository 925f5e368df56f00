"""Doing it again: retry of rejects, reprocessing after a change of the pipeline, an archive in chunks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import flows.line
import flows.operation
import flows.reprocess
from flows.backfill import backfill
from flows.reprocess import reprocess
from flows.retry import retry
from flows.runners import task_runner
from tests.flows.test_ingest import NEWS, write_news

pytestmark = pytest.mark.flow


def test_a_mended_file_leaves_the_rejects(run: Any, dump: Any, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    write_news(folder / "good.jsonl", NEWS[:1])
    (folder / "bad.json").write_text("{", encoding="utf-8")
    run(folder)
    assert [r[2] for r in dump()["rejects"]] == ["bad.json"]
    (folder / "bad.json").write_text(
        '{"id": "x", "text": "' + NEWS[1] + '", "published_at": "2021-06-02"}', encoding="utf-8"
    )
    state = retry(str(tmp_path / "home"), return_state=True)
    assert state.is_completed(), state.message
    rows = dump()
    assert rows["rejects"] == []
    assert len(rows["documents"]) == 2


def test_reprocessing_codes_again_only_what_another_version_coded(
    run: Any, dump: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(write_news(tmp_path / "news.jsonl", NEWS[:2]))
    before = dump()
    again = reprocess.with_options(task_runner=task_runner())
    home = str(tmp_path / "home")
    assert "0 new, 0 changed" in again(home=home, return_state=True).message
    for module in (flows.line, flows.operation, flows.reprocess):
        monkeypatch.setattr(module, "pipeline_version", lambda: "9.9+test")
    assert "0 new, 2 changed" in again(home=home, return_state=True).message
    assert dump() == before


def test_a_backfill_keeps_to_its_days_and_goes_on_where_it_was(dump: Any, tmp_path: Path) -> None:
    news = write_news(tmp_path / "news.jsonl", NEWS[:4])  # published on the 1st to 4th of June
    flow = backfill.with_options(task_runner=task_runner())
    home = str(tmp_path / "home")
    first = flow([str(news)], "2021-06-02", "2021-06-03", 1, home=home, return_state=True)
    assert "2 new" in first.message
    assert {r[2] for r in dump()["documents"]} == {"news.jsonl#n1", "news.jsonl#n2"}
    assert (
        "0 new, 0 changed, 2 unchanged"
        in flow([str(news)], "2021-06-02", "2021-06-03", 1, home=home, return_state=True).message
    )
