"""Choose one reading of every token of a sentence: the cheapest path through the readings' classes.

A reading has a cost of its own (`costs`), a step between neighbouring classes has one too, and some words say
what follows them (لم a jussive, قد a verb, في no verb). The cheapest path is found by dynamic programming.
"""

from __future__ import annotations

from tasks.language.costs import Class
from tasks.language.types import Token

C = Class
_SIZE = len(Class)
_VERBS = (C.PERFECT, C.PASSIVE, C.IMPERFECT, C.JUSSIVE, C.OTHER_VERB)
_FINITE = (C.PERFECT, C.PASSIVE, C.IMPERFECT)
_NOMINAL = (C.NOUN, C.NOUN_DEF, C.NOUN_POSS, C.ADJ, C.ADJ_DEF, C.NAME)
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
    add((C.START, C.PUNCTUATION), (C.PERFECT, C.PASSIVE), -1.0)
    add((C.START,), (C.IMPERFECT,), -0.5)
    add((C.NEGATION, C.RELATIVE, C.PARTICLE, C.CONJ), _FINITE, -1.0)
    add(_DEFINITE, _FINITE, -0.8)  # a subject before its verb
    add((C.NOUN,), (C.PERFECT, C.PASSIVE), 1.2)  # the head of an idafa wants a noun
    add((C.NOUN,), (C.NOUN_DEF, C.NAME), -0.5)
    add((C.NOUN,), (C.ADJ_DEF,), 0.4)
    add((C.NOUN_DEF,), (C.ADJ_DEF,), -1.0)
    add((C.ADJ_DEF,), (C.ADJ_DEF,), -0.6)
    add((C.NOUN_DEF, C.NOUN_POSS), (C.ADJ,), 0.5)
    add((C.NAME,), (C.NAME,), -0.8)
    add((C.DEMONSTRATIVE,), (C.NOUN_DEF,), -1.0)
    add((C.NUMBER,), (C.NOUN,), -0.5)
    add((C.NUMBER,), _VERBS, 0.5)
    add(_VERBS, (C.NOUN_DEF, C.NAME, C.NOUN), -0.2)
    return cost


_STEPS = _steps()
_AFTER_WORD: dict[str, dict[Class, float]] = {
    "لم": {C.JUSSIVE: -4.0, C.IMPERFECT: -2.0, C.PASSIVE: -1.0, C.PERFECT: 4.0},
    "لن": {C.IMPERFECT: -2.0, C.PERFECT: 4.0},
    "لا": {C.JUSSIVE: -0.5, C.IMPERFECT: -1.0, C.PERFECT: 1.0},
    "قد": {C.PERFECT: -1.5, C.IMPERFECT: -1.5, C.PASSIVE: -1.0, C.NOUN: 2.0},
    "لقد": {C.PERFECT: -2.0},
    "سوف": {C.IMPERFECT: -2.0, C.PERFECT: 4.0},
    "ان": {C.IMPERFECT: -0.5},
}
_AFTER = {word: [row.get(c, 0.0) for c in Class] for word, row in _AFTER_WORD.items()}
_NOTHING = [0.0] * _SIZE


def choose(tokens: list[Token]) -> None:
    """Set ``best`` of every token of a sentence to its likeliest reading in this context (in place)."""
    columns: list[list[int]] = []  # for every token and option: index of the option before it
    costs, classes = [0.0], [int(C.START)]
    word = ""
    for token in tokens:
        options = token.form.options
        after = _AFTER.get(word, _NOTHING)
        costs, classes, back = _step(costs, classes, options, after)
        columns.append(back)
        key = token.form.key
        word = key[1:] if key[:1] in ("و", "ف") and len(key) > 2 else key
    at = costs.index(min(costs))
    for token, back in zip(reversed(tokens), reversed(columns), strict=True):
        token.best = token.form.options[at][2]
        at = back[at]


def _step(
    costs: list[float], classes: list[int], options: tuple[tuple[int, float, object], ...], after: list[float]
) -> tuple[list[float], list[int], list[int]]:
    new_costs, new_classes, back = [], [], []
    for kind, own, _ in options:
        best, source = 1e9, 0
        for i, before in enumerate(classes):
            total = costs[i] + _STEPS[before][kind]
            if total < best:
                best, source = total, i
        new_costs.append(best + own + after[kind])
        new_classes.append(kind)
        back.append(source)
    return new_costs, new_classes, back
