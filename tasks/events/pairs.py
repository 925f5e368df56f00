"""``الجانبان``, ``بين البلدين``: the two sides that a sentence leaves unnamed are the two countries in play in the text so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from tasks.events.participants import Phrase
from tasks.events.types import Party

if TYPE_CHECKING:
    from tasks.events.prepare import Prepared

# the two sides, parties, countries, states: subject and oblique forms, folded; البلدان is left out, it is also "the countries"
WORDS = frozenset(("جانبان", "جانبين", "طرفان", "طرفين", "بلدين", "دولتان", "دولتين"))
_DEFINITE = frozenset(front + word for front in ("ال", "لل", "بال", "كال") for word in WORDS)
_WHY = "one of the two countries that the text speaks of before"
BACK = 3  # sentences looked back for two countries named together


def resolve_pairs(sentences: Sequence[Prepared]) -> None:
    """Give every mention of two unnamed sides both countries as its parties (in place), where the text has two."""
    for n, sentence in enumerate(sentences):
        for i in [i for i, word in enumerate(sentence.view.words) if word in _DEFINITE]:
            token, c = sentence.view.tokens[i], sentence.view.chunk_at[i]
            if i and "حل" in sentence.view.keys[i - 1].every:  # the two-state solution
                continue
            if c < 0 or c in sentence.by_chunk:
                continue
            two = _two(sentences, n, i)
            if two:
                pair = [
                    Phrase(i, i, Party(token.start, token.end, token.text, p.entity, p.country, p.sector, _WHY), "PAIR")
                    for p in two
                ]
                sentence.by_chunk[c] = pair
                sentence.phrases.extend(pair)
                sentence.phrases.sort(key=lambda p: (p.first, -p.last))


def _two(sentences: Sequence[Prepared], n: int, at: int) -> list[Party]:
    """Two countries: the only two of this sentence or one of the last, else the two named most often so far."""
    before = [[p for p in sentences[n].phrases if p.last < at], *([*s.phrases] for s in reversed(sentences[:n]))]
    for found in before[: BACK + 1]:
        countries = _countries(found)
        if len(countries) == 2:
            return [countries[c][0] for c in sorted(countries)]
    everything = _countries(p for found in reversed(before) for p in found)
    often = Counter({c: len(parties) for c, parties in everything.items()}).most_common(2)
    return [everything[c][0] for c, _ in often] if len(often) == 2 else []


def _countries(found: Iterable[Phrase]) -> dict[str, list[Party]]:
    """Parties of each country, the country's own name first; a person or army stands for the country."""
    out: dict[str, list[Party]] = {}
    for p in found:
        party = p.party
        if party.country and p.kind not in ("PAIR", "LOCATION", "FACILITY"):
            country = party.entity is not None and party.entity.entity_id == f"geo:{party.country}"
            own = Party(party.start, party.end, party.text, party.entity if country else None, party.country, "GOV")
            inside = out.setdefault(party.country, [])
            inside.insert(0 if country else len(inside), own)
    return out
