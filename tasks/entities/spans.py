"""Stretches of a sentence that may be names, and the choice among those that overlap."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from tasks.entities.candidates import Candidate
from tasks.entities.match import Words
from tasks.entities.types import Entity

_SURE_OF_KIND = 0.68  # 0.8 times the probability of a tagged span


@dataclass(slots=True)
class Span:
    """Words first..last of a sentence as a possible name, without `consumed` letters of clitic."""

    sentence: int  # place in Analysed.sentences
    first: int
    last: int
    consumed: int
    kind: str
    score: float
    method: str
    candidates: tuple[Candidate, ...] = ()
    strength: int = 2
    entity: Entity | None = None
    country: str = ""
    sector: str = ""
    reason: str = ""
    belief: float = 0.0  # how far the tagger thinks its words part of some name, 0 to 1

    @property
    def words(self) -> int:
        """Number of words."""
        return self.last - self.first + 1

    def phrase(self, words: Words) -> str:
        """Folded words, clitic off."""
        keys = words.keys[self.first : self.last + 1]
        head = keys[0][self.consumed :]
        if head.startswith("لل") and len(head) > 4:
            head = "ال" + head[2:]
        return " ".join((head, *keys[1:]))


def choose(spans: Iterable[Span]) -> list[Span]:
    """The spans that stand: longest first, of equals the best score; none overlaps another. In order of the text."""
    chosen: dict[tuple[int, int], Span] = {}
    taken: set[int] = set()
    for span in sorted(spans, key=lambda s: (-s.words, -s.score, s.consumed, s.first)):
        places = range(span.first, span.last + 1)
        if taken.isdisjoint(places):
            chosen[span.first, span.last] = span
            taken.update(places)
        elif (span.first, span.last) in chosen:
            _support(chosen[span.first, span.last], span)
    return sorted(chosen.values(), key=lambda s: s.first)


def _support(standing: Span, span: Span) -> None:
    """A span set aside still speaks for the one of the same words that stands: candidates, certainty, kind."""
    same = tuple(c for c in span.candidates if group(c.entity.kind) == group(standing.kind))
    if not standing.candidates and same:
        standing.candidates, standing.strength = same, max(c.strength for c in same)
    if span.method == "body" and standing.method == "tagger" and not standing.candidates:
        standing.method, standing.reason, standing.strength = span.method, span.reason, span.strength
        standing.country, standing.sector, standing.kind = span.country, span.sector, span.kind
    if span.method == "tagger" and standing.method == "gazetteer":
        _narrow(standing, span)
    standing.score = max(standing.score, span.score)


def _narrow(listed: Span, tagged: Span) -> None:
    """Of the bearers of a name those of the kind that the tagger is sure of; a club may bear the name of its city."""
    same = tuple(c for c in listed.candidates if group(c.entity.kind) == group(tagged.kind))
    if same and len(same) < len(listed.candidates):
        listed.candidates, listed.kind = same, same[0].entity.kind
        listed.strength = max(c.strength for c in same)
    elif not same and listed.words == 1 and tagged.score >= _SURE_OF_KIND:
        listed.candidates, listed.kind, listed.method, listed.strength = (), tagged.kind, "tagger", tagged.strength


def group(kind: str) -> str:
    """``PLACE`` for all kinds of places, else the kind."""
    return "PLACE" if kind in ("GPE", "LOCATION", "FACILITY") else kind


def moved(span: Span, **changes: object) -> Span:
    """A copy with some fields changed."""
    return replace(span, **changes)  # type: ignore[arg-type]
