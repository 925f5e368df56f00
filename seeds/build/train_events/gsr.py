"""Sentences of the OEDA gold set as weak examples: a sentence tells of a protest or an assault, or it does not."""

from __future__ import annotations

import csv
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from sys import intern
from typing import Any

import numpy as np
import numpy.typing as npt

from seeds.build.train_events.data import SHARED
from tasks.events.coder import EventCoder
from tasks.events.decisions import Decisions
from tasks.events.features import dense, sentence_keys, trigger_features
from tasks.events.model import Model
from tasks.events.prepare import Text
from tasks.events.vectors import Vectors
from tasks.language.normalize import clean
from tasks.language.types import Document

Array = npt.NDArray[np.float32]
WORTH = 0.05  # a word whose share of the asked type is below this teaches nothing as a counter-example


@dataclass(slots=True)
class Weak:
    """One candidate word of one labelled sentence."""

    row: int  # which sentence
    kind: str  # the type asked about
    yes: bool
    key: str
    in_lexicon: bool
    of_kind: bool  # the lexicon has a sense of the asked type for it
    features: list[str]


def sentences() -> list[dict[str, str]]:
    """Labelled sentences; ambiguous ones are left out of training but are kept for their place."""
    path = SHARED / "gold" / "gsr_dev.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def documents(rows: Sequence[dict[str, str]]) -> list[Document]:
    """Each sentence as a document, as the evaluation does it."""
    return [Document(r["doc"], clean(r["text"]), date(2008, 1, 1)) for r in rows]


def weak_examples(rows: Sequence[dict[str, str]], texts: Sequence[Text], vectors: Vectors) -> tuple[list[Weak], Array]:
    """Candidates of all sentences with a clear label, with their dense rows."""
    out: list[Weak] = []
    matrix = []
    for k, (row, text) in enumerate(zip(rows, texts, strict=True)):
        if row["label"] == "ambiguous":
            continue
        for n, s in enumerate(text.sentences):
            keys = sentence_keys(s.view)
            at = [i for i in range(len(keys)) if s.view.pos[i] in ("V", "N", "A") and i not in s.covered]
            matrix.append(dense([vectors.rows(s.view.tokens)], [at], vectors))
            for i in at:
                of_kind = any(m.trigger.plover == row["event_type"] for m in s.matches.get(i, ()))
                out.append(
                    Weak(
                        k,
                        row["event_type"],
                        row["label"] == "yes",
                        keys[i],
                        i in s.matches,
                        of_kind,
                        [intern(f) for f in trigger_features(text, n, i, keys)],
                    )
                )
    return out, np.concatenate(matrix)


def labelled(
    weak: Sequence[Weak], matrix: Array, rows: Collection[int], base: Model, lemmas: Collection[str]
) -> tuple[list[int], list[str]]:
    """Indexes and labels for training: of a "yes" sentence the likeliest word, of a "no" sentence every word that looks like one."""
    usable = [i for i, w in enumerate(weak) if w.row in rows and (w.in_lexicon or w.key in lemmas)]
    if not usable:
        return [], []
    shares = base.probabilities([weak[i].features for i in usable], matrix[usable])
    chosen: list[int] = []
    labels: list[str] = []
    best: dict[int, tuple[float, int]] = {}
    for i, share in zip(usable, shares, strict=True):
        w = weak[i]
        own = float(share[base.classes.index(w.kind)]) + 0.05 * w.of_kind
        if w.yes:
            if own > best.get(w.row, (0.0, -1))[0]:
                best[w.row] = (own, i)
        elif own > WORTH:
            chosen.append(i)
            labels.append("!" + w.kind)
    for _, i in best.values():
        chosen.append(i)
        labels.append(weak[i].kind)
    return chosen, labels


def measure(rows: Sequence[dict[str, str]], said: Sequence[set[str]]) -> dict[str, Any]:
    """F1 against "easy no" as score.py counts; `said` are the types told as occurred in each sentence."""
    out = {}
    for kind in ("PROTEST", "ASSAULT"):
        asked = [
            (r["label"] == "yes", kind in s)
            for r, s in zip(rows, said, strict=True)
            if r["event_type"] == kind and r["label"] in ("yes", "easy no")
        ]
        hit, false, missed = (sum(a == b for a in asked) for b in ((True, True), (False, True), (True, False)))
        shares = {
            "precision": hit / max(1, hit + false),
            "recall": hit / max(1, hit + missed),
            "f1": 2 * hit / max(1, 2 * hit + false + missed),
        }
        out[kind] = {k: round(v, 3) for k, v in shares.items()}
    return out


def told(texts: Sequence[Text], decisions: Decisions) -> list[set[str]]:
    """Types that the coder tells as occurred in each document."""
    coded = EventCoder(models=decisions).code_texts(texts)
    return [{e.plover_type for e in events if e.status == "occurred"} for events, _ in coded]
