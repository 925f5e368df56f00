"""Whether an event is told as a fact, planned, denied or merely possible: cues around its trigger."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import seeds
from tasks.events.clause import View
from tasks.language.normalize import fold

STATUSES = ("occurred", "planned", "negated", "possible")


@dataclass(slots=True, frozen=True)
class Cue:
    """A word that puts what follows it, within `reach` tokens, into another status."""

    lemma: str
    status: str
    reach: int


@dataclass(slots=True, frozen=True)
class Found:
    """A cue in a sentence: which, and how many tokens before the trigger (negative: after it)."""

    cue: str
    status: str
    distance: int
    within: bool  # inside the cue's own reach


@cache
def cues() -> dict[str, Cue]:
    """Cues by folded lemma, from seeds/lexicon/status_cues.csv.

    Raises:
        seeds.SeedError: when a status is unknown.
    """
    out = {}
    for row in seeds.read("lexicon/status_cues.csv", required=("cue", "status", "reach"), unique="cue"):
        if row["status"] not in STATUSES:
            raise seeds.SeedError(f"seeds/lexicon/status_cues.csv: {row['cue']}: {row['status']!r} is no status")
        out[fold(row["cue"])] = Cue(fold(row["cue"]), row["status"], int(row["reach"]))
    return out


def find_all(view: View) -> dict[int, Cue]:
    """The cues of a sentence by token: by the word as it is spelt, else by one of its lemmas."""
    table = cues()
    nothing = table.keys().isdisjoint
    return {
        i: table.get(view.words[i]) or next(table[k] for k in sorted(keys.every) if k in table)
        for i, keys in enumerate(view.keys)
        if not nothing(keys.every)
    }


def find_cues(view: View, at: int, marked: dict[int, Cue], before: int = 8, after: int = 6) -> list[Found]:
    """Cues near the trigger at token `at`, nearest first, and the verb's own future and قد with the imperfect.

    Args:
        view: the sentence.
        at: the trigger.
        marked: cues of the sentence by token.
        before: tokens looked at to the left, within the same or the neighbouring clause.
        after: tokens looked at to the right, for cues that follow (المقبل, غدا).
    """
    out = []
    best = view.tokens[at].best
    if best is not None and best.pos == "verb" and best.prep == "س":
        out.append(Found("س", "planned", 0, True))
    if at and view.words[at - 1] == "قد" and best is not None and best.aspect == "i":
        out.append(Found("قد", "possible", 1, True))
    for i, cue in marked.items():
        distance = at - i
        if 0 < distance <= before and view.clause[at] - view.clause[i] <= 1:
            out.append(Found(cue.lemma, cue.status, distance, distance <= cue.reach))
        elif -after <= distance < 0 and view.clause[at] == view.clause[i]:
            out.append(Found(cue.lemma, cue.status, distance, False))
    return sorted(out, key=lambda f: abs(f.distance))


def by_rule(found: list[Found], own: str = "") -> tuple[str, str]:
    """Status and the cue that decides: the nearest cue in reach, else the trigger's own status, else occurred."""
    for f in found:
        if f.within and f.distance >= 0:
            return f.status, f.cue
    return own or "occurred", ""
