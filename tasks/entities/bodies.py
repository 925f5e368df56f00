"""Organs of a state by what they are and whose: ``وزارة الدفاع الروسية``, ``جيش مالي``, ``البرلمان`` (whose: context)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import seeds
from tasks.entities.match import BareIndex, Hit, Words, bare, phrase_of
from tasks.entities.nations import nations
from tasks.entities.types import Entity

_NO_BODY_AFTER = frozenset({"وزير", "وزيره", "وزراء", "وزيري", "وزيرا"})  # الخارجية after وزير is no ministry's name
_DEFINITE = ("ال", "لل", "وال", "بال", "فال", "كال")


class Kind(NamedTuple):
    """A kind of organ: a row of national_bodies.csv."""

    key: str
    name_ar: str
    gender: str
    sector: str
    name_en: str
    entity_kind: str


class Body(NamedTuple):
    """An organ of a state in a sentence; `country` is "" where only the document can say whose."""

    first: int
    last: int
    consumed: int
    kind: Kind
    country: str
    phrase: str


class Bodies:
    """The kinds of organs and the words that name them."""

    def __init__(self, rows: list[dict[str, str]]) -> None:
        self.index: BareIndex[Kind] = BareIndex()
        self.kinds: dict[str, Kind] = {}
        self.alone: set[str] = set()
        for row in rows:
            kind = Kind(
                row["body"], row["name_ar"], row["gender"], row["sector"], row["name_en"], row["kind"] or "ORGANIZATION"
            )
            self.kinds[kind.key] = kind
            for name in (row["name_ar"], *row["aliases"].split("|")):
                if name.strip():
                    self.index.add(phrase_of(name), kind)
            self.alone.update(bare(phrase_of(name)) for name in row["alone"].split("|") if name.strip())

    def find(self, words: Words) -> Iterator[Body]:
        """The organs of a sentence, from left to right."""
        done = -1
        for i in self.index.beginnings(words.keys):
            hit = self.index.at_word(words, i) if i > done else None
            body = self._qualified(words, hit) if hit else None
            if body:
                yield body
                done = body.last

    def _qualified(self, words: Words, hit: Hit[Kind]) -> Body | None:
        keys, table, i = words.keys, nations(), hit.last + 1
        definite = keys[hit.last].startswith(_DEFINITE)
        nation = table.adjective_at(keys, i) if i < len(keys) and keys[i].startswith("ال") else None
        if nation and " " not in hit.phrase and keys[i].endswith("ه") != (hit.value.gender == "f"):
            nation = None  # لشؤون الخارجية السعودي: the adjective belongs to the minister
        if nation is None and not definite:
            nation = table.country_at(keys, i)
        if nation is None and definite and i < len(keys) and keys[i] in ("في", "ب"):
            inside = table.country_at(keys, i + 1)
            nation = inside._replace(words=inside.words + 1) if inside and " " in hit.phrase else None
        if hit.first and keys[hit.first - 1] in _NO_BODY_AFTER:
            return None
        if nation:
            return Body(hit.first, hit.last + nation.words, hit.consumed, hit.value, nation.country, hit.phrase)
        if definite and hit.phrase in self.alone and not _qualified_otherwise(words, hit):
            return Body(hit.first, hit.last, hit.consumed, hit.value, "", hit.phrase)
        return None


def _qualified_otherwise(words: Words, hit: Hit[Kind]) -> bool:
    """``هذا النظام``, ``النظام التقني``: an ordinary noun, no organ known to all."""
    if hit.first and words.keys[hit.first - 1] in ("هذا", "هذه", "ذلك", "تلك"):
        return True
    after = hit.last + 1
    return after < len(words) and words.keys[after].startswith("ال") and words.token(after).pos == "adj"


def names_of(kind: Kind, country: str) -> list[str]:
    """Arabic names of a country's organ, with each spelling of the adjective: ``الحكومة السورية``."""
    forms = nations().forms.get(country, [])
    return [f"{kind.name_ar} {feminine if kind.gender == 'f' else masculine}" for masculine, feminine in forms]


@cache
def entity_of(kind: Kind, country: str) -> Entity:
    """The organ of a country as an entity; one entity a country and kind, in every document."""
    key = "government" if kind.key in ("regime", "administration") else kind.key
    english = nations().english.get(country, country)
    return Entity(
        entity_id=f"org:{country}-{key}",
        kind=kind.entity_kind,
        name_ar=next(iter(names_of(kind, country)), kind.name_ar),
        name_en=kind.name_en.replace("{country}", english),
        country=country,
        sector=kind.sector,
        actor_code=nations().cameo.get(country, country) + kind.sector,
        is_linked=True,
    )


@cache
def bodies() -> Bodies:
    """The kinds of seeds/gazetteer/national_bodies.csv, read once a process."""
    required = ("body", "name_ar", "gender", "sector", "name_en")
    return Bodies(seeds.read("gazetteer/national_bodies.csv", required, "body"))
