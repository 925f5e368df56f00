"""Spelling of Arabic news: cleaning at ingest, folding for comparison, clitics.

Real news writes most hamzas as a bare alif, swaps final ى and ي, and carries tatweel, diacritics, bidi marks, Persian
letters and both digit sets. Two strings that differ only in these are equal once folded.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

MARKS = (
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"  # diacritics, Koranic signs
)
TATWEEL = "\u0640"
INVISIBLE = "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"  # bidi marks, joiners, soft hyphen

_MARKS_RE = re.compile(f"[{MARKS}{TATWEEL}{INVISIBLE}]+")
_INVISIBLE_RE = re.compile(f"[{INVISIBLE}{TATWEEL}]+")
_PRESENTATION_RE = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]+")
_NEWLINE_RE = re.compile("\r\n?|[\u2028\u2029\u0085\v\f]")
_SPACE_RE = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_CONTROL_RE = re.compile("[\x00-\x08\x0e-\x1f\x7f]")

_LETTERS = {
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي",
    "ی": "ي", "ې": "ي", "ک": "ك", "ڪ": "ك", "ہ": "ه", "ھ": "ه", "ۀ": "ه", "ە": "ه", "ۃ": "ه",
}  # fmt: skip
_DIGITS = {chr(base + d): str(d) for base in (0x0660, 0x06F0) for d in range(10)}
_FOLD = str.maketrans({**_LETTERS, **_DIGITS})
_PERSIAN = str.maketrans({"ی": "ي", "ک": "ك", "ڪ": "ك", "ہ": "ه", "ھ": "ه", "ە": "ه"})
_ASCII_DIGITS = str.maketrans(_DIGITS)


def dediac(text: str) -> str:
    """The text without diacritics, tatweel and invisible marks; letters stay as they are."""
    return _MARKS_RE.sub("", text)


def fold(text: str) -> str:
    """The text for comparison: bare alif, ي for ى, ه for ة, و ي for ؤ ئ, Persian letters and digits mapped, no marks.

    The result may be shorter than the text; use `fold_aligned` where offsets matter.
    """
    return _MARKS_RE.sub("", text).translate(_FOLD)


@lru_cache(maxsize=200_000)
def fold_word(word: str) -> str:
    """As `fold`, remembered: for words and lemmas, which repeat."""
    return fold(word)


def fold_aligned(text: str) -> str:
    """As `fold`, of the same length as the text: marks stay in place, so character n is character n of the text."""
    return text.translate(_FOLD)


def ascii_digits(text: str) -> str:
    """The text with Arabic-Indic and Persian digits as 0-9, same length."""
    return text.translate(_ASCII_DIGITS)


def persian_letters(text: str) -> str:
    """The text with the Persian and Urdu shapes of ي ك ه as Arabic letters, same length."""
    return text.translate(_PERSIAN)


def clean(text: str) -> str:
    """Text as the warehouse keeps it, done once at ingest, before any offset is taken.

    Arabic presentation forms become letters (NFKC on these blocks only: full-width or superscript text elsewhere is left
    alone), invisible marks, tatweel and control characters go, every kind of space is a plain space and every line end
    is a newline. Diacritics stay.
    """
    text = _NEWLINE_RE.sub("\n", text)
    text = _PRESENTATION_RE.sub(lambda m: unicodedata.normalize("NFKC", m[0]), text)
    text = _INVISIBLE_RE.sub("", text)
    text = _SPACE_RE.sub(" ", text)
    return _CONTROL_RE.sub("", text).strip()


class Stripped(NamedTuple):
    """A word with some clitics taken off."""

    rest: str  # what is left, in the spelling given
    cut: int  # characters taken off the front
    conj: str = ""  # و or ف
    prep: str = ""  # ب ل ك
    article: bool = False
    enclitic: str = ""  # pronoun taken off the end


_ENCLITICS = ("هما", "كما", "ها", "هم", "هن", "كم", "نا", "ه", "ي", "ك")
_SHORTEST = 2


def strip_clitics(word: str, enclitics: bool = False) -> list[Stripped]:
    """Every way to take clitics off a word, the word itself first, then by length of what is taken.

    Args:
        word: one word, folded or not, without marks. ``لل`` counts as the preposition with the article.
        enclitics: whether to try pronouns at the end too (names have none).

    Returns:
        Candidates of at least two letters; which of them is a word is for the caller's dictionary to say.
    """
    fronts = [Stripped(word, 0), *_fronts(word)]
    if not enclitics:
        return fronts
    return fronts + [cut for front in fronts if not front.article for cut in _without_enclitic(front)]


def _fronts(word: str) -> list[Stripped]:
    found = []
    conj = word[0] if word[:1] in ("و", "ف") else ""
    for c in {"", conj}:
        rest = word[len(c) :]
        prep = rest[0] if rest[:1] in ("ب", "ل", "ك") else ""
        for p in {"", prep}:
            at = len(c) + len(p)
            if at:
                found.append(Stripped(word[at:], at, c, p))
            article = "ل" if p == "ل" else "ال"  # لل is ل + ال
            if word.startswith(article, at):
                at += len(article)
                found.append(Stripped(word[at:], at, c, p, True))
    return sorted((s for s in found if len(s.rest) >= _SHORTEST), key=lambda s: s.cut)


def _without_enclitic(word: Stripped) -> list[Stripped]:
    return [
        word._replace(rest=word.rest[: -len(e)], enclitic=e)
        for e in _ENCLITICS
        if word.rest.endswith(e) and len(word.rest) - len(e) >= _SHORTEST
    ]
