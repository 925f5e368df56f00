"""What belongs to the page and not to the article is cut; what was damaged on the way is mended. Spelling stays."""

from __future__ import annotations

import re
from functools import cache

import seeds
from tasks.language import normalize
from tasks.reading import decode

LONGEST_NOTE = 30  # words: a longer line is a paragraph, however it begins
_SPACES = re.compile(r"[ \t\xa0\u2000-\u200a\u202f\u3000]+")
_FOLD = re.compile("[\u064b-\u0652\u0640]")
_ALIFS = str.maketrans("أإآى", "اااي")
_EDGES = " \t.:،,-–—|•*»«<>[](){}/\\…!\"'"


def _fold(line: str) -> str:
    return _SPACES.sub(" ", _FOLD.sub("", line).translate(_ALIFS)).strip(_EDGES)


@cache
def _phrases(where: str) -> tuple[str, ...]:
    rows = seeds.read("sources/boilerplate.csv", ("where", "phrase"))
    return tuple({_fold(r["phrase"]) for r in rows if r["where"] == where})


def _is_note(folded: str) -> bool:
    """A line that only leads elsewhere: short, and beginning with such a phrase or being nothing but one."""
    if folded in _phrases("line"):
        return True
    starts = next((p for p in _phrases("start") if folded.startswith(p)), "")
    return bool(starts) and not folded[len(starts) :][:1].isalpha() and len(folded.split()) <= LONGEST_NOTE


def _is_link(line: str) -> bool:
    """A line that reads as a headline of another article."""
    return bool(line) and len(line.split()) <= 16 and line.rstrip()[-1] not in '.!؛:،»"'


def drop_notes(lines: list[str]) -> list[str]:
    """Lines of an article without its ``اقرأ أيضا`` (read also) notes and the headlines listed under such a note."""
    kept: list[str] = []
    after_note = False
    for line in lines:
        folded = _fold(line)
        if folded and _is_note(folded):
            after_note = folded in _phrases("start")  # the note stands alone: what it names follows
        elif after_note and _is_link(line):
            continue
        else:
            kept.append(line)
            after_note = after_note and not folded
    return kept


def line(text: str) -> str:
    """A headline, byline or section as one clean line."""
    return _SPACES.sub(" ", " ".join(normalize.clean(decode.mend(text)).split())).strip()


def body(text: str, title: str = "") -> str:
    """An article's text, one paragraph a line, mended and without the page's own lines and a repeated headline."""
    text = normalize.clean(decode.mend(text.replace("\r\n", "\n").replace("\r", "\n")))
    lines = [_SPACES.sub(" ", x).strip() for x in re.split(r"[\n\u2028\u2029\x0b\x0c\x85]", text)]
    lines = [x for x in drop_notes(lines) if x]
    if title and len(lines) > 1 and _fold(lines[0]) == _fold(title):
        lines = lines[1:]
    return "\n".join(lines)
