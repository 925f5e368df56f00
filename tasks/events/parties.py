"""Who did it to whom: every pair of candidates gets a score, from named features and from the reading of the sentence.

score(i, j) = source features of i + target features of j + features of the pair + what the network read at i, j and the
trigger. Source and target are chosen together: the pair with the largest share, candidates that are one party pooled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tasks.events.context import Encoder, load_encoder, pack_encoder, phrase_inside, window
from tasks.events.model import DIGITS, Model, added, load_names, pack_names
from tasks.events.ranking import Candidate, Slot, pair_features, side_features
from tasks.events.vectors import Vectors

Array = npt.NDArray[np.float32]
LIKELY = 6  # candidates of a side that are looked at in pairs
SCALE = 5.0  # of the product of two candidates' vectors


@dataclass(slots=True)
class Choice:
    """A candidate chosen for one side of an event."""

    candidate: Candidate
    share: float
    why: list[str]  # the features that weighed most


@dataclass(slots=True)
class PairModel:
    """Weights of the choice of parties. Shapes: H2 size of a token's vector, Z hidden units, R size of the product."""

    source: Model  # one column each
    target: Model
    pair: Model
    encoder: Encoder
    index: dict[str, int]  # features of a candidate that the network sees → row
    table: Array  # rows × H2, row 0 zeros
    types: dict[str, int]  # PLOVER type → row
    type_table: Array  # types × Z
    candidate: Array  # 2 × H2 × Z, source and target
    trigger: Array  # 2 × H2 × Z
    bias: Array  # 2 × Z
    out: Array  # 2 × Z
    left: Array  # H2 × R
    right: Array  # H2 × R
    sides_bias: Array  # 2 × R

    def choose(self, slots: Sequence[Slot], vectors: Vectors, explain: bool = False) -> list[tuple[Choice, Choice]]:
        """Source and target of every slot; with `explain` also the features that weighed most."""
        read = self.encoder.read(slots, vectors)
        return [self._choose(slot, seen, explain) for slot, seen in zip(slots, read, strict=True)]

    def _choose(self, slot: Slot, seen: Array, explain: bool) -> tuple[Choice, Choice]:
        rows = side_features(slot)
        sides, product = self.scores(slot, rows, seen)
        likely = [np.argsort(-s, kind="stable")[:LIKELY] for s in sides]
        cs = slot.candidates
        pairs = self.pair.scores([pair_features(slot, cs[i], cs[j]) for i in likely[0] for j in likely[1]])
        grid = np.add.outer(sides[0][likely[0]], sides[1][likely[1]]) + product[np.ix_(*likely)]
        shares = _shares(grid + pairs.reshape(grid.shape))
        keys = [[cs[i].key for i in part] for part in likely]
        best = _pooled(shares, keys[0], keys[1])
        out = []
        for side, model in enumerate((self.source, self.target)):
            margin = shares.sum(axis=1 - side)
            same = [k for k, key in enumerate(keys[side]) if key == best[side]]
            at = int(likely[side][max(same, key=lambda k: (margin[k], -k))])
            why = [f for f, w in model.reasons(rows[side][at], 0, 3) if w > 0] if explain else []
            out.append(Choice(cs[at], float(margin[same].sum()), why))
        return out[0], out[1]

    def scores(self, slot: Slot, rows: tuple[list[list[str]], list[list[str]]], seen: Array) -> tuple[Array, Array]:
        """Scores of the candidates as source and as target (2 × n), and of the network for pairs (n × n)."""
        first, end = window(slot)
        state = added(self.index, self.table, [c.common for c in slot.candidates])
        for k, c in enumerate(slot.candidates):
            if (phrase := phrase_inside(c, first, end)) is not None:
                state[k] += (seen[phrase.first - first] + seen[phrase.last - first]) / 2
        known = seen[slot.at - first] @ self.trigger + self.bias + self.type_table[self.types.get(slot.plover, 0)]
        hidden = np.tanh(state @ self.candidate + known[:, None, :])
        named = np.stack([m.scores(r)[:, 0] for m, r in zip((self.source, self.target), rows, strict=True)])
        product = (state @ self.left + self.sides_bias[0]) @ (state @ self.right + self.sides_bias[1]).T / SCALE
        return np.asarray(named + (hidden @ self.out[:, :, None])[:, :, 0], np.float32), product


def _shares(scores: Array) -> npt.NDArray[np.float64]:
    """Softmax over all pairs, of rounded scores: how a batch is cut must not decide between two that tie."""
    rounded = np.round(scores.astype(np.float64), DIGITS)
    shares = np.exp(rounded - rounded.max())
    return np.asarray(shares / shares.sum())


def _pooled(shares: npt.NDArray[np.float64], sources: list[str], targets: list[str]) -> tuple[str, str]:
    """The two parties with the largest share together; nobody acts on himself unless there is nobody else."""
    pooled: dict[tuple[str, str], float] = {}
    for i, source in enumerate(sources):
        for j, target in enumerate(targets):
            pooled[source, target] = pooled.get((source, target), 0.0) + float(shares[i, j])
    apart = {k: v for k, v in pooled.items() if k[0] != k[1] or not k[0]}
    return max(apart or pooled, key=lambda k: ((apart or pooled)[k], k))


def pack_pairs(m: PairModel) -> dict[str, npt.NDArray[Any]]:
    """The network's arrays for the models' file, in 16 bits; the three linear models are packed beside it."""
    arrays = {
        "table": m.table, "type_table": m.type_table, "candidate": m.candidate, "trigger": m.trigger, "bias": m.bias,
        "out": m.out, "left": m.left, "right": m.right, "sides_bias": m.sides_bias,
    }  # fmt: skip
    out: dict[str, npt.NDArray[Any]] = {f"parties.{k}": v.astype(np.float16) for k, v in arrays.items()}
    out |= {"parties.features": pack_names(m.index), "parties.types": pack_names(m.types)}
    return out | pack_encoder(m.encoder, "parties.encoder")


def load_pairs(data: dict[str, npt.NDArray[Any]], source: Model, target: Model, pair: Model) -> PairModel:
    """The model from an opened .npz file and its three linear parts."""

    def of(name: str) -> Array:
        return np.asarray(data[f"parties.{name}"], np.float32)

    return PairModel(
        source, target, pair, load_encoder(data, "parties.encoder"), load_names(data["parties.features"]), of("table"),
        load_names(data["parties.types"]), of("type_table"), of("candidate"), of("trigger"), of("bias"), of("out"), of("left"),
        of("right"), of("sides_bias"),
    )  # fmt: skip
