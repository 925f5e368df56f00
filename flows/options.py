"""Options and errors that the commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Home = Annotated[
    Path | None,
    typer.Option("--home", help="Folder of the warehouse (MARSAD_HOME; default ./marsad-home).", show_default=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="Rows as JSON.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Rows as CSV.")]
AsTable = Annotated[bool, typer.Option("--table", help="Rows as a table for people.")]


class UsageError(Exception):
    """Wrong use, or something that cannot be run: one clear line, exit code 2."""
