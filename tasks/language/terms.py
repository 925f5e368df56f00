"""Words as a search index sees them: folded lemmas, so that الكتب, كتاب and والكتاب are one term."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tasks.language.morphology import Morphology
from tasks.language.normalize import dediac, fold
from tasks.language.segment import TOKEN_RE

VERSION = "1"  # raise it when the same word gives other terms: indexes are then made anew
_EMPTY = frozenset(("prep", "conj", "part", "part_neg", "part_fut", "pron", "pron_rel", "pron_dem", "punc"))
_NOT_TERM = re.compile(r"\W+")
_CLITICS = "وفبلك"
_MOST_READINGS = 3


class Terms:
    """Terms of words, remembered by word.

    Args:
        morphology: the analyser.
        limit: words remembered.
    """

    def __init__(self, morphology: Morphology, limit: int = 400_000) -> None:
        self._morphology = morphology
        self._limit = limit
        self._known: dict[str, tuple[str, ...]] = {}

    def of_word(self, word: str) -> tuple[str, ...]:
        """Terms to index a word by: none for function words and marks; two for a name that may carry a clitic."""
        found = self._known.get(word)
        if found is None:
            if len(self._known) >= self._limit:
                self._known.clear()
            found = self._known[word] = self._make(word)
        return found

    def _make(self, word: str) -> tuple[str, ...]:
        analyses = self._morphology.form(word).analyses if dediac(word) else ()
        if not analyses or analyses[0].pos in _EMPTY:
            return ()
        first = analyses[0]
        lemmas = [first.lemma]
        if first.pos == "noun_prop" and word[0] in _CLITICS:  # وقاليباف: a name that no dictionary has, maybe with و
            bare = [a.lemma for a in analyses[1:] if a.pos == "noun_prop" and first.lemma.endswith(a.lemma)]
            lemmas += sorted(bare, key=len)[:1]
        return _distinct(lemmas)

    def of_text(self, text: str) -> Iterator[str]:
        """Terms of a text in order."""
        for match in TOKEN_RE.finditer(text):
            yield from self.of_word(match[0])

    def wanted(self, word: str) -> tuple[str, ...]:
        """Terms any of which answers a word of a query: every reading of the word as it stands, its clitics kept or none."""
        analyses = self._morphology.form(word).analyses if dediac(word) else ()
        if not analyses or analyses[0].pos in _EMPTY:
            return ()
        first = analyses[0]
        same_cut = [a for a in analyses if (a.conj, a.prep) == (first.conj, first.prep) and a.pos not in _EMPTY]
        lemmas = [a.lemma for a in same_cut if a is first or a.pos != "noun_prop"]
        return _distinct([*lemmas, *self.of_word(word)])[:_MOST_READINGS]


def _distinct(lemmas: list[str]) -> tuple[str, ...]:
    folded = (_NOT_TERM.sub("", fold(lemma)).lower() for lemma in lemmas)
    return tuple(dict.fromkeys(term for term in folded if term))
