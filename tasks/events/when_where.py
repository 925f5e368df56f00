"""When and where an event happened: the date and the place that its clause names, else what its text implies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tasks.events.clause import View
from tasks.events.participants import Phrase
from tasks.language.types import DateMention

FAR = 30  # tokens
PLACES = ("GPE", "LOCATION", "FACILITY")
_AT = ("في", "ب", "داخل", "قرب", "وسط", "خارج", "من", "إلى", "على", "الي", "علي")


def usable(mention: DateMention) -> bool:
    """Whether a date expression can date an event: a point in time, no duration and no repetition."""
    return mention.value is not None and mention.kind in ("date", "range", "time")


def choose_date(
    view: View, at: int, here: Sequence[DateMention], before: Sequence[DateMention], published: date | None, planned: bool
) -> tuple[date | None, str, str]:
    """Date, precision and the words that gave it.

    Args:
        view: the sentence.
        at: token of the trigger.
        here: date expressions of the sentence.
        before: those of the sentence before; none when it tells of other things.
        published: day of publication, the date of what is told as current.
        planned: future events do not take the date of publication when the text is silent.
    """
    best, score = None, FAR + 1.0
    for d in here:
        if not usable(d):
            continue
        token = next((i for i, t in enumerate(view.tokens) if t.start <= d.start < t.end), -1)
        if token < 0:
            continue
        gap = abs(view.clause[token] - view.clause[at])
        cost = abs(token - at) + 6.0 * gap
        if d.value and published and d.value > published and not planned:
            cost += 12
        if cost < score:
            best, score = d, cost
    if best is not None:
        return _dated(best)
    if published is None:
        return None, "none", ""
    return published, "day", "publication"


def _dated(mention: DateMention) -> tuple[date | None, str, str]:
    if mention.precision == "none" or mention.value is None:
        return None, "none", mention.text
    return mention.value, mention.precision, mention.text


def places(view: View, found: Sequence[Phrase]) -> list[tuple[Phrase, str, int]]:
    """Places named in a sentence with the preposition that governs their chunk, and their token."""
    out = []
    for p in found:
        if p.kind in PLACES and p.party.entity is not None:
            c = view.chunk_at[p.first]
            out.append((p, view.chunks[c].prep if c >= 0 else "", p.first))
    return out


def choose_place(view: View, at: int, found: Sequence[Phrase], dateline: Phrase | None) -> tuple[Phrase | None, str]:
    """The place of an event and why: the nearest place after في and its like in the clause, the most specific of a series,
    else one in the sentence, else the dateline's."""
    best, score = None, 1000.0
    listed = places(view, found)
    for p, prep, token in listed:
        if prep not in _AT:
            continue
        cost = abs(token - at) + 8.0 * abs(view.clause[token] - view.clause[at]) + (0 if prep in ("في", "ب") else 6)
        cost += 3 if token < at else 0
        if cost < score:
            best, score = p, cost
    if best is not None and score < FAR:
        return best, "place named with the event"
    return (dateline, "place of the dateline") if dateline is not None else (None, "")
