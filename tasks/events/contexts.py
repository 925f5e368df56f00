"""PLOVER modes and contexts told by words: the lexicon of seeds/lexicon/contexts.csv and modes.csv."""

from __future__ import annotations

from functools import cache

import seeds
from tasks.events.clause import View
from tasks.language.normalize import fold


@cache
def _contexts() -> dict[str, tuple[str, ...]]:
    out: dict[str, tuple[str, ...]] = {}
    for row in seeds.read("lexicon/contexts.csv", required=("context", "lemma")):
        lemma = fold(row["lemma"])
        out[lemma] = (*out.get(lemma, ()), row["context"])
    return out


@cache
def _modes() -> dict[tuple[str, str], str]:
    rows = seeds.read("lexicon/modes.csv", required=("plover", "mode", "lemma"))
    return {(r["plover"], fold(r["lemma"])): r["mode"] for r in rows}


def contexts_of(view: View) -> tuple[str, ...]:
    """Contexts that the words of a sentence tell, sorted."""
    table = _contexts()
    return tuple(sorted({c for k in table.keys() & view.places().keys() for c in table[k]}))


def mode_of(view: View, at: int, plover: str, own: str, reach: int = 8) -> str:
    """The mode of an event: a word near the trigger that tells it (غارة is aerial), else the trigger's own."""
    table = _modes()
    order = sorted(range(max(0, at - reach), min(len(view.tokens), at + reach + 1)), key=lambda i: abs(i - at))
    for i in order:
        if abs(view.clause[i] - view.clause[at]) <= 1:
            for k in sorted(view.keys[i].every):
                if (plover, k) in table:
                    return table[plover, k]
    return own
