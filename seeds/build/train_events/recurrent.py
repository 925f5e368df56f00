"""The recurrent part of a network in training: token features, reading both ways, and the way to numpy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from seeds.build.train_events.fit import Ids, array, table
from tasks.events.context import Encoder


def summed(bag: nn.EmbeddingBag, rows: Sequence[Ids]) -> torch.Tensor:
    """The sum of a bag's rows for each list of row numbers."""
    starts = np.cumsum([0, *(len(r) for r in rows[:-1])])
    out: torch.Tensor = bag(torch.from_numpy(np.concatenate(rows)), torch.from_numpy(starts))
    return out


def read_both_ways(net: Any, words: Sequence[Sequence[int]], tokens: Sequence[Sequence[Ids]]) -> torch.Tensor:
    """What `net.lstm` reads: n × longest × 2H.

    Args:
        net: a module with ``vectors``, ``project``, ``tokens``, ``lstm`` and ``drop``.
        words: rows of the word vectors of each sequence.
        tokens: rows of the named features of each of its tokens.
    """
    longest = max(len(w) for w in words)
    padded = torch.zeros(len(words), longest, dtype=torch.long)
    for k, w in enumerate(words):
        padded[k, : len(w)] = torch.tensor(w)
    empty = np.zeros(0, np.int64)
    named = summed(net.tokens, [x for part in tokens for x in (*part, *[empty] * (longest - len(part)))])
    given = net.drop(torch.tanh(net.project(net.drop(net.vectors(padded))) + named.view(len(words), longest, -1)))
    lengths = torch.tensor([len(w) for w in words])
    read, _ = net.lstm(nn.utils.rnn.pack_padded_sequence(given, lengths, batch_first=True, enforce_sorted=False))
    read, _ = nn.utils.rnn.pad_packed_sequence(read, batch_first=True, total_length=longest)
    out: torch.Tensor = read
    return out


def stacked(parts: Iterable[torch.Tensor]) -> npt.NDArray[np.float32]:
    """Tensors of one shape, one after another."""
    return np.stack([array(p) for p in parts])


def export_encoder(net: Any, index: dict[str, int]) -> Encoder:
    """The network's reading part for numpy."""
    ends = ("l0", "l0_reverse")

    def both(name: str, *more: str) -> list[torch.Tensor]:
        return [sum((getattr(net.lstm, f"{n}_{e}") for n in more), getattr(net.lstm, f"{name}_{e}")) for e in ends]

    return Encoder(
        index, table(net.tokens), array(net.project.weight).T.copy(), array(net.project.bias),
        stacked(t.T for t in both("weight_ih")), stacked(t.T for t in both("weight_hh")), stacked(both("bias_ih", "bias_hh")),
    )  # fmt: skip
