"""All event models from prepared, annotated documents; the same steps serve cross-validation and the shipped models."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from types import ModuleType

import numpy as np
import numpy.typing as npt

from seeds.build.train_events.data import Article
from seeds.build.train_events.examples import MASKED, Example, build
from seeds.build.train_events.fit import fit, temperature
from seeds.build.train_events.gsr import Weak, labelled, weak_examples
from seeds.build.train_events.pairs import fit_pairs, number_slots
from seeds.build.train_events.parties import Choice, choices, date_slots, fit_ranker, place_slots
from tasks.events.decisions import NONE, STATEMENT, Decisions
from tasks.events.features import status_features
from tasks.events.model import Model
from tasks.events.ontology import PLOVER
from tasks.events.prepare import Text
from tasks.events.status import STATUSES, find_cues
from tasks.events.vectors import Vectors

CLASSES = (NONE, STATEMENT, *PLOVER)
Array = npt.NDArray[np.float32]


@dataclass(slots=True)
class Settings:
    """What is tuned."""

    widths: tuple[int, ...] = (0, 64, 64)  # one trigger model each
    weak: float = 0.3  # weight of a candidate in a sentence labelled by type only
    minor: float = 0.5  # weight of events that a careful coder may leave out
    threshold: float = 0.3
    epochs: int = 3  # sparse steps move rare features far: more passes learn the training articles by heart
    least: int = 3  # words a feature must be seen with


@dataclass(slots=True)
class Data:
    """Examples of all documents, made once; folds pick from them."""

    articles: Sequence[Article]
    texts: Sequence[Text]
    vectors: Vectors
    examples: list[Example] = field(default_factory=list)
    dense: Array = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    slots: list[Choice] = field(default_factory=list)
    pair_features: list[str] = field(default_factory=list)  # names of the numbers in `slots`
    sentences: list[dict[str, str]] = field(default_factory=list)  # labelled by type only
    sentence_texts: list[Text] = field(default_factory=list)
    weak: list[Weak] = field(default_factory=list)  # of the sentences labelled by type only
    weak_dense: Array = field(default_factory=lambda: np.zeros((0, 0), np.float32))

    def make(self, scorer: ModuleType) -> Data:
        """Fill in examples and slots."""
        self.examples, self.dense = build(self.articles, self.texts, self.vectors)
        self.slots = choices(self.articles, self.texts, scorer)
        self.pair_features = number_slots(self.slots)
        place_slots(self.slots, [a.names for a in self.articles])  # kept in the slots, for all folds
        if self.sentences:
            self.weak, self.weak_dense = weak_examples(self.sentences, self.sentence_texts, self.vectors)
        return self


def train(
    data: Data, documents: set[int], settings: Settings, heat: float = 1.0, thresholds: dict[str, float] | None = None,
    sentences: Collection[int] = (),
) -> Decisions:  # fmt: skip
    """Models of the given documents (indexes into `data.articles`) and weakly labelled sentences (numbers in `data.weak`)."""
    lemmas = frozenset(e.key for e in data.examples if e.doc in documents and e.label not in (NONE, MASKED))
    rows = [
        i
        for i, e in enumerate(data.examples)
        if e.doc in documents and e.label != MASKED and (e.in_lexicon or e.key in lemmas)
    ]
    chosen = [data.examples[i] for i in rows]
    weights = [1.0 if e.core or e.label in (NONE, STATEMENT) else settings.minor for e in chosen]
    features, labels, dense = [e.features for e in chosen], [e.label for e in chosen], data.dense[rows]
    first = fit(
        features, labels, CLASSES, dense, weights, width=0, epochs=settings.epochs, least=settings.least, rate=1e-2
    )
    if sentences:
        more, said = labelled(data.weak, data.weak_dense, sentences, first, lemmas)
        weak = [data.weak[i] for i in more]
        features, labels = features + [w.features for w in weak], labels + said
        dense, weights = np.concatenate([dense, data.weak_dense[more]]), weights + [settings.weak] * len(more)
    triggers = [
        fit(features, labels, CLASSES, dense, weights, width=w, epochs=settings.epochs, least=settings.least + (w > 0), rate=3e-3 if w else 1e-2, seed=n)
        if w or sentences else first
        for n, w in enumerate(settings.widths)
    ]  # fmt: skip
    slots = [c for c in data.slots if c.doc in documents]
    parties = fit_pairs(slots, data.pair_features, [1.0 if c.core else settings.minor for c in slots], data.vectors)
    place = fit_ranker(place_slots(slots, [a.names for a in data.articles]), epochs=5)
    date = fit_ranker(date_slots(slots))
    least = thresholds or dict.fromkeys(CLASSES[1:], settings.threshold)
    return Decisions(
        triggers,
        heat,
        _status(data, documents),
        parties,
        place,
        date,
        data.vectors,
        lemmas,
        _codes(chosen),
        least,
    )


def _codes(examples: Sequence[Example]) -> dict[str, str]:
    """The CAMEO code seen most with a type and lemma."""
    seen: dict[str, Counter[str]] = {}
    for e in examples:
        if e.gold is not None:
            plover = "" if e.label == STATEMENT else e.label
            seen.setdefault(f"{plover} {e.key}", Counter())[e.gold.cameo] += 1
    return {k: max(c, key=lambda code: (c[code], code)) for k, c in seen.items()}


def _status(data: Data, documents: set[int]) -> Model:
    rows, labels = [], []
    for e in data.examples:
        if e.doc in documents and e.gold is not None and e.label not in (NONE, MASKED):
            s = data.texts[e.doc].sentences[e.sentence]
            plover = "" if e.label == STATEMENT else e.label
            rows.append(status_features(find_cues(s.view, e.at, s.cues), plover, s.view, e.at))
            labels.append(e.gold.status)
    return fit(rows, labels, STATUSES, width=0, epochs=20, rate=1e-2, drop_features=0.1)


def held_out_scores(decisions: Decisions, data: Data, documents: set[int]) -> tuple[list[int], Array, list[int]]:
    """Rows of `data.examples` of some documents, the log probabilities (at temperature 1), and the columns of their labels."""
    rows = [
        i for i, e in enumerate(data.examples)
        if e.doc in documents and e.label != MASKED and (e.in_lexicon or e.key in decisions.lemmas)
    ]  # fmt: skip
    chosen = [data.examples[i] for i in rows]
    log = np.log(decisions.shares([e.features for e in chosen], data.dense[rows]))
    return rows, log, [CLASSES.index(data.examples[i].label) for i in rows]


def best_temperature(scores: Sequence[Array], labels: Sequence[Sequence[int]]) -> float:
    """Temperature over the held-out scores of all folds."""
    return temperature(np.concatenate(list(scores)), [y for part in labels for y in part])
