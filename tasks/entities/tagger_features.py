"""What the name tagger sees of a word: its spelling key, characters, clitic-stripped stems and name-list flags.

Training (``seeds/build/train_ner``) and run time share this module, so that both see the same thing. A model file is
only valid with the spelling rules it was trained with: change `word_key` or `characters` and retrain.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

TAGS = ("O", "B-PERS", "I-PERS", "B-LOC", "I-LOC", "B-ORG", "I-ORG")
FLAGS = (
    *("country", "region", "city", "town", "person", "given", "full", "organization"),  # from name lists
    *("proper", "national", "common"),  # from the dictionary, see tagger_dictionary; nationalities from our list too
)  # bit n of a word's or phrase's marks
ALPHABET = "ءابتةثجحخدذرزسشصضطظعغفقكلمنهويؤئڤگپچ0aA.,()-،:؛؟!%/'\"«»"
PAD, OTHER, START, END = 0, 1, 2, 3  # character codes below those of ALPHABET
WORD_CHARS = 14  # characters kept of a word, with start and end marks
LONGEST_NAME = 4  # words in the longest name-list phrase looked for

_MARKS = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u0640\u200c-\u200f\u202a-\u202e\u2066-\u2069]")
_DIGIT = re.compile(r"\d")
_LOWER = re.compile("[b-z]")
_ZEROS = re.compile("0+")
_UPPER = re.compile("[B-Z]")
_SPELLING = str.maketrans("أإآٱىیک", "ااااييك")
_CLITICS = tuple("و ف ب ل ك وب ول وك فب فل ال وال بال فال كال لل ولل وبال".split())  # noqa: SIM905
_CLITICS_BY_LETTER = {c: tuple(k for k in _CLITICS if k[0] == c) for c in {k[0] for k in _CLITICS}}
_CODES = {c: i + 4 for i, c in enumerate(ALPHABET)}
_CODES |= {c: _CODES["a" if c.islower() else "A"] for c in string.ascii_letters}


def letters(word: str) -> str:
    """The word without diacritics, tatweel and direction marks, alif and final yaa folded, digits as 0."""
    return _DIGIT.sub("0", _MARKS.sub("", word).translate(_SPELLING))


def word_key(word: str) -> str:
    """The key of a word in the model's vocabulary: `letters` with ه for ة and runs of digits as one 0."""
    return key_of(letters(word))


def key_of(plain: str) -> str:
    """As `word_key`, of what `letters` gives."""
    return _ZEROS.sub("0", plain.replace("ة", "ه"))


def stems(key: str) -> list[str]:
    """The key itself, then what is left after each clitic or article that it may start with (three letters or more)."""
    possible = _CLITICS_BY_LETTER.get(key[:1], ())
    return [key, *[key[len(c) :] for c in possible if key.startswith(c) and len(key) - len(c) >= 3]]


def characters(word: str) -> list[int]:
    """Codes of a word's letters between a start and an end mark, padded to `WORD_CHARS`."""
    return codes_of(letters(word))


def codes_of(plain: str) -> list[int]:
    """As `characters`, of what `letters` gives."""
    codes = [START, *[_CODES.get(c, OTHER) for c in plain[: WORD_CHARS - 2]], END]
    return codes + [PAD] * (WORD_CHARS - len(codes))


def flags(key: str, names: Mapping[str, int]) -> int:
    """Bit set of the name lists that hold the word or one of its stems."""
    bits = 0
    for stem in stems(key):
        bits |= names.get(stem, 0)
    return bits


def openers(key: str, heads: frozenset[str]) -> tuple[str, ...]:
    """The word or its stems, as far as a name-list phrase starts with them; ``heads`` are the phrases' first words."""
    return tuple(stem for stem in stems(key) if stem in heads)


def phrase_flags(
    keys: Sequence[str], starts: Sequence[tuple[str, ...]], phrases: Mapping[str, int], begun: Mapping[str, int]
) -> NDArray[np.uint16]:
    """Bit set for each word of the longest name-list phrase of two or more words that covers it.

    Args:
        keys: spelling keys of a sentence.
        starts: `openers` of each word.
        phrases: phrase (keys joined by a space) to bit set.
        begun: `beginnings` of the phrases.
    """
    found = np.zeros(len(keys), np.uint16)
    for place, bits in phrase_bits(keys, starts, phrases, begun).items():
        found[place] = bits
    return found


def beginnings(phrases: Iterable[str]) -> dict[str, int]:
    """The first two words of each phrase to the number of words of the longest phrase that begins with them."""
    longest: dict[str, int] = {}
    for phrase in phrases:
        words = phrase.split(" ")
        pair = " ".join(words[:2])
        longest[pair] = max(longest.get(pair, 0), min(len(words), LONGEST_NAME))
    return longest


def phrase_bits(
    keys: Sequence[str], starts: Sequence[tuple[str, ...]], phrases: Mapping[str, int], begun: Mapping[str, int]
) -> dict[int, int]:
    """As `phrase_flags`: place to bit set, of words inside phrases alone."""
    found: dict[int, int] = {}
    for i, stems_here in enumerate(starts[:-1]):
        for stem in stems_here:
            longest = begun.get(f"{stem} {keys[i + 1]}", 0)
            for n in range(min(longest, len(keys) - i), 1, -1):
                bits = phrases.get(" ".join((stem, *keys[i + 1 : i + n])))
                if bits:
                    found |= {j: found.get(j, 0) | bits for j in range(i, i + n)}
                    break
    return found


def unpack(bits: NDArray[np.uint16]) -> NDArray[np.float32]:
    """Bit sets (any shape) to one float of 0 or 1 for each of `FLAGS` in a new last axis."""
    return ((bits[..., None] >> np.arange(len(FLAGS), dtype=np.uint16)) & 1).astype(np.float32)
