"""Readings of a word form: lemma, part of speech, clitics and inflection, cached by word."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from operator import itemgetter
from pathlib import Path

import seeds
from tasks.language.costs import class_of, reading_cost, spelling_cost, starts_clause
from tasks.language.frequency import CONTENT, load_frequencies
from tasks.language.lexicon import Lexicon, Split, load_lexicon
from tasks.language.normalize import dediac, fold, fold_word, persian_letters, strip_clitics
from tasks.language.types import Analysis, Form, Option

_POS = {"noun_quant": "noun", "noun_num": "noun", "adj_comp": "adj", "adj_num": "adj", "conj_sub": "conj",
        "adv_rel": "adv", "adv_interrog": "adv", "pron_exclam": "pron", "pron_interrog": "pron", "verb_pseudo": "conj",
        "part_interrog": "part", "interj": "part", "latin": "foreign"}  # fmt: skip
_CONJ = {"wa": "و", "fa": "ف"}
_PREP = {"bi": "ب", "li": "ل", "ka": "ك", "la": "ل", "sa": "س", "wa": "و", "ta": "ت"}
_ENCLITIC = {"1s": "ي", "1p": "نا", "2ms": "ك", "2fs": "ك", "2d": "كما", "2mp": "كم", "2fp": "كن",
             "3ms": "ه", "3fs": "ها", "3d": "هما", "3mp": "هم", "3fp": "هن"}  # fmt: skip
_ARABIC = re.compile("[ء-ي]")
_LATIN = re.compile(r"[^\W\d_]")
_SHORT_STEM = ("IV_C", "IV_0hwnyn")
_PREFERRED = {"yes": 3.0, "no": 1.0}  # by the column "sure"
_PARTICIPLES = {"مشير": "مشير", "معتبر": "معتبر", "مضيفا": "مضيف"}  # adverbs in the dictionary: pointing out, adding
_RIVAL = 4.0  # for another lemma of the same part of speech
_LATER = 2.0  # of each further reading that the function word table gives: من is "from" before it is "who"
_UNKNOWN = 1.0
_ALSO_WORD = 0.7
_LONGEST_PROCLITICS = 4  # وبال
_NOT_KNOWN = 2.0  # for a word of the dictionary to be a name that it lacks
Costed = tuple[float, Analysis, bool]  # cost, reading, whether its stem is the short (jussive) one


class Morphology:
    """The analyser: `form` gives the readings of a word, the likeliest first.

    Args:
        lexicon: from `load_lexicon`; a few MB, made once a process.
        limit: forms kept; a full corpus has some 200,000, about 1 kB each.
    """

    def __init__(self, lexicon: Lexicon, limit: int = 150_000) -> None:
        self._lexicon = lexicon
        self._function_words = _function_words()
        self._function_lemmas = {r.lemma for rows in self._function_words.values() for r, _ in rows} | set("بلك")
        self._frequencies = load_frequencies()
        self._preferred = _preferred()
        self._preferred_words = {word for word, _ in self._preferred}
        self._limit = limit
        self._forms: dict[str, Form] = {}

    def form(self, word: str) -> Form:
        """The form of a word as written; the same object for the same word while it is cached."""
        found = self._forms.get(word)
        if found is None:
            if len(self._forms) >= self._limit:
                self._drop_oldest()
            found = self._forms[word] = self._analyse(word)
        return found

    def _drop_oldest(self) -> None:
        for word in list(self._forms)[: max(1, self._limit // 4)]:
            del self._forms[word]

    def _analyse(self, text: str) -> Form:
        """Sort the readings, drop those that differ only in vowels, and note the best of each class."""
        word = _bare(text)
        key = fold(word)
        kept: dict[tuple[object, ...], Analysis] = {}
        options: dict[int, Option] = {}
        readings = self._costed(word, key)
        for _, cost, reading, jussive in sorted(map(self._weigh, readings), key=itemgetter(0, 1)):
            kept.setdefault(_distinct(reading), reading)
            kind = int(class_of(reading, word, jussive))
            if kind not in options:
                options[kind] = (kind, cost, reading, starts_clause(kind, key) or bool(reading.conj))
        return Form(word, key, tuple(kept.values()), tuple(options.values()))

    def _prefer(self, word: str, key: str, readings: list[Costed]) -> list[Costed]:
        """Readings that seeds/codes/preferred_readings.csv wants made cheaper, their rivals dearer."""
        if not any(key[n:] in self._preferred_words for n in range(_LONGEST_PROCLITICS + 1)):
            return readings
        lemmas = {r.lemma for _, r, _ in readings}
        found = []
        for cost, reading, jussive in readings:
            lemma, gain = self._preferred.get((_core(word, reading), reading.pos), (None, 0.0))
            if lemma is not None and (lemma == reading.lemma or lemma not in lemmas):
                cost -= gain
                reading = replace(reading, lemma=lemma)
            elif lemma is not None:
                cost += _RIVAL
            found.append((cost, reading, jussive))
        return found

    def _weigh(self, costed: Costed) -> tuple[float, float, Analysis, bool]:
        """Order among readings, and cost, with the lemma's frequency."""
        cost, reading, jussive = costed
        rarity, tie = self._frequencies.costs(reading.lemma, reading.pos)
        return cost + rarity + tie, cost + rarity, reading, jussive

    def costed(self, text: str) -> list[Costed]:
        """Every reading of a word with its cost out of context, frequency left aside."""
        word = _bare(text)
        return self._costed(word, fold(word))

    def _costed(self, word: str, key: str) -> list[Costed]:
        return self._prefer(word, key, self._readings(word, key))

    def _readings(self, word: str, key: str) -> list[Costed]:
        if not _ARABIC.search(key):
            return [(0.0, Analysis(word, _sign_pos(word)), False)]
        known = self._known_words(word, key)
        readings = [(cost, reading, False) for cost, reading, _ in known]
        if not known or not all(only for _, _, only in known):
            readings += self._from_lexicon(word)
        if known:
            return readings
        names = [(cost + (_NOT_KNOWN if readings else 0.0), r, j) for cost, r, j in _unknown(word)]
        return _names_cost(readings) + names

    def _known_words(self, word: str, key: str) -> list[Costed]:
        """Readings from the function word table; the flag says that no other reading counts."""
        found: list[Costed] = []
        for conj in ("", key[0]) if key[0] in "وف" and len(key) > 2 else ("",):
            for n, (reading, only) in enumerate(self._function_words.get(key[len(conj) :], ())):
                if _wrong_hamza(word[len(conj) :], reading.lemma):
                    continue
                full = Analysis(reading.lemma, reading.pos, gloss=reading.gloss, conj=conj, aspect=reading.aspect)
                cost = 1.0 if word.endswith("ي") and reading.lemma.endswith("ى") else 0.0
                found.append((cost + len(conj) * 0.2 + n * _LATER - 1.2, full, only and not cost))
        return found

    def _from_lexicon(self, word: str) -> list[Costed]:
        found = []
        for split in self._lexicon.splits(word):
            reading, jussive = _reading(split), split.category.startswith(_SHORT_STEM) and not split.has_suffix
            spelling = spelling_cost(word, split.bare)
            cost = reading_cost(word, reading, jussive) + spelling
            if reading.pos not in CONTENT:
                rare = reading.pos == "prep" and reading.lemma not in self._function_lemmas
                cost += 4.0 if spelling else 1.2 if rare else 0.0  # كان is the verb before it is كأن
            found.append((cost, reading, jussive))
        return found


