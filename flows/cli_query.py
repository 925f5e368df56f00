"""The commands that only read the warehouse."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from flows.options import Home, Rows, UsageError, prints_rows
from flows.output import err
from flows.settings import lake_location
from flows.settings import load as load_settings


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the `marsad` command."""
    for command in (sql, export, explain, status, check, docs):
        app.command()(command)


@prints_rows
def sql(
    query: Annotated[str, typer.Argument(help="A query on the warehouse's tables.")],
    home: Home = None,
    at: Annotated[str, typer.Option(help="Read the warehouse as it was: a snapshot number or a timestamp.")] = "",
) -> Rows:
    """Run SQL on the warehouse, read-only and without access to other files or the network."""
    import duckdb

    from warehouse.guard import check_query
    from warehouse.lake import connect, lock_down

    settings = load_settings(home=home)
    place = lake_location(settings)
    with connect(place, read_only=True, snapshot=at) as con:
        lock_down(con, place)
        try:
            check_query(query)
            cursor = con.execute(query)
            rows = cursor.fetchall()
        except duckdb.Error as error:
            raise UsageError(str(error)) from error
        return Rows([d[0] for d in cursor.description or []], rows)


class ExportFormat(StrEnum):
    """What `export` writes."""

    parquet = "parquet"
    gdelt = "gdelt"
    polecat = "polecat"


def export(
    folder: Annotated[Path, typer.Argument(help="Folder to write to; made when it is not there.")],
    home: Home = None,
    how: Annotated[
        ExportFormat,
        typer.Option(
            "--format",
            help="parquet: every table; gdelt: events and mentions as GDELT 2.0; polecat: events as POLECAT.",
        ),
    ] = ExportFormat.parquet,
) -> None:
    """Write the warehouse out: every table as one Parquet file, or events in the files that GDELT or POLECAT publish."""
    from warehouse import export as writers
    from warehouse.lake import connect

    write = {"parquet": writers.export_parquet, "gdelt": writers.export_gdelt, "polecat": writers.export_polecat}[how]
    with connect(lake_location(load_settings(home=home)), read_only=True) as con:
        for name, rows in write(con, folder).items():
            file = folder / (f"{name}.parquet" if how is ExportFormat.parquet else name)
            err.print(f"{file}  {rows} rows", soft_wrap=True)


def explain(
    event_mention_id: Annotated[str, typer.Argument(help="From event_mentions; its first characters are enough.")],
    home: Home = None,
) -> None:
    """Tell why an event was coded: the sentence with trigger and parties marked, the rule, and each link's reason."""
    from flows.explaining import explanation
    from warehouse.lake import connect

    settings = load_settings(home=home)
    with connect(lake_location(settings), read_only=True) as con:
        typer.echo(explanation(con, settings, event_mention_id))


@prints_rows
def status(home: Home = None) -> Rows:
    """Show what the warehouse holds, its last runs and snapshots, and how fresh each source is."""
    from flows.reporting import status_rows
    from warehouse.lake import connect

    with connect(lake_location(load_settings(home=home)), read_only=True) as con:
        return Rows(*status_rows(con))


@prints_rows
def check(home: Home = None) -> Rows:
    """Run every check of keys, references and values; exit code 1 when one finds an error."""
    from warehouse.checking import ERROR, run_checks
    from warehouse.lake import connect

    with connect(lake_location(load_settings(home=home)), read_only=True) as con:
        results = run_checks(con)
    rows = [
        (
            r.check.name,
            r.check.severity,
            "passed" if r.passed else f"{r.failures} rows",
            str(r.sample[0]) if r.sample else "",
        )
        for r in results
    ]
    failed = any(not r.passed and r.check.severity == ERROR for r in results)
    return Rows(["check", "severity", "result", "example"], rows, exit_code=int(failed))


def docs(
    out: Annotated[
        Path | None, typer.Option(help="File to write; standard output when left out.", show_default=False)
    ] = None,
) -> None:
    """Print the data dictionary as Markdown."""
    from warehouse.schema import dictionary

    if out:
        out.write_text(dictionary(), encoding="utf-8")
    else:
        sys.stdout.write(dictionary())
