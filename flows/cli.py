"""The `marsad` command."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from flows import cli_analyst, cli_gazetteer, cli_query, cli_sources, progress
from flows.options import Home, UsageError
from flows.output import err
from flows.settings import Settings, export_flags, prepare_prefect
from flows.settings import load as load_settings

app = typer.Typer(
    name="marsad",
    help="Reads Arabic news and keeps a warehouse of who did what to whom, when and where.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(cli_sources.app, name="sources")
app.add_typer(cli_gazetteer.app, name="gazetteer")
cli_query.register(app)
cli_analyst.register(app)

EVENTS_QUERY = (
    "SELECT event_date, plover_type, status, source_country, target_country, mention_count "
    "FROM events WHERE plover_type IS NOT NULL LIMIT 10"
)
Workers = Annotated[int | None, typer.Option(help="Worker processes.", show_default=False)]
BatchSize = Annotated[int | None, typer.Option(help="Documents in a batch.", show_default=False)]
Sources = Annotated[
    list[str] | None,
    typer.Argument(help="Folders, files, addresses or names from sources.toml.", show_default=False),
]
Since = Annotated[str | None, typer.Option(help="First day of publication, YYYY-MM-DD.", show_default=False)]
Until = Annotated[str | None, typer.Option(help="Last day of publication, YYYY-MM-DD.", show_default=False)]


def _prepared(home: Path | None, **flags: Any) -> Settings:
    """Settings of a command that runs a flow, with Prefect's environment set for this process and its workers."""
    settings = load_settings(home=home, **flags)
    export_flags(settings)
    from flows.serving import running_server

    prepare_prefect(settings, running_server(settings))
    return settings


def _run(flow: Any, *given: Any, **named: Any) -> Any:
    """Run a flow in this process with a line of progress on stderr; returns its final state."""
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    from flows.serving import one_server

    with err.status("starting …") as status:

        def tell(c: Any) -> None:
            status.update(
                f"{c['documents_seen']} documents read, {c['documents_new'] + c['documents_changed']} loaded …"
            )

        progress.watch(tell)
        # The heartbeat thread would hold the command for a second at its end.
        with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}), one_server():
            try:
                return flow(*given, **named, return_state=True)
            except Exception as error:
                if not server_gone(error):
                    raise
                raise UsageError(
                    "the Prefect server does not answer any more: start it and run this again; what was loaded stays"
                ) from None


def server_gone(error: BaseException | None) -> bool:
    """Whether an error comes from a Prefect server that does not answer."""
    from httpx import TransportError

    while error is not None and not isinstance(error, TransportError):
        if "Failed to reach API" in str(error):  # Prefect's words when a client starts without a server
            return True
        error = error.__cause__ or error.__context__
    return error is not None


def _finish(outcome: Any, settings: Settings, hint: str) -> None:
    """Say how it went, name the next command, and exit with 0, 1 (rejects, failed check) or 2 (could not run)."""
    err.print(outcome.message or outcome.name, soft_wrap=True)
    if outcome.is_crashed() or (outcome.is_failed() and outcome.name != "Failed checks"):
        raise typer.Exit(2)
    err.print(f"Try: {hint} --home {settings.home}", soft_wrap=True)
    counts = outcome.result(raise_on_failure=False)
    rejected = isinstance(counts, dict) and counts.get("documents_rejected", 0) > 0
    raise typer.Exit(1 if rejected or outcome.name in ("Failed checks", "Completed with rejects") else 0)


@app.command()
def ingest(sources: Sources = None, home: Home = None, workers: Workers = None, batch_size: BatchSize = None) -> None:
    """Read sources, code what is new or changed, and load it into the warehouse.

    Exit code 0: all good; 1: finished with rejects or a failed check; 2: could not run.
    """
    settings = _prepared(home, workers=workers, batch_size=batch_size)
    _check_sources(settings, sources)
    from flows.ingest import ingest as flow

    _finish(_run(flow, sources or None, str(settings.root)), settings, f'marsad sql "{EVENTS_QUERY}"')


def _check_sources(settings: Settings, sources: list[str] | None) -> None:
    from flows.sources import find_sources

    for source in find_sources(settings, sources or None):
        if "://" not in source.location and source.kind != "pages" and not Path(source.location).exists():
            raise UsageError(f"no such file or folder: {source.location}")


