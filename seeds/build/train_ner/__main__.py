"""Train the shipped name tagger, or measure it with a part of the data held out.

    python -m seeds.build.train_ner                         train on everything, write seeds/models/ner.npz
    python -m seeds.build.train_ner --hold-out 5/6          leave the last sixth of ANERcorp out and score it
    python -m seeds.build.train_ner --hold-out 0/5 --out FILE     a fold of a cross-validation, with its model file
    python -m seeds.build.train_ner --silver 0              the quick way: one round, no silver data
    python -m seeds.build.train_ner --cross-validate 5      train and score every fold, the whole pipeline in its
                                                            mode of names alone; the scores go to the model card.
                                                            Models of folds that are in --work already are used.

Round one trains on gold; its networks tag unlabelled news; round two trains on both. Needs the shared folder
(``--shared``), the train extra, torch, and arabnamer (``pip install --no-deps``). One thread, fixed seeds.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict, replace
from pathlib import Path

import torch

import seeds
from seeds.build.train_ner import crossval, export, fit, measure, names, silver, texts, vectors
from tasks.entities.tagger import Tagger
from tasks.language.morphology import load_morphology


def main() -> None:
    """Command line, see the module's docstring."""
    options = _options()
    torch.set_num_threads(1)
    options.work.mkdir(parents=True, exist_ok=True)
    if options.cross_validate:
        cross_validate(options)
    else:
        train(options)


def cross_validate(options: argparse.Namespace) -> None:
    """Train what folds have no model file yet, score each on its own sentences, print and write the table."""
    morphology = load_morphology(options.work)
    blocks = crossval.blocks(options.shared)
    folds: list[crossval.Counts] = []
    for number in range(options.cross_validate):
        fold = texts.Fold(number, options.cross_validate)
        of_fold = argparse.Namespace(**{**vars(options), "hold_out": fold, "hold_out_articles": None})
        of_fold.out = options.work / f"ner{_suffix(of_fold)}.npz"
        if not of_fold.out.exists():
            train(of_fold)
        folds.append(crossval.score(of_fold.out, fold.split(blocks)[1], morphology))
        print(crossval.row(f"{number}/{fold.of}", folds[-1]), flush=True)
    lines = list(crossval.table(folds))
    print(lines[-1])
    crossval.write_card(seeds.ROOT / "models" / "ner.md", lines)


def train(options: argparse.Namespace) -> None:
    """Train on everything but what is held out, write the model file, print the scores of what is held out."""
    words, table = vectors.load_or_train(options.shared, options.work)
    listed = names.build(options.shared)
    encoder = fit.Encoder(words, listed)
    corpus, held = _hold(options.hold_out, texts.anercorp(options.shared))
    articles, held_articles = _hold(options.hold_out_articles, texts.articles(options.shared))
    gold = corpus + [s for a in articles for s in a]
    tests = {"anercorp": held, "articles": [s for a in held_articles for s in a]}
    log(f"{len(words)} word vectors, {len(listed.words)} names, {len(listed.phrases)} phrases, {len(gold)} sentences")

    def round_of(number: int, count: int, extra: list[texts.Tagged], settings: fit.Settings, file: Path) -> None:
        seeds_of_round = range(10 * number, 10 * number + count)
        about = {"round": number, "settings": asdict(settings), "held_out": _suffix(options)}
        networks = []
        for seed in seeds_of_round:
            networks.append(fit.fit(encoder, table, gold, extra, replace(settings, seed=seed), log))
            export.save(file, networks, words, table, listed, about)  # of use before the next one is there
        for what, sentences in tests.items():
            if sentences:
                print(f"round {number}", what, _score(file, sentences), flush=True)

    settings = fit.Settings(epochs=options.epochs, hidden=options.hidden)
    if not options.silver:
        round_of(1, options.networks, [], settings, options.out)
        return
    first = options.work / f"first{_suffix(options)}.npz"
    if not first.exists():
        round_of(1, 1, [], settings, first)
    extra = silver.make(options.shared, Tagger.load(first), options.silver)
    log(f"silver: {len(extra)} sentences, {sum(map(len, extra))} tokens")
    round_of(2, options.networks, extra, replace(settings, epochs=options.epochs // 2), options.out)
    export.join(options.out, first)  # the first round's network sees other things: together they are better
    for what, sentences in tests.items():
        if sentences:
            print("both rounds", what, _score(options.out, sentences), flush=True)


def _hold(fold: texts.Fold | None, items: list[texts.T]) -> tuple[list[texts.T], list[texts.T]]:
    return fold.split(items) if fold else (items, [])


def _score(model: Path, held: list[texts.Tagged]) -> dict[str, float]:
    """Scores of the model file as the pipeline will run it."""
    found = Tagger.load(model).tag([[w for w, _ in s] for s in held])
    return measure.scores([[t for _, t in s] for s in held], [[t for t, _ in s] for s in found])


def _suffix(options: argparse.Namespace) -> str:
    held = {"anercorp": options.hold_out, "articles": options.hold_out_articles}
    return "".join(f"-{what}{fold.number}of{fold.of}" for what, fold in held.items() if fold)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=seeds.ROOT.parent / "../shared", help="folder of the data")
    parser.add_argument("--work", type=Path, default=Path(".train-ner"), help="folder for what takes long to compute")
    parser.add_argument("--out", type=Path, help="model file; default seeds/models/ner.npz, in --work if held out")
    parser.add_argument("--hold-out", type=_fold, metavar="N/OF", help="leave part N (from 0) of OF of ANERcorp out")
    parser.add_argument("--hold-out-articles", type=_fold, metavar="N/OF", help="the same for our annotated articles")
    parser.add_argument("--cross-validate", type=int, metavar="FOLDS", help="train and score folds of ANERcorp")
    parser.add_argument("--silver", type=int, default=2500, help="corpus documents to tag as silver data, 0 for none")
    parser.add_argument("--networks", type=int, default=1, help="networks whose scores are averaged")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--hidden", type=int, default=160)
    parser.add_argument("--no-teacher", action="store_const", const=0, dest="silver", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.out:
        held = options.hold_out or options.hold_out_articles
        options.out = options.work / f"ner{_suffix(options)}.npz" if held else seeds.ROOT / "models" / "ner.npz"
    return options


def _fold(text: str) -> texts.Fold:
    number, of = map(int, text.split("/"))
    return texts.Fold(number, of)


def log(message: str) -> None:
    """Progress, on stderr."""
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
