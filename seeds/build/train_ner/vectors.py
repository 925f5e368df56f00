"""Word vectors from the unlabelled news corpus (skip-gram; one thread, a fixed hash: always the same)."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from seeds.build.train_ner.texts import corpus_documents, split_sentences, tokenize
from tasks.entities.tagger_features import word_key

SIZE = 100
MIN_COUNT = 4


class _Sentences:
    """The corpus as lists of spelling keys; can be gone through again for each epoch."""

    def __init__(self, shared: Path) -> None:
        self.cached: list[list[str]] = []
        for document in corpus_documents(shared):
            for line in split_sentences(document):
                keys = [word_key(t) for t in tokenize(line)]
                if len(keys) > 2:
                    self.cached.append(keys)

    def __iter__(self) -> Iterator[list[str]]:
        return iter(self.cached)


def stable_hash(text: object) -> int:
    """A hash that does not change between runs of Python, as gensim wants for its start values."""
    return zlib.crc32(str(text).encode())


def train(sentences: Iterable[list[str]]) -> tuple[list[str], NDArray[np.float32]]:
    """Words, most frequent first, and their vectors, scaled to a root mean square of 0.5."""
    from gensim.models import Word2Vec

    model = Word2Vec(
        sentences, vector_size=SIZE, window=3, min_count=MIN_COUNT, sg=1, negative=8, epochs=5, workers=1, seed=1,
        hashfxn=stable_hash,
    )  # fmt: skip
    vectors = model.wv.vectors.astype(np.float32)
    scale = np.sqrt((vectors**2).mean())
    return list(model.wv.index_to_key), vectors * (0.5 / scale)


def load_or_train(shared: Path, work: Path) -> tuple[list[str], NDArray[np.float32]]:
    """The vectors from the work folder, trained there first when they are missing (about two minutes)."""
    file = work / "vectors.npz"
    if not file.exists():
        words, vectors = train(_Sentences(shared))
        np.savez(file, words=np.array(words), vectors=vectors)
    with np.load(file) as saved:
        return [str(w) for w in saved["words"]], saved["vectors"]
