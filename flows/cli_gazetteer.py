"""`marsad gazetteer`: names of your own, and large tables of names."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.options import Home, UsageError
from flows.output import err
from flows.settings import load, own_gazetteers

app = typer.Typer(help="Names beyond those that Marsad ships: they win over ours.", no_args_is_help=True)


@app.command("import")
def import_names(
    file: Annotated[
        Path, typer.Argument(help="Wikidata JSON dump, SPARQL or CSV export, or GeoNames dump; also .gz and .bz2.")
    ],
    home: Home = None,
) -> None:
    """Keep the entities of a file that have an Arabic name, and build the index that recognition uses from the next run on."""
    from tasks.entities.importer import import_file

    if not file.exists():
        raise UsageError(f"no such file: {file}")
    folder = load(home=home).root / "gazetteers"
    folder.mkdir(parents=True, exist_ok=True)
    done = import_file(file, folder)
    err.print(f"{done.entities:,} entities with {done.names:,} names in {done.folder}", soft_wrap=True)
    err.print("Try: marsad reprocess --everything  (what is loaded keeps its old links until then)")


@app.command("list")
def list_names(home: Home = None) -> None:
    """List the gazetteers that this warehouse uses beside Marsad's own."""
    for path in own_gazetteers(load(home=home)):
        typer.echo(path)
