"""What a document is about, as far as it helps to tell namesakes apart: its countries and who else it names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from tasks.entities.candidates import SURE, WEAK
from tasks.entities.match import Words
from tasks.entities.nations import nations
from tasks.entities.spans import Span

_HEAD_WEIGHT = 2.0  # headline and first sentence
_ADJECTIVE_WEIGHT = 0.5
_OUTLET_WEIGHT = 0.5


@dataclass(slots=True)
class Context:
    """Countries of a document by weight, entities that a full name names, and its day."""

    countries: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    certain: set[str] = field(default_factory=set)
    published_on: date | None = None

    def share(self, country: str) -> float:
        """Part of the document's weight that a country has, 0 to 1."""
        total = sum(self.countries.values())
        return self.countries.get(country, 0.0) / total if total and country else 0.0

    def main_country(self) -> str:
        """The country with most weight, "" when there is none."""
        return max(self.countries, key=lambda c: (self.countries[c], c)) if self.countries else ""


def context_of(
    words: Sequence[Words], spans: Iterable[Span], published_on: date | None, outlet_country: str = ""
) -> Context:
    """The context of a document, from the names that are sure and its nationality adjectives."""
    context = Context(published_on=published_on)
    for span in spans:
        weight = _HEAD_WEIGHT if span.sentence < 2 else 1.0
        if span.country:
            context.countries[span.country] += weight
        if span.strength == WEAK or not span.candidates or (span.strength < SURE and span.kind != "PERSON"):
            continue
        countries = {c.entity.country for c in span.candidates}
        if len(countries) == 1:
            context.countries[countries.pop()] += weight
        if span.strength == SURE and len(span.candidates) == 1:
            context.certain.add(span.candidates[0].entity.entity_id)
    table = nations()
    for number, sentence in enumerate(words):
        weight = _ADJECTIVE_WEIGHT * (_HEAD_WEIGHT if number < 2 else 1.0)
        for i, key in enumerate(sentence.keys):
            if len(key) > 4 and (nation := table.adjective_at(sentence.keys, i, definite=True)):
                context.countries[nation.country] += weight
    if outlet_country:
        context.countries[outlet_country] += _OUTLET_WEIGHT
    context.countries.pop("", None)
    return context
