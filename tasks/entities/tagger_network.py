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
_HALF, _ONE = np.float32(0.5), np.float32(1)
_WORDS = 128  # whose letters are looked at together


def letter_shapes(codes: NDArray[np.uint8], weights: Mapping[str, Floats]) -> Floats:
    """Strongest response of each character filter in each word: codes (words, characters) to (words, filters).

    With `prepared` weights. A few words at a time, so that what is in between stays in the processor's cache.
    """
    before, here, after = weights["letters"]
    outside = np.uint8(len(here) - 1)
    padded = np.pad(codes, ((0, 0), (1, 1)), constant_values=outside)
    shapes = np.empty((len(codes), here.shape[1]), np.float32)
    for start in range(0, len(codes), _WORDS):
        letters = padded[start : start + _WORDS]
        response = before[letters[:, :-2]]
        response += here[letters[:, 1:-1]]
        response += after[letters[:, 2:]]
        response.max(1, out=shapes[start : start + _WORDS])
    shapes += weights["conv.bias"]
    return np.maximum(shapes, 0, out=shapes)


def prepared(weights: Mapping[str, Floats]) -> dict[str, Floats]:
    """The weights made ready for the functions here.

    LSTM gates stand in the order input, forget, output, cell, and transposed. The first three are halved, for their
    logistic function is computed as ``tanh(x / 2) / 2 + 1 / 2``; what is multiplied with a state is halved, since states
    are kept doubled. ``letters`` is what each character gives to each filter one place on, there and one place back:
    (3, characters + 1, filters), the last row for what lies outside of a word.
    """
    ready = {k: v for k, v in weights.items() if not k.startswith(("lstm.", "conv.weight"))}
    kernel = weights["conv.weight"]  # filters, character size, 3
    given = [weights["chars.weight"] @ kernel[:, :, k].T for k in range(kernel.shape[2])]
    ready["letters"] = np.pad(np.stack(given), ((0, 0), (0, 1), (0, 0)))
    ready["out.weight"] = weights["out.weight"] * _HALF
    for direction in ("", "_reverse"):
        for part in ("weight_ih_l0", "weight_hh_l0", "bias"):
            entry, forget, cell, output = np.split(weights[f"lstm.{part}{direction}"], 4)
            gates = np.concatenate([entry * _HALF, forget * _HALF, output * _HALF, cell]).T.copy()
            ready[f"lstm.{part}{direction}"] = gates * _HALF if part == "weight_hh_l0" else gates
    return ready


def entries(seen: Floats, weights: Mapping[str, Floats], spare: int = 0) -> tuple[Floats, Floats]:
    """What inputs (words, size) give to the gates of each direction (words, 4 H), with `prepared` weights.

    The inputs may be without their last numbers, where these are 0. Rows spared at the end are left for the caller.
    """
    words, size = seen.shape
    tables = []
    for direction in ("", "_reverse"):
        bias = weights["lstm.bias" + direction]
        table = np.empty((words + spare, len(bias)), np.float32)
        np.matmul(seen, weights["lstm.weight_ih_l0" + direction][:size], out=table[:words])
        table[:words] += bias
        tables.append(table)
    return tables[0], tables[1]


def emissions(tables: tuple[Floats, Floats], rows: Ints, lengths: Ints, weights: Mapping[str, Floats]) -> Floats:
    """Score of each tag for each token: rows (T, N) of the `entries` (rows, 4 H) of each direction to (T, N, K)."""
    forward, backward = (_lstm(t, rows, lengths, weights, d) for t, d in zip(tables, ("", "_reverse"), strict=True))
    scores: Floats = np.concatenate([forward, backward], 2) @ weights["out.weight"].T + weights["out.bias"]
    return scores


def _lstm(table: Floats, rows: Ints, lengths: Ints, weights: Mapping[str, Floats], direction: str) -> Floats:
    """States, doubled, of one direction of the LSTM; the backward one starts at each sentence's own last token."""
    longest, count = rows.shape
    recurrent = weights["lstm.weight_hh_l0" + direction]
    units = recurrent.shape[0]
    out = np.zeros((longest, count, units), np.float32)
    state, cell = np.zeros((2, count, units), np.float32)
    gates, recalled = np.empty((2, count, 4 * units), np.float32)
    scratch = np.empty((count, units), np.float32)
    inside = (lengths[None] > np.arange(longest)[:, None]).sum(1).tolist()  # longer sentences come first
    for t in range(longest - 1, -1, -1) if direction else range(longest):
        n = inside[t]
        z, memory, new = gates[:n], cell[:n], scratch[:n]
        np.take(table, rows[t, :n], 0, out=z, mode="clip")
        z += np.matmul(state[:n], recurrent, out=recalled[:n])
        np.tanh(z, out=z)
        z[:, : 3 * units] += _ONE
        memory *= z[:, units : 2 * units]
        memory += np.multiply(z[:, :units], z[:, 3 * units :], out=new)
        memory *= _HALF
        state = out[t]
        np.multiply(z[:, 2 * units : 3 * units], np.tanh(memory, out=new), out=state[:n])
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
