"""Names of people, places and organisations in tokenised Arabic sentences, by small networks run in numpy.

The model file (``seeds/models/ner.npz``, card beside it) holds word vectors, name lists and the weights of one or more
networks, whose scores are averaged;
``seeds/build/train_ner`` makes it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import seeds
from tasks.entities import tagger_dictionary
from tasks.entities import tagger_network as network
from tasks.entities.tagger_features import (
    FLAGS,
    TAGS,
    characters,
    flags,
    openers,
    phrase_flags,
    stems,
    unpack,
    word_key,
)

_BATCH = 128  # sentences run together
_GROUP = 16  # batches whose words enter the network together, each word once: three words of four are repeated
_CACHED = 60_000  # word forms whose features are kept

FORMAT = 2


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
        self._networks = _networks(arrays)
        average = {k: _mean([n[k] for n in self._networks]) for k in ("transitions", "first", "last")}
        self._crf = (*network.allowed(average), average["last"])
        self._dictionary = tagger_dictionary.load()
        self._known: dict[str, int] = {}
        self._keys: list[str] = []
        self._openers: list[tuple[str, ...]] = []
        width = len(self._networks[0]["project.bias"]) + len(self._networks[0]["conv.bias"]) + len(FLAGS) + 2
        self._features = np.zeros((len(self._networks), 0, width), np.float16)

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
        for start in range(0, len(order), _BATCH * _GROUP):
            group = order[start : start + _BATCH * _GROUP]
            entries = _Entries(self, {w for i in group for w in sentences[i]})
            for first in range(0, len(group), _BATCH):
                chosen = group[first : first + _BATCH]
                for i, tags in zip(chosen, self._tag_sorted([sentences[i] for i in chosen], entries), strict=True):
                    tagged[i] = tags
        return tagged

    def _tag_sorted(self, sentences: list[Sequence[str]], entries: _Entries) -> list[list[tuple[str, float]]]:
        lengths = np.array([len(s) for s in sentences])
        gates = entries.gates(sentences, lengths)
        scores = _mean([network.emissions(g, lengths, w) for g, w in zip(gates, self._networks, strict=True)])
        path = network.viterbi(scores, lengths, *self._crf)
        sure = np.take_along_axis(network.marginals(scores, lengths, *self._crf), path[:, :, None], 2)[:, :, 0]
        names = [[TAGS[k] for k in column] for column in path.T.tolist()]
        return [
            list(zip(tags[:n], probabilities[:n], strict=True))
            for tags, probabilities, n in zip(names, sure.T.tolist(), lengths.tolist(), strict=True)
        ]

    def _learn(self, words: set[str]) -> None:
        """Work out the features of word forms not met before; forget all when there are too many."""
        if len(self._known) + len(words) > _CACHED:
            self._known, self._keys, self._openers = {}, [], []
        new = sorted(words - self._known.keys())
        if not new:
            return
        keys = [word_key(w) for w in new]
        table = self._word_features(new, keys)
        self._keys += keys
        self._openers += [openers(k, self._heads) for k in keys]
        start, end = len(self._known), len(self._known) + len(new)
        if end > self._features.shape[1]:
            grown = np.zeros((table.shape[0], 2 * end, table.shape[2]), np.float16)
            grown[:, :start] = self._features[:, :start]
            self._features = grown
        self._features[:, start:end] = table
        self._known.update({w: start + i for i, w in enumerate(new)})

    def _word_features(self, words: list[str], keys: list[str]) -> NDArray[np.float32]:
        """Projected vector, letter shapes, flags, stem and unknown marks of each word: (networks, words, size)."""
        found = [lookup(k, self._rows) for k in keys]
        codes = np.array([characters(w) for w in words])
        bits = [flags(k, self._names) | tagger_dictionary.flags(k, self._dictionary) for k in keys]
        shared = [unpack(np.array(bits, np.uint16)), np.array([(stem, row == 1) for row, stem in found], np.float32)]
        rows = np.array([row for row, _ in found])
        known = np.maximum(rows - 2, 0)
        vectors = self._vectors[known].astype(np.float32) * self._scales[known, None]
        tables = []
        for weights in self._networks:
            vectors[rows == 1] = weights["unknown"]
            projected = vectors @ weights["project.weight"].T + weights["project.bias"]
            tables.append(np.concatenate([projected, network.letter_shapes(codes, weights), *shared], 1))
        return np.stack(tables)


class _Entries:
    """What the words of some sentences give to the LSTMs' gates, worked out once a word, not once a token."""

    def __init__(self, tagger: Tagger, words: set[str]) -> None:
        tagger._learn(words)
        self._tagger = tagger
        self._row = {w: i for i, w in enumerate(sorted(words))}
        self._at = [tagger._known[w] for w in self._row]
        features = np.zeros(
            (*tagger._features[:, self._at].shape[:2], tagger._features.shape[2] + len(FLAGS)), np.float32
        )
        features[:, :, : -len(FLAGS)] = tagger._features[:, self._at]
        self._tables = [network.entries(f, w) for f, w in zip(features, tagger._networks, strict=True)]

    def gates(
        self, sentences: list[Sequence[str]], lengths: NDArray[np.int64]
    ) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """Of each network and direction: (T, N, 4 H); what lies behind a sentence's end means nothing."""
        rows = np.zeros((int(lengths[0]), len(sentences)), np.int64)
        bits = np.zeros(rows.shape, np.uint16)
        tagger = self._tagger
        for column, words in enumerate(sentences):
            at = [self._row[w] for w in words]
            rows[: len(at), column] = at
            starts = [tagger._openers[self._at[i]] for i in at]
            if any(starts):
                keys = [tagger._keys[self._at[i]] for i in at]
                bits[: len(at), column] = phrase_flags(keys, starts, tagger._phrases)
        inside = bits.nonzero()
        listed = unpack(bits[inside])
        gates = []
        for tables, weights in zip(self._tables, tagger._networks, strict=True):
            forward, backward = (table[rows] for table in tables)
            forward[inside] += listed @ weights["lstm.weight_ih_l0"][-len(FLAGS) :]
            backward[inside] += listed @ weights["lstm.weight_ih_l0_reverse"][-len(FLAGS) :]
            gates.append((forward, backward))
        return gates


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


def _networks(arrays: dict[str, NDArray[np.generic]]) -> list[dict[str, NDArray[np.float32]]]:
    """The weights of each network: arrays are named by its number, a slash and what they are."""
    networks: dict[str, dict[str, NDArray[np.float32]]] = {}
    for name, values in arrays.items():
        number, _, part = name.partition("/")
        networks.setdefault(number, {})[part] = values.astype(np.float32)
    return [network.prepared(networks[number]) for number in sorted(networks)]


def _mean(arrays: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    average: NDArray[np.float32] = sum(arrays[1:], arrays[0]) / np.float32(len(arrays))
    return average
