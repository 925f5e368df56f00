"""Choose one reading of every token of a sentence: the cheapest path through the readings' classes.

A reading has a cost of its own (`costs`), a step between neighbouring classes has one too, and some words say
what follows them (لم a jussive, قد a verb, في no verb). The cheapest path is found by dynamic programming.
"""

from __future__ import annotations

from tasks.language.costs import Class
from tasks.language.types import Option, Token

C = Class
_SIZE = len(Class)
_VERBS = (C.PERFECT, C.PASSIVE, C.IMPERFECT, C.JUSSIVE, C.OTHER_VERB)
_FINITE = (C.PERFECT, C.PASSIVE, C.IMPERFECT)
_DEFINITE = (C.NOUN_DEF, C.ADJ_DEF, C.NAME, C.NOUN_POSS, C.FOREIGN)


def _steps() -> list[list[float]]:
    """Cost of each class after each class; 0 where nothing is known."""
    cost = [[0.0] * _SIZE for _ in range(_SIZE)]

    def add(before: tuple[Class, ...], after: tuple[Class, ...], value: float) -> None:
        for b in before:
            for a in after:
                cost[b][a] += value

    add((C.PREP,), _VERBS, 4.0)
    add((C.PREP,), (C.ADJ,), 0.5)
    add(_VERBS, _VERBS, 2.0)
    add((C.START, C.PUNCTUATION), (C.PERFECT, C.PASSIVE), -0.8)
    add((C.START,), (C.IMPERFECT,), -0.5)
    add((C.NEGATION, C.RELATIVE, C.PARTICLE, C.CONJ), _FINITE, -1.0)
    add((C.RELATIVE,), (C.NOUN, C.NOUN_FREE, C.NOUN_DEF, C.NOUN_POSS, C.ADJ, C.ADJ_DEF), 0.7)
    add(_DEFINITE, _FINITE, -0.8)  # a subject before its verb
    add((C.NOUN,), (C.PERFECT, C.PASSIVE), 1.2)  # the head of an idafa wants a noun
    add((C.NOUN,), (C.NOUN_DEF, C.NAME), -0.5)
    add((C.NOUN,), (C.ADJ_DEF,), 0.4)
    add((C.NOUN_DEF,), (C.ADJ_DEF,), -1.0)
    add((C.NOUN_FREE,), _FINITE, -0.2)
    add((C.NOUN_FREE,), (C.NOUN, C.NOUN_DEF), 0.3)
    add((C.ADJ_DEF,), (C.ADJ_DEF,), -0.6)
    add((C.NOUN_DEF, C.NOUN_POSS), (C.ADJ,), 0.5)
    add((C.NAME,), (C.NAME,), -0.8)
    add((C.DEMONSTRATIVE,), (C.NOUN_DEF,), -1.0)
    add((C.NUMBER,), (C.NOUN, C.NOUN_FREE), -0.5)
    add((C.NOUN, C.NOUN_FREE), (C.ADJ,), -0.4)
    add((C.NUMBER,), _VERBS, 0.5)
    add(_VERBS, (C.NOUN_DEF, C.NAME, C.NOUN), -0.2)
    return cost


_STEPS = _steps()
_INTO = [list(column) for column in zip(*_STEPS, strict=True)]  # class, class before
_AUXILIARIES = (
    "كان", "كانت", "كانوا", "يكون", "تكون", "ليس", "ليست", "بدا", "بدات", "بداوا", "يزال", "تزال", "زال", "زالت", "يكاد",
    "تكاد", "ظل", "ظلت", "اصبح", "اصبحت",
)  # fmt: skip
_AFTER_WORD: dict[str, dict[Class, float]] = {
    "لم": {C.JUSSIVE: -4.0, C.IMPERFECT: -2.0, C.PASSIVE: -1.0, C.PERFECT: 4.0},
    "لن": {C.IMPERFECT: -2.0, C.PERFECT: 4.0},
    "لا": {C.JUSSIVE: -0.5, C.IMPERFECT: -1.0, C.PERFECT: 1.0},
    "قد": {C.PERFECT: -1.5, C.IMPERFECT: -1.5, C.PASSIVE: -1.0, C.NOUN: 2.0},
    "لقد": {C.PERFECT: -2.0},
    "سوف": {C.IMPERFECT: -2.0, C.PERFECT: 4.0},
    "ان": {C.IMPERFECT: -0.5},
    **{key: {C.IMPERFECT: -2.0} for key in _AUXILIARIES},
    **{key: {C.PERFECT: -1.5, C.IMPERFECT: -1.5} for key in ("عندما", "بعدما", "حينما", "كلما", "ريثما", "طالما")},
}
_AFTER = {word: [row.get(c, 0.0) for c in Class] for word, row in _AFTER_WORD.items()}
_NOTHING = [0.0] * _SIZE
_BEFORE_WORD = {"عبر": "عن", "وعبر": "عن"}  # عبّر … عن: to express; else the preposition
_VERB = [-4.0 if c == C.PERFECT else 0.0 for c in Class]
_AHEAD = 7
_LAST_VERB = int(C.OTHER_VERB)
_SECOND_VERB = (1.5, 1.0, 0.3, 0.3, 0.3)  # by class: a clause has one verb, but a present tense may describe a noun
_SECOND = [*_SECOND_VERB, *[0.0] * (_SIZE - len(_SECOND_VERB))]
_DEAREST = float("inf")


def choose(tokens: list[Token]) -> None:
    """Set ``best`` of every token of a sentence to its likeliest reading in this context (in place)."""
    columns: list[list[_State]] = []
    states: list[_State] = [(0.0, int(C.START), False, 0, -1)]
    word = ""
    for n, token in enumerate(tokens):
        key = token.form.key
        after = _AFTER.get(word, _NOTHING)
        if key in _BEFORE_WORD and any(t.key == _BEFORE_WORD[key] for t in tokens[n + 1 : n + _AHEAD]):
            after = _VERB
        states = _step(states, token.form.options, after)
        columns.append(states)
        word = _without_conj(key)
    at = min(range(len(states)), key=lambda i: states[i][0])
    for token, column in zip(reversed(tokens), reversed(columns), strict=True):
        _, _, _, at, option = column[at]
        token.best = token.form.options[option][2]


def _without_conj(key: str) -> str:
    return key[1:] if key[:1] in ("و", "ف") and len(key) > 2 else key


_State = tuple[float, int, bool, int, int]  # cost, class, clause has its verb, state before, option


def _step(states: list[_State], options: tuple[Option, ...], after: list[float]) -> list[_State]:
    """The cheapest way to every class of the next token, with and without a verb in the clause so far.

    Of equally cheap ways the first stands, here and at the end: ways are in the order of those before them.
    """
    found: list[_State] = []
    for n, (kind, own, _, starts) in enumerate(options):
        base, into, second = own + after[kind], _INTO[kind], 0.0 if starts else _SECOND[kind]
        is_verb = kind <= _LAST_VERB
        cheapest, at = _DEAREST, -1  # without a verb in the clause
        cheapest_verb, at_verb = _DEAREST, -1
        for i, (cost, before, has_verb, _, _) in enumerate(states):
            total = cost + base + into[before]
            if is_verb or (has_verb and not starts):
                if has_verb:
                    total += second
                if total < cheapest_verb:
                    cheapest_verb, at_verb = total, i
            elif total < cheapest:
                cheapest, at = total, i
        ways = [(cheapest, kind, False, at, n), (cheapest_verb, kind, True, at_verb, n)]
        found += [way for way in (reversed(ways) if states[0][2] else ways) if way[3] >= 0]
    return found
