"""Large gazetteers from outside: Wikidata dumps and query results, GeoNames dumps; entities that have an Arabic name.

Files are read as a stream, also .gz and .bz2; memory does not grow with them.
"""

from __future__ import annotations

import bz2
import csv
import gzip
import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import IO, Any, NamedTuple

import seeds
from tasks.entities.candidates import PARTIAL, SURE, WEAK
from tasks.entities.imported import SUFFIX, Row, build
from tasks.entities.nations import nations
from tasks.entities.types import KINDS, Entity

_ARABIC = re.compile("[\u0621-\u064a]")
_OTHER_SCRIPTS = re.compile("[\u067e\u0686\u0698\u06af\u0679\u0688\u0691\u06ba\u06d2\u06c1\u06d5\u0695\u06b5\u06c6]")
_COLUMNS = {
    "wikidata_id": ("wikidata_id", "wikidata", "item", "qid"),
    "entity_id": ("entity_id", "id"),
    "name_ar": ("name_ar", "itemLabel_ar", "label_ar", "labelAr", "arLabel", "ar"),
    "aliases": ("aliases", "altLabel_ar", "aliases_ar", "itemAltLabel", "altAr"),
    "name_en": ("name_en", "label_en", "labelEn", "enLabel", "itemLabel", "en"),
    "kind": ("kind", "type", "instance", "instanceOf", "class"),
    "country": ("country", "countryCode", "iso3", "country_code"),
    "sector": ("sector",),
    "geonames_id": ("geonames_id", "geonames", "geonameid"),
    "latitude": ("latitude", "lat"),
    "longitude": ("longitude", "lon", "long"),
    "prominence": ("prominence", "population", "sitelinks"),
    "coordinate": ("coordinate", "coord", "coordinates", "location"),
}
_POINT = re.compile(r"Point\(\s*(-?[\d.]+)\s+(-?[\d.]+)\s*\)", re.IGNORECASE)
_ITEM = re.compile(r"Q\d+")


class ImportFileError(ValueError):
    """The file is none of the formats, or holds no entity with an Arabic name; the message says which."""


class Imported(NamedTuple):
    """What an import wrote."""

    folder: Path
    entities: int
    names: int


def import_file(source: Path, target: Path) -> Imported:
    """Read a dump or an export and write its names as a folder that the gazetteer loads.

    Args:
        source: Wikidata JSON dump (an array with an entity a line, or JSON lines), SPARQL result as CSV or TSV, or a
            GeoNames dump (allCountries.txt, SY.txt); .gz and .bz2 as they are.
        target: folder to put the index in; it is named after the source, ``….names``, and replaces one of that name.

    Raises:
        ImportFileError: when the file is of no known format or has no entity with an Arabic name.
        OSError: when it cannot be read.
    """
    stem = source.name.split(".")[0]
    try:
        with _opened(source) as lines:
            entities, names = build(_rows(lines, source), target / f"{stem}{SUFFIX}")
    except (EOFError, UnicodeDecodeError, csv.Error) as error:
        raise ImportFileError(f"{source}: the file is damaged ({error})") from error
    if not names:
        raise ImportFileError(f"{source}: no entity with an Arabic name in it")
    return Imported(target / f"{stem}{SUFFIX}", entities, names)


def _opened(source: Path) -> IO[str]:
    if source.suffix == ".gz":
        return gzip.open(source, "rt", encoding="utf-8", newline="")
    if source.suffix == ".bz2":
        return bz2.open(source, "rt", encoding="utf-8", newline="")
    return source.open(encoding="utf-8-sig", newline="")


def _rows(lines: Iterable[str], source: Path) -> Iterator[Row]:
    stream = iter(lines)
    first = next(stream, "")
    if first.lstrip("\ufeff").startswith(("[", "{")):
        return wikidata_dump(_chained(first, stream))
    if first.count("\t") == 18:
        return geonames_dump(_chained(first, stream))
    header = next(csv.reader([first.lstrip("\ufeff")], delimiter="\t" if "\t" in first else ","), [])
    if not any(c in header for c in _COLUMNS["name_ar"]):
        raise ImportFileError(
            f"{source}: neither a Wikidata dump, nor a GeoNames dump, nor a table with a column of Arabic names "
            f"({', '.join(_COLUMNS['name_ar'])})"
        )
    return table(csv.DictReader(stream, header, delimiter="\t" if "\t" in first else ","))


