"""Entities, offices and mentions as the recognition and the linking hand them on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

KINDS = ("PERSON", "ORGANIZATION", "GPE", "LOCATION", "FACILITY")
SECTORS = (
    "GOV", "MIL", "LEG", "JUD", "COP", "REB", "OPP", "PTY", "BUS", "MED", "CVL", "NGO", "IGO", "REL", "SPY", "EDU", "HLH",
)  # fmt: skip


@dataclass(slots=True, frozen=True)
class Entity:
    """Who or what a mention names: a row of the gazetteer, or one made from an unlinked full name."""

    entity_id: str
    kind: str
    name_ar: str
    name_en: str = ""
    country: str = ""  # ISO 3166-1 alpha-3, "" for international
    sector: str = ""
    actor_code: str = ""  # CAMEO, e.g. IRNLEG
    wikidata_id: str = ""
    geonames_id: str = ""
    latitude: float | None = None
    longitude: float | None = None
    is_linked: bool = False
    prominence: float = 0.0  # population of a place, or a rank; decides between namesakes


@dataclass(slots=True, frozen=True)
class Office:
    """Who held which office when; ``until`` None means to this day."""

    office: str  # key such as IRN-supreme-leader
    person_id: str
    since: date
    until: date | None
    country: str
    sector: str


@dataclass(slots=True)
class Mention:
    """A stretch of text that names an entity (bare name, no clitic, no title)."""

    sentence_no: int
    start: int
    end: int
    text: str
    kind: str
    entity: Entity | None = None
    method: str = ""  # gazetteer, office, tagger, document, cue, context
    score: float = 1.0
    reason: str = ""  # one line in plain words: why this entity
    role_sector: str = ""  # what the words say of the role here: an office holder named as minister is GOV
    is_source: bool = False  # an agency or paper named as the source of the news, no actor
