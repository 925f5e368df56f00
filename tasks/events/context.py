"""A sentence as seen from one trigger: a small recurrent network that reads it in both directions.

Every token is the sum of its projected word vector and of one row for each of its named features (class, form, party,
sense in the lexicon; and from the trigger: distance, clause, role of its phrase). The network turns these into vectors
that know the words around them. Numpy only; trained with PyTorch in seeds/build.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tasks.events.model import added, load_names, pack_names
from tasks.events.participants import Phrase, covered
from tasks.events.prepare import Prepared
from tasks.events.ranking import Candidate, Slot
from tasks.events.vectors import Vectors, vector_key

Array = npt.NDArray[np.float32]
REACH = 45  # tokens read before and after the trigger
TOGETHER = 64  # sequences


def token_features(sentence: Prepared) -> list[list[str]]:
    """Features of every token that hold for any trigger."""
    view = sentence.view
    named = covered(sentence.phrases)
    number = f"sn:{min(view.sentence.no, 6)}"
    out = []
    for i, token in enumerate(view.tokens):
        kind, best = view.pos[i], token.best
        row = [f"pos:{kind}", f"w:{vector_key(token)}", number]
        if view.roles[i]:
            row += [f"fw:{view.words[i]}", f"fr:{view.roles[i]}"]
        if i in named:
            p = sentence.phrases[named[i]]
            row += [
                f"k:{p.kind}" if i > p.first else f"kB:{p.kind}",
                f"s:{p.party.sector}",
                f"c:{bool(p.party.country)}",
            ]
        if i and view.clause[i] != view.clause[i - 1]:
            row.append("clause")
        if view.chunk_at[i] >= 0:
            row.append(f"cp:{view.chunks[view.chunk_at[i]].prep}")
        if best is not None:
            row += [
                f"form:{kind}{best.aspect}{best.voice}{best.person}",
                f"g:{best.gender}{best.number}",
                f"cl:{best.prep}{best.conj}",
            ]
            row += ["al"] if best.article else []
            row += [f"enc:{best.enclitic}"] if best.enclitic else []
        if matches := sentence.matches.get(i):
            row += [f"m:{m.trigger.plover or '-'}" for m in matches[:2]]
        if (cue := sentence.cues.get(i)) is not None:
            row.append(f"cue:{cue.status}")
        out.append(row)
    return out


def seen_from(slot: Slot, first: int, end: int) -> list[list[str]]:
    """Features that tokens first..end-1 have for the trigger of a slot."""
    view, at, roles = slot.text.sentences[slot.number].view, slot.at, slot.frame.roles
    clause, depth = view.clause[at], view.depth[at]
    out = []
    for i in range(first, end):
        chunk = view.chunk_at[i]
        row = [distance(i - at), f"dc:{max(-2, min(view.clause[i] - clause, 2))}", f"dq:{view.depth[i] - depth}"]
        if chunk >= 0:
            row.append(f"r:{roles.get(chunk, '-')}")
        out.append(row)
    out[at - first] += ["T", f"T:{slot.plover}"]
    return out


def distance(gap: int) -> str:
    """Name of a distance in tokens, by side and in steps that widen."""
    size = abs(gap)
    step = size if size <= 4 else next((s for s in (6, 9, 14, 24) if size <= s), 25)
    return f"d:{'L' if gap < 0 else 'R'}{step}"


def window(slot: Slot) -> tuple[int, int]:
    """First token read for a slot and the one after the last."""
    return max(0, slot.at - REACH), min(len(slot.text.sentences[slot.number].view.tokens), slot.at + REACH + 1)


def phrase_inside(candidate: Candidate, first: int, end: int) -> Phrase | None:
    """The phrase of a candidate that stands whole among tokens first..end-1 of the trigger's sentence."""
    phrase = candidate.phrase
    return phrase if phrase is not None and not candidate.back and first <= phrase.first and phrase.last < end else None


