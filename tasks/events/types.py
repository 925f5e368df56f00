"""Event mentions and quotes as the event coding hands them on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from tasks.entities.types import Entity


@dataclass(slots=True)
class Party:
    """A source or target: a linked entity, or words that give a country and a sector (القوات الروسية = RUS MIL)."""

    start: int
    end: int
    text: str
    entity: Entity | None = None
    country: str = ""
    sector: str = ""
    reason: str = ""


@dataclass(slots=True)
class EventMention:
    """One telling of one event; offsets into the document's text."""

    sentence_no: int
    trigger_start: int
    trigger_end: int
    trigger_text: str
    cameo_code: str
    plover_type: str  # "" for a bare public statement
    plover_mode: str = ""
    plover_contexts: tuple[str, ...] = ()
    quad_class: int = 0
    goldstein: float = 0.0
    status: str = "occurred"  # occurred, planned, negated, possible
    event_date: date | None = None
    date_precision: str = "none"
    source: Party | None = None
    target: Party | None = None
    location: Entity | None = None
    attributed_to: Party | None = None
    rule_id: str = ""
    confidence: float = 1.0
    killed: int | None = None  # deaths the sentence gives a number for
    wounded: int | None = None
    story_key: str = ""  # tellings in one document that share it are one event
    because: list[str] = field(default_factory=list)  # plain sentences for `marsad explain`


@dataclass(slots=True)
class Quote:
    """Words or content ascribed to a speaker."""

    sentence_no: int
    start: int
    end: int
    verb: str
    is_direct: bool
    speaker: Party | None = None
