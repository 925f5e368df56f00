from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest

from flows.report.page import render
from tasks.events.resolve import resolve
from tests.unit.warehouse import rows
from warehouse import views
from warehouse.load import load_batch
from warehouse.publish import publish_events
from warehouse.report import gather

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
HOSTILE = '<script src="https://evil.example/x.js"></script>"\'&'


@pytest.fixture(scope="module")
def page(shared_lake: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A visit told by two, a protest, an assault with numbers whose outlet and sentence are hostile, and an older event."""
    assault = rows.one("d", text=f"زار الوزير موسكو {HOSTILE}.", day=12, outlet=HOSTILE)
    assault["documents"][0]["url"] = "javascript:alert(1)"
    assault["event_mentions"][0] |= {
        "match_key": "ASSAULT|occurred|ISR:|PSE:", "plover_type": "ASSAULT", "cameo_code": "190", "quad_class": 4, "goldstein": -10.0,
        "source_country": "ISR", "target_country": "PSE", "killed": 3, "wounded": 7, "location_entity_id": "place:moscow",
    }  # fmt: skip
    protest = rows.one("c", day=11)
    protest["event_mentions"][0] |= {
        "match_key": "PROTEST|occurred|IRN:|RUS:",
        "plover_type": "PROTEST",
        "cameo_code": "141",
        "quad_class": 3,
        "goldstein": -6.5,
    }
    batch = rows.both(rows.one("a"), rows.one("b", day=10), protest, assault)
    batch["entities"] = [rows.entity() | {"latitude": 55.75, "longitude": 37.62}]
    batch["rejects"] = [
        {
            "reject_id": "x",
            "source_id": "s",
            "locator": "broken.txt",
            "stage": "decode",
            "error": "not text",
            "rejected_at": rows.NOW,
        }
    ]
    load_batch(shared_lake, rows.stage(tmp_path_factory.mktemp("staged"), batch), "r1", "test")
    publish_events(shared_lake, resolve, "r1")
    views.install(shared_lake)
    return render(gather(shared_lake), datetime(2021, 3, 1, tzinfo=UTC), "9.9")


class Loads(HTMLParser):
    """Collects what a browser would load or run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "iframe", "object", "embed", "img", "video", "audio", "base", "form"):
            self.found.append(tag)
        self.found += [f"{k}={v}" for k, v in attrs if k in ("src", "srcset", "action", "data") or k.startswith("on")]
        if tag in ("link", "use"):
            self.found += [f"{k}={v}" for k, v in attrs if k == "href" and not (v or "").startswith(("data:", "#"))]


def test_every_part_is_there(page: str) -> None:
    assert page.lstrip().startswith("<!DOCTYPE html>")
    for words in (
        "الأحداث عبر الزمن",
        "Who to whom",
        "Top actors",
        "احتجاجات",
        "قتلى وجرحى",
        "How good the data is",
        "موسكو",
        "not text",
    ):
        assert words in page
    assert re.search(r'<td class="conf"[^>]*title="Israel → [^"]*: 1, Goldstein -10.0">1</td>', page)
    assert '<svg class="map"' in page
    assert page.count("<circle") == 2  # on the near map and on the world
    assert "marsad explain m-d" in page
    assert "<mark>زار</mark>" in page


def test_nothing_is_loaded_or_run(page: str) -> None:
    parser = Loads()
    parser.feed(page)
    assert parser.found == []
    assert "url(" not in page
    assert "@import" not in page


def test_what_the_news_says_is_escaped(page: str) -> None:
    assert "<script" not in page
    assert "&lt;script src=" in page
    assert "javascript:" not in page


def test_a_period_holds_only_its_days(shared_lake: duckdb.DuckDBPyConnection, page: str) -> None:
    whole = gather(shared_lake)
    assert (whole.since, whole.until, whole.unit) == (date(2021, 2, 9), date(2021, 2, 12), "day")
    assert whole.totals["occurred"] == sum(r["events"] for r in whole.timeline) == 3
    assert whole.last_day == date(2021, 2, 12)
    none = gather(shared_lake, since=date(2020, 1, 1), until=date(2020, 1, 31))
    assert none.totals["occurred"] == 0
    assert none.latest == none.timeline == none.places == []
    assert "None." in render(none, datetime(2021, 3, 1, tzinfo=UTC), "9.9")


def test_an_empty_warehouse_makes_a_page(lake: duckdb.DuckDBPyConnection) -> None:
    views.install(lake)
    assert "Marsad" in render(gather(lake), datetime(2021, 3, 1, tzinfo=UTC), "9.9")


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
@pytest.mark.parametrize(("width", "scheme"), [(1280, 1), (390, 0)])  # light, dark
def test_a_browser_shows_it_without_a_word_or_a_request(page: str, tmp_path: Path, width: int, scheme: int) -> None:
    (tmp_path / "report.html").write_text(page, encoding="utf-8")
    # Headless Chromium has no window narrower than 500: a frame is as narrow as it is told.
    frame = f'<body style="margin:0"><iframe src="report.html" style="width:{width}px;height:900px;border:0"></iframe>'
    (tmp_path / "frame.html").write_text(frame, encoding="utf-8")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
             "--disable-sync", f"--window-size={max(width, 500)},900", f"--user-data-dir={tmp_path / 'profile'}", "--enable-logging=stderr",
             f"--log-net-log={tmp_path / 'net.json'}", f"--screenshot={tmp_path / 'shot.png'}",
             f"--blink-settings=preferredColorScheme={scheme}"]  # fmt: skip
    done = subprocess.run(
        [str(CHROMIUM), *flags, (tmp_path / "frame.html").as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (tmp_path / "shot.png").stat().st_size > 10_000
    assert "CONSOLE" not in done.stderr
    asked = re.findall(r'"url":"(https?://[^/"]+)', (tmp_path / "net.json").read_text(encoding="utf-8"))
    # The browser itself asks its maker for updates and the time.
    assert [a for a in asked if not a.endswith((".google.com", ".googleapis.com", ".gvt1.com"))] == []
    assert json.dumps(asked).count("example") == 0
