"""What an operator is shown and handed: the run form, prefect.yaml, the compose file, the units, and errors in one line."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from prefect.utilities.callables import parameter_schema

from flows import cli
from flows.settings import Settings
from tests.cluster import free_port

ROOT = Path(__file__).parents[3]
DEPLOYMENTS: list[dict[str, Any]] = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
DEPLOY = ROOT / "docs" / "deploy"


def flow_of(deployment: dict[str, Any]) -> Any:
    path, name = deployment["entrypoint"].split(":")
    return getattr(importlib.import_module(path.removesuffix(".py").replace("/", ".")), name)


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda d: d["name"])
def test_the_run_form_explains_every_parameter(deployment: dict[str, Any]) -> None:
    schema = parameter_schema(flow_of(deployment))
    assert [n for n, p in schema.properties.items() if not p.get("description")] == []
    assert set(deployment["parameters"]) <= set(schema.properties)
    assert deployment["concurrency_limit"]["limit"] == 1


@pytest.mark.parametrize("wrong", [{"since": "yesterday"}, {"chunk": 0}, {"sources": 3}])
def test_the_run_form_refuses_what_cannot_be(wrong: dict[str, Any]) -> None:
    backfill = next(flow_of(d) for d in DEPLOYMENTS if d["name"] == "backfill")
    with pytest.raises(Exception, match=next(iter(wrong))):
        backfill.validate_parameters({"sources": ["x"]} | wrong)


def environment_of(unit: Path) -> dict[str, str]:
    pairs = (
        line.partition("=")[2].partition("=")
        for line in unit.read_text().splitlines()
        if line.startswith("Environment=")
    )
    return {name: value for name, _, value in pairs}


def test_units_and_compose_file_set_only_what_there_is() -> None:
    known = {f"MARSAD_{name.upper()}" for name in Settings.model_fields} | {"MARSAD_CHECKOUT"}
    given = {name for unit in DEPLOY.glob("*.service") for name in environment_of(unit)}
    services = yaml.safe_load((DEPLOY / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    given |= {name for service in services.values() for name in service["environment"]}
    assert {name for name in given if name.startswith("MARSAD_")} <= known


def test_units_may_write_where_they_are_told_to() -> None:
    for unit in DEPLOY.glob("*.service"):
        parsed = ConfigParser(strict=False, interpolation=None)
        parsed.optionxform = str  # type: ignore[assignment, method-assign]
        parsed.read(unit)
        writable = parsed["Service"]["ReadWritePaths"]
        folders = [v for n, v in environment_of(unit).items() if n.endswith(("_HOME", "_CACHE"))]
        assert folders and all(f.startswith(writable) for f in folders), unit.name


def test_a_server_that_does_not_answer_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("زار الوزير موسكو.", encoding="utf-8")
    env = os.environ | {"PREFECT_API_URL": f"http://127.0.0.1:{free_port()}/api"}
    words = ["ingest", str(tmp_path / "one.txt"), "--home", str(tmp_path / "home")]
    command = [sys.executable, "-c", "from flows.cli import main; main()", *words]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=200)
    assert done.returncode == 2, done.stderr
    assert "the Prefect server does not answer" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("cause", "gone"),
    [(httpx.ConnectError("refused"), True), (httpx.ReadTimeout("late"), True), (OSError("disk"), False)],
)
def test_the_cause_tells_a_server_that_is_gone(cause: Exception, gone: bool) -> None:
    outer = RuntimeError("crashed")
    outer.__cause__ = cause
    assert cli.server_gone(outer) is gone
