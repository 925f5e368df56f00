"""The commands of people who look at the warehouse: report, search, cite, notebook."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, date, datetime
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from flows.options import AsJson, Home, Rows, UsageError, prints_rows
from flows.output import err
from flows.settings import lake_location
from flows.settings import load as load_settings

Since = Annotated[str | None, typer.Option(help="First day, YYYY-MM-DD.", show_default=False)]
Until = Annotated[str | None, typer.Option(help="Last day, YYYY-MM-DD.", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the `marsad` command."""
    for command in (report, search, cite, notebook):
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


class SearchIn(StrEnum):
    """What `search` lists."""

    all = "all"
    documents = "documents"
    events = "events"


@prints_rows
def search(
    text: Annotated[str, typer.Argument(help='Words, in any form; "words in quotation marks" stand together.')],
    since: Since = None,
    until: Until = None,
    source: Annotated[str, typer.Option(help="Only this source (source_id).")] = "",
    event_type: Annotated[str, typer.Option("--type", help="Only where an event of this PLOVER type is told.")] = "",
    actor: Annotated[
        str, typer.Option(help="Only where this party acts or is acted on: name, entity id or ISO country.")
    ] = "",
    place: Annotated[str, typer.Option(help="Only where an event happened here: name, entity id or ISO country.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Documents at most.")] = 10,
    listed: Annotated[SearchIn, typer.Option("--in", help="What to list.")] = SearchIn.all,
    home: Home = None,
) -> Rows:
    """Find documents and the events they tell, in any spelling and form of the words (الكتب finds كتاب), best first.

    What was loaded since the last search is indexed first, into search.sqlite in the warehouse's folder; that file can be deleted.
    """
    from flows.searching.index import open_index, update
    from flows.searching.query import COLUMNS, Question
    from flows.searching.query import search as find
    from tasks.language.morphology import load_morphology
    from tasks.language.terms import Terms
    from warehouse.lake import connect

    settings = load_settings(home=home)
    question = Question(text, _day(since, "--since"), _day(until, "--until"), source, event_type, actor, place, limit)
    terms = Terms(load_morphology(settings.cache, Path(settings.morphology) if settings.morphology else None))
    with (
        connect(lake_location(settings), read_only=True) as con,
        closing(open_index(settings.root / "search.sqlite")) as index,
    ):
        if added := update(index, con, terms, settings.root / "search.lock"):
            err.print(f"{added} documents indexed")
        rows = find(question, index, terms)
    rows = [r for r in rows if listed is SearchIn.all or r["kind"] == listed.value.removesuffix("s")]
    return Rows(COLUMNS, [[r[c] for c in COLUMNS] for r in rows])


def cite(
    at: Annotated[str, typer.Option(help="Cite the warehouse as it was: a snapshot number.")] = "",
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Print what to write in a paper: versions, snapshot, row counts, and a hash of all rows in order of their keys."""
    from warehouse.citing import as_text
    from warehouse.citing import cite as describe
    from warehouse.lake import connect

    if at and not at.isdigit():
        raise UsageError(f"--at {at}: give a snapshot number (marsad status lists the last ones)")
    with connect(lake_location(load_settings(home=home)), read_only=True, snapshot=at) as con:
        citation = describe(con, int(at) if at else None)
    if as_json:
        told = asdict(citation) | {"hash": citation.hash, "version": version("marsad")}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1, default=str))
    else:
        typer.echo(as_text(citation, version("marsad")))


def notebook(
    out: Annotated[Path, typer.Argument(help="File to write, such as first-look.ipynb.")], home: Home = None
) -> None:
    """Write a Jupyter notebook that connects to the warehouse, asks it a few questions and plots."""
    from flows.notebook import notebook as made

    if out.exists():
        raise UsageError(f"{out} is there already")
    out.write_text(made(load_settings(home=home).root), encoding="utf-8")
    err.print(f"{out}: open it with jupyter lab {out}", soft_wrap=True)
