from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

import flows.line
from flows.cli import _finish, app
from flows.settings import load as load_settings

SAMPLES = Path(__file__).parents[2] / "seeds" / "documents"
pytestmark = pytest.mark.flow

NEWS = [
    "زار الرئيس المصري عبد الفتاح السيسي اليوم الخرطوم والتقى البرهان.",
    "اتهمت إيران إسرائيل باغتيال عالم نووي قرب طهران.",
    "أدانت فرنسا الهجوم على بعثة الأمم المتحدة في مالي.",
    "وقعت تونس والجزائر اتفاقا لترسيم الحدود البحرية.",
    "اعتقلت الشرطة الإسرائيلية خمسة فلسطينيين في القدس.",
    "رفضت تركيا سحب قواتها من شمال العراق.",
    "فرضت الولايات المتحدة عقوبات على ثلاثة مسؤولين سوريين.",
]


def write_news(path: Path, texts: list[str]) -> Path:
    rows = [{"id": f"n{i}", "text": t, "published_at": "2021-06-0" + str(i % 9 + 1)} for i, t in enumerate(texts)]
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")
    return path


def test_samples_become_rows_that_pass_every_check(run: Any, dump: Any) -> None:
    state = run(SAMPLES)
    assert state.name in ("Completed", "Completed with warnings"), state.message
    rows = dump()
    assert len(rows["documents"]) == 20
    assert len(rows["events"]) > 30
    assert rows["rejects"] == []


def test_the_same_input_twice_gives_the_same_rows_and_skips_the_work(run: Any, dump: Any, tmp_path: Path) -> None:
    news = write_news(tmp_path / "news.jsonl", NEWS)
    run(news)
    once = dump()
    assert "0 new, 0 changed, 7 unchanged" in run(news).message
    assert dump() == once


def test_a_changed_document_replaces_its_rows_and_a_vanished_one_stays(run: Any, dump: Any, tmp_path: Path) -> None:
    news = write_news(tmp_path / "news.jsonl", NEWS)
    run(news)
    changed = [NEWS[0].replace("الخرطوم", "عمّان"), *NEWS[1:5]]
    write_news(news, changed)
    assert "0 new, 1 changed, 4 unchanged" in run(news).message
    fresh = tmp_path / "fresh"
    both = write_news(tmp_path / "other.jsonl", [changed[0], *NEWS[1:]])
    shutil.move(both, news)
    run(news, home=fresh)
    assert dump() == dump(fresh)


def test_a_run_that_dies_between_two_batches_is_completed_by_the_next(
    run: Any, dump: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    news = write_news(tmp_path / "news.jsonl", NEWS)
    run(news, home=tmp_path / "undisturbed")
    real, calls = flows.line.load, []

    def dying(*given: Any) -> Any:
        calls.append(given)
        if len(calls) == 2:
            raise MemoryError("killed here")
        return real(*given)

    monkeypatch.setattr(flows.line, "load", dying)
    assert run(news).is_failed()
    assert len(dump()["documents"]) == 3
    monkeypatch.setattr(flows.line, "load", real)
    assert "4 new, 0 changed, 3 unchanged" in run(news).message
    assert dump() == dump(tmp_path / "undisturbed")


def test_broken_input_becomes_rejects_and_the_rest_is_loaded(run: Any, dump: Any, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    write_news(folder / "good.jsonl", NEWS[:2])
    whole = gzip.compress(
        (
            "".join(json.dumps({"id": str(i), "text": NEWS[i]}, ensure_ascii=False) + "\n" for i in range(7)) * 20
        ).encode()
    )
    (folder / "cut.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    (folder / "line.jsonl").write_text('{"id": "x", "text": "' + NEWS[2] + '"}\n{"id": "y", \n', encoding="utf-8")
    (folder / "picture.txt").write_bytes(bytes(range(256)) * 40)
    (folder / "empty.txt").write_bytes(b"")
    (folder / "old.txt").write_bytes(NEWS[3].encode("windows-1256"))
    state = run(folder)
    assert state.name == "Completed with warnings", "more than the set share was rejected"
    with pytest.raises(typer.Exit) as ended:
        _finish(state, load_settings(home=tmp_path / "home"), "marsad status")
    assert ended.value.exit_code == 1
    rows = dump()
    rejected = {r[2].split("#")[0] for r in rows["rejects"]}
    assert {"cut.jsonl.gz", "line.jsonl", "picture.txt", "empty.txt"} <= rejected
    texts = {r[11] for r in rows["documents"]}
    assert set(NEWS[:4]) <= texts


def test_a_path_that_does_not_exist_is_one_clear_line(tmp_path: Path) -> None:
    from flows import cli

    result = CliRunner().invoke(app, ["ingest", str(tmp_path / "nowhere"), "--home", str(tmp_path / "home")])
    assert result.exit_code != 0
    assert cli.expected(result.exception)  # type: ignore[arg-type]
    assert "nowhere" in str(result.exception)
