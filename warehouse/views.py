"""Schema mart: the analysts' views, one SQL file each in views/.

A file starts with comment lines that say what a row is; the rest is the query. A view may use the views of files before it in
the order of `ORDER`, else of names.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files

import duckdb

from warehouse import reference
from warehouse.lake import CATALOG, retrying, transaction
from warehouse.schema import quoted

FIRST = ("events_enriched", "event_mentions_enriched")  # others build on these


@dataclass(frozen=True)
class View:
    """A view of schema mart."""

    name: str
    meaning: str
    sql: str


def all_views() -> list[View]:
    """Every view, those that others build on first."""
    folder = files("warehouse").joinpath("views")
    found = [
        _parse(f.name.removesuffix(".sql"), f.read_text(encoding="utf-8"))
        for f in folder.iterdir()
        if f.name.endswith(".sql")
    ]
    rank = {name: n for n, name in enumerate(FIRST)}
    return sorted(found, key=lambda v: (rank.get(v.name, len(FIRST)), v.name))


def _parse(name: str, text: str) -> View:
    lines = text.splitlines()
    head = [line.removeprefix("--").strip() for line in lines if line.startswith("--")]
    body = "\n".join(line for line in lines if not line.startswith("--"))
    return View(name, " ".join(head), body.strip().rstrip(";"))


def digest() -> str:
    """Fingerprint of all views and reference tables."""
    state = sha256(reference.digest().encode())
    for view in all_views():
        state.update(f"{view.name}\n{view.meaning}\n{view.sql}\n".encode())
    return state.hexdigest()[:16]


def install(con: duckdb.DuckDBPyConnection) -> bool:
    """Bring schemas ref and mart up to date; returns whether there was anything to do."""
    wanted = f"Analysts' views, version {digest()}"
    row = con.execute(
        "SELECT comment FROM duckdb_views() WHERE database_name = ? AND schema_name = 'mart' AND view_name = ?",
        [CATALOG, FIRST[0]],
    ).fetchone()
    if row and row[0] and str(row[0]).endswith(wanted):
        return False
    reference.install(con)

    def once() -> None:
        with transaction(con, "marsad", "views"):
            con.execute(f"CREATE SCHEMA IF NOT EXISTS {CATALOG}.mart")
            for view in all_views():
                con.execute(f"CREATE OR REPLACE VIEW {CATALOG}.mart.{view.name} AS {view.sql}")
                note = f" {wanted}" if view.name == FIRST[0] else ""
                con.execute(f"COMMENT ON VIEW {CATALOG}.mart.{view.name} IS {quoted(view.meaning + note)}")

    retrying(once)
    return True
