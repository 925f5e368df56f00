"""Schema ref: the code lists of seeds/ as tables, so that SQL can spell codes out."""

from __future__ import annotations

from hashlib import sha256

import duckdb
import pyarrow as pa

import seeds
from warehouse.lake import transaction
from warehouse.schema import quoted

# Table in schema ref: seed file, what a row is.
TABLES: dict[str, tuple[str, str]] = {
    "cameo_codes": ("codes/cameo_codes.csv", "CAMEO 1.1b3 codes with quad class, Goldstein value and PLOVER type."),
    "cameo_countries": ("codes/cameo_countries.csv", "CAMEO country codes that are not ISO alpha-3."),
    "plover_types": ("codes/plover_types.csv", "PLOVER event types."),
    "plover_modes": ("codes/plover_modes.csv", "PLOVER modes of each type."),
    "plover_contexts": ("codes/plover_contexts.csv", "PLOVER contexts."),
    "sectors": ("codes/sectors.csv", "Sectors of actors."),
    "statuses": ("codes/statuses.csv", "What an event's status means."),
    "fips": ("codes/fips_iso.csv", "FIPS 10-4 country codes, as GDELT's geography uses them."),
    "countries": ("gazetteer/countries.csv", "Countries and territories with Arabic and English names."),
}
_NUMBERS = {"quad_class": pa.int32(), "level": pa.int32(), "goldstein": pa.float64(), "score": pa.float64()}


def digest() -> str:
    """Fingerprint of the files behind schema ref and of this list."""
    state = sha256(repr(sorted(TABLES.items())).encode())
    for name, (file, _) in TABLES.items():
        state.update(name.encode() + seeds.path(file).read_bytes())
    return state.hexdigest()[:16]


def install(con: duckdb.DuckDBPyConnection) -> None:
    """Write the reference tables anew, in one transaction."""
    with transaction(con, "marsad", "reference tables"):
        con.execute("CREATE SCHEMA IF NOT EXISTS lake.ref")
        for name, (file, meaning) in TABLES.items():
            rows = seeds.read(file)
            table = pa.table({c: _column(c, [r[c] for r in rows]) for c in rows[0]})
            con.register("given_reference", table)
            con.execute(f"CREATE OR REPLACE TABLE lake.ref.{name} AS SELECT * FROM given_reference")
            con.execute(f"COMMENT ON TABLE lake.ref.{name} IS {quoted(meaning)}")
            con.unregister("given_reference")


def _column(name: str, values: list[str]) -> pa.Array:
    kind = _NUMBERS.get(name)
    if kind is None:
        return pa.array([v or None for v in values], pa.string())
    return pa.array([float(v) if v else None for v in values]).cast(kind)