@app.command()
def backfill(
    sources: Annotated[list[str], typer.Argument(help="Folders, files, addresses or names from sources.toml.")],
    since: Since = None,
    until: Until = None,
    home: Home = None,
    workers: Workers = None,
) -> None:
    """Read an archive in chunks, each published as it is done; started again, it goes on where it was."""
    settings = _prepared(home, workers=workers)
    _check_sources(settings, sources)
    from flows.backfill import backfill as flow

    _finish(_run(flow, sources, since, until, home=str(settings.root)), settings, "marsad status")


@app.command()
def reprocess(
    since: Since = None,
    until: Until = None,
    everything: Annotated[bool, typer.Option("--everything", help="Also what this pipeline version coded.")] = False,
    home: Home = None,
    workers: Workers = None,
) -> None:
    """Code again, from the stored text, what another pipeline version coded."""
    settings = _prepared(home, workers=workers)
    from flows.reprocess import reprocess as flow

    _finish(_run(flow, since, until, everything, str(settings.root)), settings, "marsad status")


@app.command()
def retry(home: Home = None) -> None:
    """Read again what stands in rejects; what can be read now leaves them."""
    settings = _prepared(home)
    from flows.retry import retry as flow

    _finish(_run(flow, str(settings.root)), settings, 'marsad sql "FROM rejects"')


@app.command()
def maintain(
    home: Home = None,
    repair: Annotated[bool, typer.Option("--repair", help="Only take files that are gone out of the catalog.")] = False,
) -> None:
    """Compact files, expire old snapshots, remove orphans and leftovers, verify every file; reports the space won."""
    settings = _prepared(home)
    from flows.maintain import run_maintain, run_repair

    lines = run_repair(settings) if repair else run_maintain(settings)
    for line in lines:
        err.print(line, soft_wrap=True)
    raise typer.Exit(1 if any(line.startswith("MISSING") for line in lines) else 0)


@app.command()
def rollback(
    to: Annotated[int, typer.Option("--to", help="Snapshot number to go back to (marsad status lists the last ones).")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would change.")] = False,
    home: Home = None,
) -> None:
    """Make the warehouse hold what it held at a snapshot, as a new snapshot."""
    settings = load_settings(home=home)
    from flows.operation import one_writer
    from flows.settings import lake_location
    from warehouse.lake import connect
    from warehouse.rollback import plan
    from warehouse.rollback import rollback as roll

    with one_writer(settings), connect(lake_location(settings)) as con:
        changes = plan(con, to) if dry_run else roll(con, to)
    for change in changes:
        err.print(f"{change.table}: {change.removed} rows removed, {change.restored} restored")
    err.print("nothing was written" if dry_run else f"back at snapshot {to}" if changes else "nothing to change")


@app.command()
def up(
    home: Home = None,
    port: Annotated[int | None, typer.Option(help="Port of server and UI (MARSAD_PORT).", show_default=False)] = None,
    background: Annotated[
        bool, typer.Option("--background", help="Go on without a terminal; marsad down stops it.")
    ] = False,
) -> None:
    """Start the Prefect server with its UI and serve the nightly schedule, until Ctrl-C or marsad down."""
    settings = load_settings(home=home, port=port)
    export_flags(settings)
    prepare_prefect(settings)
    from flows import serving

    if background:
        serving.serve_in_background(settings)
    else:
        serving.serve(settings)


@app.command()
def down(home: Home = None) -> None:
    """Stop what marsad up started."""
    from flows.serving import stop

    err.print("stopped" if stop(load_settings(home=home)) else "nothing was running")


def main() -> None:
    """Entry point: turns expected errors into one line and an exit code."""
    try:
        app()
    except ValidationError as error:
        for item in error.errors():
            err.print(f"marsad: setting {'.'.join(str(p) for p in item['loc'])}: {item['msg']}", style="red")
        sys.exit(2)
    except Exception as error:
        if not expected(error):
            raise
        err.print(f"marsad: {error}", style="red", soft_wrap=True, markup=False)
        sys.exit(2)


_EXPECTED = {
    "UsageError",
    "SourceError",
    "LakeError",
    "BusyError",
    "SeedError",
    "ServingError",
    "ExplainError",
    "CamelModelError",
}


def expected(error: BaseException) -> bool:
    """Whether an error is the user's to mend: by name, so that no command imports Prefect or the readers to know it."""
    return type(error).__name__ in _EXPECTED
