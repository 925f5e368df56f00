"""Cross-validation of the whole pipeline on ANERcorp, counted as the scorer of tagged files counts.

A document a sentence, names alone (``MARSAD_NAMES_ONLY``), exact spans over the corpus's own tokens.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from seeds.build.train_ner.measure import KINDS, spans
from seeds.build.train_ner.texts import Tagged
from tasks.entities.pipeline import EntityPipeline
from tasks.entities.tagger import Tagger
from tasks.entities.types import Mention
from tasks.language.analyse import analyse
from tasks.language.morphology import Morphology
from tasks.language.normalize import clean
from tasks.language.types import Document

Counts = Counter[tuple[str, str]]  # (kind, tp | fp | fn)
Spans = set[tuple[int, int, str]]

_TAG = {"PERSON": "PERS", "ORGANIZATION": "ORG", "GPE": "LOC", "LOCATION": "LOC", "FACILITY": "LOC"}
_DAY = date(2005, 1, 1)  # of the corpus's news, as far as offices and namesakes want one
_BEGIN, _END = "<!-- cross-validation -->\n", "<!-- end of cross-validation -->"


def blocks(shared: Path) -> list[Tagged]:
    """Sentences of ANERcorp's training split, token and tag as the file has them."""
    text = (shared / "ner" / "anercorp_train.txt").read_text(encoding="utf-8").strip()
    pairs = [[line.rsplit(" ", 1) for line in block.split("\n")] for block in re.split(r"\n\s*\n", text)]
    return [[(word, tag) for word, tag in block] for block in pairs]


def score(model: Path, held: Sequence[Tagged], morphology: Morphology) -> Counts:
    """What the pipeline with a model finds, misses and adds in sentences, by kind."""
    pipeline = EntityPipeline(tag=Tagger.load(model).tag, names_only=True)
    texts = [clean(" ".join(word for word, _ in block)) for block in held]
    documents = [Document(f"ner-{n}", text, _DAY, has_title=False) for n, text in enumerate(texts)]
    counts: Counts = Counter()
    found = pipeline.mentions(analyse(documents, morphology))
    for block, text, mentions in zip(held, texts, found, strict=True):
        tags = [tag if tag[2:] in KINDS else "O" for _, tag in block]
        count(counts, spans(tags), placed(text, [word for word, _ in block], mentions))
    return counts


def placed(text: str, tokens: Sequence[str], mentions: Sequence[Mention]) -> Spans:
    """Mentions as (first token, token behind the last, kind)."""
    starts, at = [], 0
    for token in tokens:
        at = text.find(token, at)
        starts.append((at, at + len(token)))
        at += len(token)
    out: Spans = set()
    for mention in mentions:
        inside = [i for i, (start, end) in enumerate(starts) if start < mention.end and end > mention.start]
        if inside and mention.kind in _TAG:
            out.add((inside[0], inside[-1] + 1, _TAG[mention.kind]))
    return out


def count(counts: Counts, gold: Spans, found: Spans) -> None:
    """Add what was found, added and missed, by kind."""
    for what, group in (("tp", gold & found), ("fp", found - gold), ("fn", gold - found)):
        counts.update((kind, what) for _, _, kind in group)


def row(name: str, counts: Counts) -> str:
    """A line of the model card's table: precision, recall and F1 over the kinds, then F1 of each."""
    total = [sum(counts[kind, what] for kind in KINDS) for what in ("tp", "fp", "fn")]
    return f"| {name} | {' | '.join(f'{x:.3f}' for x in (*_prf(*total), *(_of(counts, k) for k in KINDS)))} |"


def _of(counts: Counts, kind: str) -> float:
    return _prf(counts[kind, "tp"], counts[kind, "fp"], counts[kind, "fn"])[2]


def _prf(tp: int, fp: int, fn: int) -> tuple[float, float, float]:
    return tp / max(1, tp + fp), tp / max(1, tp + fn), 2 * tp / max(1, 2 * tp + fp + fn)


def table(folds: Sequence[Counts]) -> Iterator[str]:
    """The model card's table: a line a fold, then all folds counted together."""
    yield "| fold | P | R | F1 | PERS | LOC | ORG |"
    yield "|---|---|---|---|---|---|---|"
    for number, counts in enumerate(folds):
        yield row(f"{number}/{len(folds)}", counts)
    yield row("**all**", sum(folds, Counter()))


def write_card(card: Path, lines: Sequence[str]) -> None:
    """Put the table between its marks in the model card.

    Raises:
        ValueError: when the card has no such marks.
    """
    head, begin, rest = card.read_text(encoding="utf-8").partition(_BEGIN)
    _, end, tail = rest.partition(_END)
    if not begin or not end:
        raise ValueError(f"{card}: no marks of the cross-validation")
    card.write_text(head + begin + "\n".join(lines) + "\n" + end + tail, encoding="utf-8")
