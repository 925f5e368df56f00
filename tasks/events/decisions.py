"""The learned decisions: which words are triggers of what, in which status, and who did it to whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

import seeds
from tasks.events.features import dense_all, sentence_keys, setting_of, trigger_features
from tasks.events.model import Model, Stack, open_file, shares, softmax
from tasks.events.prepare import Prepared, Text
from tasks.events.ranking import Candidate, Slot, side_features
from tasks.events.vectors import Vectors

Array = npt.NDArray[np.float32]
NONE, STATEMENT = "none", "-"
FILE = "models/events.npz"
VECTORS = "models/events_vectors.npz"
NOTHING = 0.7  # share from which an event is left without a date or place
SINGLE = ("status", "source", "target", "place", "date")  # decisions of one model each


@dataclass(slots=True)
class Proposal:
    """A word that may be a trigger, with the probability of every class."""

    number: int  # index of the sentence
    at: int
    features: list[str]
    probabilities: Array


@dataclass(slots=True)
class Decisions:
    """All models and what goes with them."""

    triggers: list[Model]  # their scores are averaged
    temperature: float
    status: Model
    source: Model
    target: Model
    place: Model
    date: Model
    vectors: Vectors
    lemmas: frozenset[str]  # words that were triggers in training, beside those of the lexicon
    codes: dict[str, str]  # "TYPE lemma" → CAMEO code seen with it
    thresholds: dict[str, float]  # PLOVER type → least probability
    _stack: Stack | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def classes(self) -> tuple[str, ...]:
        """Classes of the trigger models: none, - and the PLOVER types."""
        return self.triggers[0].classes

    def stack(self) -> Stack:
        """The trigger models side by side, made once."""
        if self._stack is None:
            self._stack = Stack(self.triggers)
        return self._stack

    def propose(self, texts: Sequence[Text]) -> list[list[Proposal]]:
        """Proposals of every document, scored together."""
        out: list[list[Proposal]] = []
        everything: list[Proposal] = []
        rows: list[Array] = []
        nothing = np.zeros(0, np.float32)
        for text in texts:
            found: list[Proposal] = []
            index: list[list[int]] = []
            places: list[list[int]] = []
            for n, sentence in enumerate(text.sentences):
                keys = sentence_keys(sentence.view)
                at = self._candidates(sentence, keys)
                if at:
                    index.append(self.vectors.rows(sentence.view.tokens))
                    places.append(at)
                    setting = setting_of(text, n, keys)
                    found += [Proposal(n, i, trigger_features(text, n, i, keys, setting), nothing) for i in at]
            if found:
                rows.append(dense_all(index, places, self.vectors))
            out.append(found)
            everything += found
        if everything:
            for p, row in zip(everything, self._score(everything, np.concatenate(rows)), strict=True):
                p.probabilities = row
        return out

    def _candidates(self, sentence: Prepared, keys: Sequence[str]) -> list[int]:
        view = sentence.view
        return [
            i for i, key in enumerate(keys)
            if view.pos[i] in ("V", "N", "A") and i not in sentence.covered and (i in sentence.matches or key in self.lemmas)
        ]  # fmt: skip

    def _score(self, proposals: Sequence[Proposal], rows: Array) -> Array:
        features = [p.features for p in proposals]
        scores = sum(
            (softmax(s) for s in self.stack().scores(features, rows)),
            np.zeros((len(proposals), len(self.classes)), np.float32),
        )
        log = np.log(np.maximum(np.asarray(scores) / len(self.triggers), 1e-9))
        return softmax(np.asarray(log / self.temperature, np.float32))

    def choose(
        self, slot: Slot, explain: bool = True
    ) -> tuple[tuple[Candidate, float, list[str]], tuple[Candidate, float, list[str]]]:
        """Source and target of a trigger, each with its probability and the features that weighed most."""
        source = self._rank(self.source, slot, "source", None, explain)
        return source, self._rank(self.target, slot, "target", source[0], explain)

    def option(self, model: Model, features: Sequence[Sequence[str]], none: int) -> tuple[int, float]:
        """The best of some options and its share; option `none` (no date, no place) only when it is likelier than `NOTHING`."""
        each = shares(model.scores(features)[:, 0])
        if each[none] < NOTHING and len(each) > 1:
            each[none] = 0.0
        best = int(each.argmax())
        return best, float(each[best])

    def _rank(
        self, model: Model, slot: Slot, side: str, source: Candidate | None, explain: bool
    ) -> tuple[Candidate, float, list[str]]:
        """The party with the largest share; candidates that are the same party pool theirs."""
        features = [side_features(slot, c, side, source) for c in slot.candidates]
        each = shares(model.scores(features)[:, 0]).tolist()
        keys = [c.key for c in slot.candidates]
        pooled: dict[str, float] = {}
        for own, share in zip(keys, each, strict=True):
            pooled[own] = pooled.get(own, 0.0) + share
        if source is not None and source.phrase is not None and len(pooled) > 1:
            pooled.pop(source.key, None)
        key = max(pooled, key=lambda k: (pooled[k], k))
        best = max((i for i, own in enumerate(keys) if own == key), key=lambda i: each[i])
        why = [f for f, w in model.reasons(features[best], 0, 3) if w > 0] if explain else []
        return slot.candidates[best], pooled[key], why


def pack(d: Decisions) -> dict[str, npt.NDArray[Any]]:
    """Everything but the vectors as arrays for one .npz file; weights in 16 bits."""
    out: dict[str, npt.NDArray[Any]] = {"trigger_models": np.array([len(d.triggers)])}
    named = {f"trigger{i}": m for i, m in enumerate(d.triggers)} | {n: getattr(d, n) for n in SINGLE}
    for name, m in named.items():
        out |= pack_model(m, name)
    out["temperature"] = np.array([d.temperature], np.float32)
    out["lemmas"] = as_bytes(sorted(d.lemmas))
    out["codes"] = as_bytes(f"{k}\t{v}" for k, v in sorted(d.codes.items()))
    out["thresholds"] = as_bytes(f"{k}\t{v:.3f}" for k, v in sorted(d.thresholds.items()))
    return out


def pack_model(m: Model, name: str) -> dict[str, npt.NDArray[Any]]:
    """One model's arrays; the sparse table is 8-bit with one factor a column."""
    scale = np.maximum(np.abs(m.sparse).max(axis=0), 1e-6) / 127
    return {
        f"{name}.features": as_bytes(sorted(m.index, key=lambda f: m.index[f])),
        f"{name}.classes": as_bytes(m.classes),
        f"{name}.sparse": np.round(m.sparse / scale).astype(np.int8),
        f"{name}.scale": scale.astype(np.float32),
        f"{name}.bias": m.bias.astype(np.float32),
        f"{name}.dense": m.dense.astype(np.float16),
        f"{name}.out": m.out.astype(np.float16),
        f"{name}.out_bias": m.out_bias.astype(np.float32),
        f"{name}.temperature": np.array([m.temperature], np.float32),
    }


def as_bytes(lines: Any) -> npt.NDArray[Any]:
    """Lines of text as an array of bytes, which loads without pickle."""
    return np.frombuffer("\n".join(lines).encode("utf-8"), np.uint8)


def _lines(data: npt.NDArray[Any]) -> list[str]:
    return bytes(data).decode("utf-8").split("\n")


@cache
def default_decisions() -> Decisions | None:
    """The models in seeds/models, None where they have not been trained."""
    try:
        path, vectors = seeds.path(FILE), seeds.path(VECTORS)
    except seeds.SeedError:
        return None
    data = open_file(path)
    decisions = Decisions(
        triggers=[Model.load(data, f"trigger{i}") for i in range(int(data["trigger_models"][0]))],
        temperature=float(data["temperature"][0]),
        **{n: Model.load(data, n) for n in SINGLE},
        vectors=Vectors.load(vectors), lemmas=frozenset(_lines(data["lemmas"])),
        codes=dict(line.split("\t") for line in _lines(data["codes"]) if line),
        thresholds={k: float(v) for k, v in (line.split("\t") for line in _lines(data["thresholds"]))},
    )  # fmt: skip
    decisions.stack().share()
    return decisions
