"""Definite descriptions: ``الحركة``, ``الميليشيات``, ``الوزير`` stand for who was called a movement, a militia, a minister before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

import seeds
from tasks.events.clause import View, bare
from tasks.events.participants import Phrase
from tasks.language.normalize import fold

if TYPE_CHECKING:
    from tasks.events.prepare import Prepared

KINDS = ("body", "person")
BEFORE = 2  # words before the name of a body that may say what it is
TITLE = 6  # words before a person's name that may be the title
_IN_TITLE = frozenset(("في", "لدي", "عن", "من", "باسم"))


@cache
def heads() -> dict[str, tuple[str, str]]:
    """Folded form without article to (head, kind), from seeds/lexicon/definite_heads.csv.

    Raises:
        seeds.SeedError: when a kind is unknown.
    """
    out: dict[str, tuple[str, str]] = {}
    for row in seeds.read("lexicon/definite_heads.csv", required=("head", "kind"), unique="head"):
        if row["kind"] not in KINDS:
            raise seeds.SeedError(f"seeds/lexicon/definite_heads.csv: {row['head']}: {row['kind']!r} is no kind")
        for form in (row["head"], *row["forms"].split("|")):
            if form:
                out.setdefault(bare(fold(form)), (row["head"], row["kind"]))
    return out


def resolve_definite(sentences: Sequence[Prepared]) -> None:
    """Give descriptions that take up a party named before its entity, country and sector (in place)."""
    known: dict[str, Phrase] = {}
    for s in sentences:
        for phrase in s.phrases:
            before = _before(s.view, phrase, known)
            if before is not None:
                _take(phrase, before)
            for head in _called(s.view, phrase):
                known[head] = phrase


def _before(view: View, phrase: Phrase, known: dict[str, Phrase]) -> Phrase | None:
    """The party that a definite description takes up."""
    token = view.tokens[phrase.first].best
    if phrase.kind != "ROLE" or token is None or not token.article:
        return None
    head, kind = heads().get(_form(view, phrase.first), ("", ""))
    found = known.get(head)
    if found is None:
        return None
    country = phrase.party.country
    if country:  # الوزير التركي
        return found if kind == "person" and found.party.country == country else None
    return found if phrase.first == phrase.last else None


def _take(phrase: Phrase, before: Phrase) -> None:
    party, other = phrase.party, before.party
    party.entity, party.country = other.entity, other.country
    party.sector = other.sector or party.sector
    party.reason = f"«{party.text}» is «{other.text}», named before"


def _called(view: View, phrase: Phrase) -> Iterator[str]:
    """The heads by which a later description can take a party up."""
    party = phrase.party
    if phrase.kind == "ROLE":
        head = _head(_form(view, phrase.first), "body")
        if head and party.country:
            yield head
    elif phrase.kind == "PERSON" and party.entity is not None:
        head = _title(view, phrase)
        if head:
            yield head
    elif phrase.kind == "ORGANIZATION" and party.entity is not None:
        words = [_form(view, i) for i in range(_stretch(view, phrase.first), phrase.last + 1)]
        words += [bare(fold(w)) for w in party.entity.name_ar.split()[:2]]
        for word in dict.fromkeys(words):
            if head := _head(word, "body"):
                yield head


def _title(view: View, phrase: Phrase) -> str:
    if phrase.title:
        return _head(_form(view, phrase.first), "person")
    comma = False
    for i in range(phrase.first - 1, max(-1, phrase.first - 1 - TITLE), -1):
        head = _head(_form(view, i), "person")
        if head and view.pos[i] in ("N", "A"):
            return head
        if view.tokens[i].text in ("،", ",") and not comma:
            comma = True
        elif view.pos[i] not in ("N", "A", "D") and view.words[i] not in _IN_TITLE:
            return ""
    return ""


def _stretch(view: View, first: int) -> int:
    """Where the nouns right before a name begin, `BEFORE` words back at most."""
    begin = first
    while begin > max(0, first - BEFORE) and view.pos[begin - 1] in ("N", "A"):
        begin -= 1
    return begin


def _head(form: str, kind: str) -> str:
    """The head of a form, "" where it is none of that kind."""
    head, its = heads().get(form, ("", ""))
    return head if its == kind else ""


def _form(view: View, i: int) -> str:
    """A word without article, also without an attached و (which وزير only seems to have) and ب ل ك, as the table has it."""
    word = bare(view.words[i])
    options = (bare(view.tokens[i].form.key), word, bare(word[1:]) if word[:1] in ("ب", "ل", "ك") else word)
    return next((o for o in options if o in heads()), word)
