"""Active or passive: قتل الجيش مسلحا against قُتل مسلح, which are written alike.

A verb that needs an object (seeds/codes/object_verbs.csv) and has one noun phrase only in its clause, and no subject
before it, is passive. Noun phrases are told apart without case endings: a definite phrase is over where a noun without
article or a number follows.
"""

from __future__ import annotations

import re
from functools import cache

import seeds
from tasks.language.costs import Class
from tasks.language.types import Analysis, Token

_ENDS = frozenset(("verb", "conj", "pron_rel", "part_neg", "part", "part_fut"))
_BREAKS = frozenset(("punc", "adv", "pron"))
_PHRASE_POS = frozenset(("noun", "adj", "noun_prop", "foreign", "digit", "pron_dem", "prep"))
_ABOUT = frozenset(["نحو", "حوالي", "قرابه", "زهاء"])  # نحو 20 شخصا: a preposition that counts
_AUXILIARY = frozenset(["قد", "لقد", "وقد", "كان", "كانت", "كانوا"])
_PRONOUN_SUBJECT = re.compile("[وف]?(?:[بلك]?ان|لكن)(?:ه|ها|هم|هما|ني|نا)|[وف]?(?:هو|هي|هم|هما|نحن|انا)")  # أنه أجرى
_TIME_WORDS = frozenset(
    [
        "الاحد",
        "الاثنين",
        "الثلاثاء",
        "الاربعاء",
        "الخميس",
        "الجمعه",
        "السبت",
        "امس",
        "اليوم",
        "مساء",
        "صباح",
        "فجر",
        "ليل",
    ]
)
_STOPS = frozenset([".", "؛", ":", "!", "؟", "«", "»", '"'])
_SUBJECT_POS = frozenset(("noun", "adj", "noun_prop", "foreign"))
_REACH = 25


def settle_voice(tokens: list[Token]) -> None:
    """Give perfect verbs that may be either voice the one their clause asks for (in place)."""
    verbs = _object_verbs()
    for at, token in enumerate(tokens):
        best = token.best
        if best is None or best.pos != "verb" or best.aspect != "p" or best.lemma not in verbs or best.enclitic:
            continue
        options = {kind: reading for kind, _, reading, _ in token.form.options if reading.lemma == best.lemma}
        active, passive = options.get(Class.PERFECT), options.get(Class.PASSIVE)
        if active and passive and passive.aspect == "p":
            token.best = passive if _wants_passive(tokens, at) else active


def _wants_passive(tokens: list[Token], at: int) -> bool:
    phrases = _phrases_after(tokens, at)
    if phrases >= 2:
        return False
    if phrases == 1:
        return not (_subject_before(tokens, at) or _is_body(tokens, at))
    return _ends_clause(tokens, at)


def _ends_clause(tokens: list[Token], at: int) -> bool:
    """No noun phrase follows: passive before a preposition or the end (قُتل في), not before أن and the like."""
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    return following is None or following.pos in ("prep", "punc", "adv")


def _is_body(tokens: list[Token], at: int) -> bool:
    """Whether the phrase after the verb is a body that acts, such as الشرطة: it is the subject even when it is alone."""
    head = tokens[at + 1].best if at + 1 < len(tokens) else None
    return head is not None and head.pos == "noun" and not head.prep and head.lemma in _bodies()


def _subject_before(tokens: list[Token], at: int) -> bool:
    """Whether the word before the verb is its subject: الجيش قتل, الذي قتل, كان الجيش قد قتل."""
    at -= 1
    while at >= 0 and tokens[at].key in _AUXILIARY:
        at -= 1
    before = tokens[at].best if at >= 0 else None
    if before is None:
        return False
    if before.pos == "pron_rel" or _PRONOUN_SUBJECT.fullmatch(tokens[at].key):
        return True
    return before.pos in _SUBJECT_POS and not (before.pos == "noun" and not _definite(before))


def _definite(word: Analysis) -> bool:
    return word.article or bool(word.enclitic) or word.pos == "noun_prop"


def _phrases_after(tokens: list[Token], at: int) -> int:
    """Noun phrases that may be subject or object after a verb (at most two), not counting those of prepositions."""
    count, previous, preposition = 0, None, False  # previous: the word that the current phrase ended with
    for token in tokens[at + 1 : at + 1 + _REACH]:
        word = token.best
        if token.key in _TIME_WORDS:
            previous, preposition = None, False
            continue
        if word is None or token.text in _STOPS or word.pos in _ENDS:
            break
        if word.pos in _BREAKS:
            previous, preposition = None, False
        elif word.pos == "prep" and token.key not in _ABOUT:
            previous, preposition = None, not word.enclitic
        elif word.pos in _PHRASE_POS:
            if word.prep:
                preposition = True
            elif previous is None or _opens(previous, token, word):
                count += not preposition
                preposition = False
            previous = previous if word.conj and previous else token
        if count == 2:
            break
    return count


def _opens(previous: Token, token: Token, word: Analysis) -> bool:
    """Whether a word begins a new phrase rather than going on with the one before it."""
    before = previous.best
    if before is None or word.conj or word.pos == "pron":
        return False
    if word.pos in ("digit", "pron_dem"):
        return before.pos not in ("noun", "prep") or _closed(previous, before) or before.number == "s"
    if word.pos != "noun":
        return False
    if _accusative(token, word) and not _accusative(previous, before) and before.pos != "digit":
        return True
    return _closed(previous, before) and (not word.article or before.pos == "adj")


def _closed(token: Token, word: Analysis) -> bool:
    """Whether an idafa cannot go on after a word: it is definite, accusative or a sound plural with its نون."""
    return _definite(word) or _accusative(token, word) or (word.pos in ("noun", "adj") and token.text.endswith("ون"))


def _accusative(token: Token, word: Analysis) -> bool:
    return word.pos in ("noun", "adj") and token.text.endswith(("ا", "اً")) and not word.lemma.endswith(("ا", "ى", "ي"))


@cache
def _object_verbs() -> frozenset[str]:
    return frozenset(r["lemma"] for r in seeds.read("codes/object_verbs.csv", required=("lemma",), unique="lemma"))


@cache
def _bodies() -> frozenset[str]:
    return frozenset(r["lemma"] for r in seeds.read("codes/body_nouns.csv", required=("lemma",), unique="lemma"))
