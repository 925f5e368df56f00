"""Training of `tasks.events.parties.PairModel` with PyTorch: linear parts and the network together, over pairs of candidates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from seeds.build.train_events.fit import Ids, array, one_column, table
from seeds.build.train_events.parties import Choice
from seeds.build.train_events.recurrent import export_encoder, read_both_ways, stacked, summed
from tasks.events.context import phrase_inside, seen_from, token_features, window
from tasks.events.parties import SCALE, PairModel
from tasks.events.ranking import SIDES, pair_features, side_features
from tasks.events.vectors import Vectors

WIDTH, HIDDEN, PRODUCT = 64, 48, 24  # of one direction, of the scorer, of the product
SEEN = {"token": 5, "word": 20, "candidate": 10, "pair": 5, "side": 3}  # times that a feature must be seen
BATCH = 32


@dataclass(slots=True)
class Row:
    """One slot as numbers; feature lists are arrays of row numbers."""

    words: list[int]
    tokens: list[Ids]
    first: list[int]  # of each candidate's tokens in the window, -1 for candidates from elsewhere
    last: list[int]
    own: list[Ids]
    sides: tuple[list[Ids], list[Ids]]
    pairs: list[Ids]  # n × n
    at: int
    type: int
    right: tuple[list[int], list[int]]
    weight: float

    @property
    def size(self) -> int:
        """Number of candidates."""
        return len(self.first)


@dataclass(slots=True)
class Names:
    """The features that have rows."""

    tokens: Kept
    own: Kept
    sides: tuple[Kept, Kept]
    pairs: Kept
    types: dict[str, int]


class _Net(nn.Module):  # type: ignore[misc]
    def __init__(self, names: Names, vectors: Vectors, dropout: float) -> None:
        super().__init__()
        size = 2 * WIDTH
        self.vectors = nn.Embedding.from_pretrained(torch.tensor(vectors.table), freeze=True)
        self.project = nn.Linear(vectors.size, WIDTH)
        self.tokens = nn.EmbeddingBag(len(names.tokens.index), WIDTH, mode="sum")
        self.own = nn.EmbeddingBag(len(names.own.index), size, mode="sum")
        nn.init.normal_(self.tokens.weight, std=0.05)
        nn.init.normal_(self.own.weight, std=0.02)
        self.lstm = nn.LSTM(WIDTH, WIDTH, batch_first=True, bidirectional=True)
        self.drop = nn.Dropout(dropout)
        self.types = nn.Embedding(len(names.types), HIDDEN)
        self.candidate = nn.ModuleList([nn.Linear(size, HIDDEN) for _ in SIDES])
        self.trigger = nn.ModuleList([nn.Linear(size, HIDDEN, bias=False) for _ in SIDES])
        self.out = nn.ModuleList([nn.Linear(HIDDEN, 1, bias=False) for _ in SIDES])
        self.product = nn.ModuleList([nn.Linear(size, PRODUCT) for _ in SIDES])
        self.sides = nn.ModuleList([nn.EmbeddingBag(len(n.index), 1, mode="sum") for n in names.sides])
        self.pairs = nn.EmbeddingBag(len(names.pairs.index), 1, mode="sum")
        for bag in self.linear:
            nn.init.zeros_(bag.weight)

    @property
    def linear(self) -> list[nn.EmbeddingBag]:
        """The parts that are sums of weights of named features."""
        return [*self.sides, self.pairs]

    def forward(self, rows: Sequence[Row]) -> list[torch.Tensor]:
        """Scores of all pairs (n × n) of each slot."""
        read = read_both_ways(self, [r.words for r in rows], [r.tokens for r in rows])
        longest = read.shape[1]
        flat = torch.cat([self.drop(read).reshape(len(rows) * longest, -1), torch.zeros(1, read.shape[2])])
        nowhere = len(flat) - 1
        first = torch.tensor([k * longest + i if i >= 0 else nowhere for k, r in enumerate(rows) for i in r.first])
        last = torch.tensor([k * longest + i if i >= 0 else nowhere for k, r in enumerate(rows) for i in r.last])
        state = (flat[first] + flat[last]) / 2 + summed(self.own, [x for r in rows for x in r.own])
        trigger = flat[torch.tensor([k * longest + r.at for k, r in enumerate(rows)])]
        kind = self.types(torch.tensor([r.type for r in rows]))
        owner = torch.tensor(np.repeat(np.arange(len(rows)), [r.size for r in rows]))
        scores = []
        for side in range(2):
            known = self.trigger[side](trigger) + kind
            hidden = self.drop(torch.tanh(self.candidate[side](state) + known[owner]))
            named = summed(self.sides[side], [x for r in rows for x in r.sides[side]])
            scores.append(self.out[side](hidden)[:, 0] + named[:, 0])
        left, right = (part(state) for part in self.product)
        pairs = summed(self.pairs, [x for r in rows for x in r.pairs])[:, 0]
        out, a, p = [], 0, 0
        for r in rows:
            b = a + r.size
            grid = scores[0][a:b, None] + scores[1][None, a:b] + pairs[p : p + r.size**2].view(r.size, r.size)
            out.append(grid + left[a:b] @ right[a:b].T / SCALE)
            a, p = b, p + r.size**2
        return out


def fit_pairs(
    choices: Sequence[Choice], features: Sequence[str], weights: Sequence[float], vectors: Vectors, epochs: int = 4, rate: float = 2e-3,
    linear_rate: float = 1e-2, decay: float = 1e-3, dropout: float = 0.3, seed: int = 0,
) -> PairModel:  # fmt: skip
    """The model of who did it to whom; the loss is minus the log of the share of the pairs whose known sides are right.

    Args:
        choices: numbered slots with the candidates that are right for each side; one with neither known is skipped.
        features: names of all features, as `number_slots` gives them.
        weights: weight of each.
        vectors: of words.
        epochs: passes.
        rate: learning rate of the network, falling to zero.
        linear_rate: learning rate of the linear parts.
        decay: weight decay.
        dropout: share of units left out while training.
        seed: of initial weights and order.
    """
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    rng = np.random.default_rng(seed)
    kept = [k for k, c in enumerate(choices) if c.right["source"] or c.right["target"]]
    names = _names(features, [choices[k] for k in kept])
    rows = [_row(choices[k], weights[k], names, vectors) for k in kept]
    net = _Net(names, vectors, dropout)
    linear = [bag.weight for bag in net.linear]
    rest = [p for p in net.parameters() if p.requires_grad and not any(p is w for w in linear)]
    steppers = [
        torch.optim.AdamW(linear, lr=linear_rate, weight_decay=decay),
        torch.optim.AdamW(rest, lr=rate, weight_decay=decay),
    ]
    steps = epochs * (len(rows) // BATCH + 1)
    schedule = torch.optim.lr_scheduler.LambdaLR(steppers[1], lambda s: max(0.05, 1 - s / steps))
    lengths = np.array([len(r.words) for r in rows])
    for _ in range(epochs):
        order = np.argsort(lengths + rng.uniform(0, 12, len(rows)))  # slots of about one length together
        parts = [order[i : i + BATCH] for i in range(0, len(order), BATCH)]
        rng.shuffle(parts)
        net.train()
        for part in parts:
            loss = _loss(net([rows[i] for i in part]), [rows[i] for i in part])
            for stepper in steppers:
                stepper.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(rest, 5.0)
            for stepper in steppers:
                stepper.step()
            schedule.step()
    return _export(net, names)


def _loss(grids: Sequence[torch.Tensor], rows: Sequence[Row]) -> torch.Tensor:
    loss = torch.zeros(())
    for grid, row in zip(grids, rows, strict=True):
        shares = torch.log_softmax(grid.reshape(-1), 0).view(grid.shape)
        sources, targets = (part or list(range(row.size)) for part in row.right)
        loss = loss - row.weight * torch.logsumexp(shares[sources][:, targets].reshape(-1), 0)
    return loss / len(rows)


class Numbers:
    """Feature names as numbers, given in the order of their coming: a name is kept once, however many slots have it."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def of(self, rows: Iterable[Iterable[str]]) -> list[Ids]:
        """Numbers of the features of each row."""
        known = self._numbers
        return [np.array([known.setdefault(f, len(known)) for f in row], np.int32) for row in rows]

    def names(self) -> list[str]:
        """All names, at their numbers."""
        return list(self._numbers)


