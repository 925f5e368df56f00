"""Names of people, places and organisations in tokenised Arabic sentences, by small networks run in numpy.

The model file (``seeds/models/ner.npz``, card beside it) holds word vectors, name lists and the weights of one or more
networks, whose scores are averaged;
``seeds/build/train_ner`` makes it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import seeds
from tasks.entities import tagger_dictionary
from tasks.entities import tagger_network as network
from tasks.entities.tagger_features import (
    FLAGS,
    TAGS,
    WORD_CHARS,
    beginnings,
    codes_of,
    flags,
    key_of,
    letters,
    openers,
    phrase_bits,
    stems,
    unpack,
)

_BATCH = 128
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
        self._begun = beginnings(phrases)
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
            entries = _Entries(self, [sentences[i] for i in group])
            for first in range(0, len(group), _BATCH):
                chosen = group[first : first + _BATCH]
                for i, tags in zip(chosen, self._tag_sorted(entries, first, first + len(chosen)), strict=True):
                    tagged[i] = tags
        return tagged

    def _tag_sorted(self, entries: _Entries, first: int, last: int) -> list[list[tuple[str, float]]]:
        """Tags of the sentences first to last (exclusive) of a group, which stand by falling length."""
        listed = entries.rows[first:last]
        lengths = np.array([len(s) for s in listed])
        rows = np.zeros((len(listed[0]), len(listed)), np.int64)
        for column, row in enumerate(listed):
            rows[: len(row), column] = row
        scores = _mean(
            [network.emissions(t, rows, lengths, w) for t, w in zip(entries.tables, self._networks, strict=True)]
        )
        path = network.viterbi(scores, lengths, *self._crf)
        sure = np.take_along_axis(network.marginals(scores, lengths, *self._crf), path[:, :, None], 2)[:, :, 0]
        names = [[TAGS[k] for k in column] for column in path.T.tolist()]
        return [
            list(zip(tags[:n], probabilities[:n], strict=True))
            for tags, probabilities, n in zip(names, sure.T.tolist(), lengths.tolist(), strict=True)
        ]

    def _learn(self, words: Sequence[str]) -> None:
        """Work out the features of word forms not met before; forget all when there are too many."""
        if len(self._known) + len(words) > _CACHED:
            self._known, self._keys, self._openers = {}, [], []
        new = [w for w in words if w not in self._known]
        if not new:
            return
        plain = [letters(w) for w in new]
        keys = [key_of(p) for p in plain]
        table = self._word_features(plain, keys)
        self._keys += keys
        self._openers += [openers(k, self._heads) for k in keys]
        start, end = len(self._known), len(self._known) + len(new)
        if end > self._features.shape[1]:
            grown = np.zeros((table.shape[0], 2 * end, table.shape[2]), np.float16)
            grown[:, :start] = self._features[:, :start]
            self._features = grown
        self._features[:, start:end] = table
        self._known.update({w: start + i for i, w in enumerate(new)})

    def _word_features(self, plain: list[str], keys: list[str]) -> NDArray[np.float32]:
        """Projected vector, letter shapes, flags, stem and unknown marks of each word: (networks, words, size).

        Words are given by their letters and by their keys.
        """
        found = [lookup(k, self._rows) for k in keys]
        codes = np.frombuffer(b"".join(bytes(codes_of(p)) for p in plain), np.uint8).reshape(len(plain), WORD_CHARS)
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
    """What the words of some sentences give to the LSTMs' gates, worked out once a word, not once a token.

    ``rows`` has the row of each token of each sentence in ``tables``, which has a pair (rows, 4 H) of each network: a
    row of each word, then one of each word inside a phrase of the name lists.
    """

    def __init__(self, tagger: Tagger, sentences: Sequence[Sequence[str]]) -> None:
        words = sorted({w for s in sentences for w in s})
        tagger._learn(words)
        self._phrases, self._begun = tagger._phrases, tagger._begun
        at = [tagger._known[w] for w in words]
        self._keys = [tagger._keys[i] for i in at]
        self._openers = [tagger._openers[i] for i in at]
        self._marked: dict[tuple[int, int], int] = {}  # row of a word and bits of its phrase to the row of both
        row = {w: i for i, w in enumerate(words)}
        self.rows = [self._sentence([row[w] for w in s]) for s in sentences]
        seen = tagger._features[:, at].astype(np.float32)
        self.tables = [self._table(f, w) for f, w in zip(seen, tagger._networks, strict=True)]

    def _sentence(self, at: list[int]) -> list[int]:
        """Rows of the tokens of a sentence, from those of its words."""
        starts = [self._openers[i] for i in at]
        if not any(starts):
            return at
        found = phrase_bits([self._keys[i] for i in at], starts, self._phrases, self._begun)
        for place, bits in found.items():
            pair = at[place], bits
            at[place] = self._marked.setdefault(pair, len(self._keys) + len(self._marked))
        return at

    def _table(
        self, seen: NDArray[np.float32], weights: Mapping[str, NDArray[np.float32]]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        words = np.array([i for i, _ in self._marked], np.int64)
        bits = unpack(np.array([b for _, b in self._marked], np.uint16))
        tables = network.entries(seen, weights, len(words))
        for table, direction in zip(tables, ("", "_reverse"), strict=True):
            table[len(seen) :] = table[words] + bits @ weights["lstm.weight_ih_l0" + direction][-len(FLAGS) :]
        return tables


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
