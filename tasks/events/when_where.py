"""When and where an event happened: options from its clause, its sentence, the text before it and the dateline, ranked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache

import seeds
from tasks.entities.gazetteer import _country  # the one place that makes a country's entity
from tasks.entities.types import Entity
from tasks.events.clause import View
from tasks.events.participants import Phrase
from tasks.events.prepare import Prepared, Text
from tasks.events.types import Party
from tasks.events.vectors import vector_key
from tasks.language.types import DateMention

FAR = 30  # tokens
BACK = 3  # sentences looked back for a place
PLACES = ("GPE", "LOCATION", "FACILITY")
_AT = ("في", "ب", "داخل", "قرب", "وسط", "خارج", "من", "الي", "علي")


@dataclass(slots=True)
class Where:
    """A possible place; `entity` None stands for none."""

    entity: Entity | None
    why: str
    features: list[str] = field(default_factory=list)
    cost: float = 1000.0  # of the rule that chooses where no model does


@dataclass(slots=True)
class When:
    """A possible date; `value` None stands for no date."""

    value: date | None
    precision: str
    why: str
    features: list[str] = field(default_factory=list)
    cost: float = 1000.0


def usable(mention: DateMention) -> bool:
    """Whether a date expression can date an event: a point in time, no duration and no repetition."""
    return mention.value is not None and mention.kind in ("date", "range", "time")


def dates(text: Text, n: int, at: int, plover: str, status: str) -> list[When]:
    """Options for the date of the event whose trigger is token `at` of sentence n."""
    sentence = text.sentences[n]
    published = text.analysed.document.published_on
    own = vector_key(sentence.view.tokens[at])
    out = [_named_date(sentence.view, at, d, published, plover, status) for d in sentence.dates if usable(d)]
    count = f"{min(len(out), 2)}"
    background = any(d.background for d in sentence.dates)
    verb = sentence.view.tokens[at].best
    aspect = verb.aspect if verb else ""
    base = [
        f"n={count}",
        f"n={count}|{plover}",
        f"n={count}|{status}",
        f"n={count}|bg{background}",
        f"no={min(sentence.view.sentence.no, 3)}",
    ]
    words = [f"w={k}" for k in ("كان", "سابق", "ماضي", "سبق", "منذ") if k in sentence.view.places()]
    base += [f"asp={aspect}|{count}", *words, f"l={own}"]
    out.append(
        When(
            published,
            "day" if published else "none",
            "publication",
            ["today", *(f"today:{f}" for f in base)],
            FAR + 1.0,
        )
    )
    out.append(When(None, "none", "", ["never", *(f"never:{f}" for f in base)]))
    for d in text.sentences[n - 1].dates if n else ():
        if usable(d) and d.value != published:
            out.append(
                When(d.value, d.precision, d.text, ["before", f"before:{d.precision}", *(f"before:{f}" for f in base)])
            )
    return out


def _named_date(view: View, at: int, d: DateMention, published: date | None, plover: str, status: str) -> When:
    token = next((i for i, t in enumerate(view.tokens) if t.start <= d.start < t.end), at)
    gap = abs(view.clause[token] - view.clause[at])
    side = "L" if token < at else "R"
    cost = abs(token - at) + 6.0 * gap
    future = bool(d.value and published and d.value > published)
    if future and status not in ("planned", "possible"):
        cost += 12
    precision = "none" if d.value is None else d.precision
    between = sum(view.pos[i] == "V" for i in range(min(token, at) + 1, max(token, at)))
    features = [
        "here",
        f"gap={side}{min(abs(token - at) // 3, 8)}",
        f"clauses={side}{min(gap, 3)}",
        f"p={precision}",
        f"bg={d.background}",
    ]
    features += [
        f"future={future}|{status}",
        f"future={future}|{plover}",
        f"kind={d.kind}",
        f"verbs={side}{min(between, 3)}",
        f"p={precision}|{plover}",
    ]
    return When(d.value, precision, d.text, features, cost if cost < FAR else 900.0)


def place_options(text: Text, n: int, at: int, plover: str, source: Party | None, target: Party | None) -> list[Where]:
    """Options for the place of the event whose trigger is token `at` of sentence n; none is one of them."""
    sentence = text.sentences[n]
    out: list[Where] = []
    seen: dict[str, int] = {}
    for p, prep, token in places(sentence.view, sentence.phrases):
        option = _named_place(sentence, at, p, prep, token, plover)
        option.features += _about(text, p, plover, source, target)
        entity = p.party.entity
        assert entity is not None
        if entity.entity_id in seen:
            old = out[seen[entity.entity_id]]
            if option.cost >= old.cost:
                continue
            out[seen[entity.entity_id]] = option
            continue
        seen[entity.entity_id] = len(out)
        out.append(option)
    for back, other in _around(text, n):
        for k, p in enumerate(x for x in other.phrases if x.kind in PLACES and x.party.entity is not None):
            entity = p.party.entity
            assert entity is not None
            if entity.entity_id in seen:
                continue
            seen[entity.entity_id] = len(out)
            features = [
                f"back={back}",
                f"back={back}|{min(k, 2)}",
                f"back={back}|{plover}",
                f"here={len(seen) > 1}|back",
            ]
            out.append(Where(entity, "place named before it", features + _about(text, p, plover, source, target)))
    if text.dateline is not None and text.dateline.party.entity is not None:
        entity = text.dateline.party.entity
        features = ["dateline", f"dateline|{plover}", f"dateline|{entity.name_ar}", f"dateline|no{min(n, 3)}"]
        if entity.entity_id not in seen:
            features += _about(text, text.dateline, plover, source, target)
            out.append(Where(entity, "place of the dateline", features, FAR + 1.0))
        else:
            out[seen[entity.entity_id]].features += features
    for side, party in (("source", source), ("target", target)):
        country = countries().get(party.country or (party.entity.country if party.entity else "")) if party else None
        if country is not None and country.entity_id not in seen:
            seen[country.entity_id] = len(out)
            out.append(
                Where(
                    country,
                    f"country of the {side}",
                    [f"home:{side}", f"home:{side}|{plover}", f"home|{min(len(out), 3)}"],
                )
            )
    out.append(Where(None, "", ["null", f"null|{plover}", f"null|{min(len(out), 4)}"], 999.0))
    return out


@cache
def countries() -> dict[str, Entity]:
    """Countries of the gazetteer by ISO alpha-3 code: where an event happened whose text names only its people."""
    rows = seeds.read("gazetteer/countries.csv", ("iso3", "name_ar", "name_en"), "iso3")
    return {row["iso3"]: next(iter(_country(row)))[0] for row in rows}


def is_country(entity: Entity) -> bool:
    """Whether an entity is a whole country."""
    return entity.entity_id == f"geo:{entity.country}"


def _around(text: Text, n: int) -> list[tuple[str, Prepared]]:
    """Sentences whose places may hold for the event: the ones before it, the headline and the first of the body."""
    out = [(str(back), text.sentences[n - back]) for back in range(1, BACK + 1) if n - back > 0]
    out += [("first", text.sentences[i]) for i in (0, 1) if i < min(n, len(text.sentences))]
    return out


def places(view: View, found: Sequence[Phrase]) -> list[tuple[Phrase, str, int]]:
    """Places named in a sentence with the preposition that governs their chunk, and their token."""
    out = []
    for p in found:
        if p.kind in PLACES and p.party.entity is not None:
            c = view.chunk_at[p.first]
            out.append((p, view.chunks[c].prep if c >= 0 else "", p.first))
    return out


def _named_place(sentence: Prepared, at: int, p: Phrase, prep: str, token: int, plover: str) -> Where:
    view = sentence.view
    gap = abs(view.clause[token] - view.clause[at])
    side = "L" if token < at else "R"
    cost = abs(token - at) + 8.0 * gap + (0 if prep in ("في", "ب") else 6) + (3 if side == "L" else 0)
    c = view.chunk_at[token]
    nested = c >= 0 and view.chunks[c].start < token
    head = vector_key(view.tokens[view.chunks[c].start]) if c >= 0 else ""
    features = [
        "here",
        f"prep={prep}",
        f"prep={prep}|{plover}",
        f"prep={prep}|{side}",
        f"gap={side}{min(abs(token - at) // 2, 9)}",
    ]
    features += [f"clauses={side}{min(gap, 3)}", f"nested={nested}|{prep}", f"prep={prep}|{min(gap, 2)}"]
    if nested:
        features.append(f"head={head}")
    elif token:
        features.append(f"p1={vector_key(view.tokens[token - 1])}")
    return Where(p.party.entity, "place named with the event", features, cost if prep in _AT and cost < FAR else 998.0)


def _about(text: Text, p: Phrase, plover: str, source: Party | None, target: Party | None) -> list[str]:
    entity = p.party.entity
    assert entity is not None
    out = [f"kind={entity.kind}", f"kind={entity.kind}|{plover}", f"times={min(text.often[entity.entity_id], 4)}"]
    whole = is_country(entity)
    out.append(f"country={whole}|{plover}")
    for name, party in (("source", source), ("target", target)):
        if party is None:
            continue
        if party.entity is not None and party.entity.entity_id == entity.entity_id:
            out += [f"is {name}", f"is {name}|{plover}"]
        elif (party.country or (party.entity.country if party.entity else "")) == entity.country != "":
            out += [f"in {name}'s country|{whole}", f"in {name}'s country|{plover}"]
        else:
            out.append(f"not in {name}'s country")
    return out
