"""Light models over named features: numpy only, weights from one .npz file.

A model adds up a row of weights for each feature that is present and, where it was trained so, a dense vector; then
either that sum is the score of each class, or a hidden layer stands between (``relu``). Scores become probabilities by
softmax at a temperature fitted on held-out documents, so that they can be read as confidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
DIGITS = 4  # of a ranker's scores: options tie, weights being 8-bit, and rounding must not choose between them

_TOGETHER = 32  # feature lists


@dataclass(slots=True)
class Model:
    """Weights of one decision. Shapes: F features, H width (classes if no hidden layer), D dense size, C classes."""

    classes: tuple[str, ...]
    index: dict[str, int]  # feature name → row
    sparse: Array  # F × H
    bias: Array  # H
    dense: Array  # D × H, D 0 without dense input
    out: Array  # H × C, empty without a hidden layer
    out_bias: Array  # C
    temperature: float
    _weights: dict[str, float] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def load(cls, data: dict[str, npt.NDArray[np.generic]], name: str) -> Model:
        """The model called `name` in an opened .npz file.

        Raises:
            KeyError: when the file has no such model.
        """
        scale = data[f"{name}.scale"].astype(np.float32)
        return cls(
            classes=tuple(lines_of(data[f"{name}.classes"])),
            index=load_names(data[f"{name}.features"]),
            sparse=data[f"{name}.sparse"].astype(np.float32) * scale,
            bias=data[f"{name}.bias"].astype(np.float32),
            dense=data[f"{name}.dense"].astype(np.float32),
            out=data[f"{name}.out"].astype(np.float32),
            out_bias=data[f"{name}.out_bias"].astype(np.float32),
            temperature=float(data[f"{name}.temperature"][0]),
        )

    def scores(self, rows: Sequence[Sequence[str]], dense: Array | None = None) -> Array:
        """Scores (n × C) of n feature lists, before softmax. Unknown features count nothing."""
        if not rows:
            return np.zeros((0, len(self.classes)), np.float32)
        if self.sparse.shape[1] == 1 and not self.dense.size and not self.out.size:
            return self._ranked(rows)
        hidden = added(self.index, self.sparse, rows) + self.bias
        if dense is not None and self.dense.size:
            hidden = hidden + dense @ self.dense
        return self.finish(hidden)

    def finish(self, hidden: Array) -> Array:
        """Scores (n × C) from what features and dense vector add up to (n × H)."""
        if self.out.size:
            return np.asarray(np.maximum(hidden, 0) @ self.out + self.out_bias, np.float32)
        return np.asarray(hidden, np.float32)

    def _ranked(self, rows: Sequence[Sequence[str]]) -> Array:
        """Scores of a model with one column: a few options at a time, for which a sum of numbers beats arrays."""
        if not self._weights:
            self._weights = dict(zip(self.index, self.sparse[list(self.index.values()), 0].tolist(), strict=True))
        get, bias = self._weights.get, float(self.bias[0])
        return np.array([[round(sum([get(f, 0.0) for f in row]) + bias, DIGITS)] for row in rows], np.float32)

    def probabilities(self, rows: Sequence[Sequence[str]], dense: Array | None = None) -> Array:
        """Calibrated probabilities (n × C)."""
        return softmax(self.scores(rows, dense) / self.temperature)

    def reasons(self, row: Sequence[str], column: int, most: int = 4) -> list[tuple[str, float]]:
        """The features that pushed one class most, with their weight against the mean class (first order)."""
        weights = []
        for f in row:
            k = self.index.get(f)
            if k is None:
                continue
            effect = self.sparse[k] @ self.out if self.out.size else self.sparse[k]
            weights.append((f, float(effect[column] - effect.mean())))
        return sorted(weights, key=lambda x: -x[1])[:most]


class Stack:
    """Models over the same feature names, scored in one pass: their tables stand side by side, each name is looked up once."""

    def __init__(self, models: Sequence[Model]) -> None:
        self.models = tuple(models)
        names = dict.fromkeys(name for m in models for name in sorted(m.index, key=lambda f: m.index[f]))
        self.index = {name: i for i, name in enumerate(names)}  # the first model's rows keep their numbers, 0 is zeros
        self.edges = np.cumsum([m.sparse.shape[1] for m in models])
        self.table = np.zeros((len(self.index), int(self.edges[-1])), np.float32)
        for m, end in zip(models, self.edges, strict=True):
            self.table[[self.index[name] for name in m.index], end - m.sparse.shape[1] : end] = m.sparse[
                list(m.index.values())
            ]

    def share(self) -> None:
        """Let the models read this table instead of their own copies (in place): half the memory, the same scores."""
        for m, end in zip(self.models, self.edges, strict=True):
            begin = int(end) - m.sparse.shape[1]
            m.index, m.sparse = self.index, self.table[:, begin : int(end)]

    def scores(self, rows: Sequence[Sequence[str]], dense: Array) -> list[Array]:
        """Scores (n × C) of every model, as `Model.scores`."""
        parts = np.split(added(self.index, self.table, rows), self.edges[:-1], axis=1)
        return [
            m.finish(hidden + m.bias + dense @ m.dense if m.dense.size else hidden + m.bias)
            for m, hidden in zip(self.models, parts, strict=True)
        ]


def added(index: dict[str, int], table: Array, rows: Sequence[Sequence[str]]) -> Array:
    """For each of n feature lists, n > 0, the sum of the table's rows of its features (n × H)."""
    get = index.get
    ids: list[int] = []
    starts: list[int] = []
    for row in rows:
        starts.append(len(ids))
        ids += [k for k in map(get, row) if k is not None]
        if len(ids) == starts[-1]:
            ids.append(0)  # row 0 is a feature of zeros: keeps reduceat from reading the next row's
    out = np.empty((len(rows), table.shape[1]), np.float32)
    starts.append(len(ids))
    taken = np.array(ids)
    for first in range(0, len(rows), _TOGETHER):  # as much as a processor's cache holds
        edges = starts[first : first + _TOGETHER + 1]
        picked = table.take(taken[edges[0] : edges[-1]], axis=0)
        np.add.reduceat(picked, np.array(edges[:-1]) - edges[0], axis=0, out=out[first : first + _TOGETHER])
    return out


def shares(scores: Array) -> Array:
    """As `softmax` of one row (n)."""
    shifted = np.exp(scores - scores.max())
    return np.asarray(shifted / shifted.sum(), np.float32)


def softmax(scores: Array) -> Array:
    """Rows to probabilities."""
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), np.float32)


def as_bytes(lines: Iterable[str]) -> npt.NDArray[np.uint8]:
    """Lines of text as an array of bytes, which loads without pickle."""
    return np.frombuffer("\n".join(lines).encode("utf-8"), np.uint8)


def lines_of(data: npt.NDArray[np.generic]) -> list[str]:
    """The lines that `as_bytes` wrote."""
    return bytes(data).decode("utf-8").split("\n")


def pack_names(index: dict[str, int]) -> npt.NDArray[np.uint8]:
    """Names in the order of their rows, one a line."""
    return as_bytes(sorted(index, key=lambda f: index[f]))


def load_names(data: npt.NDArray[np.generic]) -> dict[str, int]:
    """Name → row from `pack_names`."""
    return {f: i for i, f in enumerate(lines_of(data))}


def open_file(path: Path) -> dict[str, npt.NDArray[np.generic]]:
    """All arrays of an .npz file."""
    with np.load(path, allow_pickle=False) as data:
        return {k: data[k] for k in data.files}
