"""The teacher: multilingual-e5-small fine-tuned on the tagged text; too slow and large to ship, it labels text.

Sentences that follow one another are read together in one window, so that a name is seen in its context.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as F  # noqa: N812

from seeds.build.train_ner import e5
from seeds.build.train_ner.texts import Tagged
from tasks.entities.tagger_features import TAGS
from tasks.language.normalize import dediac

_TAG = {t: i for i, t in enumerate(TAGS)}
_WINDOW = 160  # pieces
_MOST_PIECES = 6  # of one word
_IGNORED = -100


@dataclass(frozen=True, slots=True)
class Settings:
    """What a fine-tuning run can be told."""

    epochs: float = 2.5
    rate: float = 1e-4
    batch: int = 12
    frozen: int = 3  # lowest layers left as they are
    seed: int = 1


@dataclass(slots=True)
class Window:
    """Some words of one document: where they stand in its list of words, and their pieces."""

    document: int
    start: int
    ids: list[int]
    firsts: list[int]


def windows(documents: list[list[str]], pieces: e5.Pieces) -> list[Window]:
    """Cut documents (lists of words) into windows of at most 160 pieces."""
    out = []
    for number, words in enumerate(documents):
        window = Window(number, 0, [e5.BOS], [])
        for at, word in enumerate(words):
            ids = pieces(dediac(word) or word)[:_MOST_PIECES]
            if len(window.ids) + len(ids) > _WINDOW:
                out.append(window)
                window = Window(number, at, [e5.BOS], [])
            window.firsts.append(len(window.ids))
            window.ids += ids
        if window.firsts:
            out.append(window)
    return out


def _tensors(chosen: list[Window]) -> tuple[Any, Any]:
    ids = np.full((len(chosen), max(len(w.ids) for w in chosen) + 1), e5.PAD)
    firsts = np.zeros((len(chosen), max(len(w.firsts) for w in chosen)), np.int64)
    for i, w in enumerate(chosen):
        ids[i, : len(w.ids) + 1] = [*w.ids, e5.EOS]
        firsts[i, : len(w.firsts)] = w.firsts
    return torch.tensor(ids), torch.tensor(firsts)


def joined(sentences: list[Tagged], size: int = 12) -> list[Tagged]:
    """Runs of sentences as one, for context: contiguous text has no document limits marked."""
    return [[t for s in sentences[i : i + size] for t in s] for i in range(0, len(sentences), size)]


def fine_tune(
    documents: list[Tagged], settings: Settings, report: Callable[[str], None]
) -> tuple[e5.Encoder, e5.Pieces]:
    """Train on tagged documents (about ten minutes for 170,000 words and one epoch on one core)."""
    random.seed(settings.seed)
    torch.manual_seed(settings.seed)
    checkpoint = e5.load()
    model, pieces = e5.Encoder(checkpoint, len(TAGS), settings.frozen), e5.Pieces(checkpoint)
    items = windows([[w for w, _ in d] for d in documents], pieces)
    head = list(model.out.parameters())
    body = [p for n, p in model.named_parameters() if p.requires_grad and not n.startswith("out.")]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": settings.rate}, {"params": head, "lr": settings.rate * 10}], weight_decay=0.01
    )
    total = int(settings.epochs * (len(items) / settings.batch))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda i: min(1, (i + 1) / (0.1 * total)) * max(0.02, 1 - i / total)
    )
    started, done = time.monotonic(), 0
    for step, chosen in zip(range(total), _forever(items, settings.batch), strict=False):
        model.train()
        ids, firsts = _tensors(chosen)
        wanted = np.full(firsts.shape, _IGNORED)
        for i, w in enumerate(chosen):
            wanted[i, : len(w.firsts)] = [_TAG[t] for _, t in documents[w.document][w.start : w.start + len(w.firsts)]]
        with torch.autocast("cpu", torch.bfloat16):
            scores = model(ids, firsts)
        loss = F.cross_entropy(scores.float().flatten(0, 1), torch.tensor(wanted).flatten(), ignore_index=_IGNORED)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(body, 1.0)
        optimizer.step()
        schedule.step()
        done += ids.numel()
        if step % 50 == 0:
            speed = done / (time.monotonic() - started)
            report(f"teacher step {step} of {total}: loss {loss.item():.3f}, {speed:.0f} pieces/s")
    return model.eval(), pieces


def _forever(items: list[Window], size: int) -> Iterator[list[Window]]:
    """Shuffled batches of windows of like length, epoch after epoch."""
    while True:
        random.shuffle(items)
        batches = []
        for start in range(0, len(items), size * 20):
            alike = sorted(items[start : start + size * 20], key=lambda w: len(w.ids))
            batches += [alike[i : i + size] for i in range(0, len(alike), size)]
        random.shuffle(batches)
        yield from batches


def probabilities(
    model: e5.Encoder, pieces: e5.Pieces, documents: list[list[str]], size: int = 16
) -> list[NDArray[np.float32]]:
    """Probability of each tag for each word of each document: float32 of shape (words, tags)."""
    out = [np.zeros((len(d), len(TAGS)), np.float32) for d in documents]
    items = sorted(windows(documents, pieces), key=lambda w: len(w.ids))
    for start in range(0, len(items), size):
        chosen = items[start : start + size]
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            scores = model(*_tensors(chosen)).float().softmax(-1).numpy()
        for w, table in zip(chosen, scores, strict=True):
            out[w.document][w.start : w.start + len(w.firsts)] = table[: len(w.firsts)]
    return out