@dataclass(slots=True)
class Encoder:
    """Weights of the network. Shapes: F features, D vector size, E token size, H width of one direction."""

    index: dict[str, int]  # feature name → row
    table: Array  # F × E, row 0 zeros
    project: Array  # D × E
    project_bias: Array  # E
    inward: Array  # 2 × E × 4H, forwards and backwards; gates in the order input, forget, cell, output
    onward: Array  # 2 × H × 4H
    bias: Array  # 2 × 4H

    def tokens(self, sentence: Prepared, vectors: Vectors) -> Array:
        """What holds for any trigger, added up: tokens × E."""
        view = sentence.view
        rows = vectors.table[vectors.rows(view.tokens)]
        return np.asarray(
            rows @ self.project + self.project_bias + added(self.index, self.table, token_features(sentence))
        )

    def read(self, slots: Sequence[Slot], vectors: Vectors) -> list[Array]:
        """For each slot the vectors of the tokens in its `window`: n × 2H."""
        known: dict[int, Array] = {}
        inputs = []
        for slot in slots:
            sentence = slot.text.sentences[slot.number]
            if id(sentence) not in known:
                known[id(sentence)] = self.tokens(sentence, vectors)
            first, end = window(slot)
            seen = added(self.index, self.table, seen_from(slot, first, end))
            inputs.append(np.tanh(known[id(sentence)][first:end] + seen))
        return self.run(inputs)

    def run(self, inputs: Sequence[Array]) -> list[Array]:
        """The network over sequences of token vectors (n × E) of any length, at least 1: n × 2H each."""
        order = sorted(range(len(inputs)), key=lambda i: -len(inputs[i]))
        out: list[Array] = [np.zeros((0, 0), np.float32)] * len(inputs)
        for start in range(0, len(order), TOGETHER):
            part = order[start : start + TOGETHER]
            for i, read in zip(part, self._run([inputs[i] for i in part]), strict=True):
                out[i] = read
        return out

    def _run(self, inputs: Sequence[Array]) -> list[Array]:
        """Both directions over sentences sorted by falling length."""
        lengths = [len(x) for x in inputs]
        forwards = self._one_way(0, inputs, lengths)
        backwards = self._one_way(1, [x[::-1] for x in inputs], lengths)
        return [np.concatenate([forwards[:n, k], backwards[:n, k][::-1]], axis=1) for k, n in enumerate(lengths)]

    def _one_way(self, way: int, inputs: Sequence[Array], lengths: Sequence[int]) -> Array:
        """States of one direction, longest sentence × sentences × H."""
        count, longest, size = len(inputs), lengths[0], self.onward.shape[1]
        halves = np.full(4 * size, 0.5, np.float32)  # a sigmoid is half a tanh of half its argument, and a half
        halves[2 * size : 3 * size] = 1.0
        onward = self.onward[way] * halves
        padded = np.zeros((longest, count, self.table.shape[1]), np.float32)
        for k, x in enumerate(inputs):
            padded[: len(x), k] = x
        gates = (padded.reshape(longest * count, -1) @ (self.inward[way] * halves) + self.bias[way] * halves).reshape(
            longest, count, -1
        )
        hidden, cell = np.zeros((count, size), np.float32), np.zeros((count, size), np.float32)
        states = np.empty((longest, count, size), np.float32)
        active = count
        for t in range(longest):
            while lengths[active - 1] <= t:  # the short ones have ended
                active -= 1
            z = hidden[:active] @ onward
            z += gates[t, :active]
            np.tanh(z, out=z)
            new = z[:, 2 * size : 3 * size] * (z[:, :size] + 1)
            new += cell[:active] * (z[:, size : 2 * size] + 1)
            new *= 0.5
            cell[:active] = new
            np.tanh(new, out=new)
            new *= z[:, 3 * size :] + 1
            new *= 0.5
            hidden[:active] = states[t, :active] = new
        return states


def pack_encoder(e: Encoder, name: str) -> dict[str, npt.NDArray[Any]]:
    """Arrays of a network for the models' file, in 16 bits."""
    arrays = {
        "table": e.table,
        "project": e.project,
        "project_bias": e.project_bias,
        "inward": e.inward,
        "onward": e.onward,
        "bias": e.bias,
    }
    out: dict[str, npt.NDArray[Any]] = {f"{name}.{k}": v.astype(np.float16) for k, v in arrays.items()}
    out[f"{name}.features"] = pack_names(e.index)
    return out


def load_encoder(data: dict[str, npt.NDArray[Any]], name: str) -> Encoder:
    """A network from an opened .npz file."""

    def of(part: str) -> Array:
        return np.asarray(data[f"{name}.{part}"], np.float32)

    return Encoder(
        load_names(data[f"{name}.features"]),
        of("table"),
        of("project"),
        of("project_bias"),
        of("inward"),
        of("onward"),
        of("bias"),
    )
