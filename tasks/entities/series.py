"""Names in a row after a plural: ``محافظات الحديدة وتعز`` are two governorates, ``مدن تلكلخ والقصير`` two towns."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import seeds
from tasks.entities.candidates import SURE, Candidate
from tasks.entities.gazetteer import Gazetteer
from tasks.entities.match import Words, phrase_of
from tasks.entities.spans import Span

_LONGEST = 3  # words of a member
_SCORE = 0.95  # above the same words read without their plural
_PREFIXES = ("", "و", "ف", "ب", "ل", "ك", "وب", "ول")
_PLACES = frozenset({"GPE", "LOCATION", "FACILITY"})


def series(number: int, words: Words, gazetteer: Gazetteer) -> Iterator[Span]:
    """The members of every row of two names or more; each is what the singular says, where a list has that."""
    table = _plurals()
    for i, key in enumerate(words.keys):
        singular = table.get(key)
        if singular is None:
            continue
        members = list(_members(number, words, i + 1, singular, gazetteer))
        if len(members) > 1:
            yield from members


def _members(number: int, words: Words, at: int, singular: str, gazetteer: Gazetteer) -> Iterator[Span]:
    joined = False
    while at < len(words):
        member = _member(number, words, at, joined, singular, gazetteer)
        if member is None:
            return
        yield member
        at = member.last + 1
        comma = at < len(words) and words.keys[at] in ("،", ",")
        at, joined = at + comma, not comma or (words.keys[at + 1 : at + 2] != [] and words.keys[at + 1][:1] == "و")


def _member(number: int, words: Words, at: int, joined: bool, singular: str, gazetteer: Gazetteer) -> Span | None:
    """The longest listed place at a word, as the singular has it before as the bare name."""
    key = words.keys[at]
    if joined and key[0] != "و":
        return None
    head = key[1:] if joined else key
    for last in range(min(at + _LONGEST, len(words)) - 1, at - 1, -1):
        phrase = " ".join((head, *words.keys[at + 1 : last + 1]))
        found = _places(gazetteer, f"{singular} {phrase}") or _places(gazetteer, phrase)
        if found:
            return Span(
                number, at, last, int(joined), found[0].entity.kind, _SCORE, "gazetteer", found, SURE,
                reason=f"one of a row of names after the plural of {singular}",
            )  # fmt: skip
    return None


def _places(gazetteer: Gazetteer, phrase: str) -> tuple[Candidate, ...]:
    return tuple(c for c in gazetteer.candidates(phrase) if c.entity.kind in _PLACES)


@cache
def _plurals() -> dict[str, str]:
    """Plurals and duals, with the clitics that they may carry, to the folded singular (seeds/gazetteer/plurals.csv)."""
    rows = seeds.read("gazetteer/plurals.csv", ("word", "singular"), "word")
    return {prefix + phrase_of(row["word"]): phrase_of(row["singular"]) for row in rows for prefix in _PREFIXES}