@dataclass(slots=True)
class Numbered:
    """The features of one slot as numbers."""

    tokens: list[Ids]
    own: list[Ids]
    sides: tuple[list[Ids], list[Ids]]
    pairs: list[Ids]


def number_slots(choices: Sequence[Choice]) -> list[str]:
    """Fill in `Choice.made` of all choices, once for all folds; returns the names by number."""
    numbers = Numbers()
    for choice in choices:
        slot = choice.slot
        first, end = window(slot)
        tokens = zip(
            token_features(slot.text.sentences[slot.number])[first:end], seen_from(slot, first, end), strict=True
        )
        sides = side_features(slot)
        choice.made["pairs"] = Numbered(
            tokens=numbers.of(a + b for a, b in tokens),
            own=numbers.of(c.common for c in slot.candidates),
            sides=(numbers.of(sides[0]), numbers.of(sides[1])),
            pairs=numbers.of(pair_features(slot, a, b) for a in slot.candidates for b in slot.candidates),
        )
    return numbers.names()


@dataclass(slots=True)
class Kept:
    """The features of one kind that are seen often enough: name → row, and number → row (0 where it is not kept)."""

    index: dict[str, int]
    rows: Ids

    def of(self, lists: Sequence[Ids]) -> list[Ids]:
        """Rows of each list, row 0 where none is kept."""
        return [r[r > 0] if (r := self.rows[part]).any() else np.zeros(1, np.int64) for part in lists]


