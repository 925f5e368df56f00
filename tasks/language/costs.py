"""What a reading of a word costs before its context is seen, and the class by which context judges it.

Costs are in the manner of negative log probabilities: 1 is about "three times less likely". They come from what Arabic
news does (it is written in the third person, in the active, with most hamzas left out), not from a treebank.
"""

from __future__ import annotations

from enum import IntEnum

from tasks.language.types import Analysis


class Class(IntEnum):
    """Reading classes that behave alike in a clause."""

    PERFECT = 0  # third person, active
    PASSIVE = 1  # third person, any aspect
    IMPERFECT = 2
    JUSSIVE = 3  # a form that only لم لا ل allow
    OTHER_VERB = 4  # first and second person, imperative
    NOUN = 5  # without article: head of an idafa, or indefinite
    NOUN_DEF = 6
    NOUN_POSS = 7  # with a pronoun
    NOUN_FREE = 24  # no head of an idafa: indefinite accusative, or a sound plural or dual with its نون
    ADJ = 8
    ADJ_DEF = 9
    NAME = 10
    PREP = 11
    CONJ = 12
    NEGATION = 13
    PARTICLE = 14
    RELATIVE = 15
    DEMONSTRATIVE = 16
    PRONOUN = 17
    ADVERB = 18
    NUMBER = 19
    PUNCTUATION = 20
    FOREIGN = 21
    ABBREVIATION = 22
    START = 23


_PLAIN = {
    "noun_prop": Class.NAME, "prep": Class.PREP, "conj": Class.CONJ, "part_neg": Class.NEGATION, "part": Class.PARTICLE,
    "part_fut": Class.PARTICLE, "pron_rel": Class.RELATIVE, "pron_dem": Class.DEMONSTRATIVE, "pron": Class.PRONOUN,
    "adv": Class.ADVERB, "digit": Class.NUMBER, "punc": Class.PUNCTUATION, "foreign": Class.FOREIGN,
    "abbrev": Class.ABBREVIATION,
}  # fmt: skip
_CLAUSE_STARTS = frozenset((Class.CONJ, Class.RELATIVE, Class.NEGATION, Class.PARTICLE, Class.PUNCTUATION))
_NO_CLAUSE_END = frozenset(["،", ",", "(", ")", "-", "–", "—"])  # قال الوزير، الأحد، إن
_HAMZA_ALIF = "أإآٱ"
_SPEAKER = frozenset(("ي", "ني", "ك", "كم", "كما", "كن"))
FREE, SWAPPED, WRONG = 0.1, 1.5, 3.0


def class_of(reading: Analysis, written: str = "", jussive: bool = False) -> Class:
    """The class of a reading of a written word; ``jussive`` says that its stem is the short one."""
    if reading.pos == "verb":
        return _verb_class(reading, jussive)
    if reading.pos == "noun":
        return _noun_class(reading, written)
    if reading.pos == "adj":
        return Class.ADJ_DEF if reading.article else Class.ADJ
    return _PLAIN.get(reading.pos, Class.PARTICLE)


def starts_clause(kind: int, key: str) -> bool:
    """Whether a word of a class, folded as ``key``, begins a new clause."""
    return kind in _CLAUSE_STARTS and key not in _NO_CLAUSE_END


def _noun_class(reading: Analysis, written: str) -> Class:
    if reading.article:
        return Class.NOUN_DEF
    if reading.enclitic:
        return Class.NOUN_POSS
    plural = (
        reading.number in ("p", "d") and written.endswith(("ون", "ين", "ان")) and reading.lemma[-2:] != written[-2:]
    )
    accusative = written.endswith("ا") and not reading.lemma.endswith(("ا", "ى"))
    return Class.NOUN_FREE if plural or accusative else Class.NOUN


def _verb_class(reading: Analysis, jussive: bool) -> Class:
    if reading.aspect == "c" or reading.person in ("1", "2"):
        return Class.OTHER_VERB
    if reading.voice == "p":
        return Class.PASSIVE
    if reading.aspect == "p":
        return Class.PERFECT
    return Class.JUSSIVE if jussive else Class.IMPERFECT


def spelling_cost(written: str, spelled: str) -> float:
    """How far a word as written is from the dictionary's spelling of a reading, both without vowels.

    A bare alif stands for any hamza almost freely; a written hamza must be there.
    """
    if written == spelled:
        return 0.0
    if len(written) != len(spelled):
        return 2.5
    return sum(_letter_cost(w, s) for w, s in zip(written, spelled, strict=True) if w != s)


def _letter_cost(written: str, spelled: str) -> float:
    if written == "ا":
        return FREE if spelled in _HAMZA_ALIF else WRONG
    if spelled == "ا" and written in _HAMZA_ALIF:
        return 3.5
    pair = written + spelled
    return {"هة": SWAPPED, "ةه": 6.0, "يى": 1.0, "ىي": 2.0}.get(pair, WRONG)


def reading_cost(written: str, reading: Analysis, jussive: bool) -> float:
    """Cost of a reading out of context, without its spelling."""
    if reading.pos == "verb":
        return _verb_cost(written, reading, jussive)
    cost = {"noun_prop": 0.2, "abbrev": 3.0}.get(reading.pos, 0.0)
    if reading.pos in ("prep", "conj", "part", "part_neg", "pron", "pron_rel", "pron_dem"):
        cost -= 1.2
    if reading.enclitic in _SPEAKER:
        cost += 2.0  # my, your: rare in news
    if reading.pos in ("noun", "adj"):
        cost += _noun_ending_cost(written, reading)
    return cost + _clitic_cost(reading)


def _noun_ending_cost(written: str, reading: Analysis) -> float:
    if reading.number == "d":
        return 0.8
    if reading.number == "p" and not written.endswith(("ات", "ون", "ين")):
        return 0.4  # كتاب is a book before it is writers
    if written.endswith("ا") and not reading.lemma.endswith("ا"):
        return 1.2 if reading.lemma.endswith("ي") else 0.3  # indefinite accusative: سوريا is no Syrian
    if written.endswith(("ة", "ه")) and not reading.lemma.endswith("ة") and not reading.enclitic:
        return 0.6 if reading.pos == "noun" else 0.3  # مدينة is a city before it is a woman in debt
    return 0.0


def _verb_cost(written: str, reading: Analysis, jussive: bool) -> float:
    cost = 2.0 if reading.voice == "p" else 0.0
    if reading.enclitic:
        cost += 1.5 if reading.enclitic in _SPEAKER else 0.4
    if reading.aspect == "c":
        cost += 4.0
    elif reading.person in ("1", "2"):
        cost += 1.0 if reading.person == "1" and written.endswith("نا") else 3.0
    if jussive:
        cost += 2.5
    if reading.prep == "ل":
        cost += 1.0
    if reading.number == "d":
        cost += 0.7 if written.endswith(("ان", "هما")) else 1.7
    if reading.gender == "f" and reading.number == "p":
        cost += 2.5
    return cost + _clitic_cost(reading)


def _clitic_cost(reading: Analysis) -> float:
    conj = {"و": 0.2, "ف": 1.5}.get(reading.conj, 0.0)
    return conj + {"ب": 0.6, "ل": 0.5, "ك": 1.5}.get(reading.prep, 0.0)
