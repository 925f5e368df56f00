"""The only place that attaches the lake."""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import duckdb
import duckdb_extensions

from warehouse import derived
from warehouse.schema import TABLES, column_ddl, ddl, quoted

CATALOG = "lake"
_TURNS = "turns"  # second connection to a Postgres catalog, where writers wait for their turn
_TURN_KEY = 6171  # of the advisory lock; any number that nothing else in the database uses
_BUSY = ("Failed to commit DuckLake transaction", "database is locked", "could not serialize", "Conflict on")
_TRIES = 8
T = TypeVar("T")


class LakeError(RuntimeError):
    """The lake cannot be opened or used; the message says why and what to do."""


@dataclass(frozen=True)
class Bucket:
    """How to reach a bucket; what is empty is left to DuckDB's own default."""

    key: str = ""
    secret: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    endpoint: str = ""  # host:port, without a scheme
    region: str = ""
    path_style: bool = False
    ssl: bool = True

    @property
    def sql(self) -> str:
        """The statement that makes DuckDB know it."""
        named = {
            "KEY_ID": self.key,
            "SECRET": self.secret,
            "SESSION_TOKEN": self.token,
            "ENDPOINT": self.endpoint,
            "REGION": self.region,
            "URL_STYLE": "path" if self.path_style else "",
        }
        parts = [f"{name} {quoted(value)}" for name, value in named.items() if value]
        return f"CREATE OR REPLACE SECRET marsad ({', '.join(['TYPE s3', *parts, f'USE_SSL {str(self.ssl).lower()}'])})"


@dataclass(frozen=True)
class Location:
    """Where a lake lives: a catalog (SQLite file or Postgres) and a folder or bucket of Parquet files."""

    home: Path
    catalog: str = ""  # "" for SQLite in home, else postgres:…
    data: str = ""  # "" for home/data, else s3://…
    bucket: Bucket = Bucket()

    @property
    def sqlite(self) -> Path:
        """Catalog file of the embedded default."""
        return self.home / "catalog.sqlite"

    @property
    def data_path(self) -> str:
        """Folder of the Parquet files, with a slash at its end."""
        return (self.data or str(self.home / "data")).rstrip("/") + "/"

    @property
    def exists(self) -> bool:
        """Whether a lake was made here (a Postgres catalog is taken to exist)."""
        return bool(self.catalog) or self.sqlite.exists()


def _attach_sql(place: Location, read_only: bool, snapshot: str) -> str:
    options = [f"DATA_PATH {quoted(place.data_path)}"]
    if place.catalog:
        target = f"ducklake:{place.catalog}"
    else:
        target = f"ducklake:sqlite:{place.sqlite}"
        # A rollback journal makes two writers 20 times slower; readers then never wait.
        options += ["META_JOURNAL_MODE 'WAL'", "META_BUSY_TIMEOUT 5000"]
        if not place.data:
            options.append("OVERRIDE_DATA_PATH true")  # a copied home is a warehouse of its own
    if read_only:
        options.append("READ_ONLY")
    if snapshot:
        options.append(
            f"SNAPSHOT_VERSION {int(snapshot)}" if snapshot.isdigit() else f"SNAPSHOT_TIME {quoted(snapshot)}"
        )
    return f"ATTACH {quoted(target)} AS {CATALOG} ({', '.join(options)})"


def _load_extensions(con: duckdb.DuckDBPyConnection, place: Location) -> None:
    wanted = ["ducklake", "postgres_scanner" if place.catalog.startswith("postgres") else "sqlite_scanner"]
    if place.data.startswith(("s3://", "http")):
        wanted.append("httpfs")
    for name in wanted:
        duckdb_extensions.import_extension(name, con=con)
        con.execute(f"LOAD {name}")


