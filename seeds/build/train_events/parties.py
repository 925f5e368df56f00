"""Training of the rankers that choose source and target among the parties in reach of a trigger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import torch

from seeds.build.train_events.data import Article
from seeds.build.train_events.examples import _head, gold_tokens
from seeds.build.train_events.fit import vocabulary
from tasks.entities.types import Entity
from tasks.events.model import Model
from tasks.events.prepare import Text
from tasks.events.ranking import Candidate, Slot, make_slot, side_features
from tasks.events.types import Party
from tasks.events.when_where import dates, place_options

SIDES = ("source", "target")


@dataclass(slots=True)
class Choice:
    """One slot with the candidates that are right for each side."""

    doc: int
    slot: Slot
    right: dict[str, list[int]]  # side → indexes of candidates; empty when none is right
    core: bool
    raw: dict[str, Any]


def entity_row(party: Party) -> dict[str, Any] | None:
    """A party's entity as score.py sees it."""
    e = party.entity
    return None if e is None else {"name_en": e.name_en, "name_ar": e.name_ar, "wikidata_id": e.wikidata_id, "country": e.country}


def _is_right(module: ModuleType, raw: dict[str, Any], side: str, candidate: Candidate, names: dict[str, Any]) -> bool:
    if candidate.phrase is None:
        return bool(module.party_matches(raw, side, None, None, None, names))
    party = candidate.phrase.party
    country = party.country or (party.entity.country if party.entity else "") or None
    return bool(module.party_matches(raw, side, entity_row(party), country, party.text, names))


def choices(articles: Sequence[Article], texts: Sequence[Text], module: ModuleType) -> list[Choice]:
    """Slots of all annotated triggers with a PLOVER type."""
    out = []
    for d, (article, text) in enumerate(zip(articles, texts, strict=True)):
        for gold in article.events:
            n, inside = gold_tokens(text, gold)
            head = _head(text, n, inside, gold.plover) if n >= 0 else -1
            if head < 0 or not gold.plover:
                continue
            matches = [m.trigger for m in text.sentences[n].matches.get(head, ()) if m.trigger.plover == gold.plover]
            trigger = matches[0] if matches else None
            slot = make_slot(text, n, head, gold.plover, trigger, bool(trigger and trigger.pos == "P"))
            right = {side: _right(module, article, gold.raw, side, slot, getattr(gold, side)) for side in SIDES}
            out.append(Choice(d, slot, right, gold.core, gold.raw))
    return out


def _right(module: ModuleType, article: Article, raw: dict[str, Any], side: str, slot: Slot, span: tuple[int, int]) -> list[int]:
    right = [i for i, c in enumerate(slot.candidates) if _is_right(module, raw, side, c, article.names)]
    if span[0] >= 0:
        named = [
            i for i in right if (p := slot.candidates[i].phrase) and p.party.start < span[1] and p.party.end > span[0]
        ]
        return named or right
    return right


def fit_ranker(
    slots: Sequence[tuple[Sequence[Sequence[str]], Sequence[int], float]], epochs: int = 12, least: int = 2, rate: float = 1e-2,
    decay: float = 1e-3, seed: int = 0,
) -> Model:  # fmt: skip
    """A linear ranker: softmax over the candidates of a slot, loss is minus the log of the right ones' share.

    Args:
        slots: feature lists of the candidates, indexes of the right ones, weight; slots with no right candidate are skipped.
        epochs: passes.
        least: candidates a feature must be seen in.
        rate: learning rate.
        decay: weight decay.
        seed: of the order.
    """
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    slots = [s for s in slots if s[1]]
    index = vocabulary([row for s in slots for row in s[0]], least)
    packed = [[[k for f in row if (k := index.get(f)) is not None] or [0] for row in s[0]] for s in slots]
    bag = torch.nn.EmbeddingBag(len(index), 1, mode="sum")
    torch.nn.init.zeros_(bag.weight)
    best = torch.optim.AdamW(bag.parameters(), lr=rate, weight_decay=decay)
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        for part in np.array_split(rng.permutation(len(slots)), max(1, len(slots) // 32)):
            loss = torch.zeros(())
            flat = [row for i in part for row in packed[i]]
            offsets = np.cumsum([0] + [len(r) for r in flat[:-1]])
            scores = bag(torch.tensor([k for r in flat for k in r]), torch.tensor(offsets))[:, 0]
            at = 0
            for i in part:
                size = len(packed[i])
                log = torch.log_softmax(scores[at : at + size], 0)
                loss = loss - slots[i][2] * torch.logsumexp(log[list(slots[i][1])], 0)
                at += size
            best.zero_grad()
            (loss / len(part)).backward()
            best.step()
    weights = np.asarray(bag.weight.detach().numpy(), np.float32).copy()
    weights[0] = 0
    zero = np.zeros(1, np.float32)
    return Model(("score",), index, weights, zero, np.zeros((0, 1), np.float32), np.zeros((0, 0), np.float32), zero, 1.0)


def features_of(choice: Choice, side: str, source: int | None = None) -> list[list[str]]:
    """Feature lists of the candidates of a slot."""
    chosen = choice.slot.candidates[source] if source is not None else None
    return [side_features(choice.slot, c, side, chosen) for c in choice.slot.candidates]


def place_slots(choices: Sequence[Choice], names: Sequence[dict[str, Any]]) -> list[tuple[list[list[str]], list[int], float]]:
    """Options for the place of annotated events, with the right ones; `names` are the annotated entities of each document."""
    out = []
    for c in choices:
        slot = c.slot
        parties = [slot.candidates[c.right[s][0]].phrase if c.right[s] else None for s in SIDES]
        source, target = (p.party if p else None for p in parties)
        options = place_options(slot.text, slot.number, slot.at, slot.plover, source, target)
        right = [i for i, o in enumerate(options) if _is_place(o.entity, c.raw.get("location"), names[c.doc])]
        out.append(([o.features for o in options], right, 1.0 if c.core else 0.5))
    return out


def _is_place(entity: Entity | None, wanted: str | None, names: dict[str, Any]) -> bool:
    if entity is None or wanted is None:
        return entity is None and wanted is None
    item = (names.get(wanted) or {}).get("wikidata")
    return (entity.name_en or "").lower() == wanted.lower() or bool(item and entity.wikidata_id == item)


def date_slots(choices: Sequence[Choice]) -> list[tuple[list[list[str]], list[int], float]]:
    """Options for the date of annotated events, with the right ones; a year alone is as good as no date."""
    out = []
    for c in choices:
        slot, wanted = c.slot, c.raw.get("date")
        options = dates(slot.text, slot.number, slot.at, slot.plover, c.raw["status"])
        right = [
            i for i, o in enumerate(options)
            if (o.value is not None and str(o.value).startswith(wanted) if wanted else o.value is None or o.precision == "year")
        ]  # fmt: skip
        out.append(([o.features for o in options], right, 1.0 if c.core else 0.5))
    return out
