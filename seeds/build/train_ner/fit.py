"""Batches, the training loop and prediction of the network."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from seeds.build.train_ner.names import Names
from seeds.build.train_ner.network import EXTRA, Network
from seeds.build.train_ner.texts import Tagged, chunks
from tasks.entities import tagger_dictionary
from tasks.entities.tagger import lookup
from tasks.entities.tagger_features import (
    FLAGS,
    TAGS,
    beginnings,
    characters,
    flags,
    openers,
    phrase_flags,
    unpack,
    word_key,
)

_TAG = {t: i for i, t in enumerate(TAGS)}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a training run can be told."""

    epochs: int = 10
    silver_epochs: int = 2  # before them, on gold and silver
    hidden: int = 160
    rate: float = 3e-3
    batch: int = 32
    blank: float = 0.03  # share of words whose vector is hidden in training
    seed: int = 1


class Encoder:
    """Sentences to network inputs, word features cached by word."""

    def __init__(self, words: Sequence[str], names: Names) -> None:
        self.rows = {w: i + 2 for i, w in enumerate(words)}
        self.names = names
        self.heads = frozenset(p.split(" ", 1)[0] for p in names.phrases)
        self.begun = beginnings(names.phrases)
        self._words: dict[str, tuple[int, list[int], NDArray[np.float32]]] = {}

    def word(self, word: str) -> tuple[int, list[int], NDArray[np.float32]]:
        """Vector row, character codes and flags (with stem and unknown marks)."""
        found = self._words.get(word)
        if found is None:
            key = word_key(word)
            row, stem = lookup(key, self.rows)
            bits = flags(key, self.names.words) | tagger_dictionary.flags(key, tagger_dictionary.load())
            listed = unpack(np.array(bits, np.uint16))
            found = row, characters(word), np.append(listed, [stem, row == 1]).astype(np.float32)
            self._words[word] = found
        return found

    def batch(self, sentences: Sequence[Tagged]) -> dict[str, Any]:
        """Tensors of sentences that are sorted by falling length."""
        lengths = [len(s) for s in sentences]
        shape = (len(sentences), lengths[0])
        rows, tags = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        extra = np.zeros((*shape, EXTRA), np.float32)
        shapes: dict[str, int] = {"": 0}
        index = np.zeros(shape, np.int64)
        for i, sentence in enumerate(sentences):
            for j, (word, tag) in enumerate(sentence):
                row, _, listed = self.word(word)
                rows[i, j], tags[i, j] = row, _TAG[tag]
                extra[i, j, : len(listed)] = listed
                index[i, j] = shapes.setdefault(word, len(shapes))
            keys = [word_key(w) for w, _ in sentence]
            bits = phrase_flags(keys, [openers(k, self.heads) for k in keys], self.names.phrases, self.begun)
            extra[i, : len(sentence), -len(FLAGS) :] = unpack(bits)
        codes = [self.word(w)[1] if w else characters("") for w in shapes]
        arrays = {"rows": rows, "tags": tags, "extra": extra, "chars": np.array(codes), "shape": index}
        return {k: torch.tensor(v) for k, v in arrays.items()} | {"lengths": torch.tensor(lengths)}


def fit(
    encoder: Encoder,
    vectors: NDArray[np.float32],
    gold: list[Tagged],
    silver: list[Tagged],
    settings: Settings,
    report: Callable[[str], None],
) -> Network:
    """Train a network: some epochs on gold and silver together where there is silver, then on gold alone.

    Half a minute for an epoch of 10,000 sentences on one core.
    """
    random.seed(settings.seed)
    torch.manual_seed(settings.seed)
    network = Network(np.vstack([np.zeros((2, vectors.shape[1]), np.float32), vectors]), settings.hidden)
    parameters = [p for p in network.parameters() if p.requires_grad]
    epochs = [_pieces(gold + silver)] * (settings.silver_epochs if silver else 0) + [_pieces(gold)] * settings.epochs
    total = sum(len(pieces) // settings.batch + 1 for pieces in epochs)
    optimizer = torch.optim.AdamW(parameters, settings.rate, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, settings.rate, total_steps=total + 1, pct_start=0.1)
    for number, pieces in enumerate(epochs):
        started, losses = time.monotonic(), []
        network.train()
        for sentences in _batches(list(pieces), settings.batch):
            batch = encoder.batch(sentences)
            batch["rows"][torch.rand(batch["rows"].shape) < settings.blank] = 1
            loss = network.loss(network(batch), batch["tags"], batch["lengths"])
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 5.0)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        seconds = time.monotonic() - started
        report(f"epoch {number + 1} of {len(epochs)}: loss {np.mean(losses):.3f}, {seconds:.0f} s")
    network.eval()
    return network


def _pieces(sentences: list[Tagged]) -> list[Tagged]:
    return [c for s in sentences for c in chunks(s) if c]


def _batches(pieces: list[Tagged], size: int) -> list[list[Tagged]]:
    """Shuffled batches of sentences of like length, longest first in each."""
    random.shuffle(pieces)
    out = []
    for start in range(0, len(pieces), size * 40):
        alike = sorted(pieces[start : start + size * 40], key=len, reverse=True)
        out += [alike[i : i + size] for i in range(0, len(alike), size)]
    random.shuffle(out)
    return out


def weights_of(network: Network) -> dict[str, NDArray[np.float32]]:
    """The network's weights as the numpy tagger names them (the two LSTM biases summed, no word vectors)."""
    arrays = {k: v.detach().numpy() for k, v in network.state_dict().items() if k != "vectors.weight"}
    for direction in ("", "_reverse"):
        input_bias = arrays.pop(f"lstm.bias_ih_l0{direction}")
        arrays[f"lstm.bias{direction}"] = input_bias + arrays.pop(f"lstm.bias_hh_l0{direction}")
    return arrays
