"""Names that no list has, built from a head word: ``هيئة الأوراق المالية``, ``ميناء الحديدة``, ``نظام الأسد``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from tasks.entities.candidates import SURE
from tasks.entities.cues import cue_words
from tasks.entities.match import Clitics, Words, clitic_forms
from tasks.entities.spans import Span

_LONGEST = 7
_CHAINED = ("noun", "adj", "noun_prop", "")
_ARTICLE = ("ال", "لل")
_JOINED_ARTICLE = ("وال", "بال")
_PLACES = frozenset({"GPE", "LOCATION", "FACILITY"})
_SCORE = 0.55
_HEADS = ("front", "construct", "definite", "facility", "nature")


def head_patterns(number: int, words: Words, listed: Sequence[Span]) -> Iterator[Span]:
    """Spans that begin with a head word, given the listed names of the sentence."""
    named = {s.first: s for s in listed if not s.consumed and s.strength == SURE}
    known = {s.first for s in listed if s.strength == SURE and s.words > 1}
    for i, key in enumerate(words.keys):
        if i in known:
            continue
        for consumed, core in _head_forms(key):
            found = _at(number, words, i, consumed, core, named)
            if found:
                yield found
                break


@lru_cache(maxsize=100_000)
def _head_forms(key: str) -> tuple[Clitics, ...]:
    """Readings of a word that are a head word: most words have none."""
    return tuple(form for form in clitic_forms(key) if any(form.core in cue_words(cue) for cue in _HEADS))


def _at(number: int, words: Words, i: int, consumed: int, core: str, named: dict[int, Span]) -> Span | None:
    follower = named.get(i + 1)
    if core in cue_words("front") and (follower or _stands_in(words, i)):
        return None
    if core in cue_words("construct"):
        last = _chain_end(words, i, named)
        if last > i:
            return Span(number, i, last, consumed, "ORGANIZATION", _SCORE, "cue", strength=SURE)
        if follower and follower.kind in _PLACES and core in cue_words("local body"):
            return Span(number, i, follower.last, consumed, "ORGANIZATION", _SCORE, "cue", country=_country(follower))
    elif core in cue_words("definite") and _chain_end(words, i, named) > i + 1:
        return Span(number, i, _chain_end(words, i, named), consumed, "ORGANIZATION", _SCORE, "cue")
    if follower and follower.kind in _PLACES:
        for cue, kind in (("facility", "FACILITY"), ("nature", "LOCATION")):
            if core in cue_words(cue) and core not in cue_words("admin"):
                return Span(number, i, follower.last, consumed, kind, _SCORE, "cue", country=_country(follower))
    return None


def _chain_end(words: Words, i: int, named: dict[int, Span]) -> int:
    """Last word of the definite nouns and adjectives that go on after a head word."""
    last, stop = i, cue_words("stop")
    for j in range(i + 1, min(i + 1 + _LONGEST, len(words))):
        key, token = words.keys[j], words.token(j)
        starts = _ARTICLE if j == i + 1 else (*_ARTICLE, *_JOINED_ARTICLE)
        if not key.startswith(starts) or token.pos not in _CHAINED or key in stop or key[1:] in stop:
            break
        last = j
    return last


def _stands_in(words: Words, i: int) -> bool:
    """Whether something happens in or on word i: ``على جبهة الساحل`` is a front line."""
    return i > 0 and words.keys[i - 1] in ("في", "علي", "الي", "نحو", "من", "عند")


def _country(span: Span) -> str:
    countries = {c.entity.country for c in span.candidates}
    return countries.pop() if len(countries) == 1 else ""


def of_person(number: int, words: Words, people: Sequence[Span], titles: Sequence[Span]) -> Iterator[Span]:
    """``نظام الأسد``, ``إدارة الرئيس ترامب``: a government or campaign by its leader, right before the leader's name."""
    before = {t.last + 1: t.first for t in titles}
    for person in people:
        i = before.get(person.first, person.first) - 1
        if person.consumed or i < 0:
            continue
        for consumed, core in clitic_forms(words.keys[i]):
            if core in cue_words("of person"):
                span = Span(number, i, person.last, consumed, "ORGANIZATION", _SCORE, "cue", reason=core)
                if person.entity is not None:
                    span.country, span.sector = person.entity.country, "GOV"
                yield span
                break