def load_morphology(cache: Path, database: Path | None = None, limit: int = 150_000) -> Morphology:
    """A `Morphology` over the database in a cache folder, built there when missing; see `load_lexicon`."""
    return Morphology(load_lexicon(cache, database), limit)


def _preferred() -> dict[tuple[str, str], tuple[str, float]]:
    """Folded word and part of speech to the lemma wanted and how much cheaper it is made."""
    rows = seeds.read("codes/preferred_readings.csv", required=("word", "lemma", "pos", "sure"), unique="word")
    return {(fold(r["word"]), r["pos"]): (r["lemma"], _PREFERRED[r["sure"]]) for r in rows}


def _core(word: str, reading: Analysis) -> str:
    """The folded word without the proclitics of a reading: للرياض read with article and preposition is رياض."""
    article = 2 if reading.article and reading.prep != "ل" else 1 if reading.article else 0
    return fold_word(word[len(reading.conj) + len(reading.prep) + article :])


def _distinct(reading: Analysis) -> tuple[object, ...]:
    r = reading
    return r.lemma, r.pos, r.conj, r.prep, r.article, r.enclitic, r.aspect, r.voice, r.person, r.gender, r.number


def _wrong_hamza(word: str, lemma: str) -> bool:
    """Whether a word writes a hamza that the lemma does not have: هنأ is not هنا."""
    return any(w in "أإآؤئ" and s in "اوي" for w, s in zip(word, lemma, strict=False))


