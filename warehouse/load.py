"""Put one staged batch into the lake: one transaction, whatever was there of its documents replaced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse import derived
from warehouse.lake import retrying, transaction
from warehouse.schema import BY_NAME, DOCUMENT_TABLES, quoted

_COUNTED = ("documents", "mentions", "event_mentions", "rejects")


@dataclass(frozen=True)
class Loaded:
    """What one batch put into the lake."""

    documents_new: int = 0
    documents_changed: int = 0
    rejects: int = 0
    mentions: int = 0
    event_mentions: int = 0

    def __add__(self, other: Loaded) -> Loaded:
        """Totals of two batches."""
        return Loaded(**{k: v + getattr(other, k) for k, v in asdict(self).items()})


def staged_files(folder: Path) -> dict[str, Path]:
    """Table name to Parquet file of a staged batch."""
    return {p.stem: p for p in sorted(folder.glob("*.parquet")) if p.stem in BY_NAME}


def load_batch(con: duckdb.DuckDBPyConnection, folder: Path, run_id: str, message: str) -> Loaded:
    """Load a staged batch in one transaction; loading it again changes nothing but run_id.

    Args:
        con: connection to the lake, open for writing.
        folder: staged Parquet files, one a table, without run_id.
        run_id: the run that loads it.
        message: commit message, seen in ``lake.snapshots()``.

    Raises:
        duckdb.Error: when the transaction fails for good (it is tried again when another writer got in between).
    """
    files = staged_files(folder)

    def once() -> Loaded:
        with transaction(con, "marsad", message, {"run_id": run_id}):
            return _load(con, files, run_id)

    return retrying(once)


def _load(con: duckdb.DuckDBPyConnection, files: Mapping[str, Path], run_id: str) -> Loaded:
    counts = {name: _count(con, files[name]) if name in files else 0 for name in _COUNTED}
    changed = _replace_documents(con, files, run_id) if counts["documents"] else 0
    if "entities" in files:
        _merge_entities(con, files["entities"], run_id)
    if "rejects" in files:
        _merge(con, "rejects", files["rejects"], run_id)
    return Loaded(
        counts["documents"] - changed, changed, counts["rejects"], counts["mentions"], counts["event_mentions"]
    )


def _count(con: duckdb.DuckDBPyConnection, file: Path) -> int:
    row = con.execute("SELECT count(*) FROM read_parquet(?)", [str(file)]).fetchone()
    return int(row[0]) if row else 0


def _replace_documents(con: duckdb.DuckDBPyConnection, files: Mapping[str, Path], run_id: str) -> int:
    batch = f"read_parquet({quoted(str(files['documents']))})"
    row = con.execute(
        f"SELECT count(*) FROM documents WHERE document_id IN (SELECT document_id FROM {batch})"
    ).fetchone()
    changed = int(row[0]) if row else 0
    for name in DOCUMENT_TABLES:
        if changed:
            con.execute(f"DELETE FROM {name} WHERE document_id IN (SELECT document_id FROM {batch})")
        if name in files:
            more = derived.select_list(BY_NAME[name])
            given = f"read_parquet({quoted(str(files[name]))}) s" + (
                f" JOIN {batch} d USING (document_id)" if more else ""
            )
            con.execute(f"INSERT INTO {name} BY NAME SELECT s.*{more}, ? AS run_id FROM {given}", [run_id])
    # What was rejected before and has now been read is no reject any more.
    con.execute(
        f"DELETE FROM rejects WHERE EXISTS (FROM {batch} b WHERE b.source_id = rejects.source_id AND b.locator = rejects.locator)"
    )
    return changed


def _merge_entities(con: duckdb.DuckDBPyConnection, file: Path, run_id: str) -> None:
    """Add entities and refresh those of the gazetteer; of what is told of an unlinked name the lowest in order stays."""
    columns = [c for c in BY_NAME["entities"].column_names if c not in ("entity_id", "run_id")]
    differs = " OR ".join(f"t.{c} IS DISTINCT FROM s.{c}" for c in columns)
    assign = ", ".join(f"{c} = s.{c}" for c in (*columns, "run_id"))
    con.execute(
        f"""MERGE INTO entities t USING (SELECT *, {quoted(run_id)} AS run_id FROM read_parquet({quoted(str(file))})) s
            ON t.entity_id = s.entity_id
            WHEN MATCHED AND (s.is_linked AND ({differs}) OR NOT s.is_linked AND {_told("s")} < {_told("t")}) THEN UPDATE SET {assign}
            WHEN NOT MATCHED THEN INSERT BY NAME"""
    )


def _told(alias: str) -> str:
    """What documents tell differently of an unlinked name, as a row to compare; what is told wins over what is not."""
    facts = (f"coalesce({alias}.{c}, '~')" for c in ("country", "sector", "actor_code", "name_en"))
    return f"({alias}.name_ar, {', '.join(facts)})"


def _merge(con: duckdb.DuckDBPyConnection, name: str, file: Path, run_id: str) -> None:
    key = " AND ".join(f"t.{c} = s.{c}" for c in BY_NAME[name].key)
    assign = ", ".join(f"{c} = s.{c}" for c in BY_NAME[name].column_names if c not in BY_NAME[name].key)
    con.execute(
        f"""MERGE INTO {name} t USING (SELECT *, {quoted(run_id)} AS run_id FROM read_parquet({quoted(str(file))})) s ON {key}
            WHEN MATCHED THEN UPDATE SET {assign} WHEN NOT MATCHED THEN INSERT BY NAME"""
    )


def known_documents(con: duckdb.DuckDBPyConnection, ids: Iterable[str]) -> dict[str, str]:
    """content_sha256 by document_id, for those of the given documents that the lake holds."""
    wanted = pa.table({"document_id": list(ids)})  # noqa: F841  (DuckDB finds it by name)
    return dict(
        con.execute(
            "SELECT d.document_id, d.content_sha256 FROM documents d JOIN wanted USING (document_id)"
        ).fetchall()
    )


def start_run(con: duckdb.DuckDBPyConnection, run_id: str, flow: str, pipeline_version: str, now: datetime) -> None:
    """Write the row of a run that begins (the row of a run taken up again stays)."""

    def once() -> None:
        with transaction(con, "marsad", f"start {flow} {run_id}"):
            con.execute(
                """INSERT INTO runs BY NAME SELECT ? AS run_id, ? AS flow, ? AS pipeline_version, ? AS started_at, 'running' AS state
                   WHERE NOT EXISTS (FROM runs WHERE run_id = ?)""",
                [run_id, flow, pipeline_version, now, run_id],
            )

    retrying(once)


def bury_runs(con: duckdb.DuckDBPyConnection, now: datetime, before: datetime | None = None) -> None:
    """Mark runs that never ended as killed.

    Args:
        con: connection to the lake, open for writing.
        now: when that is noted.
        before: only runs that began earlier, where another writer may be alive; a run wrongly buried says how it ended when it does.
    """
    dead = "state = 'running' AND (?::TIMESTAMPTZ IS NULL OR started_at < ?)"
    row = con.execute(f"SELECT count(*) FROM runs WHERE {dead}", [before, before]).fetchone()
    if row and row[0]:
        with transaction(con, "marsad", "runs that were killed"):
            con.execute(f"UPDATE runs SET state = 'killed', ended_at = ? WHERE {dead}", [now, before, before])


def mark_repaired(con: duckdb.DuckDBPyConnection) -> None:
    """Note that what killed or failed runs had loaded is published now."""
    died = "state = 'killed' OR state LIKE 'failed: %'"
    row = con.execute(f"SELECT count(*) FROM runs WHERE {died}").fetchone()
    if row and row[0]:
        with transaction(con, "marsad", "what killed runs had loaded is published"):
            con.execute(f"UPDATE runs SET state = 'repaired after: ' || state WHERE {died}")


def end_run(con: duckdb.DuckDBPyConnection, run_id: str, state: str, now: datetime, counts: Mapping[str, int]) -> None:
    """Write end, state and counts into the row of a run."""
    assign = "".join(f", {name} = {int(value)}" for name, value in counts.items())

    def once() -> None:
        with transaction(con, "marsad", f"end {run_id}: {state}", {"run_id": run_id}):
            con.execute(f"UPDATE runs SET state = ?, ended_at = ?{assign} WHERE run_id = ?", [state, now, run_id])

    retrying(once)


def save_sources(con: duckdb.DuckDBPyConnection, rows: list[dict[str, object]], run_id: str) -> None:
    """Add or refresh rows of sources; a column left out of the rows keeps its value."""
    if not rows:
        return
    names = [c for c in BY_NAME["sources"].column_names if c in rows[0]]
    schema = pa.schema([pa.field(c.name, c.type) for c in BY_NAME["sources"].columns if c.name in names])
    con.register("given_sources", pa.Table.from_pylist(rows, schema=schema))
    assign = ", ".join(f"{c} = s.{c}" for c in (*names, "run_id") if c != "source_id")
    failures = "" if "failures" in names else ", 0 AS failures"

    def once() -> None:
        with transaction(con, "marsad", "sources", {"run_id": run_id}):
            con.execute(
                f"""MERGE INTO sources t USING (SELECT *, {quoted(run_id)} AS run_id{failures} FROM given_sources) s ON t.source_id = s.source_id
                    WHEN MATCHED THEN UPDATE SET {assign} WHEN NOT MATCHED THEN INSERT BY NAME"""
            )

    retrying(once)
