"""The learned decisions: which words are triggers of what, in which status, and who did it to whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

import seeds
from tasks.events.features import dense, sentence_keys, setting_of, trigger_features
from tasks.events.model import Model, Stack, as_bytes, lines_of, open_file, pack_names, shares, softmax
from tasks.events.parties import Choice, PairModel, load_pairs, pack_pairs
from tasks.events.prepare import Prepared, Text
from tasks.events.ranking import Slot
from tasks.events.vectors import Vectors

Array = npt.NDArray[np.float32]
NONE, STATEMENT = "none", "-"
FILE = "models/events.npz"
VECTORS = "models/events_vectors.npz"
JOINED = 3  # tokens between the first and the last word of one trigger
NOTHING = 0.7  # share from which an event is left without a date or place
SINGLE = ("status", "place", "date")  # decisions of one model each
LINEAR = ("source", "target", "pair")  # parts of the choice of parties


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

    triggers: list[Model]  # their shares are averaged
    temperature: float
    status: Model
    parties: PairModel
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
                rows.append(dense(index, places, self.vectors))
            out.append(found)
            everything += found
        if everything:
            every = self.shares([p.features for p in everything], np.concatenate(rows))
            for p, row in zip(everything, every, strict=True):
                p.probabilities = row
            for text, found in zip(texts, out, strict=True):
                self._join(text, found)
        return out

    def _join(self, text: Text, proposals: Sequence[Proposal]) -> None:
        """Give a verb what its noun has, where the lexicon has both as one trigger (أجرى محادثات): annotators mark either (in place)."""
        at = {(p.number, p.at): p for p in proposals}
        for p in proposals:
            match = next(iter(text.sentences[p.number].matches.get(p.at, ())), None)
            if match is None or not 0 < match.span[1] - match.span[0] <= JOINED or p.at != match.span[0]:
                continue
            column = self.classes.index(match.trigger.plover or STATEMENT)
            for i in range(p.at + 1, match.span[1] + 1):
                if (other := at.get((p.number, i))) is not None:
                    _move(other.probabilities, p.probabilities, column)

    def _candidates(self, sentence: Prepared, keys: Sequence[str]) -> list[int]:
        view = sentence.view
        return [
            i for i, key in enumerate(keys)
            if view.pos[i] in ("V", "N", "A") and i not in sentence.covered and (i in sentence.matches or key in self.lemmas)
        ]  # fmt: skip

    def shares(self, features: Sequence[Sequence[str]], rows: Array) -> Array:
        """Probability of every class (n × C) of n words by their feature lists and dense rows."""
        each = [softmax(s) for s in self.stack().scores(features, rows)]
        log = np.log(np.maximum(np.mean(each, axis=0), 1e-9))
        return softmax(np.asarray(log / self.temperature, np.float32))

    def choose(self, slots: Sequence[Slot], explain: bool = False) -> list[tuple[Choice, Choice]]:
        """Source and target of every trigger; with `explain` also the features that weighed most."""
        return self.parties.choose(slots, self.vectors, explain)

    def option(self, model: Model, features: Sequence[Sequence[str]], none: int) -> tuple[int, float]:
        """The best of some options and its share; option `none` (no date, no place) only when it is likelier than `NOTHING`."""
        each = shares(model.scores(features)[:, 0])
        if each[none] < NOTHING and len(each) > 1:
            each[none] = 0.0
        best = int(each.argmax())
        return best, float(each[best])


def _move(giver: Array, taker: Array, column: int) -> None:
    """Move the share of a class from one word to another; what is left is no event's (in place)."""
    share = min(float(giver[column]), float(taker[0]))
    giver[column] -= share
    giver[0] += share
    taker[column] += share
    taker[0] -= share


def pack(d: Decisions) -> dict[str, npt.NDArray[Any]]:
    """Everything but the vectors as arrays for one .npz file; weights in 16 bits."""
    out: dict[str, npt.NDArray[Any]] = {"trigger_models": np.array([len(d.triggers)])}
    named = {f"trigger{i}": m for i, m in enumerate(d.triggers)} | {n: getattr(d, n) for n in SINGLE}
    named |= {n: getattr(d.parties, n) for n in LINEAR}
    for name, m in named.items():
        out |= pack_model(m, name)
    out |= pack_pairs(d.parties)
    out["temperature"] = np.array([d.temperature], np.float32)
    out["lemmas"] = as_bytes(sorted(d.lemmas))
    out["codes"] = as_bytes(f"{k}\t{v}" for k, v in sorted(d.codes.items()))
    out["thresholds"] = as_bytes(f"{k}\t{v:.3f}" for k, v in sorted(d.thresholds.items()))
    return out


def pack_model(m: Model, name: str) -> dict[str, npt.NDArray[Any]]:
    """One model's arrays; the sparse table is 8-bit with one factor a column."""
    scale = np.maximum(np.abs(m.sparse).max(axis=0), 1e-6) / 127
    return {
        f"{name}.features": pack_names(m.index),
        f"{name}.classes": as_bytes(m.classes),
        f"{name}.sparse": np.round(m.sparse / scale).astype(np.int8),
        f"{name}.scale": scale.astype(np.float32),
        f"{name}.bias": m.bias.astype(np.float32),
        f"{name}.dense": m.dense.astype(np.float16),
        f"{name}.out": m.out.astype(np.float16),
        f"{name}.out_bias": m.out_bias.astype(np.float32),
        f"{name}.temperature": np.array([m.temperature], np.float32),
    }


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
        parties=load_pairs(data, *(Model.load(data, n) for n in LINEAR)),
        vectors=Vectors.load(vectors), lemmas=frozenset(lines_of(data["lemmas"])),
        codes=dict(line.split("\t") for line in lines_of(data["codes"]) if line),
        thresholds={k: float(v) for k, v in (line.split("\t") for line in lines_of(data["thresholds"]))},
    )  # fmt: skip
    decisions.stack().share()
    return decisions
