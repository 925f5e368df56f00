"""Cross-validation by document of the whole coder, counted as score.py counts."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from multiprocessing import get_context
from typing import Any

import numpy as np

from seeds.build.train_events.evaluate import score
from seeds.build.train_events.gsr import measure as measure_sentences
from seeds.build.train_events.gsr import told
from seeds.build.train_events.train import CLASSES, Data, Settings, best_temperature, held_out_scores, train
from tasks.events.coder import EventCoder
from tasks.events.decisions import Decisions
from tasks.events.types import EventMention
from tasks.events.vectors import Vectors

FIGURES = (
    "event_detection",
    "event_with_both_actors",
    "source_right",
    "target_right",
    "status_right",
    "date_right",
    "location_right",
)
PRECISE = 0.6
NEAR = (0.125, 0.15, 0.175, 0.2)  # thresholds tried for the types in `ASKED`
PROCESSES = 2
ASKED = ("PROTEST", "ASSAULT")  # types that the labelled sentences ask for
THRESHOLDS = (0.1, 0.125, 0.15, 0.175, 0.2, 0.25, 0.3)


def folds(n: int, k: int = 4, seed: int = 0) -> list[set[int]]:
    """k parts of n documents."""
    order = np.random.default_rng(seed).permutation(n)
    return [set(order[i::k].tolist()) for i in range(k)]


def code(data: Data, models: dict[frozenset[int], Decisions], n: int) -> list[list[EventMention]]:
    """Events of the first n documents, each coded by the models that have not seen it."""
    coded: list[list[EventMention]] = [[] for _ in range(n)]
    for part, decisions in models.items():
        ids = sorted(part)
        for i, (events, _) in zip(
            ids, EventCoder(models=decisions).code_texts([data.texts[i] for i in ids]), strict=True
        ):
            coded[i] = events
    return coded


def cross_validate(
    data: Data, gold: int, settings: Settings, k: int = 4
) -> tuple[dict[str, Any], float, dict[str, float]]:
    """Figures on the gold documents (the first `gold` ones), temperature and thresholds.

    The other annotated documents are in every training part. Precision comes first: the threshold is the one with the best
    F1 among those whose precision reaches `PRECISE`, among all where none does.
    """
    asked = range(len(data.sentences))
    parts, unseen = folds(gold, k), folds(len(asked), k, 1)
    models: dict[frozenset[int], Decisions] = {}
    scores, labels = [], []
    for part, decisions in zip(parts, _side_by_side(data, settings, parts, unseen), strict=True):
        decisions.vectors = data.vectors
        models[frozenset(part)] = decisions
        _, log, columns = held_out_scores(decisions, data, part)
        scores.append(log)
        labels.append(columns)
    heat = best_temperature(scores, labels)
    best: tuple[tuple[bool, float], float, dict[str, Any]] | None = None
    for least in THRESHOLDS:
        for decisions in models.values():
            decisions.temperature, decisions.thresholds = heat, dict.fromkeys(CLASSES[1:], least)
        figures = measure(data, code(data, models, gold), range(gold))
        found = figures["event_detection"]
        print(least, *(figures[f] for f in FIGURES), flush=True)
        rank = (found["precision"] >= PRECISE, found["f1"])
        if best is None or rank > best[0]:
            best = (rank, least, figures)
    assert best is not None
    _, least, figures = best
    thresholds = dict.fromkeys(CLASSES[1:], least)
    for decisions in models.values():
        decisions.thresholds = thresholds  # one dictionary for all: what is tried holds for every fold
    tune_asked(data, models, gold, unseen, thresholds)
    coded = code(data, models, gold)
    figures = measure(data, coded, range(gold))
    figures["by_outlet"] = by_outlet(data, coded, gold)
    figures["gsr"] = sentences_told(data, list(models.values()), unseen)
    return figures, heat, thresholds


def tune_asked(
    data: Data,
    models: dict[frozenset[int], Decisions],
    gold: int,
    unseen: Sequence[set[int]],
    thresholds: dict[str, float],
) -> None:
    """Thresholds of the types that the labelled sentences ask for: best in F1 on sentences and documents together (in place)."""
    for kind in ASKED if data.sentences else ():
        best, usual = (0.0, 0.0), thresholds[kind]
        for least in sorted({usual, *NEAR}):
            thresholds[kind] = least
            alone = sentences_told(data, list(models.values()), unseen)[kind]["f1"]
            whole = measure(data, code(data, models, gold), range(gold))["by_type"].get(kind, {"f1": 0.0})["f1"]
            print(kind, least, alone, whole, flush=True)
            best = max(best, (alone + whole, least))
        thresholds[kind] = best[1] or usual


_SHARED: list[tuple[Data, Settings]] = []  # what the processes of the folds inherit


def _side_by_side(
    data: Data, settings: Settings, parts: Sequence[set[int]], unseen: Sequence[set[int]]
) -> list[Decisions]:
    """Models of every fold, each trained on what is not in it; two at a time."""
    _SHARED.append((data, settings))
    gc.freeze()  # a collection would touch, and so copy, every page that a child shares with this process
    with get_context("fork").Pool(PROCESSES, maxtasksperchild=1) as pool:
        return pool.map(_fold, list(zip(parts, unseen, strict=True)), chunksize=1)


def _fold(held_out: tuple[set[int], set[int]]) -> Decisions:
    gc.disable()
    (data, settings), (part, kept) = _SHARED[-1], held_out
    every, asked = set(range(len(data.articles))), set(range(len(data.sentences)))
    decisions = train(data, every - part, settings, sentences=asked - kept)
    decisions.vectors = Vectors([], np.zeros((0, data.vectors.size), np.float32))  # not sent back: the same for all
    return decisions


def sentences_told(data: Data, models: Sequence[Decisions], unseen: Sequence[set[int]]) -> dict[str, Any]:
    """Sentence detection on sentences that each model has not seen."""
    said: list[set[str]] = [set() for _ in data.sentences]
    for decisions, part in zip(models, unseen, strict=True):
        ids = sorted(part)
        for i, types in zip(ids, told([data.sentence_texts[i] for i in ids], decisions), strict=True):
            said[i] = types
    return measure_sentences(data.sentences, said) if said else {}


def measure(data: Data, coded: Sequence[Sequence[EventMention]], ids: Sequence[int] | range) -> dict[str, Any]:
    """score.py's figures for some documents."""
    files = [f for i in ids if (f := data.articles[i].gold_file)]
    result = score(files, [data.texts[i].analysed for i in ids], [coded[i] for i in ids])
    return {k: result[k] for k in (*FIGURES, "by_type")}


def by_outlet(data: Data, coded: Sequence[Sequence[EventMention]], gold: int) -> dict[str, Any]:
    """Detection and both actors by outlet."""
    outlets: dict[str, list[int]] = {}
    for i in range(gold):
        outlets.setdefault(data.articles[i].outlet, []).append(i)
    return {name: {f: measure(data, coded, ids)[f] for f in FIGURES[:2]} for name, ids in sorted(outlets.items())}
