"""Doubtful spans: which of them the document supports, and whose organ ``البرلمان`` is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from tasks.entities.bodies import bodies, entity_of, names_of
from tasks.entities.candidates import PARTIAL, SURE, WEAK
from tasks.entities.context import Context
from tasks.entities.cues import cue_words
from tasks.entities.epithets import epithets
from tasks.entities.gazetteer import Gazetteer
from tasks.entities.link import unlinked
from tasks.entities.match import Words, clitic_forms, phrase_of
from tasks.entities.patterns import of_person
from tasks.entities.spans import Span
from tasks.entities.types import Entity

_CLEAR = 0.4
_EPITHET = 0.81  # above any tagged span of the same words
_BELIEVED = 0.4  # part of the tagger's belief that supports a doubtful name
_NAMED = 0.02  # part of the weight of a country that the document names at all
_PLACES = frozenset({"GPE", "LOCATION", "FACILITY"})
_ABOUT = 0.25
_LED = {"نظام": "regime", "حكومه": "government", "اداره": "administration"}  # heads before a leader's name
_CUES = {
    "PERSON": ("title", "kunya"),
    "ORGANIZATION": ("media", "armed"),
    "GPE": ("place", "region"),
    "LOCATION": ("place", "nature"),
    "FACILITY": ("facility",),
}


def doubtful(span: Span) -> bool:
    """Whether a span needs the support of the document."""
    return span.strength == WEAK or (span.strength == PARTIAL and span.method == "gazetteer" and span.kind in _PLACES)


def supported(span: Span, words: Words, context: Context) -> bool:
    """Whether a name that is also a common word, a bare surname or a small place is a name here."""
    if span.method == "tagger" or (span.score >= 0.5 if span.strength == WEAK else span.belief >= _BELIEVED):
        return True
    entity = span.entity
    if entity is None:
        return False
    if entity.entity_id in context.certain or (span.strength == PARTIAL and context.share(entity.country) > _NAMED):
        return True
    if span.first == 0:
        return False
    before = {form.core for form in clitic_forms(words.keys[span.first - 1])}
    return any(not before.isdisjoint(cue_words(cue)) for cue in _CUES[entity.kind])


def body_entity(span: Span, words: Words, context: Context, gazetteer: Gazetteer) -> Entity | None:
    """The organ of state of a span: a listed organisation of that name, else one made for the country."""
    country = span.country or _country(context)
    if not country:
        return None
    kind = bodies().kinds[span.reason]
    for name in (span.phrase(words) if span.country else "", *map(phrase_of, names_of(kind, country))):
        for candidate in gazetteer.candidates(name):
            if candidate.strength == SURE and candidate.entity.kind == "ORGANIZATION":
                span.reason = f"the organisation of that name in {country}"
                return candidate.entity
    entity = entity_of(kind, country)
    entity = gazetteer.entities.get(entity.entity_id, entity)
    span.reason = f"{entity.name_en}" + ("" if span.country else ", the country that the document is about")
    return entity


def _country(context: Context) -> str:
    main = context.main_country()
    return main if context.share(main) >= _CLEAR else ""


def leaders_bodies(
    number: int, words: Words, people: Sequence[Span], titles: Sequence[Span], document_id: str
) -> Iterator[Span]:
    """Governments and the like named by their leader, with their entity: ``نظام الأسد`` is the government of Syria."""
    kinds = bodies().kinds
    for span in of_person(number, words, people, titles):
        key = _LED.get(span.reason, "")
        if key and span.country:
            span.entity = entity_of(kinds[key], span.country)
            span.reason = f"{span.entity.name_en}, by its leader's name"
        else:
            phrase = span.phrase(words)
            span.entity = unlinked(span.kind, phrase, phrase, document_id, span.country)
            span.reason = "named by its leader"
        yield span


def epithet_spans(
    words: Sequence[Words], spans: Sequence[Span], context: Context, gazetteer: Gazetteer
) -> Iterator[Span]:
    """``المملكة`` and the like for the country that the document is about, where no name covers the word."""
    table = epithets(mentions=True)
    taken = {(s.sentence, i) for s in spans if not _may_be_epithet(s) for i in range(s.first, s.last + 1)}
    for number, sentence in enumerate(words):
        for i, key in enumerate(sentence.keys):
            if key not in _written_epithets():
                continue
            for consumed, core in clitic_forms(key):
                country = max(table.get(core, ()), key=context.share, default="")
                entity = gazetteer.entities.get(f"geo:{country}")
                if entity and context.share(country) >= _ABOUT and (number, i) not in taken:
                    span = Span(number, i, i, consumed, "GPE", _EPITHET, "context", strength=PARTIAL, entity=entity)
                    span.reason = f"the document is about {entity.name_en}"
                    yield span
                    break


def _may_be_epithet(span: Span) -> bool:
    """Whether a span is a single word that only the tagger takes for a place: what it stands for is for the document."""
    return span.method == "tagger" and span.words == 1 and span.kind == "GPE" and not span.candidates


@cache
def _written_epithets() -> frozenset[str]:
    written: set[str] = set()
    for word in epithets(mentions=True):
        written.update(prefix + word for prefix in ("", "و", "ف", "ب", "ل", "ك", "وب", "وك"))
        written.update(prefix + "لل" + word[2:] for prefix in ("", "و"))
    return frozenset(written)
