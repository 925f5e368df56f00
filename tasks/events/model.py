"""Light models over named features: numpy only, weights from one .npz file.

A model adds up a row of weights for each feature that is present and, where it was trained so, a dense vector; then
either that sum is the score of each class, or a hidden layer stands between (``relu``). Scores become probabilities by
softmax at a temperature fitted on held-out documents, so that they can be read as confidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]


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

    @classmethod
    def load(cls, data: dict[str, npt.NDArray[np.generic]], name: str) -> Model:
        """The model called `name` in an opened .npz file.

        Raises:
            KeyError: when the file has no such model.
        """
        names = bytes(data[f"{name}.features"]).decode("utf-8").split("\n")
        scale = data[f"{name}.scale"].astype(np.float32)
        return cls(
            classes=tuple(bytes(data[f"{name}.classes"]).decode("utf-8").split("\n")),
            index={f: i for i, f in enumerate(names)},
            sparse=data[f"{name}.sparse"].astype(np.float32) * scale,
            bias=data[f"{name}.bias"].astype(np.float32),
            dense=data[f"{name}.dense"].astype(np.float32),
            out=data[f"{name}.out"].astype(np.float32),
            out_bias=data[f"{name}.out_bias"].astype(np.float32),
            temperature=float(data[f"{name}.temperature"][0]),
        )

    def scores(self, rows: Sequence[Sequence[str]], dense: Array | None = None) -> Array:
        """Scores (n × C) of n feature lists, before softmax. Unknown features count nothing."""
        get = self.index.get
        ids: list[int] = []
        starts: list[int] = []
        for row in rows:
            starts.append(len(ids))
            ids.extend(k for f in row if (k := get(f)) is not None)
            if len(ids) == starts[-1]:
                ids.append(0)  # row 0 is a feature of zeros: keeps reduceat from reading the next row's
        if not rows:
            return np.zeros((0, len(self.classes)), np.float32)
        hidden = np.add.reduceat(self.sparse[ids], starts, axis=0) + self.bias
        if dense is not None and self.dense.size:
            hidden = hidden + dense @ self.dense
        if self.out.size:
            return np.asarray(np.maximum(hidden, 0) @ self.out + self.out_bias, np.float32)
        return np.asarray(hidden, np.float32)

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


def softmax(scores: Array) -> Array:
    """Rows to probabilities."""
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), np.float32)


def open_file(path: Path) -> dict[str, npt.NDArray[np.generic]]:
    """All arrays of an .npz file."""
    with np.load(path, allow_pickle=False) as data:
        return {k: data[k] for k in data.files}
