"""Names in a sentence: what gazetteer, organs of state and tagger propose, and what stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tasks.entities.bodies import bodies
from tasks.entities.cues import cue_words
from tasks.entities.gazetteer import PARTIAL, SURE, Gazetteer
from tasks.entities.match import Words
from tasks.entities.spans import Span, choose

Tags = Sequence[tuple[str, float]]
"""BIO tag and probability of every token of a sentence."""

KIND_OF_TAG = {"PERS": "PERSON", "LOC": "GPE", "ORG": "ORGANIZATION"}
_LEAST_PROBABILITY = 0.5
_KIN_REACH = 4


def propose(number: int, words: Words, gazetteer: Gazetteer, tags: Tags | None = None) -> list[Span]:
    """The names of a sentence (place `number` in its document) that stand after overlaps are settled.

    Spans of strength WEAK are among them: whether they are names is for the document to say.
    """
    spans = [*_listed(number, words, gazetteer), *_organs(number, words)]
    if tags is not None:
        spans.extend(_tagged(number, words, tags))
    return choose(_extended(span, words) for span in spans)


def _listed(number: int, words: Words, gazetteer: Gazetteer) -> Iterator[Span]:
    for hit in gazetteer.index.scan(words.keys):
        strength = max(c.strength for c in hit.value)
        kind = next(c.entity.kind for c in hit.value if c.strength == strength)
        score = (0.3, 0.7, 0.9)[strength]
        yield Span(number, hit.first, hit.last, hit.consumed, kind, score, "gazetteer", hit.value, strength)


def _organs(number: int, words: Words) -> Iterator[Span]:
    for body in bodies().find(words):
        score = 0.85 if body.country else 0.5
        span = Span(number, body.first, body.last, body.consumed, "ORGANIZATION", score, "body", strength=SURE)
        span.country, span.sector, span.reason = body.country, body.kind.sector, body.kind.key
        yield span


def _tagged(number: int, words: Words, tags: Tags) -> Iterator[Span]:
    """Spans of the tagger's labels; its words carry their clitics, which come off here."""
    place = {token: word for word, token in enumerate(words.tokens)}
    start: int | None = None
    for i in range(len(tags) + 1):
        tag = tags[i][0] if i < len(tags) else "O"
        if start is not None and (tag[:1] != "I" or tag[2:] != tags[start][0][2:]):
            span = _tag_span(number, tags, start, i, place)
            if span:
                yield span
            start = None
        if tag != "O" and start is None:
            start = i


def _tag_span(number: int, tags: Tags, start: int, end: int, place: dict[int, int]) -> Span | None:
    inside = [place[i] for i in range(start, end) if i in place]
    probability = sum(tags[i][1] for i in range(start, end)) / (end - start)
    if not inside or probability < _LEAST_PROBABILITY:
        return None
    return Span(
        number, inside[0], inside[-1], 0, KIND_OF_TAG[tags[start][0][2:]], 0.8 * probability, "tagger", strength=PARTIAL
    )


def _extended(span: Span, words: Words) -> Span:
    """A person's name goes on through بن and آل."""
    if span.kind != "PERSON":
        return span
    kin, keys, last = cue_words("kin"), words.keys, span.last
    while last + 2 < len(keys) + 1 and last + 1 < len(keys) and keys[last + 1] in kin and last - span.last < _KIN_REACH:
        step = 3 if last + 3 < len(keys) and keys[last + 2] in ("عبد", "ابي", "ابو") else 2
        if last + step >= len(keys):
            break
        last += step
    span.last = last
    return span
