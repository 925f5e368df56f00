"""Other spellings of known names: transliterations (ترامب, ترمب) and small slips in long names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from rapidfuzz import fuzz, process

import seeds
from tasks.entities.candidates import KNOWN_PROMINENCE, SURE, WEAK, Candidate
from tasks.entities.cues import cue_words
from tasks.entities.gazetteer import Gazetteer
from tasks.entities.match import without_article
from tasks.entities.spans import group

_LEAST_SIMILAR = 76.0  # per cent, between two spellings of one foreign name
_LEAST_SIMILAR_LONG = 90.0  # between names of three words or more
_SHORTEST = 4  # letters of a single name
_SHORTEST_SKELETON = 3


class Spellings:
    """Names of a gazetteer by what is left of them when the spelling of foreign sounds is levelled."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._skeletons: dict[str, list[str]] = defaultdict(list)
        self._long: dict[str, list[str]] = defaultdict(list)
        self._names = gazetteer.index.names
        for phrase, candidates in self._names.items():
            if all(c.strength == WEAK for c in candidates):
                continue
            words = phrase.split()
            if any(c.entity.kind == "PERSON" or c.entity.prominence >= KNOWN_PROMINENCE for c in candidates):
                self._skeletons[skeleton(phrase)].append(phrase)
            if len(words) > 2 and any(c.strength == SURE for c in candidates):
                self._long[without_article(words[0])].append(phrase)

    def candidates(self, phrase: str, kind: str) -> tuple[Candidate, ...]:
        """Bearers of the one name that a phrase may be another spelling of; none where several names are as near."""
        if len(phrase) < _SHORTEST:
            return ()
        return self._typed(phrase, kind) or self._transliterated(phrase, kind) or self._slipped(phrase, kind)

    def _typed(self, phrase: str, kind: str) -> tuple[Candidate, ...]:
        """``ليفربول``, told to be an organisation, as ``نادي ليفربول``."""
        if kind != "ORGANIZATION":
            return ()
        return _of_kind((c for head in cue_words("type") for c in self._names.get(f"{head} {phrase}", ())), kind)

    def _transliterated(self, phrase: str, kind: str) -> tuple[Candidate, ...]:
        bones = skeleton(phrase)
        if len(bones.replace(" ", "")) < _SHORTEST_SKELETON:
            return ()
        near = [n for n in self._skeletons.get(bones, ()) if fuzz.ratio(n, phrase) >= _LEAST_SIMILAR]
        return _of_kind((c for name in near for c in self._names[name]), kind)

    def _slipped(self, phrase: str, kind: str) -> tuple[Candidate, ...]:
        words = phrase.split()
        if len(words) < 3:
            return ()
        names = self._long.get(without_article(words[0]), [])
        best = process.extractOne(phrase, names, scorer=fuzz.ratio, score_cutoff=_LEAST_SIMILAR_LONG)
        return _of_kind(self._names[best[0]], kind) if best else ()


def _of_kind(candidates: Iterable[Candidate], kind: str) -> tuple[Candidate, ...]:
    """The candidates of a kind, where they are one entity."""
    found = {c.entity.entity_id: c for c in candidates if group(c.entity.kind) == group(kind) and c.strength > WEAK}
    return tuple(found.values()) if len(found) == 1 else ()


def skeleton(phrase: str) -> str:
    """A folded phrase with letters of like sound levelled and vowels dropped: equal for spellings of one foreign name."""
    table = _levelled()
    return " ".join(word[0].translate(_first_letters()) + word[1:].translate(table) for word in phrase.split())


@cache
def _levelled() -> dict[int, str]:
    rows = seeds.read("gazetteer/variants.csv", ("letters",), "letters")
    return {ord(row["letters"]): row["same_as"] for row in rows}


@cache
def _first_letters() -> dict[int, str]:
    return {letter: same for letter, same in _levelled().items() if same}
