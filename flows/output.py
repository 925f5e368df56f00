"""How rows come out: a table for people, CSV or JSON for programs. Data on stdout, everything else on stderr."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

from rich.console import Console
from rich.table import Table

err = Console(stderr=True, highlight=False)


class Format(StrEnum):
    """How rows are written."""

    table = "table"
    csv = "csv"
    json = "json"


def chosen(as_json: bool, as_csv: bool, as_table: bool) -> Format:
    """The format that the flags ask for; a table on a terminal, CSV in a pipe, when none is given."""
    if as_json:
        return Format.json
    if as_csv:
        return Format.csv
    if as_table:
        return Format.table
    return Format.table if sys.stdout.isatty() else Format.csv


def write_rows(names: Sequence[str], rows: Iterable[Sequence[Any]], how: Format) -> None:
    """Write rows to stdout; JSON is one array of objects."""
    if how is Format.json:
        listed = [dict(zip(names, row, strict=True)) for row in rows]
        sys.stdout.write(json.dumps(listed, ensure_ascii=False, default=str, indent=1) + "\n")
    elif how is Format.csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)
    else:
        table = Table(*names, show_edge=False, pad_edge=False)
        for row in rows:
            table.add_row(*("" if v is None else str(v) for v in row))
        width = None if sys.stdout.isatty() else 200
        Console(highlight=False, width=width).print(table)
