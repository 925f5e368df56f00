"""What the Buckwalter dictionary says of a word: a proper name, a nationality, an ordinary word, or nothing.

A word that no dictionary knows is often a foreign name. The dictionary (GPL-2) is read where pip put it and only looked
up in: it is no part of a model file.
"""

from __future__ import annotations

from functools import cache

from tasks.entities.tagger_features import FLAGS, word_key
from tasks.language.buckwalter import dictionary_folder

_LETTERS = str.maketrans(
    "'|>O&W<I}AbptvjHxd*rzs$SDTZEgfqklmnhwYyPJVG{",
    "ءاااؤؤاائابهتثجحخدذرزسشصضطظعغفقكلمنهويىپچڤگا".replace("ى", "ي"),
)
_PROPER, _NATIONAL, _COMMON = (1 << FLAGS.index(f) for f in ("proper", "national", "common"))
_PREFIXES = {"", *"و ف ب ل ك ال وال فال بال كال لل ولل وب ول ي ت ن سي ست وي وت لي لت".split()}  # noqa: SIM905
_SUFFIXES = {"", *"ه ها هم نا ي ات ون ين ان ا وا ت يه يا ته تها هما اته اتها يين يون ك ني تين تان".split()}  # noqa: SIM905
_LONGEST_PREFIX, _LONGEST_SUFFIX = (max(map(len, affixes)) for affixes in (_PREFIXES, _SUFFIXES))
_SHORTEST = 3


@cache
def load() -> dict[str, int]:
    """Spelling key of each stem to its bits: proper, national, common (about 45,000 stems, a quarter of a second)."""
    table: dict[str, int] = {}
    for line in (dictionary_folder() / "dictStems").read_text("latin-1").split("\n"):
        cells = line.split("\t")
        if len(cells) == 4 and not line.startswith(";"):
            key = word_key(cells[0].translate(_LETTERS))
            table[key] = table.get(key, 0) | _kind(cells[2], cells[3])
    return table


def _kind(category: str, gloss: str) -> int:
    if not gloss[:1].isupper():
        return _COMMON
    return _PROPER if category == "Nprop" or category.startswith(("N0", "FW")) else _NATIONAL


def flags(key: str, table: dict[str, int]) -> int:
    """Bits of the stems that are left of a word when a usual prefix, a usual suffix or both are off."""
    bits = table.get(key, 0)
    size = len(key)
    ends = [size - n for n in range(min(_LONGEST_SUFFIX, size - _SHORTEST) + 1) if key[size - n :] in _SUFFIXES]
    for begin in range(_LONGEST_PREFIX + 1):
        if key[:begin] in _PREFIXES:
            for end in ends:
                if end - begin >= _SHORTEST:
                    bits |= table.get(key[begin:end], 0)
    return bits
