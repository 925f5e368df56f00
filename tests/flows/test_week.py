"""A week of nights, the clock in our hands: news arrives, a source fails and is left alone for a while, maintenance keeps it all small."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

import flows.maintain
from flows import clock, nights
from flows.reporting import status_rows
from flows.settings import load as load_settings
from tasks.reading import web
from tasks.reading.fetch import Fetcher, Limits
from tasks.reading.transport import networks
from tests.flows.test_ingest import NEWS, write_news
from tests.flows.test_killed import page
from warehouse.lake import Location, connect

pytestmark = [pytest.mark.flow, pytest.mark.slow]
MONDAY = datetime(2021, 6, 7, 2, tzinfo=UTC)


class Wire:
    """A feed on 127.0.0.1 that prints one more item a day and is broken on some days."""

    def __init__(self) -> None:
        self.items: list[str] = []
        self.broken = False
        self.asked = 0
        wire = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                wire.asked += self.path == "/feed.xml"
                if wire.broken:
                    self.send_error(503)
                    return
                n = self.path.removeprefix("/item/")
                body, kind = (wire.page(int(n)), "text/html") if n.isdigit() else (wire.feed(), "application/rss+xml")
                self.send_response(200)
                self.send_header("Content-Type", f"{kind}; charset=utf-8")
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/feed.xml"

    def feed(self) -> str:
        entries = "".join(
            f"<item><title>خبر {n}</title><link>{self.url.replace('feed.xml', f'item/{n}')}</link>"
            f"<pubDate>{MONDAY + timedelta(days=n):%a, %d %b %Y 00:00:00 GMT}</pubDate><description>{text}</description></item>"
            for n, text in enumerate(self.items)
        )
        return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>نشرة</title>{entries}</channel></rss>'

    def page(self, n: int) -> str:
        return page(f"خبر {n}", f"{MONDAY + timedelta(days=n):%Y-%m-%d}", self.items[n])


class World:
    """What the nights see: the time, a folder that fills, a wire, and a source that was never there."""

    def __init__(self, folder: Path, wire: Wire) -> None:
        self.now, self.folder, self.wire = MONDAY, folder / "drop", wire
        self.folder.mkdir()
        (folder / "sources.toml").write_text(
            f'[sources.drop]\nkind = "folder"\nlocation = "{self.folder}"\n'
            f'[sources.wire]\nkind = "feed"\nlocation = "{wire.url}"\n',
            encoding="utf-8",
        )

    def dawn(self, day: int) -> None:
        self.now = MONDAY + timedelta(days=day)
        texts = [f"{text} وذلك في اليوم {day + 1} من الأسبوع بحسب مراسلنا في العاصمة." for text in NEWS[:3]]
        write_news(self.folder / f"day{day}.jsonl", texts)
        if day:  # yesterday's first item is corrected
            yesterday = self.folder / f"day{day - 1}.jsonl"
            yesterday.write_text(
                yesterday.read_text(encoding="utf-8").replace("مراسلنا", "مصادرنا", 1), encoding="utf-8"
            )
        self.wire.items.append(
            f"{NEWS[3 + day % 4]} جاء ذلك في بيان صدر يوم {day + 7} يونيو بعد محادثات طويلة بين الوفود."
        )
        self.wire.broken = day in (2, 3)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    wire = Wire()
    world = World(tmp_path, wire)
    limits = Limits(attempts=1, delay=0, robots=False)
    allowed = networks(["127.0.0.1/32"])
    monkeypatch.setattr(clock, "now", lambda: world.now)
    monkeypatch.setattr(web, "fetcher_for", lambda _: Fetcher(limits, allowed, clock=lambda: world.now.timestamp()))
    monkeypatch.setenv("MARSAD_KEEP_SNAPSHOTS_DAYS", "0")
    monkeypatch.setattr(flows.maintain, "maintain_lake", partial(flows.maintain.maintain_lake, orphan_hours=0))
    yield world
    wire.server.shutdown()


def test_a_week(run: Callable[..., Any], dump: Callable[..., Any], world: World, tmp_path: Path) -> None:
    home = tmp_path / "home"
    states = []
    for day in range(7):
        world.dawn(day)
        if day == 5:
            world.now -= timedelta(hours=30)  # the machine's clock went back
        states.append(run(home=home).name)
        if day == 2:
            asked = world.wire.asked
            world.now += timedelta(minutes=5)  # somebody starts it once more
            assert "0 new, 0 changed, 9 unchanged" in run(home=home).message
            assert world.wire.asked == asked, "a source that just failed is left alone"
            with connect(Location(home), read_only=True) as con:
                notes = {row[1]: row[3] for row in status_rows(con)[1] if row[0] == "source"}
            assert "failed 1 times in a row; backs off until 2021-06-09" in notes["wire"]
    assert [s for s in states if "ompleted" not in s] == []
    assert states[2] != "Completed" != states[3]
    rows = dump(home)
    assert len(rows["documents"]) == 7 * 3 + 7

    with connect(Location(home), read_only=True) as con:
        week = nights.nights(con, world.now.date())
        before = size(con, home)
    assert sum(1 for night in week if night[1]) >= 6
    assert nights.svg(week).startswith("<svg")
    assert flows.maintain.run_maintain(load_settings(home=home))[-1] == "every referenced file is there"
    with connect(Location(home), read_only=True) as con:
        after = size(con, home)
    assert after["snapshots"] <= 4 < before["snapshots"]
    assert after["files"] < before["files"] * 2 / 3  # what stays is a file or two a table, with those of schema ref
    assert after["files"] == after["referenced"], "nothing lies about that nobody refers to"
    assert dump(home) == rows

    once = tmp_path / "once"
    run(home=once)
    told = ("documents", "sentences", "mentions", "entities", "event_mentions", "events", "quotes")
    fresh = dump(once)
    assert {t: rows[t] for t in told} == {t: fresh[t] for t in told}


def size(con: Any, home: Path) -> dict[str, int]:
    """Snapshots, Parquet files on disk, and those that the lake refers to."""

    def one(sql: str) -> int:
        return int(con.execute(sql).fetchone()[0])

    return {
        "snapshots": one("SELECT count(*) FROM ducklake_snapshots('lake')"),
        "files": sum(1 for _ in (home / "data").rglob("*.parquet")),
        "referenced": one("SELECT sum(file_count + delete_file_count) FROM ducklake_table_info('lake')"),
    }
