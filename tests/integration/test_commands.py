"""Every command is documented, has help, and does what it says on a small warehouse."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from flows import cli
from tasks.events.resolve import resolve
from tests.unit.warehouse import rows
from warehouse import views
from warehouse.lake import Location, connect
from warehouse.load import end_run, load_batch, save_sources, start_run
from warehouse.publish import publish_events
from warehouse.summaries import publish_summaries

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
runner = CliRunner()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with two documents that tell one visit."""
    folder = tmp_path_factory.mktemp("home")
    with connect(Location(folder)) as con:
        views.install(con)
        start_run(con, "r1", "ingest", "0.1+test", rows.NOW)
        save_sources(con, [{"source_id": "s", "kind": "folder", "location": "in"}], "r1")
        load_batch(con, rows.stage(folder / "staged", rows.both(rows.one("a"), rows.one("b"))), "r1", "test")
        publish_events(con, resolve, "r1")
        publish_summaries(con, "r1")
        end_run(con, "r1", "completed", rows.NOW, {"documents_new": 2})
    return folder


def marsad(*words: str, home: Path | None = None) -> Any:
    return runner.invoke(cli.app, [*words, *(["--home", str(home)] if home else [])])


def commands(app: typer.Typer = cli.app, before: str = "") -> Iterator[tuple[str, str]]:
    """Every command with the first line of its help."""
    for command in app.registered_commands:
        assert command.callback
        name = command.name or command.callback.__name__.replace("_", "-")
        yield f"{before}{name}", (command.callback.__doc__ or "").strip().split("\n")[0]
    for group in app.registered_groups:
        assert group.typer_instance
        yield from commands(group.typer_instance, f"{before}{group.name} ")


@pytest.mark.parametrize(("name", "help_line"), list(commands()))
def test_every_command_has_help_and_stands_in_the_readme(name: str, help_line: str) -> None:
    assert help_line.endswith("."), name
    group, _, command = name.partition(" ")
    row = next((line for line in README.splitlines() if line.startswith("|") and f"`marsad {group}" in line), "")
    assert row, f"{name} is not in README's table of commands"
    assert not command or command in row


def test_every_command_has_working_help() -> None:
    for name, _ in commands():
        result = marsad(*name.split(), "--help")
        assert result.exit_code == 0, name
        assert "Usage" in result.output


def test_sql_writes_json_csv_and_tables(home: Path) -> None:
    query = "SELECT locator, word_count FROM documents ORDER BY 1"
    assert json.loads(marsad("sql", query, "--json", home=home).stdout) == [
        {"locator": "a.txt", "word_count": 3},
        {"locator": "b.txt", "word_count": 3},
    ]
    assert list(csv.reader(io.StringIO(marsad("sql", query, "--csv", home=home).stdout)))[1] == ["a.txt", "3"]
    assert "a.txt" in marsad("sql", query, "--table", home=home).stdout


def test_sql_reads_the_past(home: Path) -> None:
    first = json.loads(
        marsad(
            "sql",
            "SELECT min(snapshot_id) AS n FROM ducklake_snapshots('lake') WHERE commit_message = 'make tables'",
            "--json",
            home=home,
        ).stdout
    )
    past = marsad("sql", "SELECT count(*) AS n FROM documents", "--at", str(first[0]["n"]), "--json", home=home)
    assert json.loads(past.stdout) == [{"n": 0}]


@pytest.mark.parametrize(
    "words",
    [
        ("sql", "SELEC 1"),
        ("sql", "DELETE FROM documents"),
        ("explain", "zzz"),
        ("sql", "SELECT * FROM read_csv('/etc/hostname')"),
    ],
)
def test_wrong_use_is_an_expected_error(home: Path, words: tuple[str, ...]) -> None:
    result = marsad(*words, home=home)
    assert result.exit_code != 0
    assert result.exception is not None
    assert cli.expected(result.exception), repr(result.exception)