def connect(
    place: Location, read_only: bool = False, snapshot: str = "", threads: int = 0
) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection with the lake attached as the default catalog.

    Args:
        place: where the lake lives; made when it does not exist and read_only is false.
        read_only: open for reading; writing then fails.
        snapshot: version number or timestamp to read the lake as it was.
        threads: DuckDB threads; 0 for its default.

    Raises:
        LakeError: when there is no lake to read, or it cannot be attached.
    """
    if read_only and not place.exists:
        raise LakeError(f"no warehouse in {place.home}: run `marsad ingest` first, or give --home")
    if not place.catalog:
        place.home.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect()
    try:
        if threads:
            con.execute(f"SET threads = {int(threads)}")
        con.execute("SET TimeZone = 'UTC'")
        _load_extensions(con, place)
        if place.data.startswith("s3://"):
            con.execute(place.bucket.sql)
        if place.catalog and not read_only:
            con.execute(f"ATTACH {quoted(place.catalog.partition(':')[2])} AS {_TURNS} (TYPE postgres)")
        with nullcontext() if read_only else _turn(con):  # two that make the same catalog at once would both fail
            retrying(lambda: con.execute(_attach_sql(place, read_only, snapshot)))
        con.execute(f"USE {CATALOG}")
        if not read_only:
            _make_tables(con)
    except (duckdb.Error, OSError) as error:
        con.close()
        raise LakeError(
            _without_secrets(place, f"cannot open the warehouse in {place.catalog or place.home}: {error}")
        ) from None
    return con


def _without_secrets(place: Location, text: str) -> str:
    for secret in (place.bucket.secret, place.bucket.token):
        text = text.replace(secret, "***") if secret else text
    return re.sub(r"(?i)(password\s*=\s*)('[^']*'|\S+)", r"\1***", text)


def _make_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Make the tables that are not there, and add the columns that a lake of an earlier version lacks."""
    there: dict[str, set[str]] = {}
    sql = "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = ? AND schema_name = 'main'"
    for table_name, column in con.execute(sql, [CATALOG]).fetchall():
        there.setdefault(table_name, set()).add(column)
    tables = [t for t in TABLES if t.name not in there]
    columns = [(t, c) for t in TABLES if t.name in there for c in t.columns if c.name not in there[t.name]]
    if not tables and not columns:
        return
    if not there:
        con.execute(f"CALL {CATALOG}.set_option('parquet_compression', 'zstd')")
    with transaction(con, "marsad", "make tables"):
        for statement in (s for table in tables for s in ddl(table, CATALOG)):
            con.execute(statement)
        for statement in (s for table, column in columns for s in column_ddl(table, column, CATALOG)):
            con.execute(statement)
        if columns:
            derived.fill(con)


@contextmanager
def _turn(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Wait until no other writer of a Postgres catalog is in a transaction of this kind; nothing to wait for with SQLite.

    DuckLake lets two writers insert side by side, so that two MERGEs could both insert one entity. The lock is Postgres's own and
    goes with the connection: a killed writer holds up nobody.
    """
    if not con.execute("SELECT 1 FROM duckdb_databases() WHERE database_name = ?", [_TURNS]).fetchone():
        yield
        return
    with con.cursor() as waiting:
        waiting.execute("BEGIN")
        waiting.execute(f"CALL postgres_execute('{_TURNS}', 'SELECT pg_advisory_xact_lock({_TURN_KEY})')")
        try:
            yield
        finally:
            waiting.execute("ROLLBACK")


@contextmanager
def transaction(
    con: duckdb.DuckDBPyConnection, author: str, message: str, extra: dict[str, object] | None = None
) -> Iterator[None]:
    """One DuckLake transaction with a commit message; rolled back when its body fails."""
    with _turn(con):
        con.execute("BEGIN")
        try:
            yield
            con.execute(
                f"CALL {CATALOG}.set_commit_message(?, ?, extra_info => ?)",
                [author, message, json.dumps(extra or {}, ensure_ascii=False)],
            )
            con.execute("COMMIT")
        except BaseException:
            with suppress(duckdb.Error):  # a failed COMMIT has ended the transaction already
                con.execute("ROLLBACK")
            raise


def retrying(action: Callable[[], T]) -> T:
    """Run an action again when another writer got in between (DuckLake has optimistic concurrency)."""
    for attempt in range(_TRIES):
        try:
            return action()
        except duckdb.Error as error:
            if attempt == _TRIES - 1 or not any(sign in str(error) for sign in _BUSY):
                raise
            time.sleep(random.uniform(0.05, 0.2) * 2**attempt)
    raise AssertionError("not reached")


def lock_down(con: duckdb.DuckDBPyConnection, place: Location) -> None:
    """Keep analysts' SQL to the lake: no other file can be read or written, no network reached, no setting changed."""
    con.execute(f"SET allowed_directories = [{quoted(place.data_path)}]")
    if not place.catalog:
        paths = [str(place.sqlite) + ending for ending in ("", "-wal", "-shm", "-journal")]
        con.execute(f"SET allowed_paths = [{', '.join(quoted(p) for p in paths)}]")
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")
