"""From a laptop to many machines by settings alone: Postgres catalog, data on S3, Dask; the same rows, several writers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from prefect.client.orchestration import get_client

import flows.sources
from flows.settings import lake_location
from flows.settings import load as load_settings
from tests import cluster
from tests.flows.test_ingest import NEWS, write_news
from tests.unit.warehouse import rows
from warehouse.guard import check_query
from warehouse.lake import LakeError, Location, connect, lock_down
from warehouse.load import load_batch

pytestmark = [pytest.mark.flow, pytest.mark.slow]


@pytest.fixture(scope="module")
def postgres() -> Iterator[cluster.Postgres]:
    with cluster.postgres() as pg:
        if pg is None:
            pytest.skip("Postgres is not installed")
        yield pg


@pytest.fixture(scope="module")
def bucket() -> Iterator[dict[str, str]]:
    pytest.importorskip("moto.server")
    with cluster.s3() as settings:
        yield settings


def test_dask_postgres_and_s3_give_the_rows_of_the_embedded_default(
    run: Callable[..., Any],
    dump: Callable[..., Any],
    postgres: cluster.Postgres,
    bucket: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("prefect_dask")
    news = write_news(tmp_path / "news.jsonl", NEWS)
    run(news, home=tmp_path / "embedded")
    expected = dump(tmp_path / "embedded")
    monkeypatch.setattr(flows.sources, "_SMALL", -1)  # or so few documents would not go to Dask
    given = bucket | {
        "MARSAD_TASK_RUNNER": "dask",
        "MARSAD_WORKERS": "2",
        "MARSAD_CATALOG": postgres.database("grown"),
        "MARSAD_DATA": f"s3://{cluster.BUCKET}/grown",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    state = run(news, home=tmp_path / "grown")
    assert state.is_completed(), state.message
    place = lake_location(load_settings(home=tmp_path / "grown"))
    with connect(place, read_only=True) as con:
        files = con.execute("SELECT data_file FROM ducklake_list_files('lake', 'fingerprints')").fetchall()
        lock_down(con, place)
        assert con.execute("SELECT count(*) FROM documents").fetchone() == (len(NEWS),)
        with pytest.raises(duckdb.Error):
            con.execute("FROM read_text('s3://elsewhere/x')")
    assert files and all(f.startswith("s3://") for (f,) in files)
    assert dump(place=place) == expected
    assert_no_secret(tmp_path / "grown")


def assert_no_secret(home: Path) -> None:
    """The S3 secret stands in nothing that is written down: logs, artifacts, parameters, files of home."""
    with get_client(sync_client=True) as client:
        said = [r.model_dump_json() for r in client.read_flow_runs()] + [
            r.model_dump_json() for r in client.read_task_runs()
        ]
        said += [client.request("POST", path, json={}).text for path in ("/artifacts/filter", "/logs/filter")]
    assert any("run-summary" in text for text in said)
    assert not any(cluster.SECRET in text for text in said)
    for file in home.rglob("*"):
        assert not file.is_file() or cluster.SECRET.encode() not in file.read_bytes(), file


def test_analysts_reach_the_lake_and_not_the_postgres_behind_it(postgres: cluster.Postgres, tmp_path: Path) -> None:
    place = Location(tmp_path / "home", postgres.database("closed"))
    with connect(place, threads=1) as con:
        load_batch(con, rows.stage(tmp_path / "staged", rows.one("a")), "r", "test")
    with connect(place, read_only=True) as con:
        lock_down(con, place)
        check_query("FROM documents")
        assert con.execute("SELECT count(*) FROM documents").fetchone() == (1,)
        for query in (
            "DELETE FROM documents",
            "ATTACH 'dbname=postgres' AS other (TYPE postgres)",
            "FROM read_text('/etc/hostname')",
        ):
            with pytest.raises(duckdb.Error):
                con.execute(query)
    with pytest.raises(LakeError):
        check_query("FROM postgres_query('__ducklake_metadata_lake', 'SELECT 1')")


def test_two_writers_at_once_lose_nothing_and_double_nothing(postgres: cluster.Postgres, tmp_path: Path) -> None:
    place = Location(tmp_path / "home", postgres.database("writers"))
    connect(place, threads=1).close()
    failed: list[BaseException] = []

    def write(who: str) -> None:
        try:
            with connect(place, threads=1) as con:
                for n in range(5):  # every batch brings the same entity
                    load_batch(con, rows.stage(tmp_path / f"{who}{n}", rows.one(f"{who}{n}")), who, f"{who} {n}")
        except BaseException as error:
            failed.append(error)

    writers = [threading.Thread(target=write, args=(who,)) for who in "ab"]
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join()
    assert failed == []
    with connect(place, read_only=True) as con:
        assert con.execute("SELECT count(*), count(DISTINCT document_id) FROM documents").fetchone() == (10, 10)
        assert con.execute("SELECT count(*) > 0, count(*) = count(DISTINCT entity_id) FROM entities").fetchone() == (
            True,
            True,
        )
