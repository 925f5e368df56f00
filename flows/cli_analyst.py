"""The commands of people who look at the warehouse: report, search, cite, notebook."""

from __future__ import annotations

from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from flows.options import Home, UsageError
from flows.output import err
from flows.settings import lake_location
from flows.settings import load as load_settings

Since = Annotated[str | None, typer.Option(help="First day, YYYY-MM-DD.", show_default=False)]
Until = Annotated[str | None, typer.Option(help="Last day, YYYY-MM-DD.", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the `marsad` command."""
    for command in (report,):
        app.command()(command)


def _day(text: str | None, option: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError(f"{option} {text}: a day is written YYYY-MM-DD") from error


def report(
    since: Since = None,
    until: Until = None,
    out: Annotated[Path, typer.Option(help="File to write.")] = Path("report.html"),
    home: Home = None,
) -> None:
    """Write one HTML page to look at: events over time, map, who to whom, actors, protests, deaths, the last day's sentences.

    The page needs no network and holds no script. Days are those of the events; left out, those of the first and last news item.
    """
    from flows.report.page import render
    from warehouse.lake import connect
    from warehouse.report import gather

    first, last = _day(since, "--since"), _day(until, "--until")
    if first and last and first > last:
        raise UsageError(f"--since {first} is after --until {last}")
    with connect(lake_location(load_settings(home=home)), read_only=True) as con:
        page = render(gather(con, first, last), datetime.now(UTC), version("marsad"))
    out.write_text(page, encoding="utf-8")
    err.print(f"{out}  {len(page.encode()) // 1024} kB", soft_wrap=True)
