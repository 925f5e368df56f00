"""Fitting a `tasks.events.model.Model` with PyTorch: sparse named features, a dense vector, optionally one hidden layer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch

from tasks.events.model import Model

Array = npt.NDArray[np.float32]


def vocabulary(rows: Sequence[Sequence[str]], least: int) -> dict[str, int]:
    """Features seen in at least `least` rows; row 0 is kept free for nothing."""
    counts = Counter(f for row in rows for f in set(row))
    kept = sorted(f for f, c in counts.items() if c >= least)
    return {"": 0, **{f: i for i, f in enumerate(kept, 1)}}


Ids = npt.NDArray[np.int64] | npt.NDArray[np.int32]


def packed(rows: Sequence[Sequence[str]], index: dict[str, int]) -> list[Ids]:
    """Feature numbers of each row; a row without a known feature has feature 0."""
    return [np.array([k for f in row if (k := index.get(f)) is not None] or [0]) for row in rows]


class _Net(torch.nn.Module):  # type: ignore[misc]
    def __init__(self, features: int, size: int, width: int, classes: int, dropout: float) -> None:
        super().__init__()
        self.bag = torch.nn.EmbeddingBag(features, width or classes, mode="sum", sparse=True)
        torch.nn.init.normal_(self.bag.weight, std=0.02)
        self.dense = torch.nn.Linear(size, width or classes) if size else None
        self.bias = torch.nn.Parameter(torch.zeros(width or classes))
        self.drop = torch.nn.Dropout(dropout)
        self.out = torch.nn.Linear(width, classes) if width else None

    def forward(self, ids: torch.Tensor, offsets: torch.Tensor, dense: torch.Tensor | None) -> torch.Tensor:
        hidden = self.bag(ids, offsets) + self.bias
        if self.dense is not None and dense is not None:
            hidden = hidden + self.dense(dense)
        return self.out(self.drop(torch.relu(hidden))) if self.out is not None else hidden


def fit(
    rows: Sequence[Sequence[str]], labels: Sequence[str], classes: Sequence[str], dense: Array | None = None,
    weights: Sequence[float] | None = None, width: int = 64, epochs: int = 12, least: int = 2, rate: float = 3e-3,
    decay: float = 1e-3, dropout: float = 0.4, drop_features: float = 0.2, seed: int = 0, batch: int = 256,
) -> Model:  # fmt: skip
    """A model trained on labelled feature rows.

    Args:
        rows: n feature lists.
        labels: n class names; ``!NAME`` says only that the row is not of that class.
        classes: all class names, in the order of the model's columns.
        dense: n × D, or None.
        weights: n example weights, 1 if None.
        width: hidden units, 0 for a linear model.
        epochs: passes over the data.
        least: rows a feature must be seen in.
        rate: learning rate, falling to zero.
        decay: weight decay.
        dropout: share of hidden units left out while training.
        drop_features: share of the features of a row left out while training.
        seed: of initial weights and order.
        batch: rows a step.
    """
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    rng = np.random.default_rng(seed)
    index = vocabulary(rows, least)
    numbers = packed(rows, index)
    column = {c: i for i, c in enumerate(classes)}
    y = torch.tensor([column[x.removeprefix("!")] for x in labels])
    denied = torch.tensor([x.startswith("!") for x in labels])
    w = torch.tensor(weights if weights is not None else np.ones(len(rows)), dtype=torch.float32)
    x = torch.tensor(dense) if dense is not None else None
    net = _Net(len(index), 0 if x is None else x.shape[1], width, len(classes), dropout)
    # Only the rows of features that a batch has are touched: twenty times faster than a dense step over the whole table.
    rest = [p for name, p in net.named_parameters() if name != "bag.weight"]
    steppers = [torch.optim.SparseAdam([net.bag.weight], lr=rate), torch.optim.AdamW(rest, lr=rate, weight_decay=decay)]
    steps = epochs * ((len(rows) + batch - 1) // batch)
    schedules = [torch.optim.lr_scheduler.LambdaLR(o, lambda s: max(0.02, 1 - s / steps)) for o in steppers]
    for _ in range(epochs):
        order = rng.permutation(len(rows))
        for start in range(0, len(rows), batch):
            part = order[start : start + batch]
            ids, offsets = bags([numbers[i] for i in part], rng, drop_features)
            net.train()
            scores = net(ids, offsets, None if x is None else x[part])
            loss = (losses(scores, y[part], denied[part]) * w[part]).sum() / w[part].sum()
            for stepper in steppers:
                stepper.zero_grad()
            loss.backward()
            for stepper, schedule in zip(steppers, schedules, strict=True):
                stepper.step()
                schedule.step()
    return _export(net, index, tuple(classes))


def losses(scores: torch.Tensor, y: torch.Tensor, denied: torch.Tensor) -> torch.Tensor:
    """Minus the log of the label's share; of one minus it where the label is denied."""
    log = torch.log_softmax(scores, 1).gather(1, y[:, None])[:, 0]
    return -torch.where(denied, torch.log1p(-log.exp().clamp(max=0.9999)), log)


def bags(rows: Sequence[Ids], rng: np.random.Generator, drop: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Rows as torch wants them for an EmbeddingBag, a share of the features left out at random."""
    flat = np.concatenate(rows)
    owner = np.repeat(np.arange(len(rows)), [len(r) for r in rows])
    if drop:
        keep = rng.random(len(flat)) >= drop
        flat, owner = flat[keep], owner[keep]
    return torch.from_numpy(flat), torch.from_numpy(np.searchsorted(owner, np.arange(len(rows))))


def array(t: torch.Tensor) -> Array:
    """A tensor as a numpy array of its own."""
    return np.asarray(t.detach().numpy(), np.float32).copy()


def table(bag: torch.nn.EmbeddingBag) -> Array:
    """A bag's rows, row 0 zeros."""
    weights = array(bag.weight)
    weights[0] = 0
    return weights


def one_column(bag: torch.nn.EmbeddingBag, index: dict[str, int]) -> Model:
    """A model that adds up one weight for each feature."""
    zero = np.zeros(1, np.float32)
    return Model(
        ("score",), index, table(bag), zero, np.zeros((0, 1), np.float32), np.zeros((0, 0), np.float32), zero, 1.0
    )


def _export(net: _Net, index: dict[str, int], classes: tuple[str, ...]) -> Model:
    sparse = table(net.bag)
    width = sparse.shape[1]
    none = np.zeros((0, width), np.float32)
    bias = array(net.bias) + (array(net.dense.bias) if net.dense is not None else 0)
    return Model(
        classes, index, sparse, bias, array(net.dense.weight).T.copy() if net.dense is not None else none,
        array(net.out.weight).T.copy() if net.out is not None else np.zeros((0, 0), np.float32),
        array(net.out.bias) if net.out is not None else np.zeros(len(classes), np.float32), 1.0,
    )  # fmt: skip


def temperature(scores: Array, labels: Sequence[int]) -> float:
    """The temperature at which held-out probabilities fit best."""
    logits, y = torch.tensor(scores), torch.tensor(list(labels))
    candidates = [0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.35, 1.5, 1.75, 2.0, 2.5, 3.0]
    return min(candidates, key=lambda t: float(torch.nn.functional.cross_entropy(logits / t, y)))
