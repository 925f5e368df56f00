"""Words that are a country's name elsewhere and no name where they stand."""

from __future__ import annotations

from functools import cache

import seeds
from tasks.entities.cues import cue_words
from tasks.entities.match import Words, phrase_of
from tasks.entities.nations import nations
from tasks.language.types import Analysis, Token

_TANWIN = "اً"


def other_word(words: Words, i: int, consumed: int) -> bool:
    """Whether word i, a listed name, is here the adjective of the noun before it or goes with the word after it.

    ``موقعا سوريا`` is a Syrian position, ``شركة سورية`` a Syrian company, ``البحرين الأبيض والأحمر`` two seas.
    """
    key = words.keys[i]
    followers = _followers().get(key[consumed:])
    if followers is not None and i + 1 < len(words) and words.keys[i + 1] in followers:
        return True
    if consumed or not i:
        return False
    if key[-1] == "ا" and key[:-1] in nations().adjectives:
        return _accusative(words, i)
    return key[-1] == "ه" and key in nations().adjectives and _agrees(words, i)


def _accusative(words: Words, i: int) -> bool:
    """Whether a noun in the accusative stands before word i, at most one adjective between."""
    before = words.token(i - 1)
    if _in_accusative(before, "noun"):
        return before.lemma not in _times()
    adjective = i > 1 and _in_accusative(before, "adj")
    return adjective and _in_accusative(words.token(i - 2), "noun")


def _in_accusative(token: Token, pos: str) -> bool:
    return token.pos == pos and token.key[-1] == "ا" and any(_ends(a, pos) for a in token.form.analyses)


def _ends(analysis: Analysis, pos: str) -> bool:
    return analysis.pos == pos and analysis.vocalised.endswith(_TANWIN) and not analysis.enclitic


def _agrees(words: Words, i: int) -> bool:
    """Whether a feminine adjective at word i agrees with an indefinite noun before it, one word between at most."""
    before = words.token(i - 1)
    if before.pos not in ("noun", "adj") or before.key in cue_words("place") or before.key.startswith("ال"):
        return False
    if _feminine(before):
        return True
    return i > 1 and before.pos == "noun" and _feminine(words.token(i - 2)) and words.token(i - 2).pos == "noun"


def _feminine(token: Token) -> bool:
    """Whether a noun takes a feminine adjective: feminine, or plural."""
    best = token.best
    return (
        best is not None and (token.key.endswith(("ه", "ات")) or best.number == "p") and not token.key.startswith("ال")
    )


@cache
def _followers() -> dict[str, frozenset[str]]:
    rows = seeds.read("gazetteer/homographs.csv", ("word", "followers"), "word")
    return {
        phrase_of(row["word"]): frozenset(
            joined + phrase_of(follower) for follower in row["followers"].split("|") for joined in ("", "و")
        )
        for row in rows
    }


@cache
def _times() -> frozenset[str]:
    return frozenset(["يوم", "عام", "شهر", "أسبوع", "ساعة", "سنة", "مساء", "صباح", "ليلة", "غد", "عقد"])
