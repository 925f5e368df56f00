"""The words of dates: every token of a sentence becomes one letter, so that date expressions are regular expressions.

The words come from seeds/codes: months.csv, date_words.csv, number_words.csv.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import seeds
from tasks.language.normalize import ascii_digits, fold
from tasks.language.types import Token

LETTER = {
    "weekday": "W", "weekday_bare": "b", "today": "j", "deictic": "D", "part_of_day": "P", "part_of_day_def": "p",
    "day": "r", "month_word": "m", "year_word": "Y", "year_dual": "Z", "unit": "u", "unit_def": "U", "plural": "c",
    "plural_def": "J", "dual": "t", "dual_def": "T", "clock": "w", "last": "L", "next": "X", "this": "C", "anaphoric": "N", "demonstrative": "R",
    "before": "A", "after": "B", "since": "S", "in": "I", "of": "f", "until": "v", "every": "E", "edge": "e",
    "season": "s", "decade": "Q", "century": "G", "era": "i", "era_common": "g", "set": "x", "vague": "n",
    "anniversary": "a", "cardinal": "k", "ordinal": "o", "month": "M", "month_risky": "q", "hijri": "H",
    "hijri_risky": "h", "rest": "_", "same": "z", "and": "&", "full": "F",
}  # fmt: skip
"""Letter of each kind of word. ``d`` is a number up to 31, ``y`` one that may be a year, ``l`` any other number;
``K O V`` are a cardinal, an ordinal and a month with و before them; ``risky`` months are also other words and need a day, a year or شهر beside them."""

_WITH_CONJ = {"cardinal": "K", "ordinal": "O", "month": "V"}
_BARE = {"era", "era_common", "anaphoric", "same"}  # words that carry no clitics here
_SIGNS = {"/": "/", "-": "-", "–": "-", "—": "-", "،": ",", ",": ",", "(": "(", ")": ")", ":": ":", "و": "&"}
_FULL_RE = re.compile(r"\d{1,2}\.\d{1,2}\.\d{2,4}$|\d{4}\.\d{1,2}\.\d{1,2}$")
_PLAIN = "."


class Atom(NamedTuple):
    """A date word in the text: its letter, its value (number, unit, weekday …) and its offsets without clitics."""

    letter: str
    value: str
    start: int
    end: int

    @property
    def number(self) -> int:
        """The value as a number."""
        return int(self.value)


class _Word(NamedTuple):
    letter: str
    value: str
    cut: int  # letters of clitics before the word
    rest: str = ""  # second word of a two-word month


_NO_WORD, _SECOND = _Word(_PLAIN, "", 0), _Word("_", "", 0)


def encode(tokens: Sequence[Token]) -> tuple[str, Callable[[int, int], list[Atom]]]:
    """One letter for each token, "." where it is no date word, and what gives the atoms of tokens start to end - 1."""
    get = _words().get
    found = [get(token.form.key) or _other(token.text) for token in tokens]
    for n, options in enumerate(found):
        if len(options) > 1 or options[0].rest:
            following = tokens[n + 1].form.key if n + 1 < len(tokens) else ""
            word = next((w for w in options if not w.rest or following == w.rest), _NO_WORD)
            found[n] = (word,)
            if word.rest:
                found[n + 1] = (_SECOND,)

    chosen = [options[0] for options in found]

    def atoms(start: int, end: int) -> list[Atom]:
        span = zip(tokens[start:end], chosen[start:end], strict=True)
        return [Atom(w.letter, w.value, token.start + w.cut, token.end) for token, w in span]

    return "".join([w.letter for w in chosen]), atoms


@lru_cache(maxsize=50_000)
def _other(text: str) -> tuple[_Word, ...]:
    """What a word is that is in no list: a number, a sign, anything."""
    return (_Word(*_sign(text), 0),)


def _sign(text: str) -> tuple[str, str]:
    if text[0].isdigit():
        digits = ascii_digits(text)
        if _FULL_RE.match(digits):
            return "F", digits
        return _number(digits)
    return _SIGNS.get(text, _PLAIN), text


def _number(digits: str) -> tuple[str, str]:
    if not digits.isdigit():
        return "l", "0"
    value = int(digits)
    if len(digits) <= 2 and 1 <= value <= 31:
        return "d", digits
    return ("y" if len(digits) == 4 and (1300 <= value <= 1500 or 1700 <= value <= 2100) else "l"), digits


@cache
def _words() -> dict[str, tuple[_Word, ...]]:
    """Folded word, with every clitic it may carry, to what it is; two-word names first."""
    table: dict[str, list[_Word]] = {}
    for word, kind, value in _rows():
        first, _, rest = fold(word).partition(" ")
        for spelled, cut, conj in _with_clitics(first) if kind not in _BARE else [(first, 0, False)]:
            letter = _WITH_CONJ.get(kind, LETTER[kind]) if conj else LETTER[kind]
            table.setdefault(spelled, []).append(_Word(letter, value, cut, rest))
    return {k: tuple(sorted(v, key=lambda w: (not w.rest, w.cut))) for k, v in table.items()}


def _rows() -> list[tuple[str, str, str]]:
    rows = [
        (r["name"], _month_kind(r), r["month"])
        for r in seeds.read("codes/months.csv", required=("name", "month", "calendar"), unique="name")
    ]
    for r in seeds.read("codes/date_words.csv", required=("word", "kind"), unique="word"):
        if r["kind"] not in LETTER:
            raise seeds.SeedError(f"seeds/codes/date_words.csv: {r['word']}: no kind {r['kind']!r}")
        rows.append((r["word"], r["kind"], r["value"]))
    rows += [
        (r["word"], r["kind"], r["value"]) for r in seeds.read("codes/number_words.csv", ("word", "value", "kind"))
    ]
    return rows


def _month_kind(row: dict[str, str]) -> str:
    risky = "" if row["alone"] == "yes" else "_risky"
    return ("month" if row["calendar"] == "gregorian" else "hijri") + risky


def _with_clitics(word: str) -> list[tuple[str, int, bool]]:
    """The word alone and with و ف ب ل ك before it: spelling, length of the clitics, whether there is a conjunction."""
    found = [(c + p + word, len(c + p), bool(c)) for c in ("", "و", "ف") for p in ("", "ب", "ل", "ك") if c + p != word]
    if word.startswith("ال"):  # ل + ال is لل
        found += [(c + "ل" + word[1:], len(c) + 1, bool(c)) for c in ("", "و", "ف")]
    return found
