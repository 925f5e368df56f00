"""Checks of what DuckLake cannot enforce: each is a query that returns the offending rows, none when all is well.

Keys, references, required columns and allowed values come from the schema; the rest are SQL files in checks/.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

import duckdb

from warehouse.schema import TABLES, Table, quoted

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True)
class Check:
    """A named query; rows returned are failures."""

    name: str
    severity: str
    meaning: str
    sql: str


@dataclass(frozen=True)
class Result:
    """How a check went: the number of failing rows and some of them."""

    check: Check
    failures: int
    sample: list[dict[str, object]]

    @property
    def passed(self) -> bool:
        """Whether no row failed."""
        return self.failures == 0


def schema_checks() -> Iterator[Check]:
    """Key, reference and value checks of every table."""
    for table in TABLES:
        yield _key_check(table)
        for column in table.columns:
            if column.derived:
                yield Check(
                    f"{table.name}.{column.name} follows from its document",
                    ERROR,
                    f"{column.name} is what the row and its document say.",
                    f"""SELECT {", ".join(f"s.{k}" for k in table.key)}, s.{column.name} FROM {table.name} s JOIN documents d USING (document_id)
                        WHERE s.{column.name} IS DISTINCT FROM {column.derived}""",
                )
            if column.references:
                target, key = column.references.split(".")
                yield Check(
                    f"{table.name}.{column.name} points to {target}",
                    ERROR,
                    f"Every {column.name} stands in {column.references}.",
                    f"SELECT * FROM {table.name} WHERE {column.name} IS NOT NULL AND {column.name} NOT IN (SELECT {key} FROM {target})",
                )
            if column.one_of:
                values = ", ".join(quoted(v) for v in column.one_of)
                yield Check(
                    f"{table.name}.{column.name} is allowed",
                    ERROR,
                    f"{column.name} is one of its values.",
                    f"SELECT * FROM {table.name} WHERE {column.name} IS NOT NULL AND {column.name} NOT IN ({values})",
                )


def _key_check(table: Table) -> Check:
    key = ", ".join(table.key)
    return Check(
        f"{table.name} has one row for each {key}",
        ERROR,
        "The key is unique.",
        f"SELECT {key}, count(*) AS rows FROM {table.name} GROUP BY {key} HAVING count(*) > 1",
    )


def file_checks() -> Iterator[Check]:
    """The checks of checks/*.sql: first line `-- severity: meaning`, then one query."""
    for file in sorted(files("warehouse").joinpath("checks").iterdir(), key=lambda f: f.name):
        if not file.name.endswith(".sql"):
            continue
        text = file.read_text(encoding="utf-8")
        head = text.split("\n", 1)[0].removeprefix("--").strip()
        severity, _, meaning = head.partition(":")
        yield Check(file.name.removesuffix(".sql").replace("_", " "), severity.strip(), meaning.strip(), text)


def all_checks() -> list[Check]:
    """Every check, those of the schema first."""
    return [*schema_checks(), *file_checks()]


def run_checks(con: duckdb.DuckDBPyConnection, sample: int = 5) -> list[Result]:
    """Run every check; `sample` rows of each failure are kept."""
    return [_run(con, check, sample) for check in all_checks()]


def _run(con: duckdb.DuckDBPyConnection, check: Check, sample: int) -> Result:
    row = con.execute(f"SELECT count(*) FROM ({check.sql.rstrip().rstrip(';')}\n)").fetchone()
    failures = int(row[0]) if row else 0
    rows: list[dict[str, object]] = []
    if failures:
        cursor = con.execute(f"SELECT * FROM ({check.sql.rstrip().rstrip(';')}\n) LIMIT {int(sample)}")
        names = [d[0] for d in cursor.description or []]
        rows = [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
    return Result(check, failures, rows)
