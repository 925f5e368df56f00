"""`make bench`: documents a second and memory of each stage, as ratios to a baseline run beside it.

The baseline is the least that any text pipeline does: cut each document into words with one regular expression and count them.
Ratios hold on any machine; seconds do not. Uses the corpus beside the project when it is there, else the samples over and over.
"""

from __future__ import annotations

import argparse
import re
import resource
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path

import platformdirs

from tasks.batch import Config, as_document, fingerprints, load_resources, transform_batch
from tasks.language.analyse import analyse
from tasks.reading.read import read, source_for_argument
from tasks.reading.types import RawDocument
from tasks.staging import write_batch
from tests.conftest import SHARED
from warehouse.lake import Location, connect
from warehouse.load import load_batch

_WORDS = re.compile(r"\w+|[^\w\s]")


def documents(count: int) -> list[RawDocument]:
    """Documents to measure on."""
    corpus = SHARED / "corpus" / "antcorpus.jsonl.gz"
    if corpus.exists():
        return [d for d in islice(read(source_for_argument(corpus)), 2000, 2000 + count) if isinstance(d, RawDocument)]
    samples = [
        d
        for d in read(source_for_argument(Path(__file__).parents[1] / "seeds" / "documents"))
        if isinstance(d, RawDocument)
    ]
    return list(islice(cycle(samples), count))


def baseline(texts: Sequence[str]) -> int:
    """Words counted."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(_WORDS.findall(text))
    return sum(counts.values())


def timed(action: Callable[[], object], rounds: int) -> float:
    """Median processor seconds of an action."""
    spent = []
    for _ in range(rounds):
        start = time.process_time()
        action()
        spent.append(time.process_time() - start)
    return statistics.median(spent)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    raw = documents(args.documents)
    texts = [as_document(d).text for d in raw]
    tokens = baseline(texts)
    start = time.process_time()
    resources = load_resources(Config(Path(platformdirs.user_cache_dir("marsad"))))
    loading = time.process_time() - start
    analysed = analyse([as_document(d) for d in raw], resources.morphology)
    mentions = resources.entities.mentions(analysed)
    tables = transform_batch(raw, resources, datetime(2024, 1, 1, tzinfo=UTC))
    base = timed(lambda: baseline(texts), args.rounds)
    stages: dict[str, Callable[[], object]] = {
        "language": lambda: analyse([as_document(d) for d in raw], resources.morphology),
        "entities": lambda: resources.entities.mentions(analysed),
        "events": lambda: resources.events.code_batch(analysed, mentions),
        "fingerprints": lambda: fingerprints([a.document for a in analysed], [d.text for d in raw]),
        "whole transform": lambda: transform_batch(raw, resources, datetime(2024, 1, 1, tzinfo=UTC)),
    }
    with tempfile.TemporaryDirectory() as folder, connect(Location(Path(folder) / "home")) as con:
        numbers = iter(range(1000))

        def load() -> None:
            staged = write_batch(tables, Path(folder) / "staging", str(next(numbers)))
            load_batch(con, staged, "bench", "bench")

        stages["stage and load"] = load
        print(f"{len(raw)} documents, {tokens} tokens; resources load in {loading:.2f} s")
        print(f"{'stage':18}{'x baseline':>12}{'docs/s, one core':>18}{'tokens/s':>12}")
        for name, action in stages.items():
            seconds = timed(action, args.rounds)
            print(f"{name:18}{seconds / base:12.1f}{len(raw) / seconds:18.0f}{tokens / seconds:12.0f}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
