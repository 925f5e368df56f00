"""Lemma vectors from the corpus: analysed once, word2vec, 8-bit."""

from __future__ import annotations

import gzip
import json
import tempfile
from pathlib import Path

import numpy as np
from gensim.models import Word2Vec

from seeds.build.train_events.data import SHARED, document_of
from tasks.events.model import as_bytes
from tasks.events.vectors import vector_key
from tasks.language.analyse import analyse_document
from tasks.language.morphology import Morphology

SIZE, LEAST, MOST = 100, 8, 20_000


def train_vectors(morphology: Morphology, out: Path) -> int:
    """Train on the corpus (about 3 minutes on one core) and write the table; returns the number of words."""
    with tempfile.TemporaryDirectory() as folder:
        lemmas = Path(folder) / "lemmas.txt"
        with (
            lemmas.open("w", encoding="utf-8") as handle,
            gzip.open(SHARED / "corpus" / "antcorpus.jsonl.gz", "rt", encoding="utf-8") as lines,
        ):
            for line in lines:
                for s in analyse_document(document_of(json.loads(line)), morphology).sentences:
                    handle.write(" ".join(k for k in map(vector_key, s.tokens) if k) + "\n")
        model = Word2Vec(
            corpus_file=str(lemmas), vector_size=SIZE, window=5, min_count=LEAST, sg=1, negative=8, epochs=6, workers=1,
            sample=1e-4, seed=1, max_final_vocab=MOST,
        )  # fmt: skip
    write_vectors(list(model.wv.index_to_key), model.wv.vectors, out)
    return len(model.wv)


def write_vectors(words: list[str], vectors: np.typing.NDArray[np.float32], out: Path) -> None:
    """Unit vectors in 8 bits with one factor a row."""
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    scale = np.abs(unit).max(axis=1) / 127
    np.savez_compressed(
        out,
        words=as_bytes(words),
        table=np.round(unit / scale[:, None]).astype(np.int8),
        scale=scale.astype(np.float32),
    )
