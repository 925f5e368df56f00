"""Words that stand for a country: the kingdom, the occupation."""

from __future__ import annotations

from functools import cache

import seeds
from tasks.entities.match import phrase_of


@cache
def epithets(mentions: bool = False) -> dict[str, tuple[str, ...]]:
    """Folded words to the countries (ISO alpha-3) they may stand for, from seeds/gazetteer/epithets.csv.

    Args:
        mentions: only the words that are mentions of the country by themselves.
    """
    rows = seeds.read("gazetteer/epithets.csv", ("word", "countries"), "word")
    kept = [row for row in rows if row["mention"] or not mentions]
    return {phrase_of(row["word"]): tuple(row["countries"].split("|")) for row in kept}
