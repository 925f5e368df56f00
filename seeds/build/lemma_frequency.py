"""Estimates seeds/models/lemma_frequency.csv: how often news has each lemma, from text that nobody annotated.

Expectation maximisation: every token's readings are weighed by their costs and the steps between classes (forward and
backward through the sentence), the weights are counted as occurrences of lemmas, and the counts give new costs.

    python -m seeds.build.lemma_frequency CORPUS.jsonl[.gz] [EVERY_NTH_DOCUMENT [OUT.csv]]
"""

from __future__ import annotations

import csv
import gzip
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

import seeds
from tasks.language import rank
from tasks.language.costs import Class, class_of
from tasks.language.database import default_cache
from tasks.language.frequency import CONTENT, Frequencies
from tasks.language.lexicon import load_lexicon
from tasks.language.morphology import Morphology
from tasks.language.normalize import clean, dediac, fold
from tasks.language.segment import TOKEN_RE, split_sentences
from tasks.language.types import Document

ROUNDS = 3
RAREST_KEPT = 2.0  # expected occurrences in the sample
COMMON = 60.0  # per million: a name that is also a form of such a word is no name
Key = tuple[str, str]  # lemma, part of speech
Vector = npt.NDArray[np.float64]
Readings = tuple[list[int], Vector, list[tuple[Vector, list[Key]]]]  # classes, their weights, what each consists of


def sentences(corpus: Path, every: int) -> Iterator[list[str]]:
    """Token texts of the sentences of every n-th document."""
    opener = gzip.open if corpus.suffix == ".gz" else open
    with opener(corpus, "rt", encoding="utf-8") as lines:
        for n, line in enumerate(lines):
            if n % every == 0:
                row = json.loads(line)
                text = clean(f"{row.get('title') or ''}\n{row['text']}")
                for s in split_sentences(Document("", text)):
                    words = [m[0] for m in TOKEN_RE.finditer(text, s.start, s.end)]
                    if 3 <= len(words) <= 80:
                        yield words


def readings(morphology: Morphology, frequencies: Frequencies, word: str) -> Readings:
    """The classes of a word with their weights, and the share of each lemma within a class."""
    bare = dediac(word) or word
    by_class: dict[int, list[tuple[float, float, Key]]] = defaultdict(list)
    for cost, reading, jussive in morphology.costed(word):
        rarity, tie = frequencies.costs(reading.lemma, reading.pos)
        entry = (cost + rarity, cost + rarity + tie, (reading.lemma, reading.pos))
        by_class[int(class_of(reading, bare, jussive))].append(entry)
    weights, shares = [], []
    for entries in by_class.values():
        share = np.exp(-np.array([e[1] for e in entries]))
        share /= share.sum()
        weights.append(float(share @ np.exp(-np.array([e[0] for e in entries]))))
        shares.append((share, [e[2] for e in entries]))
    return list(by_class), np.array(weights), shares


def count(words: list[str], found: list[Readings], counts: dict[Key, float]) -> None:
    """Add the expected occurrences of every lemma in one sentence to the counts."""
    steps = np.exp(-np.array(rank._STEPS))
    forward: list[Vector] = []
    passed: list[tuple[Vector, Vector]] = []
    before, reached, last = [int(Class.START)], np.ones(1), ""
    for word, (classes, weights, _) in zip(words, found, strict=True):
        after = rank._AFTER.get(last)
        own = weights * np.exp(-np.array([after[c] for c in classes])) if after else weights
        step = steps[before][:, classes]
        reached = (reached @ step) * own
        reached /= reached.sum()
        forward.append(reached)
        passed.append((step, own))
        before, last = classes, rank._without_conj(fold(word))
    behind = np.ones(len(forward[-1]))
    for (_, _, shares), reached, (step, own) in zip(reversed(found), reversed(forward), reversed(passed), strict=True):
        posterior = reached * behind
        posterior /= posterior.sum()
        for weight, (share, keys) in zip(posterior, shares, strict=True):
            for part, key in zip(share, keys, strict=True):
                counts[key] += weight * part
        behind = step @ (own * behind)
        behind /= behind.sum()


def estimate(morphology: Morphology, sample: list[list[str]]) -> dict[Key, float]:
    """Occurrences per million words of every lemma."""
    million = sum(map(len, sample)) / 1e6
    unused = {(r["lemma"], r["pos"]) for r in seeds.read("codes/unused_lemmas.csv", required=("lemma", "pos"))}
    frequencies = Frequencies(())
    counts: dict[Key, float] = {}
    for number in range(ROUNDS):
        known: dict[str, Readings] = {}
        counts = defaultdict(float)
        for words in sample:
            for word in words:
                if word not in known:
                    known[word] = readings(morphology, frequencies, word)
            count(words, [known[w] for w in words], counts)
        for key in unused:
            counts.pop(key, None)
        frequencies = Frequencies((m, p, (n + 0.3) / million) for (m, p), n in counts.items())
        print(f"round {number + 1}: {len(counts)} lemmas", file=sys.stderr)
    return {k: n / million for k, n in counts.items() if k[1] in CONTENT and n >= RAREST_KEPT}


def is_word(morphology: Morphology, name: str, rates: dict[Key, float]) -> bool:
    """Whether a name that the dictionary does not have is a form of a common word (كانت)."""
    splits = list(morphology._lexicon.splits(name))
    if any(s.pos == "noun_prop" and s.lemma == name for s in splits):
        return False
    return any(rates.get((s.lemma, s.pos), 0.0) >= COMMON for s in splits)


def main(corpus: str, every: str = "8", out: str = str(seeds.ROOT / "models/lemma_frequency.csv")) -> None:
    """Estimate and write the file."""
    morphology = Morphology(load_lexicon(default_cache()))
    rates = estimate(morphology, list(sentences(Path(corpus), int(every))))
    rows = [(m, p, n) for (m, p), n in rates.items() if p != "noun_prop" or not is_word(morphology, m, rates)]
    with Path(out).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("lemma", "pos", "per_million"))
        writer.writerows((m, p, f"{n:.3g}") for m, p, n in sorted(rows, key=lambda r: (-r[2], r)))


if __name__ == "__main__":
    main(*sys.argv[1:])
