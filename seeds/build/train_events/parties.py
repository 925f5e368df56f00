"""Training of the rankers that choose source and target among the parties in reach of a trigger."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import numpy as np
import torch

from seeds.build.train_events.data import Article
from seeds.build.train_events.examples import _head, gold_tokens
from seeds.build.train_events.fit import bags, one_column, packed, vocabulary
from tasks.entities.types import Entity
from tasks.events.model import Model
from tasks.events.prepare import Text
from tasks.events.ranking import SIDES, Candidate, Slot, make_slot
from tasks.events.types import Party
from tasks.events.when_where import dates, place_options


@dataclass(slots=True)
class Choice:
    """One slot with the candidates that are right for each side."""

    doc: int
    slot: Slot
    right: dict[str, list[int]]  # side → indexes of candidates; empty when none is right
    core: bool
    raw: dict[str, Any]
    spanned: dict[str, bool]  # side → the sentence names the party
    stand_off: bool  # from seeds/annotations, where parties have names but documents no list of entities
    made: dict[str, Any] = field(default_factory=dict)  # features, kept over folds


def entity_row(party: Party) -> dict[str, Any] | None:
    """A party's entity as score.py sees it."""
    e = party.entity
    return (
        None
        if e is None
        else {"name_en": e.name_en, "name_ar": e.name_ar, "wikidata_id": e.wikidata_id, "country": e.country}
    )


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
            spanned = {side: getattr(gold, side)[0] >= 0 for side in SIDES}
            out.append(Choice(d, slot, right, gold.core, gold.raw, spanned, article.gold_file is None))
    _by_name([c for c in out if c.stand_off])
    return out


def _by_name(choices: Sequence[Choice]) -> None:
    """Parties annotated by name only: the candidates with that name, or those that elsewhere in the article bear it, instead
    of all of the country (in place)."""
    known: dict[tuple[int, str], set[str]] = {}
    for c in choices:
        for side in SIDES:
            keys = {c.slot.candidates[i].key for i in c.right[side] if c.slot.candidates[i].phrase}
            if c.spanned[side] and c.raw[side] and len(keys) == 1:
                known.setdefault((c.doc, plain(c.raw[side])), set()).update(keys)
    for c in choices:
        for side in SIDES:
            if c.spanned[side] or not c.raw[side] or not c.right[side]:
                continue
            name = plain(c.raw[side])
            parties = [(i, x) for i, x in enumerate(c.slot.candidates) if x.phrase is not None]
            named = [
                i
                for i, x in parties
                if x.phrase and x.phrase.party.entity and plain(x.phrase.party.entity.name_en or "") == name
            ]
            c.right[side] = named or [i for i, x in parties if x.key in known.get((c.doc, name), ())] or c.right[side]


def plain(name: str) -> str:
    """An English name for comparison: letters and digits, no accents, articles or hyphens."""
    letters = unicodedata.normalize("NFKD", name.lower().replace("-", " "))
    words = re.sub("[^a-z0-9 ]", "", letters).split()
    return " ".join(w for w in words if w not in ("the", "al", "of"))


def _right(
    module: ModuleType, article: Article, raw: dict[str, Any], side: str, slot: Slot, span: tuple[int, int]
) -> list[int]:
    right = [i for i, c in enumerate(slot.candidates) if _is_right(module, raw, side, c, article.names)]
    if span[0] >= 0:
        named = [
            i
            for i, c in enumerate(slot.candidates)
            if (p := c.phrase) and p.party.start < span[1] and p.party.end > span[0]
        ]
        return [i for i in named if i in right] or named or right
    return right


def fit_ranker(
    slots: Sequence[tuple[Sequence[Sequence[str]], Sequence[int], float]], epochs: int = 2, least: int = 3, rate: float = 1e-2,
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
    numbers = [packed(s[0], index) for s in slots]
    bag = torch.nn.EmbeddingBag(len(index), 1, mode="sum")
    torch.nn.init.zeros_(bag.weight)
    best = torch.optim.AdamW(bag.parameters(), lr=rate, weight_decay=decay)
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        for part in np.array_split(rng.permutation(len(slots)), max(1, len(slots) // 32)):
            rows = [r for i in part for r in numbers[i]]
            owner = torch.tensor(np.repeat(np.arange(len(part)), [len(numbers[i]) for i in part]))
            right = torch.tensor([k in slots[i][1] for i in part for k in range(len(numbers[i]))])
            weight = torch.tensor([slots[i][2] for i in part], dtype=torch.float32)
            scores = bag(*bags(rows, rng, 0.0))[:, 0]
            shares = torch.exp(scores - scores.detach().max())
            every = torch.zeros(len(part)).index_add(0, owner, shares)
            good = torch.zeros(len(part)).index_add(0, owner, shares * right)
            loss = (weight * (torch.log(every + 1e-12) - torch.log(good + 1e-12))).mean()
            best.zero_grad()
            loss.backward()
            best.step()
    return one_column(bag, index)


def place_slots(
    choices: Sequence[Choice], names: Sequence[dict[str, Any]]
) -> list[tuple[list[list[str]], list[int], float]]:
    """Options for the place of annotated events, with the right ones; `names` are the annotated entities of each document."""
    out = []
    for c in choices:
        if "place" in c.made:
            out.append(c.made["place"])
            continue
        slot = c.slot
        parties = [slot.candidates[c.right[s][0]].phrase if c.right[s] else None for s in SIDES]
        source, target = (p.party if p else None for p in parties)
        options = place_options(slot.text, slot.number, slot.at, slot.plover, source, target)
        right = [i for i, o in enumerate(options) if _is_place(o.entity, c.raw.get("location"), names[c.doc])]
        c.made["place"] = ([o.features for o in options], right, 1.0 if c.core else 0.5)
        out.append(c.made["place"])
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
