"""Words that stand around and inside names: titles, kin words, heads of organisations and places."""

from __future__ import annotations

from functools import cache

import seeds
from tasks.entities.match import phrase_of

CUES = (
    "title", "kin", "kunya", "former", "long former", "holder", "office", "construct", "definite", "local body", "stop",
    "facility", "nature", "region", "place", "media", "armed", "type", "admin", "direction", "of person", "generic", "report",
    "front", "deputy",
)  # fmt: skip


@cache
def cue_words(cue: str) -> frozenset[str]:
    """Folded words of one kind of cue in seeds/gazetteer/cues.csv.

    Raises:
        seeds.SeedError: when the file names a kind that is not known.
    """
    if cue not in CUES:
        raise KeyError(cue)
    found = set()
    for row in seeds.read("gazetteer/cues.csv", ("cue", "word")):
        if row["cue"] not in CUES:
            raise seeds.SeedError(f"seeds/gazetteer/cues.csv: {row['word']}: cue {row['cue']!r} is not known")
        if row["cue"] == cue:
            found.add(phrase_of(row["word"]))
    return frozenset(found)


@cache
def common_words() -> frozenset[str]:
    """Folded words that are names and ordinary words; alone they need other evidence (common_words.csv)."""
    return frozenset(phrase_of(row["word"]) for row in seeds.read("gazetteer/common_words.csv", ("word",), "word"))
