"""Options and errors that the commands share."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from flows.output import chosen, write_rows

Home = Annotated[
    Path | None,
    typer.Option("--home", help="Folder of the warehouse (MARSAD_HOME; default ./marsad-home).", show_default=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="Rows as JSON.")]
_FORMATS = {
    "as_json": AsJson,
    "as_csv": Annotated[bool, typer.Option("--csv", help="Rows as CSV.")],
    "as_table": Annotated[bool, typer.Option("--table", help="Rows as a table for people.")],
}


class Rows(NamedTuple):
    """What a command prints, and the exit code it ends with."""

    names: Sequence[str]
    rows: Iterable[Sequence[Any]]
    exit_code: int = 0


def prints_rows(command: Callable[..., Rows]) -> Callable[..., None]:
    """The command with the options that say how its rows are printed."""
    own = inspect.signature(command, eval_str=True)

    @wraps(command)
    def run(as_json: bool, as_csv: bool, as_table: bool, **given: Any) -> None:
        printed = command(**given)
        write_rows(printed.names, printed.rows, chosen(as_json, as_csv, as_table))
        if printed.exit_code:
            raise typer.Exit(printed.exit_code)

    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=option)
        for name, option in _FORMATS.items()
    ]
    parameters = [*own.parameters.values(), *added]
    run.__signature__ = own.replace(parameters=parameters, return_annotation=None)  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in parameters}
    return run


class UsageError(Exception):
    """Wrong use, or something that cannot be run: one clear line, exit code 2."""
