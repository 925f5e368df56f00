"""Reported speech: who says what, in quotation marks or after أن, and whose words a trigger is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import seeds
from tasks.events.clause import View
from tasks.events.participants import Phrase, _bare_right, _subject_left, _subject_of_verb_before
from tasks.events.types import Quote
from tasks.language.normalize import fold

REACH = 30  # tokens between the verb of saying and what is said
_OPENERS = ("«", "“", "„", '"')


@dataclass(slots=True, frozen=True)
class Saying:
    """A word of saying: its CAMEO code as a bare statement, and whether it can introduce words in quotation marks."""

    lemma: str
    pos: str
    cameo: str
    direct: bool


@dataclass(slots=True)
class Speech:
    """One report in a sentence: the word of saying, its speaker's chunk, and the tokens of what is said."""

    verb: int
    saying: Saying
    speaker: Phrase | None
    first: int
    last: int
    direct: bool


@cache
def sayings() -> dict[tuple[str, str], Saying]:
    """Words of saying by word class and folded lemma (V verbs, N nouns, A participles), from seeds/lexicon/statements.csv."""
    rows = seeds.read("lexicon/statements.csv", required=("lemma", "pos", "cameo"))
    out: dict[tuple[str, str], Saying] = {}
    for r in rows:
        lemma = fold(r["lemma"])
        out.setdefault((r["pos"], lemma), Saying(lemma, r["pos"], r["cameo"], r["direct"] == "yes"))
    return out


@cache
def _lemmas_of_saying() -> frozenset[str]:
    return frozenset(lemma for _, lemma in sayings())


@cache
def _source_phrases() -> dict[str, tuple[tuple[str, ...], ...]]:
    """Phrases that name a source (وفقا ل, نقلا عن) by their first word; an attached preposition at the end is left out."""
    out: dict[str, list[tuple[str, ...]]] = {}
    for kind, lemma in sayings():
        words = tuple(w for w in lemma.split() if len(w) > 1)
        if kind == "S" and words:
            out.setdefault(words[0], []).append(words)
    return {k: tuple(sorted(v, key=len, reverse=True)) for k, v in out.items()}


def saying_at(view: View, i: int) -> Saying | None:
    """The word of saying that token i is, by its chosen word class."""
    kind = view.pos[i]
    if kind not in ("V", "A", "N"):
        return None
    table, lemmas = sayings(), view.keys[i].by_class.get(kind, frozenset())
    if lemmas.isdisjoint(_lemmas_of_saying()):
        return None
    for lemma in sorted(lemmas):
        found = table.get((kind, lemma)) or (table.get(("A", lemma)) if kind == "N" else None)
        if found and found.pos != "N":
            return found
    return None


def find_speech(view: View, by_chunk: dict[int, list[Phrase]]) -> list[Speech]:
    """Reports of a sentence, in order. A report runs to the closing mark, or to the next word of saying, or to the end."""
    found = []
    nothing = _lemmas_of_saying().isdisjoint
    maybe = [i for i, keys in enumerate(view.keys) if not nothing(keys.every) and not view.depth[i]]
    verbs = [(i, s) for i in maybe if (s := saying_at(view, i)) is not None]
    for n, (i, saying) in enumerate(verbs):
        limit = verbs[n + 1][0] - 1 if n + 1 < len(verbs) else len(view.tokens) - 1
        start, direct = _content(view, i, limit)
        if start < 0:
            continue
        last = _closing(view, start, limit) if direct else limit
        found.append(Speech(i, saying, _speaker(view, i, by_chunk), start, last, direct))
    found.extend(_attributions(view, by_chunk))
    return found


def _content(view: View, verb: int, limit: int) -> tuple[int, bool]:
    """First token of what is said and whether it is quoted word for word; -1 when nothing follows."""
    for i in range(verb + 1, min(limit, verb + REACH) + 1):
        text = view.tokens[i].text
        if text == ":" and i < limit:
            nxt = view.tokens[i + 1].text
            return (i + 2, True) if nxt in _OPENERS and i + 2 <= limit else (i + 1, True)
        if text in _OPENERS and i < limit:
            return i + 1, True
        if view.roles[i] == "that" or (view.words[i][:2] == "ان" and view.pos[i] == "F"):
            quoted = i < limit and view.tokens[i + 1].text in _OPENERS
            return (i + 2, True) if quoted and i + 2 <= limit else (i + (view.roles[i] == "that"), False)
    return -1, False


def _closing(view: View, start: int, limit: int) -> int:
    if view.depth[start]:
        last = start
        while last < limit and view.depth[last + 1]:
            last += 1
        return last
    return limit


def _speaker(view: View, verb: int, by_chunk: dict[int, list[Phrase]]) -> Phrase | None:
    left = _subject_left(view, verb)
    right = _bare_right(view, verb)
    candidates = [left] if left >= 0 else right[:1] if right else [_subject_of_verb_before(view, verb)]
    for c in candidates:
        if c in by_chunk:
            return by_chunk[c][0]
    return None


def _attributions(view: View, by_chunk: dict[int, list[Phrase]]) -> list[Speech]:
    """وفقا لـ and its like: the rest of the sentence is ascribed to the party that follows."""
    out = []
    table = _source_phrases()
    for i, word in enumerate(view.words):
        if word not in table:
            continue
        for words in table[word]:
            stop = i + len(words)
            if stop <= len(view.words) and all(view.words[i + k] == w for k, w in enumerate(words)):
                who = next(
                    (
                        by_chunk[c][0]
                        for c, p in enumerate(view.chunks)
                        if stop <= p.start <= stop + 3 and c in by_chunk
                    ),
                    None,
                )
                if who is not None:
                    span = (0, i - 1) if i > 4 else (who.last + 1, len(view.tokens) - 1)
                    if span[0] <= span[1]:
                        out.append(Speech(i, Saying(words[0], "S", "010", False), who, *span, False))
                break
    return out


def as_quotes(view: View, speeches: Sequence[Speech]) -> list[Quote]:
    """Rows of quotes: offsets without the quotation marks."""
    out = []
    for s in speeches:
        if s.saying.pos == "S" or s.last < s.first:  # a source phrase, or a report cut off before its words
            continue
        first, last = view.tokens[s.first], view.tokens[s.last]
        out.append(
            Quote(
                view.sentence.no,
                first.start,
                last.end,
                view.tokens[s.verb].text,
                s.direct,
                s.speaker.party if s.speaker else None,
            )
        )
    return out


def speaker_of(speeches: Sequence[Speech], at: int) -> Speech | None:
    """The innermost report that token `at` lies in, but for its own verb."""
    inside = [s for s in speeches if s.first <= at <= s.last and s.verb != at]
    return min(inside, key=lambda s: s.last - s.first) if inside else None