def _bare(text: str) -> str:
    return persian_letters(dediac(text)) or text


def _function_words() -> dict[str, list[tuple[Analysis, bool]]]:
    table: dict[str, list[tuple[Analysis, bool]]] = {}
    for row in seeds.read("codes/function_words.csv", required=("word", "lemma", "pos", "only")):
        aspect = "p" if row["pos"] == "verb" else ""
        reading = Analysis(row["lemma"], row["pos"], gloss=row["gloss"], aspect=aspect)
        table.setdefault(fold(row["word"]), []).append((reading, row["only"] == "yes"))
    return table


def _names_cost(readings: list[Costed]) -> list[Costed]:
    """A name that is also an ordinary word of the same spelling (بيان, قاعدة) is the word before it is the name."""
    words = {(r.lemma, r.article) for _, r, _ in readings if r.pos in ("noun", "adj")}
    return [
        (cost + (_ALSO_WORD if r.pos == "noun_prop" and (r.lemma, r.article) in words else 0.0), r, jussive)
        for cost, r, jussive in readings
    ]


def _reading(split: Split) -> Analysis:
    pos, lemma = _POS.get(split.pos, split.pos), split.lemma
    if pos == "adv" and lemma in _PARTICIPLES:
        pos, lemma = "adj", _PARTICIPLES[lemma]
    elif pos.startswith("part_") and pos not in ("part_neg", "part_fut"):
        pos = "part"
    return Analysis(lemma, pos, split.root, split.gloss, *_grammar(split.features, pos), split.vocalised)


@lru_cache(maxsize=10_000)
def _grammar(features: tuple[str, ...], pos: str) -> tuple[str, str, bool, str, str, str, str, str, str]:
    """The fields of an `Analysis` from ``conj`` to ``number``."""
    prc2, prc1, prc0, person, gender, number, aspect, voice, enc0 = features
    enclitic = _ENCLITIC.get(enc0.partition("_")[0], "")
    if enclitic == "ي" and enc0.endswith("dobj"):
        enclitic = "ني"
    verb = pos == "verb"
    return (
        _CONJ.get(prc2.partition("_")[0], ""), _PREP.get(prc1.partition("_")[0], ""), prc0 == "Al_det", enclitic,
        aspect if verb else "", voice if verb else "", person if verb or pos == "pron" else "", gender, number,
    )  # fmt: skip


def _sign_pos(word: str) -> str:
    if word[:1].isdigit():
        return "digit"
    return "foreign" if _LATIN.search(word) else "punc"


def _unknown(word: str) -> list[Costed]:
    """Readings of a word that no dictionary has: a name, perhaps with a conjunction or preposition before it."""
    found = []
    for rest, _, conj, prep, article, _ in strip_clitics(word):
        if len(rest) >= 3 or rest == word:
            cost = (
                _UNKNOWN
                + (0.0 if not prep else 2.5 if prep == "ك" else 1.5)
                + (0.3 if conj == "و" else 1.2 if conj else 0.0)
            )
            cost -= 0.5 if article else 0.0
            pos = "adj" if article and rest.endswith(("ي", "ية", "يين", "يون", "يه")) else "noun_prop"
            lemma = re.sub("(?:ية|يه|يين|يون)$", "ي", rest) if pos == "adj" else rest
            found.append((cost, Analysis(lemma, pos, conj=conj, prep=prep, article=article, vocalised=word), False))
    return found
