"""Training examples of the trigger decision: every content word that may be a trigger, with the type it was annotated as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from sys import intern

import numpy as np
import numpy.typing as npt

from seeds.build.train_events.data import Article, Gold
from tasks.events.features import dense, sentence_keys, trigger_features
from tasks.events.prepare import Text
from tasks.events.vectors import Vectors

NONE, STATEMENT, MASKED = "none", "-", "masked"


@dataclass(slots=True)
class Example:
    """One word that may be a trigger."""

    doc: int
    sentence: int
    at: int
    key: str  # lemma and class, what the candidate list is made of
    label: str  # a PLOVER type, - for a bare statement, none, or masked (part of a longer trigger)
    core: bool
    in_lexicon: bool
    features: list[str]
    gold: Gold | None


def gold_tokens(text: Text, gold: Gold) -> tuple[int, list[int]]:
    """Sentence index and tokens of an annotated trigger; (-1, []) when it is not found."""
    for n, s in enumerate(text.sentences):
        inside = [i for i, t in enumerate(s.view.tokens) if t.start < gold.end and t.end > gold.start]
        if inside:
            return n, inside
    return -1, []


def _head(text: Text, n: int, inside: Sequence[int], plover: str) -> int:
    """The token of a trigger that carries the label: one whose lexicon type is right, else a noun after a light verb, else the first."""
    s = text.sentences[n]
    usable = [i for i in inside if s.view.pos[i] in ("V", "N", "A")]
    right = [i for i in usable if any(m.trigger.plover == plover for m in s.matches.get(i, ()))]
    if right:
        return right[0]
    return usable[0] if usable else -1


def build(
    articles: Sequence[Article], texts: Sequence[Text], vectors: Vectors
) -> tuple[list[Example], npt.NDArray[np.float32]]:
    """Examples of all documents and their dense rows; words inside names are no examples, headlines neither."""
    examples: list[Example] = []
    rows = []
    for d, (article, text) in enumerate(zip(articles, texts, strict=True)):
        labels: dict[tuple[int, int], Gold | None] = {}
        for gold in article.events:
            n, inside = gold_tokens(text, gold)
            if n < 0:
                continue
            head = _head(text, n, inside, gold.plover)
            for i in inside:
                if i != head:
                    labels.setdefault((n, i), None)
            old = labels.get((n, head))
            if head >= 0 and (old is None or (gold.core and not old.core)):
                labels[n, head] = gold
        for n, s in enumerate(text.sentences):
            if s.view.sentence.kind == "headline":
                continue
            keys = sentence_keys(s.view)
            usable = [
                i
                for i in range(len(keys))
                if s.view.pos[i] in ("V", "N", "A") and (i not in s.covered or labels.get((n, i)))
            ]
            rows.append(dense([vectors.rows(s.view.tokens)], [usable], vectors))
            for i in usable:
                masked = (n, i) in labels and labels[n, i] is None
                gold_here = labels.get((n, i))
                label = MASKED if masked else NONE if gold_here is None else gold_here.plover or STATEMENT
                examples.append(
                    Example(
                        d,
                        n,
                        i,
                        keys[i],
                        label,
                        bool(gold_here and gold_here.core),
                        i in s.matches,
                        [intern(f) for f in trigger_features(text, n, i, keys)],
                        gold_here,
                    )
                )
    return examples, np.concatenate(rows)
