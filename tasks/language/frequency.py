"""How often news has a lemma: what decides between readings that the dictionary puts side by side."""

from __future__ import annotations

import math
from collections.abc import Iterable

import seeds

RAREST = 4.0
_NEVER = (RAREST, 1.4)
_FREE = (0.0, 0.0)
CONTENT = frozenset(("verb", "noun", "adj", "noun_prop", "adv", "abbrev"))  # function words are weighed by hand
Costs = tuple[float, float]


class Frequencies:
    """Costs of lemmas by their frequency (seeds/models/lemma_frequency.csv).

    Args:
        rows: lemma, part of speech and occurrences per million words.
    """

    def __init__(self, rows: Iterable[tuple[str, str, float]]) -> None:
        self._costs: dict[tuple[str, str], Costs] = {(m, p): (rarity_cost(f), tie_cost(f)) for m, p, f in rows}

    def costs(self, lemma: str, pos: str) -> Costs:
        """What a reading costs against readings of other classes, and what more against those of its own class."""
        return self._costs.get((lemma, pos), _NEVER) if pos in CONTENT else _FREE


def load_frequencies() -> Frequencies:
    """The frequencies shipped with Marsad."""
    rows = seeds.read("models/lemma_frequency.csv", required=("lemma", "pos", "per_million"))
    return Frequencies((r["lemma"], r["pos"], float(r["per_million"])) for r in rows)


def rarity_cost(per_million: float) -> float:
    """Cost against readings of other classes, where context has its say: steep only for what news hardly has."""
    cost = 0.15 * math.log(1000 / per_million) + 0.5 * max(0.0, math.log(20 / per_million))
    return min(RAREST, max(0.0, cost))


def tie_cost(per_million: float) -> float:
    """Cost within a class, where nothing else decides: أكدت is of أكد before it is of أكدى."""
    return min(1.4, max(0.0, 0.15 * math.log(5000 / per_million)))