def _chained(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def wikidata_dump(lines: Iterable[str]) -> Iterator[Row]:
    """Entities of a Wikidata JSON dump, an entity a line; those of kinds we have (wikidata_kinds.csv) with Arabic."""
    for line in lines:
        if '"ar":' not in line and '"ar" :' not in line:
            continue
        try:
            item = json.loads(line.strip().rstrip(",").lstrip("["))
        except ValueError:
            continue  # a line cut off is one entity lost
        row = _wikidata_item(item)
        if row:
            yield row


def _wikidata_item(item: dict[str, Any]) -> Row | None:
    claims = item.get("claims") or {}
    kind, sector = _kind(_targets(claims, "P31"))
    names = [
        v["value"] for v in [(item.get("labels") or {}).get("ar"), *(item.get("aliases") or {}).get("ar", [])] if v
    ]
    if not kind or not names:
        return None
    point: dict[str, Any] = next(iter(_values(claims, "P625")), {})
    population: dict[str, Any] = next(iter(_values(claims, "P1082")), {})
    known = float(str(population.get("amount", 0))) if kind in ("GPE", "LOCATION") else len(item.get("sitelinks") or ())
    return _row(
        entity_id=f"wikidata:{item.get('id', '')}", kind=kind, names=names, sector=sector,
        name_en=((item.get("labels") or {}).get("en") or {}).get("value", ""),
        country=_country_of(claims), wikidata_id=item.get("id", ""),
        geonames_id=str(next(iter(_values(claims, "P1566")), "")),
        latitude=point.get("latitude"), longitude=point.get("longitude"), prominence=known,
    )  # fmt: skip


def _values(claims: dict[str, Any], claim: str) -> Iterator[Any]:
    for statement in claims.get(claim, ()):
        value = (statement.get("mainsnak") or {}).get("datavalue") or {}
        if statement.get("rank") != "deprecated" and "value" in value:
            yield value["value"]


def _targets(claims: dict[str, Any], claim: str) -> list[str]:
    return [v["id"] for v in _values(claims, claim) if isinstance(v, dict) and "id" in v]


def _country_of(claims: dict[str, Any]) -> str:
    table = _countries()
    for claim in ("P27", "P17"):  # citizenship, country
        for target in _targets(claims, claim):
            if target in table:
                return table[target]
    return ""


def geonames_dump(lines: Iterable[str]) -> Iterator[Row]:
    """Places of a GeoNames dump (19 columns) that have an Arabic name among their alternate names."""
    for line in lines:
        cells = line.rstrip("\r\n").split("\t")
        if len(cells) != 19 or cells[6] not in _FEATURES:
            continue
        names = [n for n in cells[3].split(",") if _ARABIC.search(n) and not _OTHER_SCRIPTS.search(n)]
        if names:
            yield _row(
                entity_id=f"place:geonames-{cells[0]}", kind=_FEATURES[cells[6]], names=names, name_en=cells[1],
                country=_iso2().get(cells[8], ""), geonames_id=cells[0], latitude=float(cells[4]),
                longitude=float(cells[5]), prominence=float(cells[14] or 0),
            )  # fmt: skip


_FEATURES = {"P": "GPE", "A": "GPE", "L": "LOCATION", "H": "LOCATION", "T": "LOCATION", "S": "FACILITY"}


def table(rows: Iterable[dict[str, str]]) -> Iterator[Row]:
    """Entities of a CSV or TSV table, such as a SPARQL result; columns by any of their usual names (_COLUMNS)."""
    for raw in rows:
        row = {ours: _first(raw, theirs) for ours, theirs in _COLUMNS.items()}
        names = [n.strip() for n in re.split(r"[|;]", f"{row['name_ar']}|{row['aliases']}") if _ARABIC.search(n)]
        item = _ITEM.search(row["wikidata_id"])
        kind, sector = _kind_of_cell(row["kind"])
        if not names or not kind:
            continue
        point = _POINT.search(row["coordinate"])
        wikidata_id = item[0] if item else ""
        yield _row(
            entity_id=row["entity_id"] or (f"wikidata:{wikidata_id}" if wikidata_id else f"import:{names[0]}"),
            kind=kind, names=names, sector=row["sector"] or sector, name_en=row["name_en"],
            country=_country_cell(row["country"]), wikidata_id=wikidata_id, geonames_id=row["geonames_id"],
            latitude=float(point[2]) if point else _number(row["latitude"]),
            longitude=float(point[1]) if point else _number(row["longitude"]),
            prominence=_number(row["prominence"]) or 0.0,
        )  # fmt: skip


def _first(raw: dict[str, str], names: Iterable[str]) -> str:
    return next((raw[n].strip() for n in names if raw.get(n)), "")


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


def _kind_of_cell(cell: str) -> tuple[str, str]:
    if cell.upper() in KINDS:
        return cell.upper(), ""
    return _kind(_ITEM.findall(cell)) if cell else ("", "")


def _country_cell(cell: str) -> str:
    item = _ITEM.search(cell)
    if item:
        return _countries().get(item[0], "")
    return _iso2().get(cell.upper(), cell.upper() if cell.upper() in nations().english else "")


def _row(
    *, entity_id: str, kind: str, names: list[str], name_en: str, country: str, sector: str = "", wikidata_id: str = "",
    geonames_id: str = "", latitude: float | None = None, longitude: float | None = None, prominence: float = 0.0,
) -> Row:  # fmt: skip
    code = nations().cameo.get(country, country) + sector if country and kind in ("PERSON", "ORGANIZATION") else ""
    entity = Entity(
        entity_id=entity_id, kind=kind, name_ar=names[0], name_en=name_en, country=country, sector=sector,
        actor_code=code, wikidata_id=wikidata_id, geonames_id=geonames_id, latitude=latitude, longitude=longitude,
        is_linked=True, prominence=prominence,
    )  # fmt: skip
    spelled = [(name, _strength(name, kind)) for name in dict.fromkeys(names)]
    return entity, [(name, strength) for name, strength in spelled if strength is not None]


def _strength(name: str, kind: str) -> int | None:
    """A single word among a million names is most often another word: it needs evidence; of a person it says nothing."""
    if " " in name.strip():
        return SURE if kind != "PERSON" or name.count(" ") < 6 else None
    return None if kind == "PERSON" else PARTIAL if kind == "GPE" else WEAK


def _kind(items: Iterable[str]) -> tuple[str, str]:
    table = _kinds()
    return next((table[i] for i in items if i in table), ("", ""))


@cache
def _kinds() -> dict[str, tuple[str, str]]:
    rows = seeds.read("gazetteer/wikidata_kinds.csv", ("item", "kind"), "item")
    return {row["item"]: (row["kind"], row["sector"]) for row in rows}


@cache
def _countries() -> dict[str, str]:
    return {row["wikidata_id"]: row["iso3"] for row in seeds.read("gazetteer/countries.csv") if row.get("wikidata_id")}


@cache
def _iso2() -> dict[str, str]:
    return {row["iso2"]: row["iso3"] for row in seeds.read("gazetteer/countries.csv") if row.get("iso2")}
