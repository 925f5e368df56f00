"""Word vectors of lemmas: small, 8-bit, looked up by lemma and word class."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tasks.events.model import lines_of
from tasks.language.normalize import fold_word
from tasks.language.types import Token

Array = npt.NDArray[np.float32]


def vector_key(token: Token) -> str:
    """What a token is called in the vector table: folded lemma, verbs marked, numbers alike; "" for punctuation."""
    best = token.best
    if best is None:
        return fold_word(token.form.key)
    return _key(best.lemma, best.pos)


@lru_cache(maxsize=200_000)
def _key(lemma: str, pos: str) -> str:
    if pos == "punc":
        return ""
    if pos == "digit":
        return "#"
    return fold_word(lemma) + ("/V" if pos == "verb" else "")


class Vectors:
    """Vectors of unit length, row 0 all zeros for unknown words."""

    def __init__(self, words: list[str], table: Array) -> None:
        self.table = np.vstack([np.zeros((1, table.shape[1]), np.float32), table])
        self.index = {w: i for i, w in enumerate(words, 1)}
        self.size = table.shape[1]

    @classmethod
    def load(cls, path: Path) -> Vectors:
        """From an .npz file with arrays ``words`` (UTF-8, one a line), ``table`` (int8) and ``scale`` (a row's factor)."""
        with np.load(path, allow_pickle=False) as data:
            words = lines_of(data["words"])
            return cls(words, data["table"].astype(np.float32) * data["scale"].astype(np.float32)[:, None])

    def rows(self, tokens: Sequence[Token]) -> list[int]:
        """Rows of some tokens' lemmas, 0 when unknown."""
        get = self.index.get
        return [get(vector_key(t), 0) for t in tokens]
