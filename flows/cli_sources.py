"""`marsad sources`: the file of named sources, looked at, checked and added to."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.options import Rows, UsageError, prints_rows
from flows.output import err
from flows.settings import load
from tasks.reading import sources as sources_file
from tasks.reading.types import Failure, Source

app = typer.Typer(help="The named sources of the nightly run (sources.toml).", no_args_is_help=True)
File = Annotated[
    Path | None,
    typer.Option("--file", help="The sources file (MARSAD_SOURCES; default ./sources.toml).", show_default=False),
]


def _path(file: Path | None) -> Path:
    return file or load().sources


@app.command("list")
@prints_rows
def list_sources(file: File = None) -> Rows:
    """List every source, disabled ones too."""
    names = ["source", "kind", "outlet", "country", "language", "enabled", "location"]
    found = sources_file.load(_path(file)).values()
    rows = [
        (s.source_id, s.kind, s.outlet, s.country, s.language, "yes" if s.enabled else "no", s.location) for s in found
    ]
    return Rows(names, rows)


@app.command()
def check(
    names: Annotated[
        list[str] | None, typer.Argument(help="Sources to check; every enabled one when left out.", show_default=False)
    ] = None,
    file: File = None,
    items: Annotated[int, typer.Option(help="Items to fetch of each.", min=1, max=20)] = 1,
) -> None:
    """Fetch one item of each source and show what would be stored; nothing is written. Exit code 1 when one fails."""
    known = sources_file.load(_path(file))
    if unknown := [n for n in names or [] if n not in known]:
        raise UsageError(f"no such source: {', '.join(unknown)}")
    chosen_sources = [known[n] for n in names] if names else sources_file.enabled(known)
    results = [_check(source, items) for source in chosen_sources]
    raise typer.Exit(0 if all(results) else 1)


def _check(source: Source, items: int) -> bool:
    from tasks.reading.read import read

    good = False
    for item in islice(read(sources_file.sample(source, items), {}), items):
        good = good or not isinstance(item, Failure)
        sys.stdout.write(json.dumps(_shown(item), ensure_ascii=False, indent=1, default=str) + "\n")
    err.print(f"{source.source_id}: {'ok' if good else 'nothing could be read'}")
    return good


def _shown(item: Any) -> dict[str, object]:
    shown = asdict(item)
    if "text" in shown:
        shown["words"] = len(str(shown["text"]).split())
        shown["text"] = str(shown["text"])[:300]
    return {k: v for k, v in shown.items() if v not in ("", None)}


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="Name of the source: letters, digits, - and _.")],
    location: Annotated[str, typer.Argument(help="Path or address.")],
    kind: Annotated[
        str, typer.Option(help="feed, sitemap, pages, folder, file, jsonl, table, warc, archive or trec.")
    ] = "feed",
    outlet: Annotated[str, typer.Option(help="The outlet, as people call it.")] = "",
    country: Annotated[str, typer.Option(help="ISO 3166-1 alpha-3 code of the outlet.")] = "",
    time_zone: Annotated[str, typer.Option(help="Zone of dates that have none.")] = "UTC",
    disabled: Annotated[bool, typer.Option("--disabled", help="Leave it out of the nightly run for now.")] = False,
    file: File = None,
) -> None:
    """Write a source at the end of the sources file, which is made when it is not there."""
    source = Source(name, kind, location, outlet, country, time_zone=time_zone, enabled=not disabled)
    sources_file.add(_path(file), source)
    err.print(f"{name} added to {_path(file)}; try: marsad sources check {name}")


@app.command()
def starter(file: File = None) -> None:
    """Write a starter file of Arabic outlets' public feeds, all disabled; refuses to overwrite a file."""
    from seeds import path

    target = _path(file)
    if target.exists():
        raise UsageError(f"{target} is there already")
    target.write_text(path("sources/starter.toml").read_text(encoding="utf-8"), encoding="utf-8")
    err.print(f"{target} written: enable what you want, then: marsad sources check NAME")