def _kept(names: Sequence[str], lists: Sequence[Ids], least: int, word: int = 0) -> Kept:
    counts = np.bincount(np.concatenate(lists), minlength=len(names))
    enough = {names[i]: i for i in np.flatnonzero(counts >= least).tolist()}
    if word:
        enough = {f: i for f, i in enough.items() if not f.startswith("w:") or counts[i] >= word}
    rows = np.zeros(len(names), np.int64)
    index = {"": 0}
    for row, name in enumerate(sorted(enough), 1):
        index[name] = rows[enough[name]] = row
    return Kept(index, rows)


def _names(names: Sequence[str], choices: Sequence[Choice]) -> Names:
    made: list[Numbered] = [c.made["pairs"] for c in choices]

    def every(lists: Iterable[list[Ids]]) -> list[Ids]:
        return [part for one in lists for part in one]

    sides = tuple(_kept(names, every(m.sides[s] for m in made), SEEN["side"]) for s in range(2))
    types = {t: i for i, t in enumerate(sorted({c.slot.plover for c in choices}))}
    return Names(
        tokens=_kept(names, every(m.tokens for m in made), SEEN["token"], SEEN["word"]),
        own=_kept(names, every(m.own for m in made), SEEN["candidate"]),
        sides=(sides[0], sides[1]), pairs=_kept(names, every(m.pairs for m in made), SEEN["pair"]), types=types,
    )  # fmt: skip


def _row(choice: Choice, weight: float, names: Names, vectors: Vectors) -> Row:
    slot = choice.slot
    made: Numbered = choice.made["pairs"]
    first, end = window(slot)
    inside = [phrase_inside(c, first, end) for c in slot.candidates]
    return Row(
        words=vectors.rows(slot.text.sentences[slot.number].view.tokens[first:end]),
        tokens=names.tokens.of(made.tokens),
        first=[p.first - first if p else -1 for p in inside],
        last=[p.last - first if p else -1 for p in inside],
        own=names.own.of(made.own),
        sides=(names.sides[0].of(made.sides[0]), names.sides[1].of(made.sides[1])),
        pairs=names.pairs.of(made.pairs),
        at=slot.at - first,
        type=names.types[slot.plover],
        right=(choice.right["source"], choice.right["target"]),
        weight=weight,
    )


def _export(net: _Net, names: Names) -> PairModel:
    return PairModel(
        source=one_column(net.sides[0], names.sides[0].index), target=one_column(net.sides[1], names.sides[1].index),
        pair=one_column(net.pairs, names.pairs.index), encoder=export_encoder(net, names.tokens.index), index=names.own.index, table=table(net.own),
        types=names.types,
        type_table=array(net.types.weight), candidate=stacked(m.weight.T for m in net.candidate),
        trigger=stacked(m.weight.T for m in net.trigger), bias=stacked(m.bias for m in net.candidate),
        out=stacked(m.weight[0] for m in net.out), left=array(net.product[0].weight).T.copy(),
        right=array(net.product[1].weight).T.copy(), sides_bias=stacked(m.bias for m in net.product),
    )  # fmt: skip
