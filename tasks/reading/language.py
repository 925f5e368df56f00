"""Which language a text is in: Arabic, or one of the others that share its script, or another script altogether."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

import seeds

SAMPLE = 6000  # characters
_WORDS = re.compile(r"[^\W\d_]+")
_ARABIC_SCRIPT = re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff]")
_OWN_LETTERS = {  # letters that one language writes all the time and Arabic never
    "fa": frozenset("پچژگ"),
    "ur": frozenset("ٹڈڑںےہھ"),
    "ckb": frozenset("ێۆڕڵەڤ"),
    "ps": frozenset("ټډړښږځڅۍې"),
    "ug": frozenset("ېۇۆۈۋڭە"),
}
_ANY_OWN = re.compile(f"[{''.join(map(''.join, _OWN_LETTERS.values()))}]")
_KEYBOARD = str.maketrans("کیىأإآ", "كييااا")  # Persian keyboards and bare alifs hide no difference between languages


@cache
def _markers() -> dict[str, frozenset[str]]:
    """Folded word to the languages that use it often."""
    found: dict[str, set[str]] = {}
    for row in seeds.read("sources/languages.csv", ("language", "word")):
        found.setdefault(row["word"].translate(_KEYBOARD), set()).add(row["language"])
    return {w: frozenset(ls) for w, ls in found.items()}


def scores(text: str) -> dict[str, float]:
    """Evidence for each language of the Arabic script, in words: its frequent words and its own letters."""
    found: defaultdict[str, float] = defaultdict(float)
    sample = text[:SAMPLE].translate(_KEYBOARD)
    markers = _markers()
    own = _OWN_LETTERS if _ANY_OWN.search(sample) else {}
    for word in _WORDS.findall(sample):
        languages = markers.get(word, ())
        for language in languages:
            found[language] += 1 / len(languages)
        if not languages:
            if word.startswith("ال") and len(word) > 4:
                found["ar"] += 0.5
            for language, letters in own.items():
                if not letters.isdisjoint(word):
                    found[language] += 0.5
    return found


def identify(text: str) -> str:
    """ISO 639-1 (or -3) code of the text's language, "" for a text without letters. Doubt is settled for Arabic.

    Only a text with positive evidence for another language is called so: a headline of names is Arabic.
    """
    words = _WORDS.findall(text[:SAMPLE])
    letters = sum(map(len, words))
    if not letters:
        return ""
    if len(_ARABIC_SCRIPT.findall(text[:SAMPLE])) < 0.5 * letters:
        return _other_script(text[:SAMPLE])
    found = scores(text)
    language, best = max(found.items(), key=lambda item: item[1], default=("ar", 0.0))
    if language == "ar" or best < 2 or best < 1.3 * found["ar"] or best < 0.05 * len(words):
        return "ar"
    return language


def _other_script(text: str) -> str:
    import py3langid

    return str(py3langid.classify(text)[0])
