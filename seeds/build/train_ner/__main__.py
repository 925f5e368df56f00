"""Train the shipped name tagger, or measure it with a part of the data held out.

    python -m seeds.build.train_ner                      train on everything, write seeds/models/ner.npz
    python -m seeds.build.train_ner --hold-out 5/6       leave the last sixth out and score it
    python -m seeds.build.train_ner --hold-out 0/5 --out FILE     a fold of a cross-validation, with its model file

Needs the shared folder (``--shared``), the train extra, torch and arabnamer. One thread, fixed seeds.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

import seeds
from seeds.build.train_ner import export, fit, measure, names, texts, vectors


def main() -> None:
    """Command line, see the module's docstring."""
    options = _options()
    options.work.mkdir(parents=True, exist_ok=True)
    words, table = vectors.load_or_train(options.shared, options.work)
    listed = names.build(options.shared)
    encoder = fit.Encoder(words, listed)
    tagged, articles = texts.anercorp(options.shared), texts.articles(options.shared)
    held: list[texts.Tagged] = []
    if options.hold_out:
        tagged, held = options.hold_out.split(tagged)
    if options.hold_out_articles:
        articles, out = options.hold_out_articles.split(articles)
        held += [s for a in out for s in a]
    data = tagged + [s for a in articles for s in a]
    settings = fit.Settings(epochs=options.epochs, hidden=options.hidden, seed=options.seed)
    log(f"{len(words)} word vectors, {len(listed.words)} names, {len(listed.phrases)} phrases, {len(data)} sentences")
    network = fit.fit(encoder, table, data, settings, log)
    scores = {}
    if held:
        found = fit.predict(network, encoder, held)
        scores = measure.scores([[t for _, t in s] for s in held], [[t for t, _ in s] for s in found])
        print(scores)
    if options.out:
        export.save(options.out, network, words, table, listed, {"settings": asdict(settings), "held_out": scores})


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=seeds.ROOT.parent / "../shared", help="folder of the training data")
    parser.add_argument("--work", type=Path, default=Path(".train-ner"), help="folder for what takes long to compute")
    parser.add_argument("--out", type=Path, help="model file (default seeds/models/ner.npz where nothing is held out)")
    parser.add_argument("--hold-out", type=_fold, metavar="N/OF", help="leave part N (from 0) of OF of ANERcorp out, score it")
    parser.add_argument("--hold-out-articles", type=_fold, metavar="N/OF", help="the same for our annotated articles")
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--hidden", type=int, default=160)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if not (options.out or options.hold_out or options.hold_out_articles):
        options.out = seeds.ROOT / "models" / "ner.npz"
    return options


def _fold(text: str) -> texts.Fold:
    number, of = map(int, text.split("/"))
    return texts.Fold(number, of)


def log(message: str) -> None:
    """Progress, on stderr."""
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