def test_exit_code_is_two_and_the_message_one_line(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-c",
        "from flows.cli import main; main()",
        "sql",
        "SELECT 1",
        "--home",
        str(tmp_path / "none"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "marsad ingest" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv("MARSAD_PORT", "99999999")
    result = marsad("status", home=home)
    assert "port" in str(result.exception)


def test_status_tells_tables_runs_sources_and_snapshots(home: Path) -> None:
    found = {(r["what"], r["name"]) for r in json.loads(marsad("status", "--json", home=home).stdout)}
    assert {("table", "documents"), ("source", "s")} <= found
    assert {"run", "snapshot"} <= {what for what, _ in found}


def test_check_exits_with_one_when_a_check_fails(home: Path, tmp_path: Path) -> None:
    assert marsad("check", "--json", home=home).exit_code == 0
    broken = rows.one("x")
    broken["mentions"][0]["entity_id"] = "nobody"
    with connect(Location(tmp_path / "home")) as con:
        load_batch(con, rows.stage(tmp_path / "staged", broken), "r", "t")
    result = marsad("check", "--json", home=tmp_path / "home")
    assert result.exit_code == 1
    assert any("nobody" in r["example"] for r in json.loads(result.stdout))


@pytest.mark.parametrize(
    ("how", "file"), [("parquet", "events.parquet"), ("gdelt", "marsad.export.CSV"), ("polecat", "marsad.polecat.txt")]
)
def test_export_writes_files(home: Path, tmp_path: Path, how: str, file: str) -> None:
    assert marsad("export", str(tmp_path / "out"), "--format", how, home=home).exit_code == 0
    assert (tmp_path / "out" / file).stat().st_size > 0


def test_docs_prints_the_dictionary(tmp_path: Path) -> None:
    assert "## event_mentions" in marsad("docs").stdout
    assert marsad("docs", "--out", str(tmp_path / "d.md")).exit_code == 0
    assert "## event_mentions" in (tmp_path / "d.md").read_text(encoding="utf-8")


def test_rollback_takes_back_and_a_dry_run_only_tells(tmp_path: Path) -> None:
    place = Location(tmp_path / "home")
    with connect(place) as con:
        load_batch(con, rows.stage(tmp_path / "1", rows.one("a")), "r1", "t")
        row = con.execute("SELECT max(snapshot_id) FROM lake.snapshots()").fetchone()
        load_batch(con, rows.stage(tmp_path / "2", rows.one("b")), "r2", "t")
    assert row
    told = marsad("rollback", "--to", str(row[0]), "--dry-run", home=place.home)
    assert told.exit_code == 0
    assert "documents: 1 rows removed" in told.stderr
    count = "SELECT count(*) AS n FROM documents"
    assert json.loads(marsad("sql", count, "--json", home=place.home).stdout) == [{"n": 2}]
    assert marsad("rollback", "--to", str(row[0]), home=place.home).exit_code == 0
    assert json.loads(marsad("sql", count, "--json", home=place.home).stdout) == [{"n": 1}]


def test_sources_are_added_listed_and_checked(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    news = tmp_path / "news.jsonl"
    news.write_text(
        '{"id": "1", "text": "زار الوزير موسكو والتقى نظيره الروسي.", "published_at": "2021-02-09"}\n', encoding="utf-8"
    )
    added = marsad("sources", "add", "wire", str(news), "--kind", "jsonl", "--outlet", "وكالة", "--file", str(file))
    assert added.exit_code == 0, added.output
    listed = json.loads(marsad("sources", "list", "--json", "--file", str(file)).stdout)
    assert [(s["source"], s["kind"], s["enabled"]) for s in listed] == [("wire", "jsonl", "yes")]
    checked = marsad("sources", "check", "wire", "--file", str(file))
    assert checked.exit_code == 0, checked.output
    assert json.loads(checked.stdout)["locator"] == "news.jsonl#1"
    assert marsad("sources", "check", "nobody", "--file", str(file)).exit_code != 0


def test_the_starter_file_is_valid_and_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    assert marsad("sources", "starter", "--file", str(file)).exit_code == 0
    assert len(json.loads(marsad("sources", "list", "--json", "--file", str(file)).stdout)) == 30
    assert marsad("sources", "starter", "--file", str(file)).exit_code != 0
