"""Names of people, places and organisations in tokenised Arabic sentences, by a small network run in numpy.

The model file (``seeds/models/ner.npz``, card beside it) holds word vectors, name lists and weights;
``seeds/build/train_ner`` makes it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import seeds
from tasks.entities import tagger_network as network
from tasks.entities.tagger_features import FLAGS, TAGS, characters, flags, phrase_flags, stems, unpack, word_key

_BATCH = 128  # sentences run together
_CACHED = 100_000  # word forms whose features are kept

FORMAT = 1


class ModelError(ValueError):
    """The model file is missing, broken or of another format."""


class Tagger:
    """A loaded model: make one with `Tagger.load`, call `tag` often, from one thread at a time."""

    def __init__(self, arrays: dict[str, NDArray[np.generic]]) -> None:
        self.meta: dict[str, object] = json.loads(bytes(arrays.pop("meta")).decode())
        self._rows = {w: i + 2 for i, w in enumerate(_strings(arrays.pop("words")))}
        self._names = dict(zip(_strings(arrays.pop("names")), arrays.pop("name_flags").tolist(), strict=True))
        phrases = _strings(arrays.pop("phrases"))
        self._phrases: dict[str, int] = dict(zip(phrases, arrays.pop("phrase_flags").tolist(), strict=True))
        self._heads = frozenset(p.split(" ", 1)[0] for p in phrases)
        self._vectors, self._scales = arrays.pop("vectors"), arrays.pop("vector_scales").astype(np.float32)
        self._weights = {k: v.astype(np.float32) for k, v in arrays.items()}
        self._transitions, self._first = network.allowed(self._weights)
        self._known: dict[str, int] = {}
        width = len(self._weights["project.bias"]) + len(self._weights["conv.bias"]) + len(FLAGS) + 2
        self._features = np.zeros((0, width), np.float32)

    @classmethod
    def load(cls, path: Path | None = None) -> Tagger:
        """The tagger in a model file; without a path, the one that ships with the project.

        Raises:
            ModelError: when the file is missing, is no model or was written in another format.
        """
        file = path or seeds.path("models/ner.npz")
        try:
            with np.load(file, allow_pickle=False) as saved:
                arrays = {k: saved[k] for k in saved.files}
            found = json.loads(bytes(arrays["meta"]).decode())["format"]
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(f"{file}: no name tagger's model ({error})") from error
        if found != FORMAT:
            raise ModelError(f"{file}: model of format {found}, this version reads {FORMAT}; run make train-ner")
        return cls(arrays)

    def tag(self, sentences: Sequence[Sequence[str]]) -> list[list[tuple[str, float]]]:
        """BIO tag (``O``, ``B-PERS``, ``I-LOC``, ``B-ORG``, …) and its probability (0 to 1) for every token.

        A tag covers the whole word, clitics too (``والرياض``); cutting them off is for the caller. The tags of a
        sentence do not depend on the other sentences of the batch.
        """
        order = sorted((i for i, s in enumerate(sentences) if len(s)), key=lambda i: -len(sentences[i]))
        tagged: list[list[tuple[str, float]]] = [[] for _ in sentences]
        for start in range(0, len(order), _BATCH):
            chosen = order[start : start + _BATCH]
            for i, tags in zip(chosen, self._tag_sorted([sentences[i] for i in chosen]), strict=True):
                tagged[i] = tags
        return tagged

    def _tag_sorted(self, sentences: list[Sequence[str]]) -> list[list[tuple[str, float]]]:
        lengths = np.array([len(s) for s in sentences])
        scores = network.emissions(self._inputs(sentences, lengths), lengths, self._weights)
        crf = (lengths, self._transitions, self._first, self._weights["last"])
        path = network.viterbi(scores, *crf)
        sure = np.take_along_axis(network.marginals(scores, *crf), path[:, :, None], 2)[:, :, 0]
        names = [[TAGS[k] for k in column] for column in path.T.tolist()]
        return [
            list(zip(tags[:n], probabilities[:n], strict=True))
            for tags, probabilities, n in zip(names, sure.T.tolist(), lengths.tolist(), strict=True)
        ]

    def _inputs(self, sentences: list[Sequence[str]], lengths: NDArray[np.int64]) -> NDArray[np.float32]:
        """What the LSTM reads: (T, N, size), zero behind a sentence's end."""
        self._learn({w for s in sentences for w in s})
        known = self._known
        extra = len(FLAGS)
        seen = np.zeros((int(lengths[0]), len(sentences), self._features.shape[1] + extra), np.float32)
        for column, words in enumerate(sentences):
            seen[: len(words), column, :-extra] = self._features[[known[w] for w in words]]
            bits = phrase_flags([word_key(w) for w in words], self._phrases, self._heads)
            if bits.any():
                seen[: len(words), column, -extra:] = unpack(bits)
        return seen

    def _learn(self, words: set[str]) -> None:
        """Work out the features of word forms not met before; forget all when there are too many."""
        if len(self._known) + len(words) > _CACHED:
            self._known = {}
        new = sorted(words - self._known.keys())
        if not new:
            return
        table = self._word_features(new)
        start, end = len(self._known), len(self._known) + len(new)
        if end > len(self._features):
            grown = np.zeros((2 * end, table.shape[1]), np.float32)
            grown[:start] = self._features[:start]
            self._features = grown
        self._features[start:end] = table
        self._known.update({w: start + i for i, w in enumerate(new)})

    def _word_features(self, words: list[str]) -> NDArray[np.float32]:
        """Projected vector, letter shapes, flags, stem and unknown marks of each word: (words, size)."""
        weights = self._weights
        keys = [word_key(w) for w in words]
        found = [lookup(k, self._rows) for k in keys]
        rows = np.array([r for r, _ in found])
        vectors = self._vectors[np.maximum(rows - 2, 0)].astype(np.float32)
        vectors *= self._scales[np.maximum(rows - 2, 0), None]
        vectors[rows == 1] = weights["unknown"]
        projected = vectors @ weights["project.weight"].T + weights["project.bias"]
        shapes = network.letter_shapes(np.array([characters(w) for w in words]), weights)
        listed = unpack(np.array([flags(k, self._names) for k in keys], np.uint8))
        marks = np.array([(stem, row == 1) for row, stem in found], np.float32)
        return np.concatenate([projected, shapes, listed, marks], 1)


def lookup(key: str, rows: dict[str, int]) -> tuple[int, bool]:
    """Row of a word's vector and whether it is that of a stem; row 1 when neither word nor stem is known."""
    row = rows.get(key)
    if row is not None:
        return row, False
    for stem in stems(key)[1:]:
        row = rows.get(stem)
        if row is not None:
            return row, True
    return 1, False


def _strings(packed: NDArray[np.generic]) -> list[str]:
    text = bytes(packed).decode()
    return text.split("\n") if text else []
