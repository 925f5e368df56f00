"""Readings of a word form: lemma, part of speech, clitics and inflection, cached by word."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import seeds
from tasks.language.costs import class_of, reading_cost, spelling_cost
from tasks.language.lexicon import Lexicon, Split, load_lexicon
from tasks.language.normalize import dediac, fold, persian_letters, strip_clitics
from tasks.language.types import Analysis, Form

_POS = {"noun_quant": "noun", "noun_num": "noun", "adj_comp": "adj", "adj_num": "adj", "conj_sub": "conj",
        "adv_rel": "adv", "adv_interrog": "adv", "pron_exclam": "pron", "pron_interrog": "pron", "verb_pseudo": "conj",
        "part_interrog": "part", "interj": "part", "latin": "foreign"}  # fmt: skip
_CONJ = {"wa": "و", "fa": "ف"}
_PREP = {"bi": "ب", "li": "ل", "ka": "ك", "la": "ل", "sa": "س", "wa": "و", "ta": "ت"}
_ENCLITIC = {"1s": "ي", "1p": "نا", "2ms": "ك", "2fs": "ك", "2d": "كما", "2mp": "كم", "2fp": "كن",
             "3ms": "ه", "3fs": "ها", "3d": "هما", "3mp": "هم", "3fp": "هن"}  # fmt: skip
_ARABIC = re.compile("[ء-ي]")
_LATIN = re.compile(r"[^\W\d_]")
_SHORT_STEM = re.compile("IV_(?:C|0hwnyn|0hAnn)")
_UNKNOWN = 1.0
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
        word = persian_letters(dediac(text)) or text
        key = fold(word)
        if not _ARABIC.search(key):
            return _form(word, key, [(0.0, Analysis(word, _sign_pos(word)), False)])
        readings = self._known_words(word, key)
        if not readings or not all(short for _, _, short in readings):
            readings = [(c, r, False) for c, r, _ in readings] + self._from_lexicon(word)
        else:
            readings = [(c, r, False) for c, r, _ in readings]
        return _form(word, key, readings or _unknown(word))

    def _known_words(self, word: str, key: str) -> list[Costed]:
        """Readings from the function word table; the flag says that no other reading counts."""
        found: list[Costed] = []
        for conj in ("", key[0]) if key[0] in "وف" and len(key) > 2 else ("",):
            for reading, only in self._function_words.get(key[len(conj) :], ()):
                full = Analysis(reading.lemma, reading.pos, gloss=reading.gloss, conj=conj, aspect=reading.aspect)
                cost = 1.0 if word.endswith("ي") and reading.lemma.endswith("ى") else 0.0
                found.append((cost + len(conj) * 0.2 - 1.2, full, only and not cost))
        return found

    def _from_lexicon(self, word: str) -> list[Costed]:
        found = []
        for split in self._lexicon.splits(word):
            reading, jussive = _reading(split), bool(_SHORT_STEM.match(split.stem.category)) and not split.suffix.bare
            cost = reading_cost(word, reading, jussive) + spelling_cost(word, split.bare)
            found.append((cost, reading, jussive))
        return found


def load_morphology(cache: Path, database: Path | None = None, limit: int = 150_000) -> Morphology:
    """A `Morphology` over the database in a cache folder, built there when missing; see `load_lexicon`."""
    return Morphology(load_lexicon(cache, database), limit)


def _function_words() -> dict[str, list[tuple[Analysis, bool]]]:
    table: dict[str, list[tuple[Analysis, bool]]] = {}
    for row in seeds.read("codes/function_words.csv", required=("word", "lemma", "pos", "only")):
        aspect = "p" if row["pos"] == "verb" else ""
        reading = Analysis(row["lemma"], row["pos"], gloss=row["gloss"], aspect=aspect)
        table.setdefault(fold(row["word"]), []).append((reading, row["only"] == "yes"))
    return table


def _reading(split: Split) -> Analysis:
    prc2, prc1, prc0, person, gender, number, aspect, voice, enc0 = split.features
    stem = split.stem
    enclitic = _ENCLITIC.get(enc0.partition("_")[0], "")
    if enclitic == "ي" and enc0.endswith("dobj"):
        enclitic = "ني"
    pos = _POS.get(stem.pos, stem.pos)
    return Analysis(
        stem.lemma, pos if not pos.startswith("part_") or pos in ("part_neg", "part_fut") else "part",
        stem.root, stem.gloss, _CONJ.get(prc2.partition("_")[0], ""), _PREP.get(prc1.partition("_")[0], ""),
        prc0 == "Al_det", enclitic, aspect if pos == "verb" else "", voice if pos == "verb" else "",
        person if pos == "verb" or pos == "pron" else "", gender, number, split.vocalised,
    )  # fmt: skip


def _sign_pos(word: str) -> str:
    if word[0].isdigit():
        return "digit"
    return "foreign" if _LATIN.search(word) else "punc"


def _unknown(word: str) -> list[Costed]:
    """Readings of a word that no dictionary has: a name, perhaps with a conjunction or preposition before it."""
    found = []
    for rest, _, conj, prep, article, _ in strip_clitics(word):
        if len(rest) >= 3 or rest == word:
            cost = _UNKNOWN + (1.5 if prep else 0.0) + (0.3 if conj == "و" else 1.2 if conj else 0.0)
            cost -= 0.5 if article else 0.0
            pos = "adj" if article and rest.endswith(("ي", "ية", "يين", "يون", "يه")) else "noun_prop"
            found.append((cost, Analysis(rest, pos, conj=conj, prep=prep, article=article, vocalised=word), False))
    return found


def _form(word: str, key: str, readings: Iterable[Costed]) -> Form:
    """Sort readings, drop those that differ only in vowels, and note the best of each class."""
    seen: set[tuple[object, ...]] = set()
    kept: list[Analysis] = []
    options: dict[int, tuple[int, float, Analysis]] = {}
    for cost, reading, jussive in sorted(readings, key=lambda r: (r[0], len(r[1].vocalised))):
        r = reading
        features = (r.lemma, r.pos, r.conj, r.prep, r.article, r.enclitic, r.aspect, r.voice, r.person, r.gender, r.number)
        if features in seen:
            continue
        seen.add(features)
        kept.append(reading)
        kind = int(class_of(reading, jussive))
        options.setdefault(kind, (kind, cost, reading))
    return Form(word, key, tuple(kept), tuple(options.values()))
