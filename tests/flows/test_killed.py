"""kill -9 in the middle of a run over a folder with every kind of file: the next run ends with the rows of an undisturbed one."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import random
import signal
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from prefect.settings import get_current_settings

ACTORS = [
    "وزير الخارجية المصري سامح شكري",
    "الرئيس الفرنسي إيمانويل ماكرون",
    "حركة حماس",
    "الحكومة العراقية",
    "الجيش اللبناني",
]
ACTS = [
    "التقى نظيره في {place} وبحث معه ملف الحدود",
    "أدان الهجوم على {place} ودعا إلى التهدئة",
    "وقع اتفاقا جديدا في {place}",
    "هدد بالانسحاب من {place}",
]
PLACES = ["بيروت", "الخرطوم", "بغداد", "تونس", "صنعاء", "طرابلس"]
pytestmark = [pytest.mark.flow, pytest.mark.slow]


def stories() -> Iterator[tuple[str, str, str]]:
    """Endless (id, day, text)."""
    for n in count():
        act = ACTS[n % len(ACTS)].format(place=PLACES[n % len(PLACES)])
        text = f"قال مراسلنا إن {ACTORS[n % len(ACTORS)]} {act}. وجاء ذلك في اليوم {n + 1} من الأزمة بعد سلسلة من اللقاءات بين الوفود."
        yield f"n{n}", (date(2021, 1, 1) + timedelta(days=n % 60)).isoformat(), text


def page(title: str, day: str, text: str) -> str:
    return (
        f'<html lang="ar"><head><meta charset="utf-8"><title>{title}</title><meta property="article:published_time" content="{day}"></head>'
        f"<body><article><h1>{title}</h1><p>{text}</p><p>{text}</p></article></body></html>"
    )


def every_kind(folder: Path, each: int = 12) -> Path:
    """A folder with `each` documents of every kind that is read."""
    folder.mkdir()
    items = stories()

    def take() -> list[tuple[str, str, str]]:
        return [next(items) for _ in range(each)]

    def lines(rows: list[tuple[str, str, str]]) -> str:
        return "".join(
            json.dumps({"id": i, "published_at": d, "text": t}, ensure_ascii=False) + "\n" for i, d, t in rows
        )

    (folder / "lines.jsonl").write_text(lines(take()), encoding="utf-8")
    (folder / "packed.jsonl.gz").write_bytes(gzip.compress(lines(take()).encode(), mtime=0))
    (folder / "list.json").write_text(
        json.dumps([{"id": i, "published_at": d, "text": t} for i, d, t in take()], ensure_ascii=False),
        encoding="utf-8",
    )
    for i, _, t in take():
        (folder / f"{i}.txt").write_text(t, encoding="utf-8")
    for i, d, t in take():
        (folder / f"{i}.html").write_text(page(f"خبر {i}", d, t), encoding="utf-8")
    rows = take()
    entries = "".join(
        f"<item><title>خبر</title><guid>{i}</guid><pubDate>{d}T00:00:00Z</pubDate><description>{t}</description></item>"
        for i, d, t in rows
    )
    (folder / "feed.xml").write_text(
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>نشرة</title>{entries}</channel></rss>',
        encoding="utf-8",
    )
    with (folder / "table.csv").open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([("id", "published_at", "text"), *take()])
    ids, days, texts = zip(*take(), strict=True)
    pq.write_table(pa.table({"id": ids, "published_at": days, "text": texts}), folder / "table.parquet")
    with zipfile.ZipFile(folder / "pack.zip", "w") as pack:
        pack.writestr(zipfile.ZipInfo("inner.jsonl"), lines(take()))
    with tarfile.open(folder / "pack.tar", "w") as tar:
        body = lines(take()).encode()
        info = tarfile.TarInfo("inner.jsonl")
        info.size = len(body)
        tar.addfile(info, io.BytesIO(body))
    docs = "".join(f"<DOC><DOCNO>{i}</DOCNO><DATE>{d}</DATE><TEXT>{t}</TEXT></DOC>\n" for i, d, t in take())
    (folder / "old.trec").write_text(docs, encoding="utf-8")
    (folder / "broken.json").write_text("{", encoding="utf-8")
    return folder


def start(folder: Path, home: Path) -> subprocess.Popen[bytes]:
    api = str(get_current_settings().api.url)
    env = os.environ | {
        "PREFECT_API_URL": api,
        "MARSAD_TASK_RUNNER": "process",
        "MARSAD_WORKERS": "2",
        "MARSAD_BATCH_SIZE": "10",
    }
    command = [sys.executable, "-c", "from flows.cli import main; main()", "ingest", str(folder), "--home", str(home)]
    return subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)


def documents_in(home: Path) -> int:
    from warehouse.lake import Location, connect

    try:
        with connect(Location(home), read_only=True) as con:
            row = con.execute("SELECT count(*) FROM documents").fetchone()
            return int(row[0]) if row else 0
    except Exception:  # not made yet
        return 0


def kill_after(folder: Path, home: Path, wanted: int) -> int:
    """Start a run and kill -9 its process group once more than `wanted` documents are in; returns how many were."""
    process = start(folder, home)
    deadline = time.monotonic() + 120
    while (found := documents_in(home)) <= wanted and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05 + random.random() * 0.1)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return found


def test_killed_twice_ends_as_undisturbed(tmp_path: Path, dump: Callable[..., Any]) -> None:
    folder = every_kind(tmp_path / "in")
    whole = start(folder, tmp_path / "whole")
    _, said = whole.communicate(timeout=200)
    assert whole.returncode == 1, said.decode()  # the broken file is a reject
    first = kill_after(folder, tmp_path / "killed", 0)
    second = kill_after(folder, tmp_path / "killed", first)
    last = start(folder, tmp_path / "killed")
    _, said = last.communicate(timeout=200)
    assert last.returncode == 1, said.decode()
    expected = dump(tmp_path / "whole")
    assert 0 < first < second < len(expected["documents"]), "the kills did not fall into the middle"
    assert len(expected["documents"]) == 11 * 12
    assert dump(tmp_path / "killed") == expected
