"""A shallow reading of one sentence: word classes, clauses, quotations and noun-phrase chunks.

Nothing here knows any event: `View` is what the lexicon, the participants, status, date and place all look at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache

import seeds
from tasks.events.types import Party
from tasks.language.normalize import fold, fold_word
from tasks.language.types import Form, Sentence, Token

OPENING, CLOSING, EITHER = "«“‘„(", "»”’)", "\"'"
BREAKS = frozenset("،؛:.!؟?;,")
NOMINAL = ("noun", "adj", "noun_prop", "digit", "foreign", "abbrev", "adv", "")
_QUOTES = frozenset('«“„»”"')
_POS = {"verb": "V", "noun": "N", "noun_prop": "N", "adj": "A", "digit": "D"}
_FUNCTION = ("part", "pron", "conj", "prep")
_CLASS = {"verb": "V", "noun": "N", "adj": "A", "noun_prop": "N", "adv": "A"}
_CACHE_LIMIT = 200_000  # forms


@dataclass(slots=True, frozen=True)
class Keys:
    """Folded lemmas of all readings of a form, by word class, and its folded spelling without و ف ب ل ك and ال."""

    by_class: dict[str, frozenset[str]]
    every: frozenset[str]


@dataclass(slots=True)
class Chunk:
    """A base noun phrase: tokens start..end-1; `prep` governs it, `conj` says that و joins it to the one before."""

    start: int
    end: int
    prep: str = ""
    conj: bool = False
    after: int = -1  # token index of a trigger noun right before it: the chunk is its idafa
    parties: list[Party] = field(default_factory=list)  # the head party first, nested ones after it


@dataclass(slots=True)
class View:
    """A sentence prepared for coding. All lists run parallel to ``tokens``."""

    sentence: Sentence
    tokens: list[Token]
    keys: list[Keys]
    words: list[str]  # folded spelling without attached و ف
    roles: list[str]  # role of a function word (prep, that, rel, neg ...), "" for content words
    pos: list[str]  # V N A of the chosen reading, F function word, D digit, . punctuation, ? unknown
    clause: list[int]  # number of the clause
    depth: list[int]  # 1 inside quotation marks
    chunks: list[Chunk] = field(default_factory=list)
    chunk_at: list[int] = field(default_factory=list)  # index of the chunk of a token, -1 if none
    _places: dict[str, list[int]] | None = None

    def places(self) -> dict[str, list[int]]:
        """Tokens at which each lemma or spelling stands, in order."""
        if self._places is None:
            places: defaultdict[str, list[int]] = defaultdict(list)
            for i, keys in enumerate(self.keys):
                for key in keys.every:
                    places[key].append(i)
            self._places = dict(places)
        return self._places


@cache
def function_words() -> dict[str, str]:
    """Folded function word to its role, from seeds/lexicon/function_words.csv."""
    rows = seeds.read("lexicon/function_words.csv", required=("word", "role"), unique="word")
    return {fold(r["word"]): r["role"] for r in rows}


class Reader:
    """Makes views; keeps what it learned of each form."""

    def __init__(self) -> None:
        self._keys: dict[str, tuple[Keys, str, str]] = {}
        self._function = function_words()

    def keys(self, form: Form) -> tuple[Keys, str, str]:
        """Lemmas by class, spelling without conjunction and function-word role of a form."""
        known = self._keys.get(form.word)
        if known is None:
            if len(self._keys) > _CACHE_LIMIT:
                self._keys.clear()
            known = self._keys[form.word] = self._look(form)
        return known

    def _look(self, form: Form) -> tuple[Keys, str, str]:
        found: dict[str, set[str]] = {}
        for a in form.analyses:
            kind = _CLASS.get(a.pos)
            if kind:
                found.setdefault(kind, set()).add(fold_word(a.lemma))
        word = form.key
        role = self._function.get(word, "")
        if not role and word[:1] in ("و", "ف") and word[1:] in self._function and len(word) > 2:
            word, role = word[1:], self._function[word[1:]]
        elif word[:1] in ("و", "ف") and len(word) > 3 and any(a.conj for a in form.analyses):
            word = word[1:]
        every = {word, bare(word)}.union(*found.values())
        return Keys({k: frozenset(v) for k, v in found.items()}, frozenset(every)), word, role

    def view(self, sentence: Sentence) -> View:
        """Classes, clauses and quotation depth of a sentence; chunks come later, once triggers are known."""
        tokens = sentence.tokens
        known = self._keys.get
        looked = [known(t.form.word) or self.keys(t.form) for t in tokens]
        roles = [role for _, _, role in looked]
        pos = [_pos(t, role) for t, role in zip(tokens, roles, strict=True)]
        view = View(sentence, tokens, [k for k, _, _ in looked], [w for _, w, _ in looked], roles, pos, [], [])
        view.depth = _quotation(tokens)
        view.chunk_at = [-1] * len(tokens)
        return view


def bare(word: str) -> str:
    """A folded word without attached ب ل ك and the article, as far as its spelling shows."""
    if word[:2] in ("ال", "لل"):
        return word[2:] if len(word) > (3 if word[0] == "ا" else 4) else word
    return word[3:] if word[:3] in ("بال", "كال") and len(word) > 4 else word


def _pos(token: Token, role: str) -> str:
    kind, form = token.best.pos if token.best else "", token.form
    if kind == "punc" or (len(form.key) <= 2 and not form.key.isalnum() and not form.analyses):
        return "."
    if role:
        return "F"
    return _POS.get(kind) or ("F" if kind.startswith(_FUNCTION) else "?")


def _quotation(tokens: list[Token]) -> list[int]:
    if _QUOTES.isdisjoint([t.text for t in tokens]):
        return [0] * len(tokens)
    depth, open_now = [], False
    for t in tokens:
        text = t.text
        if text in ("«", "“", "„"):
            open_now = True
        elif text in ("»", "”"):
            open_now = False
        elif text == '"':
            open_now = not open_now
        depth.append(int(open_now))
    return depth


def _clauses(view: View) -> list[int]:
    """Clause numbers: a new one begins at a subordinator, a relative, و before a finite verb, and strong punctuation."""
    number, out = 0, []
    for i, token in enumerate(view.tokens):
        role = view.roles[i]
        starts = (
            role in ("that", "clause", "if", "purpose", "rel")
            or (view.pos[i] == "V" and bool(token.best and token.best.conj))
            or token.text in ("؛", ":", ".", "؟", "!", ";")
            or (token.text in ("،", ",") and i + 1 < len(view.tokens) and _opens_clause(view, i + 1))
        )
        if starts and i:
            number += 1
        out.append(number)
    return out


def _opens_clause(view: View, i: int) -> bool:
    return view.pos[i] == "V" or view.roles[i] in ("clause", "that", "if", "neg")


def settle(view: View, covered: Collection[int], begin: int) -> None:
    """Correct a view by what is known of names (in place): words of a name are nouns, whatever they look like, and what
    stands before the character offset `begin`, the dateline, is cut off in a clause of its own."""
    for i in covered:
        if view.pos[i] != ".":
            view.pos[i], view.roles[i] = "N", ""
    view.clause = _clauses(view)
    for i, token in enumerate(view.tokens):
        if token.start < begin:
            view.pos[i], view.clause[i] = ".", -1


def reclass(view: View, kinds: Mapping[int, str]) -> None:
    """Give tokens the word classes in which the lexicon knows them (in place); a verb found so begins its clause."""
    changed = {i: kind for i, kind in kinds.items() if view.pos[i] != kind}
    for i, kind in changed.items():
        view.pos[i], view.roles[i] = kind, ""
    if "V" in changed.values():
        view.clause = [old if old < 0 else new for old, new in zip(view.clause, _clauses(view), strict=True)]


def is_passive(view: View, i: int) -> bool:
    """Whether verb i is passive: by its chosen reading, or by a damma written on its first letters (قُتل)."""
    token = view.tokens[i]
    best = token.best
    if best is not None and best.voice == "p":
        return True
    return "\u064f" in token.text[1:3] and bool(best and best.aspect == "p")


def chunk(view: View, triggers: set[int], covered: dict[int, int], breaks: Collection[int] = ()) -> None:
    """Cut the nominal stretches of a sentence into chunks (in place).

    Args:
        view: the sentence.
        triggers: token indexes of trigger nouns: they close a chunk and the next one is their idafa.
        covered: token index → number of the party phrase that covers it; such tokens are nominal whatever their class.
        breaks: tokens that begin a new chunk.
    """
    chunks: list[Chunk] = []
    current: Chunk | None = None
    prep, conj, after = "", False, -1
    for i, token in enumerate(view.tokens):
        inside = i in covered
        continues = inside and i - 1 in covered and covered[i] == covered[i - 1]
        if not inside and (i in triggers or view.pos[i] in ("V", "F", ".")):
            if view.pos[i] == "." and current is not None and token.text in OPENING + CLOSING + EITHER:
                continue
            current = None
            prep, conj, after = _lead(view, i, triggers, prep)
            continue
        best = token.best
        attached = "" if continues or best is None else best.prep if best.prep in ("ب", "ل", "ك") else ""
        joined = not continues and best is not None and bool(best.conj)
        if current is None or attached or joined or i in breaks:
            if current is not None:
                prep, after = "", -1
            if joined and current is not None:
                prep = current.prep  # و carries the preposition on
            current = Chunk(i, i + 1, attached or prep, joined or conj, after)
            chunks.append(current)
        current.end = i + 1
        view.chunk_at[i] = len(chunks) - 1
        prep, conj, after = "", False, -1
    view.chunks = chunks


def _lead(view: View, i: int, triggers: set[int], prep: str) -> tuple[str, bool, int]:
    """What governs a chunk that begins after token i: preposition, coordination, trigger noun."""
    if i in triggers and view.pos[i] != "V":
        return "", False, i
    role = view.roles[i]
    if role == "prep":
        return view.words[i], False, -1
    if role == "conj":
        return prep, True, -1
    if role == "dem":
        return prep, False, -1
    return "", False, -1
