"""Documents cut into sentences and tokens with exact offsets, by regular expressions.

A sentence ends at ``. ! ؟ ؛ …`` and at a line end, never at ``،`` or ``:``. A full stop ends none inside a number
(2.5), a Latin name (example.com) or after a single letter (د. أحمد, أ.ف.ب).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from tasks.language.normalize import INVISIBLE, MARKS, TATWEEL
from tasks.language.types import Document, Form, Sentence, Token

LETTERS = "\u0620-\u063f\u0641-\u064a\u066e\u066f\u0671-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06fc\u0750-\u077f\u08a0-\u08b4\ufb50-\ufdfb\ufe70-\ufefc"
_CLOSING = "[\"'”’»›)\\]}]"
_LATIN = "A-Za-z\u00c0-\u024f"

_WITH_SIGNS = r"""
    (?:https?://|www\.)[^\s«»"<>]*[^\s«»"<>.,،؛:!؟?)\]]      # URL
  | [\w.+-]{1,64}@[\w-]+\.[\w.-]*\w                                # address
  | [#@]\w+                                                   # hashtag, handle
  |"""
_PLAIN = rf"""
    [{LETTERS}][{LETTERS}{MARKS}{TATWEEL}{INVISIBLE}]*        # Arabic word
  | [{_LATIN}]+(?:['’.&-]?[{_LATIN}0-9]+)*                    # Latin word, with digits inside (G20, F-16)
  | \d+(?:[.,٫٬،]\d+)*                                        # number with decimal and thousands marks
  | [^\s{INVISIBLE}]                                          # any other mark
"""
TOKEN_RE = re.compile(_WITH_SIGNS + _PLAIN, re.VERBOSE)
_PLAIN_RE = re.compile(_PLAIN, re.VERBOSE)  # the same where `_SIGNS_RE` finds nothing, and faster
_SIGNS_RE = re.compile("[@#]|://|www")

_END_RE = re.compile(
    rf"""
    (?: [!؟?؛;…]+ | (?<!\s[{LETTERS}])(?<![.(][{LETTERS}])\.+(?![\w.]|[ ]?[a-z])  # a stop, not after one letter
      | (?<=[{LETTERS}]{{2}})\.(?=[{LETTERS}]{{2}}) )     # a stop with the space forgotten
    [!؟?.…]* (?:[ ]?{_CLOSING}(?=[\s.،,]|$))* \.?
    """,
    re.VERBOSE,
)
_LINE_RE = re.compile(r"[^\n]+")
_WORD_RE = re.compile(r"\w")
_PLACE = rf"[{LETTERS}{_LATIN}][^\n.:()«»\"/—–-]{{1,45}}"
_DATELINE_RE = re.compile(
    rf"""\s* (?:
    (?: {_PLACE} (?:\d[\d\s/-]*)? )? \([^()\n]{{2,40}}\) \s* [-–—:]+         # دبي، الإمارات (رويترز) - ; هراري 15 - 7 (اف ب) -
  | {_PLACE} [/] \s* (?:{_PLACE}[/])? \s* {_PLACE} [/] \s* [-–—:]*          # دمشق / سانا / -
  | {_PLACE} \s [-–—]{{1,2}} \s* (?:[«"][^«»"\n]{{2,18}}[»"] | (?:[{LETTERS}][.\s]\s?){{2,4}}) \s* [-–—:]+(?=\s)  # بيروت - «الحياة» -
    ) \s*""",
    re.VERBOSE,
)


def split_sentences(document: Document) -> list[Sentence]:
    """The sentences of a document, without tokens. They cover every character that is not a space, in order."""
    text = document.text
    found: list[Sentence] = []
    number = 1
    for n, line in enumerate(_lines(text)):
        if n == 0 and document.has_title:
            found.append(Sentence(0, *line, "headline"))
            continue
        for start, end in _pieces(text, *line):
            kind = "dateline" if number == 1 and dateline_span(text[start:end]) == (0, end - start) else "body"
            found.append(Sentence(number, start, end, kind))
            number += 1
    return found


def dateline_span(sentence: str) -> tuple[int, int] | None:
    """Offsets of the dateline (``القاهرة (رويترز) - ``) at the start of a sentence's text, None when it has none."""
    match = _DATELINE_RE.match(sentence)
    return match.span() if match else None


def tokenize(text: str, start: int, end: int, form: Callable[[str], Form]) -> list[Token]:
    """Tokens of ``text[start:end]``; ``form`` gives the (cached) form of a word."""
    words = TOKEN_RE if _SIGNS_RE.search(text, start, end) else _PLAIN_RE
    return [Token(m.start(), m.end(), word := m[0], form(word)) for m in words.finditer(text, start, end)]


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Spans of the lines that are not blank, without the spaces around them."""
    for match in _LINE_RE.finditer(text):
        line = match[0]
        start = match.start() + len(line) - len(line.lstrip())
        if not line.isspace():
            yield start, start + len(line.strip())


def _pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Sentence spans of one line; a piece with no letter or digit joins the one before it."""
    pieces: list[tuple[int, int]] = []
    at = start
    for stop in [m.end() for m in _END_RE.finditer(text, start, end)] + [end]:
        while at < stop and text[at].isspace():
            at += 1
        if at >= stop:
            continue
        if (pieces and not _WORD_RE.search(text, at, stop)) or (pieces and not _WORD_RE.search(text, *pieces[-1])):
            pieces[-1] = (pieces[-1][0], stop)
        else:
            pieces.append((at, stop))
        at = stop
    return pieces
