"""Which entity a name stands for."""

from __future__ import annotations

from hashlib import sha256
from math import log10

from tasks.entities.candidates import WEAK, Candidate
from tasks.entities.context import Context
from tasks.entities.nations import nations
from tasks.entities.offices import OfficeTable
from tasks.entities.spans import Span, group
from tasks.entities.types import Entity

_NAMED = 0.05  # part of a document's weight of a country that is more than a passing mention
_PLACES = frozenset({"GPE", "LOCATION", "FACILITY"})


def link(span: Span, context: Context, offices: OfficeTable) -> None:
    """Set a span's entity to the best of its candidates, with the reason; leaves it when there is none."""
    if not span.candidates:
        return
    known = [c for c in span.candidates if _allowed(c, span, context, offices)]
    if not known:
        span.reason = "a bare name that others bear too"
        return
    scored = sorted(((_fit(c, span, context, offices), c.entity.entity_id, c) for c in known), reverse=True)
    best = scored[0][2].entity
    span.entity, span.kind = best, best.kind
    if len(scored) == 1:
        span.reason = span.reason or "the only bearer of the name in the gazetteer"
        return
    others = ", ".join(c.entity.name_en or c.entity.entity_id for _, _, c in scored[1:3])
    span.reason = f"{best.name_en} rather than {others}: {_why(best, context)}"


def _allowed(candidate: Candidate, span: Span, context: Context, offices: OfficeTable) -> bool:
    """Whether the document speaks for a person whom a bare name that many bear may stand for."""
    entity = candidate.entity
    if span.method != "tagger" or span.words > 1 or entity.kind != "PERSON" or candidate.strength > WEAK:
        return True
    if entity.entity_id in context.certain or context.share(entity.country) >= _NAMED:
        return True
    return context.published_on is not None and offices.serves(entity.entity_id, context.published_on)


def _fit(candidate: Candidate, span: Span, context: Context, offices: OfficeTable) -> float:
    """How well an entity fits the place where its name stands; larger is better."""
    entity = candidate.entity
    score = float(candidate.strength)
    if entity.entity_id in context.certain:
        score += 0.4 if entity.kind in _PLACES else 4  # تونس العاصمة in full does not make تونس the city
    score += 3 * context.share(entity.country)
    if entity.kind in _PLACES:
        score += 0.25 * log10(1 + entity.prominence)
    elif entity.kind == "PERSON" and context.published_on:
        score += 1.5 * offices.serves(entity.entity_id, context.published_on)
    if span.method == "tagger" and group(entity.kind) == group(span.kind):
        score += 2
    return score


def _why(entity: Entity, context: Context) -> str:
    if entity.entity_id in context.certain:
        return "the document names them in full"
    if context.share(entity.country) > 0.2:
        return f"the document is about {entity.country}"
    return "larger or better known" if entity.kind in _PLACES else "in office at the time or better known"


def unlinked(kind: str, phrase: str, text: str, document_id: str, country: str = "", sector: str = "") -> Entity:
    """An entity for a name that no list has.

    Full names that agree are one entity in every document; a person's single name is one entity in its document only.
    """
    own = document_id if kind == "PERSON" and " " not in phrase else ""
    digest = sha256(f"{kind}|{phrase}|{own}".encode()).hexdigest()[:16]
    code = nations().cameo.get(country, country) + sector if country else ""
    return Entity(entity_id=f"name:{digest}", kind=kind, name_ar=text, country=country, sector=sector, actor_code=code)
