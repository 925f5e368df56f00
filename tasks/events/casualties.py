"""How many people a sentence says were killed or wounded."""

from __future__ import annotations

from functools import cache

import seeds
from tasks.events.clause import View
from tasks.language.normalize import ascii_digits, fold

REACH = 4  # tokens between the word and its number
MOST = 200_000  # a larger number counts something else


@cache
def _words() -> dict[str, str]:
    rows = seeds.read("lexicon/casualty_words.csv", required=("lemma", "kind"), unique="lemma")
    return {fold(r["lemma"]): r["kind"] for r in rows}


@cache
def _numbers() -> dict[str, int]:
    rows = seeds.read("codes/number_words.csv", required=("word", "value", "kind"))
    return {fold(r["word"]): int(r["value"]) for r in rows if r["kind"] == "cardinal" and r["value"].isdigit()}


def number_at(view: View, i: int) -> int | None:
    """The number that token i writes in digits or as a word."""
    text = ascii_digits(view.tokens[i].text).replace(",", "")
    if text.isdigit():
        value = int(text)
        return value if value <= MOST else None
    return _numbers().get(view.words[i])


def casualties(view: View) -> tuple[int | None, int | None]:
    """Killed and wounded as far as the sentence gives numbers: the largest of each, None where it gives none.

    A word takes the number right before it (12 قتيلا), else the first after it (مقتل 12); none is taken twice.
    """
    found: dict[str, list[int]] = {"killed": [], "wounded": []}
    taken: set[int] = set()
    table = _words()
    for i in range(len(view.tokens)):
        kind = next((table[k] for k in sorted(view.keys[i].every) if k in table), "")
        if not kind:
            continue
        around = [j for j in (i - 1, *range(i + 1, i + 1 + REACH), i - 2) if 0 <= j < len(view.tokens)]
        at = next((j for j in around if j not in taken and number_at(view, j) is not None), None)
        if at is not None:
            taken.add(at)
            found[kind].append(number_at(view, at) or 0)
    return max(found["killed"], default=None), max(found["wounded"], default=None)
