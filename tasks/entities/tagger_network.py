"""The name tagger's network in numpy: a bidirectional LSTM over word vectors, letters and name lists, and a CRF.

Shapes: N sentences, sorted by falling length; T tokens of the longest; K tags; H units in each direction.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tasks.entities.tagger_features import TAGS

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

_IMPOSSIBLE = np.float32(-1e4)


def letter_shapes(codes: Ints, weights: Mapping[str, Floats]) -> Floats:
    """Strongest response of each character filter in each word: codes (words, characters) to (words, filters)."""
    kernel = weights["conv.weight"]  # filters, character size, 3
    embedded = weights["chars.weight"][codes]
    width = embedded.shape[1]
    padded = np.pad(embedded, ((0, 0), (1, 1), (0, 0)))
    response = sum(padded[:, k : k + width] @ kernel[:, :, k].T for k in range(kernel.shape[2]))
    shapes: Floats = np.maximum(response + weights["conv.bias"], 0).max(1)
    return shapes


def prepared(weights: Mapping[str, Floats]) -> dict[str, Floats]:
    """The weights made ready for `emissions`: LSTM gates in the order input, forget, output, cell, and transposed.

    The first three are halved, for their logistic function is computed as ``tanh(x / 2) / 2 + 1 / 2``.
    """
    ready = {k: v for k, v in weights.items() if not k.startswith("lstm.")}
    for direction in ("", "_reverse"):
        for part in ("weight_ih_l0", "weight_hh_l0", "bias"):
            entry, forget, cell, output = np.split(weights[f"lstm.{part}{direction}"], 4)
            half = np.float32(0.5)
            gates = [entry * half, forget * half, output * half, cell]
            ready[f"lstm.{part}{direction}"] = np.concatenate(gates).T.copy()
    return ready


def entries(seen: Floats, weights: Mapping[str, Floats]) -> tuple[Floats, Floats]:
    """What inputs (..., size) give to the gates of each direction (..., 4 H), with `prepared` weights."""
    forward = seen @ weights["lstm.weight_ih_l0"] + weights["lstm.bias"]
    return forward, seen @ weights["lstm.weight_ih_l0_reverse"] + weights["lstm.bias_reverse"]


def emissions(gates: tuple[Floats, Floats], lengths: Ints, weights: Mapping[str, Floats]) -> Floats:
    """Score of each tag for each token: `entries` (T, N, 4 H), which are overwritten, to (T, N, K)."""
    forward, backward = (_lstm(g, lengths, weights, d) for g, d in zip(gates, ("", "_reverse"), strict=True))
    scores: Floats = np.concatenate([forward, backward], 2) @ weights["out.weight"].T + weights["out.bias"]
    return scores


def _lstm(gates: Floats, lengths: Ints, weights: Mapping[str, Floats], direction: str) -> Floats:
    """One direction of the LSTM; the backward one starts at each sentence's own last token."""
    longest, count, _ = gates.shape
    recurrent = weights["lstm.weight_hh_l0" + direction]
    units = recurrent.shape[0]
    state, cell = np.zeros((2, count, units), np.float32)
    out = np.zeros((longest, count, units), np.float32)
    inside = (lengths[None] > np.arange(longest)[:, None]).sum(1).tolist()  # longer sentences come first
    for t in range(longest - 1, -1, -1) if direction else range(longest):
        n = inside[t]
        z = gates[t, :n]
        z += state[:n] @ recurrent
        np.tanh(z, out=z)
        opened = z[:, : 3 * units]
        opened *= np.float32(0.5)
        opened += np.float32(0.5)
        memory = cell[:n]
        memory *= z[:, units : 2 * units]
        memory += z[:, :units] * z[:, 3 * units :]
        out[t, :n] = state[:n] = z[:, 2 * units : 3 * units] * np.tanh(memory)
    return out


def allowed(weights: Mapping[str, Floats]) -> tuple[Floats, Floats]:
    """Transition scores (K, K) and start scores (K,) with I- tags after anything but their own kind made impossible."""
    transitions, first = weights["transitions"].copy(), weights["first"].copy()
    for j, tag in enumerate(TAGS):
        if tag.startswith("I-"):
            first[j] = _IMPOSSIBLE
            for i, before in enumerate(TAGS):
                if before[2:] != tag[2:]:
                    transitions[i, j] = _IMPOSSIBLE
    return transitions, first


def viterbi(scores: Floats, lengths: Ints, transitions: Floats, first: Floats, last: Floats) -> Ints:
    """Best tag of each token: scores (T, N, K) to tags (T, N); what lies behind a sentence's end is 0."""
    longest, count, tags = scores.shape
    best = first + scores[0]
    back = np.zeros((longest, count, tags), np.int64)
    for t in range(1, longest):
        paths = best[:, :, None] + transitions
        back[t] = paths.argmax(1)
        step = paths.max(1) + scores[t]
        best = np.where((lengths > t)[:, None], step, best)
    path = np.zeros((longest, count), np.int64)
    current = (best + last).argmax(1)
    for t in range(longest - 1, -1, -1):
        inside = lengths > t
        path[t] = np.where(inside, current, 0)
        if t:
            current = np.where(inside, back[t, np.arange(count), current], current)
    return path


def marginals(scores: Floats, lengths: Ints, transitions: Floats, first: Floats, last: Floats) -> Floats:
    """Probability of each tag of each token over all allowed paths: (T, N, K) to (T, N, K)."""
    longest = scores.shape[0]
    step = np.exp(transitions)
    emitted = np.exp(scores - scores.max(2, keepdims=True))
    forward = np.empty_like(emitted)
    backward = np.empty_like(emitted)
    forward[0] = _unit(np.exp(first) * emitted[0])
    for t in range(1, longest):
        forward[t] = _unit((forward[t - 1] @ step) * emitted[t])
    end = np.exp(last)
    backward[longest - 1] = end
    for t in range(longest - 2, -1, -1):
        inside = (lengths > t + 1)[:, None]
        backward[t] = np.where(inside, _unit((backward[t + 1] * emitted[t + 1]) @ step.T), end)
    return _unit(forward * backward)


def _unit(x: Floats) -> Floats:
    scaled: Floats = x / x.sum(-1, keepdims=True)
    return scaled
