"""Silver data: news sentences that the teacher and a first student tag together, kept where both are sure.

The two make different errors; the mean of their probabilities is better than either (see the model card).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from seeds.build.train_ner import e5, fit, teacher
from seeds.build.train_ner.network import Network
from seeds.build.train_ner.texts import Tagged, corpus_documents, split_sentences, tokenize
from tasks.entities import tagger_network
from tasks.entities.tagger_features import TAGS

SURE = 0.6  # least probability of any tag in a sentence that is kept
_KEEP_EMPTY = 0.3  # share of the sentences without a name that is kept
_SHORTEST, _LONGEST = 5, 70
_PART = 100  # documents labelled at once


def corpus_sample(shared: Path, count: int, seed: int = 3) -> list[list[list[str]]]:
    """Random documents of the corpus as lists of sentences of tokens; the same for the same seed."""
    texts = list(corpus_documents(shared))
    random.Random(seed).shuffle(texts)
    return [[tokenize(s) for s in split_sentences(text)] for text in texts[:count]]


def label(
    documents: list[list[list[str]]],
    model: tuple[e5.Encoder, e5.Pieces],
    student: tuple[Network, fit.Encoder],
    report: Callable[[str], None],
) -> list[Tagged]:
    """Tag the documents' sentences and keep the sure ones."""
    chance = random.Random(5)
    kept: list[Tagged] = []
    for start in range(0, len(documents), _PART):
        part = documents[start : start + _PART]
        sentences = [s for d in part for s in d]
        taught = by_sentence(part, teacher.probabilities(*model, [[w for s in d for w in s] for d in part]))
        learnt = fit.read(*student, [[(w, "O") for w in s] for s in sentences])
        for words, a, b in zip(sentences, taught, learnt, strict=True):
            tags, least = decode(np.float32(0.5) * (a + b.probabilities))
            named = any(t != "O" for t in tags)
            if least >= SURE and _SHORTEST <= len(words) <= _LONGEST and (named or chance.random() < _KEEP_EMPTY):
                kept.append(list(zip(words, tags, strict=True)))
        report(f"silver: {start + len(part)} documents, {len(kept)} sentences kept")
    return kept


def by_sentence(documents: list[list[list[str]]], tables: list[NDArray[np.float32]]) -> list[NDArray[np.float32]]:
    """Tables of whole documents (words, tags) cut into those of their sentences."""
    out = []
    for sentences, table in zip(documents, tables, strict=True):
        ends = np.cumsum([len(s) for s in sentences])
        out += np.split(table, ends[:-1])
    return out


def decode(table: NDArray[np.float32]) -> tuple[list[str], float]:
    """Best well-formed tags of a sentence by the product of their probabilities, and the least of these."""
    if not len(table):
        return [], 1.0
    none = {"transitions": np.zeros((len(TAGS), len(TAGS)), np.float32), "first": np.zeros(len(TAGS), np.float32)}
    transitions, first = tagger_network.allowed(none)
    scores = np.log(table + 1e-9)[:, None]
    path = tagger_network.viterbi(scores, np.array([len(table)]), transitions, first, none["first"])[:, 0]
    return [TAGS[k] for k in path], float(table[np.arange(len(table)), path].min())
