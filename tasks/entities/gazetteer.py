"""The gazetteer: every name we know, folded, with the people, organisations and places it may stand for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import seeds
from tasks.entities.candidates import (
    CAPITAL_PROMINENCE,
    COUNTRY_PROMINENCE,
    KNOWN_PROMINENCE,
    PARTIAL,
    SURE,
    WEAK,
    Candidate,
)
from tasks.entities.imported import SUFFIX, ImportedNames
from tasks.entities.match import PhraseIndex, phrase_of, same_hamza
from tasks.entities.nations import nations
from tasks.entities.types import KINDS, Entity

_BRACKETS = re.compile(r"\s*[()]\s*")  # حركة المقاومة الإسلامية (حماس) is two names
_YES = frozenset({"1", "yes", "true", "y", "x"})


@dataclass(slots=True)
class Gazetteer:
    """Names and entities, loaded once a process."""

    index: PhraseIndex[tuple[Candidate, ...]] = field(default_factory=PhraseIndex)
    entities: dict[str, Entity] = field(default_factory=dict)

    def candidates(self, phrase: str) -> tuple[Candidate, ...]:
        """Entities that bear a folded name."""
        return self.index.get(phrase) or ()


def load(user_files: Sequence[Path] = ()) -> Gazetteer:
    """The gazetteer of seeds/gazetteer with the user's on top.

    Args:
        user_files: CSV files of the user's own actors, whose names have only their entities, and folders of imported
            names (``….names``), which add to ours.

    Raises:
        seeds.SeedError: naming file and line, when a file breaks the rules.
        ValueError: when a folder of imported names is of another version.
    """
    gazetteer = Gazetteer()
    codes = nations().cameo
    names: dict[str, dict[str, Candidate]] = {}
    for entity, spelled in _seed_entries(codes):
        _enter(gazetteer, names, entity, spelled)
    for file in user_files:
        if file.is_dir():
            continue  # imported names, or such as are just being written
        own: dict[str, dict[str, Candidate]] = {}
        for entity, spelled in _user_entries(file, codes):
            _enter(gazetteer, own, entity, spelled)
        names.update(own)
    for phrase, found in names.items():
        gazetteer.index.add(phrase, tuple(found.values()))
    by_wikidata = {e.wikidata_id: e for e in gazetteer.entities.values() if e.wikidata_id}
    gazetteer.index.more = [ImportedNames(f, by_wikidata) for f in user_files if f.suffix == SUFFIX]
    return gazetteer


def _enter(
    gazetteer: Gazetteer,
    names: dict[str, dict[str, Candidate]],
    entity: Entity,
    spelled: Iterable[tuple[str, int]],
) -> None:
    gazetteer.entities[entity.entity_id] = entity
    for name, strength in spelled:
        phrase = phrase_of(name)
        if not phrase:
            continue
        found = names.setdefault(phrase, {})
        before = found.get(entity.entity_id)
        if before is not None and not same_hamza(before.name, name):
            name = phrase  # the list has it both ways: any hamza will do
        if before is None or before.strength < strength or name == phrase:
            found[entity.entity_id] = Candidate(entity, max(strength, before.strength if before else 0), name)


Entry = tuple[Entity, list[tuple[str, int]]]


def _seed_entries(codes: dict[str, str]) -> Iterator[Entry]:
    for name in seeds.names("gazetteer", "countries.csv"):
        for row in seeds.read(name, ("iso3", "name_ar", "name_en"), "iso3"):
            yield from _country(row)
    for name in seeds.names("gazetteer", "people_*.csv"):
        for row in seeds.read(name, ("entity_id", "name_ar", "name_en"), "entity_id"):
            yield _person(row, codes)
    for name in seeds.names("gazetteer", "organizations*.csv"):
        for row in seeds.read(name, ("entity_id", "name_ar", "name_en"), "entity_id"):
            yield _organization(row, codes)
    for name in seeds.names("gazetteer", "places*.csv*"):
        curated = name.endswith("places_extra.csv")  # chosen by hand: known without a country beside them
        for row in seeds.read(name, ("entity_id", "name_ar"), "entity_id"):
            yield _place(row, KNOWN_PROMINENCE if curated else 0.0)


def _user_entries(file: Path, codes: dict[str, str]) -> Iterator[Entry]:
    label = str(file)
    for row in seeds.read_file(file, label, ("entity_id", "name_ar", "kind"), "entity_id"):
        kind = row["kind"].upper()
        if kind not in KINDS:
            raise seeds.SeedError(f"{label}: {row['entity_id']}: kind {row['kind']!r} is none of {', '.join(KINDS)}")
        make = {"PERSON": _person, "ORGANIZATION": _organization}.get(kind)
        yield make(row, codes) if make else _place(row, KNOWN_PROMINENCE)


def _aliases(row: dict[str, str], column: str = "aliases") -> list[str]:
    return [part for cell in row.get(column, "").split("|") for part in _BRACKETS.split(cell.strip()) if part]


def _actor(country: str, sector: str, codes: dict[str, str]) -> str:
    return codes.get(country, country) + sector if country or sector else ""


def _country(row: dict[str, str]) -> Iterator[Entry]:
    iso = row["iso3"]
    entity = Entity(
        entity_id=f"geo:{iso}", kind="GPE", name_ar=row["name_ar"], name_en=row["name_en"], country=iso, sector="",
        actor_code=row.get("cameo", "") or iso, wikidata_id=row.get("wikidata_id", ""),
        latitude=None, longitude=None, is_linked=True, prominence=COUNTRY_PROMINENCE,
    )  # fmt: skip
    weak = row.get("common_word", "").lower() in _YES  # مالي is Mali and "financial"
    yield entity, [(n, WEAK if weak and " " not in n else SURE) for n in (row["name_ar"], *_aliases(row))]
    if not row.get("capital_ar"):
        return
    capital = Entity(
        entity_id=f"geo:{iso}-capital", kind="GPE", name_ar=row["capital_ar"], name_en=row.get("capital_en", ""),
        country=iso, actor_code=row.get("cameo", "") or iso, wikidata_id=row.get("wikidata_capital", ""),
        geonames_id=row.get("geonames_id_capital", ""), latitude=_float(row.get("capital_lat", "")),
        longitude=_float(row.get("capital_lon", "")), is_linked=True, prominence=CAPITAL_PROMINENCE,
    )  # fmt: skip
    yield capital, [(name, SURE) for name in (row["capital_ar"], *_aliases(row, "capital_aliases"))]


def _person(row: dict[str, str], codes: dict[str, str]) -> Entry:
    country, sector = row.get("country", ""), row.get("sector", "")
    entity = Entity(
        entity_id=row["entity_id"], kind="PERSON", name_ar=row["name_ar"], name_en=row.get("name_en", ""),
        country=country, sector=sector, actor_code=row.get("actor_code", "") or _actor(country, sector, codes),
        wikidata_id=row.get("wikidata_id", ""), is_linked=True, prominence=_float(row.get("prominence", "")) or 0.0,
    )  # fmt: skip
    spelled = [(name, SURE if " " in name.strip() else PARTIAL) for name in (row["name_ar"], *_aliases(row))]
    if row.get("surname"):
        alone = row.get("surname_alone", "").lower() in _YES
        strength = PARTIAL if alone else WEAK
        spelled = [(n, strength if n == row["surname"] else s) for n, s in spelled] + [(row["surname"], strength)]
    return entity, spelled


def _organization(row: dict[str, str], codes: dict[str, str]) -> Entry:
    country, sector = row.get("country", ""), row.get("sector", "")
    entity = Entity(
        entity_id=row["entity_id"], kind=row.get("kind", "").upper() or "ORGANIZATION", name_ar=row["name_ar"],
        name_en=row.get("name_en", ""), country=country, sector=sector,
        actor_code=row.get("actor_code", "") or _actor(country, sector, codes),
        wikidata_id=row.get("wikidata_id", ""), is_linked=True, prominence=_float(row.get("prominence", "")) or 0.0,
    )  # fmt: skip
    weak = WEAK if row.get("common_word", "").lower() in _YES else SURE
    return entity, [(name, weak if " " not in name else SURE) for name in (row["name_ar"], *_aliases(row))]


def _place(row: dict[str, str], least: float) -> Entry:
    entity = Entity(
        entity_id=row["entity_id"], kind=row.get("kind", "").upper() or "GPE", name_ar=row["name_ar"],
        name_en=row.get("name_en", ""), country=row.get("country", ""), actor_code="",
        wikidata_id=row.get("wikidata_id", ""), geonames_id=row.get("geonames_id", ""),
        latitude=_float(row.get("latitude", "")), longitude=_float(row.get("longitude", "")), is_linked=True,
        prominence=max(_float(row.get("population", "")) or 0.0, least),
    )  # fmt: skip
    weak = row.get("common_word", "").lower() in _YES
    return entity, [(n, WEAK if weak and " " not in n else SURE) for n in (row["name_ar"], *_aliases(row))]


def _float(cell: str) -> float | None:
    return float(cell) if cell else None
