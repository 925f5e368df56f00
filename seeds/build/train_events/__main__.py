"""``python -m seeds.build.train_events [--vectors] [--check]``: train the event models and write seeds/models/events*."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from platformdirs import user_cache_path

import seeds
from seeds.build.train_events.crossval import cross_validate
from seeds.build.train_events.data import SHARED, Article, annotated_articles, gold_articles
from seeds.build.train_events.embed import train_vectors
from seeds.build.train_events.evaluate import scorer
from seeds.build.train_events.gsr import documents as labelled_documents
from seeds.build.train_events.gsr import sentences
from seeds.build.train_events.train import Data, Settings, train
from tasks.entities.pipeline import EntityPipeline
from tasks.events.coder import EventCoder
from tasks.events.decisions import FILE, VECTORS, pack
from tasks.events.vectors import Vectors
from tasks.language.analyse import analyse
from tasks.language.morphology import Morphology, load_morphology


def load(morphology: Morphology, articles: Sequence[Article], vectors: Vectors) -> Data:
    """Articles analysed, with their mentions, prepared and turned into examples."""
    cache = user_cache_path("marsad")
    documents = analyse([a.document for a in articles], morphology)
    pipeline = EntityPipeline(morphology, cache_dir=cache)
    mentions = pipeline.mentions(documents)
    coder = EventCoder(models=False)
    texts = [coder.prepare(a, m) for a, m in zip(documents, mentions, strict=True)]
    rows = sentences()
    alone = analyse(labelled_documents(rows), morphology)
    told = [coder.prepare(a, m) for a, m in zip(alone, pipeline.mentions(alone), strict=True)]
    return Data(list(articles), texts, vectors, sentences=rows, sentence_texts=told).make(scorer())


def main() -> None:
    """Train, cross-validate and write the models with their card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vectors", action="store_true", help="train the lemma vectors anew (3 minutes)")
    parser.add_argument("--check", action="store_true", help="cross-validate only, write nothing")
    args = parser.parse_args()
    morphology = load_morphology(Path(user_cache_path("marsad")))
    path = seeds.ROOT / VECTORS
    if args.vectors or not path.exists():
        print(f"{train_vectors(morphology, path)} vectors")
    gold = list(gold_articles(SHARED / "gold" / "train"))
    data = load(morphology, [*gold, *annotated_articles()], Vectors.load(path))
    settings = Settings()
    report, heat, thresholds = cross_validate(data, len(gold), settings)
    print(json.dumps(report, ensure_ascii=False, indent=1))
    if not args.check:
        decisions = train(data, set(range(len(data.articles))), settings, heat, thresholds, range(len(data.sentences)))
        np.savez_compressed(seeds.ROOT / FILE, **pack(decisions))  # type: ignore[arg-type]
        write_card(report, len(gold), len(data.articles))


def write_card(report: dict[str, object], gold: int, every: int) -> None:
    """The model card beside the models."""
    card = seeds.ROOT / "models" / "events.json"
    about = {
        "what": "trigger, status, source and target models of tasks.events: linear and one-hidden-layer networks over named features and lemma vectors",
        "made_by": "make train-events",
        "trained_on": f"{every} annotated articles, {gold} of them gold/train (the others seeds/annotations)",
        "vectors": "word2vec (skip-gram, 100 dimensions) over lemmas of the corpus, 8-bit",
        "cross_validation": report,
        "limits": "news Arabic of 2017 and 2018 from five outlets; types with few examples (COOPERATE, CONCEDE, MOBILIZE) are weak",
    }
    card.write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
