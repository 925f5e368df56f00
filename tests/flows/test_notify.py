"""Whoever is to be told is told when a run ends badly, and only then."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from prefect.blocks.notifications import CustomWebhookNotificationBlock

from tests.flows.test_ingest import NEWS, write_news

pytestmark = pytest.mark.flow


@pytest.fixture
def inbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    received: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    block = CustomWebhookNotificationBlock(
        name="inbox",
        url=f"http://127.0.0.1:{server.server_port}/",
        json_data={"subject": "{{subject}}", "body": "{{body}}"},
    )
    block.save("inbox", overwrite=True)
    monkeypatch.setenv("MARSAD_NOTIFY_BLOCK", "custom-webhook/inbox")
    yield received
    server.shutdown()


def test_told_of_rejects_and_not_of_a_good_run(run: Any, inbox: list[dict[str, Any]], tmp_path: Path) -> None:
    run(write_news(tmp_path / "good.jsonl", [NEWS[3]]))
    assert inbox == []
    (tmp_path / "bad.json").write_text("{", encoding="utf-8")
    run(tmp_path / "bad.json")
    assert [m["subject"] for m in inbox] == ["Marsad ingest: Completed with warnings"]
    assert "rejected" in inbox[0]["body"]


def test_a_broken_block_does_not_break_the_run(run: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MARSAD_NOTIFY_BLOCK", "custom-webhook/nobody")
    (tmp_path / "bad.json").write_text("{", encoding="utf-8")
    assert run(tmp_path / "bad.json").is_completed()


def test_reading_nothing_where_there_used_to_be_news_is_a_warning(run: Any, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    news = write_news(folder / "news.jsonl", NEWS[:3])
    run(folder)
    news.unlink()
    state = run(folder)
    assert state.name == "Completed with warnings"
    assert "where a usual run reads 3" in state.message
