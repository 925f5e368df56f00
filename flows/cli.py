"""The `marsad` command."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from flows import progress
from flows.output import Format, chosen, err, write_rows
from flows.settings import Settings, export_flags, lake_location, prepare_prefect
from flows.settings import load as load_settings

app = typer.Typer(
    name="marsad",
    help="Reads Arabic news and keeps a warehouse of who did what to whom, when and where.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Home = Annotated[
    Path | None,
    typer.Option("--home", help="Folder of the warehouse (MARSAD_HOME; default ./marsad-home).", show_default=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="Rows as JSON.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Rows as CSV.")]
AsTable = Annotated[bool, typer.Option("--table", help="Rows as a table for people.")]

EVENTS_QUERY = "SELECT event_date, plover_type, status, source_country, target_country, mention_count FROM events WHERE plover_type IS NOT NULL LIMIT 10"


class UsageError(Exception):
    """Wrong use, or something that cannot be run: one clear line, exit code 2."""


def settings_for(home: Path | None, **flags: Any) -> Settings:
    """Settings with the flags of a command on top."""
    return load_settings(home=home, **flags)


@app.command()
def ingest(
    sources: Annotated[
        list[str] | None,
        typer.Argument(help="Folders, files, addresses or names from sources.toml.", show_default=False),
    ] = None,
    home: Home = None,
    workers: Annotated[int | None, typer.Option(help="Worker processes.", show_default=False)] = None,
    batch_size: Annotated[int | None, typer.Option(help="Documents in a batch.", show_default=False)] = None,
) -> None:
    """Read sources, code what is new or changed, and load it into the warehouse.

    Exit code 0: all good; 1: finished with rejects or a failed check; 2: could not run.
    """
    settings = settings_for(home, workers=workers, batch_size=batch_size)
    export_flags(settings)
    from flows.serving import running_server

    prepare_prefect(settings, running_server(settings))
    from flows.sources import find_sources

    for source in find_sources(settings, sources or None):
        if source.kind in ("folder", "file", "jsonl") and not Path(source.location).exists():
            raise UsageError(f"no such file or folder: {source.location}")
    with err.status("starting …") as status:
        progress.watch(
            lambda c: status.update(
                f"{c['documents_seen']} documents read, {c['documents_new'] + c['documents_changed']} loaded …"
            )
        )
        outcome = _run_ingest([str(s) for s in sources or []], settings)
    err.print(outcome.message or "", soft_wrap=True)
    if outcome.is_crashed() or (outcome.is_failed() and outcome.name != "Failed checks"):
        raise typer.Exit(2)
    err.print(f'Try: marsad sql "{EVENTS_QUERY}" --home {settings.home}', soft_wrap=True)
    raise typer.Exit(0 if outcome.name == "Completed" else 1)


def _run_ingest(sources: list[str], settings: Settings) -> Any:
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    from flows.ingest import ingest as flow

    # The heartbeat thread would hold the command for a second at its end.
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        return flow(sources or None, str(settings.root), return_state=True)


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help="A query on the warehouse's tables.")],
    home: Home = None,
    at: Annotated[str, typer.Option(help="Read the warehouse as it was: a snapshot number or a timestamp.")] = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    as_table: AsTable = False,
) -> None:
    """Run SQL on the warehouse, read-only and without access to other files or the network."""
    import duckdb

    from warehouse.lake import connect, lock_down

    settings = settings_for(home)
    place = lake_location(settings)
    with connect(place, read_only=True, snapshot=at) as con:
        lock_down(con, place)
        try:
            cursor = con.execute(query)
        except duckdb.Error as error:
            raise UsageError(str(error)) from error
        write_rows([d[0] for d in cursor.description or []], cursor.fetchall(), chosen(as_json, as_csv, as_table))


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Folder to write to; made when it is not there.")], home: Home = None
) -> None:
    """Write every table as one Parquet file."""
    from warehouse.export import export_parquet
    from warehouse.lake import connect

    with connect(lake_location(settings_for(home)), read_only=True) as con:
        for name, rows in export_parquet(con, folder).items():
            err.print(f"{folder / name}.parquet  {rows} rows")


@app.command()
def explain(
    event_mention_id: Annotated[str, typer.Argument(help="From event_mentions; its first characters are enough.")],
    home: Home = None,
) -> None:
    """Tell why an event was coded: the sentence with trigger and parties marked, the rule, and each link's reason."""
    from flows.explaining import explanation
    from warehouse.lake import connect

    settings = settings_for(home)
    with connect(lake_location(settings), read_only=True) as con:
        typer.echo(explanation(con, settings, event_mention_id))


@app.command()
def status(home: Home = None, as_json: AsJson = False, as_csv: AsCsv = False, as_table: AsTable = False) -> None:
    """Show what the warehouse holds, its last runs, and how fresh each source is."""
    from flows.reporting import status_rows
    from warehouse.lake import connect

    with connect(lake_location(settings_for(home)), read_only=True) as con:
        names, rows = status_rows(con)
        write_rows(names, rows, chosen(as_json, as_csv, as_table))


@app.command()
def check(home: Home = None, as_json: AsJson = False, as_csv: AsCsv = False, as_table: AsTable = False) -> None:
    """Run every check of keys, references and values; exit code 1 when one finds an error."""
    from warehouse.checking import ERROR, run_checks
    from warehouse.lake import connect

    with connect(lake_location(settings_for(home)), read_only=True) as con:
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
    write_rows(["check", "severity", "result", "example"], rows, chosen(as_json, as_csv, as_table))
    raise typer.Exit(1 if any(not r.passed and r.check.severity == ERROR for r in results) else 0)


@app.command()
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


@app.command()
def maintain(home: Home = None) -> None:
    """Compact files, expire old snapshots, remove orphans and leftovers, verify every file; reports the space won."""
    from flows.maintain import run_maintain

    settings = settings_for(home)
    export_flags(settings)
    prepare_prefect(settings)
    for line in run_maintain(settings):
        err.print(line)


@app.command()
def up(
    home: Home = None,
    port: Annotated[int | None, typer.Option(help="Port of server and UI (MARSAD_PORT).", show_default=False)] = None,
) -> None:
    """Start the Prefect server with its UI and serve the nightly schedule, until Ctrl-C."""
    from flows.serving import serve

    settings = settings_for(home, port=port)
    export_flags(settings)
    prepare_prefect(settings)
    serve(settings)


def main() -> None:
    """Entry point: turns expected errors into one line and an exit code."""
    try:
        app()
    except ValidationError as error:
        for item in error.errors():
            err.print(f"marsad: setting {'.'.join(str(p) for p in item['loc'])}: {item['msg']}", style="red")
        sys.exit(2)
    except Exception as error:
        if not _expected(error):
            raise
        err.print(f"marsad: {error}", style="red", soft_wrap=True)
        sys.exit(2)


def _expected(error: Exception) -> bool:
    # By name, so that a command does not import Prefect or the readers only to know their errors.
    return type(error).__name__ in {
        "UsageError",
        "SourceError",
        "LakeError",
        "BusyError",
        "SeedError",
        "ServingError",
        "ExplainError",
    }


__all__ = ["Format", "app", "main"]
