"""Titles of office: ``وزير الخارجية الروسي``, ``رئيس مجلس الشورى الاسلامي`` to who held the office on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

import seeds
from tasks.entities.match import BareIndex, Hit, PhraseIndex, Words, bare, phrase_of
from tasks.entities.nations import Nations, nations
from tasks.entities.types import Office

_OPEN = date.max


class Title(NamedTuple):
    """A title of office in a sentence.

    `first` and `last` are places in `Words`, `consumed` letters of clitic before it. `offices` are the offices it may
    name: one when the words decide (the country is said), one a country when they do not.
    """

    first: int
    last: int
    consumed: int
    role: str  # folded, without articles: وزير خارجيه
    country: str  # as said by the words, "" if they do not
    former: int  # how many holders back: السابق 1, الأسبق 2
    definite: bool
    offices: dict[str, str]  # country: office key
    sector: str


class OfficeTable:
    """Who held which office when, and the words that name the office."""

    def __init__(self, rows: Sequence[dict[str, str]]) -> None:
        self.holders: dict[str, list[Office]] = defaultdict(list)
        self.careers: dict[str, list[Office]] = defaultdict(list)
        self.titles: PhraseIndex[dict[str, str]] = PhraseIndex()  # whole titles: country: office
        self.roles: BareIndex[dict[str, str]] = BareIndex()  # titles without their country: country: office
        self.names: dict[str, str] = {}  # office: English name
        self.organizations: dict[str, str] = {}
        self._modifiers = _modifiers()
        titles: dict[str, dict[str, str]] = defaultdict(dict)
        roles: dict[str, dict[str, str]] = defaultdict(dict)
        for row in rows:
            self._holder(row)
            for cell in (row["title_ar"], *row.get("title_aliases", "").split("|")):
                phrase = phrase_of(cell)
                if not phrase:
                    continue
                titles[phrase].setdefault(row["country"], row["office"])
                role = _without_country(phrase, row["country"], nations())
                if role and role != phrase:
                    roles[bare(role)].setdefault(row["country"], row["office"])
        for phrase, found in titles.items():
            self.titles.add(phrase, found)
            if len(found) > 1:
                roles[bare(phrase)].update({c: o for c, o in found.items() if c not in roles[bare(phrase)]})
        for phrase, found in roles.items():
            self.roles.add(phrase, found)

    def _holder(self, row: dict[str, str]) -> None:
        office = row["office"]
        until = date.fromisoformat(row["until"]) if row.get("until") else None
        self.names.setdefault(office, row.get("name_en", ""))
        self.organizations.setdefault(office, row.get("organization", ""))
        if row.get("person_id") and row.get("since"):
            since = date.fromisoformat(row["since"])
            held = Office(office, row["person_id"], since, until, row["country"], row["sector"])
            self.holders[office].append(held)
            self.careers[held.person_id].append(held)

    def holder(self, office: str, on: date | None, former: int = 0) -> Office | None:
        """Who held an office on a day (None: the latest holder), or the holder `former` places before them.

        In a gap of up to half a year the last holder counts: tables end terms a little early or late.
        """
        held = sorted(self.holders.get(office, ()), key=lambda o: o.since)
        if not held:
            return None
        day = on or _OPEN
        at = max((i for i, o in enumerate(held) if o.since <= day), default=-1)
        if former:
            ended = at >= 0 and (held[at].until or _OPEN) <= day
            at -= former - ended
            return held[at] if at >= 0 else None
        if at < 0:
            return None
        last = held[at].until or _OPEN
        return held[at] if last >= day or (day - last).days <= 183 else None

    def serves(self, person_id: str, on: date) -> bool:
        """Whether a person holds some office on a day."""
        return any(o.since <= on <= (o.until or _OPEN) for o in self.careers.get(person_id, ()))

    def sector(self, office: str) -> str:
        """Sector of an office's holders, "" when it has none in the table."""
        held = self.holders.get(office)
        return held[0].sector if held else ""

    def find(self, words: Words) -> Iterator[Title]:
        """The titles of a sentence from left to right, each as long as the words allow."""
        done = -1
        for i in sorted({*self.titles.beginnings(words.keys), *self.roles.beginnings(words.keys)}):
            title = self.at(words, i) if i > done else None
            if title:
                yield title
                done = title.last

    def at(self, words: Words, i: int) -> Title | None:
        """The title that begins at a word, as long as the words allow."""
        whole = self.titles.at(words.keys, i)
        role = self.roles.at_word(words, i)
        if role is None and whole is None:
            return None
        found = self._title(words, role) if role else None
        if whole is None:
            return found
        exact = self._whole(words, whole)
        return found if found and (found.last, bool(found.country)) > (exact.last, bool(exact.country)) else exact

    def _whole(self, words: Words, hit: Hit[dict[str, str]]) -> Title:
        country = next(iter(hit.value)) if len(hit.value) == 1 else ""
        last, said, former = self._qualified(words, hit.last + 1, hit.last, True)
        if said and said in hit.value:
            country = said
        office = hit.value.get(country) or next(iter(hit.value.values()))
        sector = self.sector(office)
        return Title(hit.first, last, hit.consumed, bare(hit.phrase), country, former, True, hit.value, sector)

    def _title(self, words: Words, hit: Hit[dict[str, str]]) -> Title | None:
        """The role at a hit with what qualifies it; None where nothing makes it definite."""
        definite = words.keys[hit.last].startswith(("ال", "لل", "بال", "وال", "فال", "كال"))
        last, country, former = self._qualified(words, hit.last + 1, hit.last, definite)
        if not definite and not country:
            return None
        offices = hit.value
        office = offices.get(country) or next(iter(offices.values()))
        return Title(hit.first, last, hit.consumed, hit.phrase, country, former, definite, offices, self.sector(office))

    def _qualified(self, words: Words, i: int, last: int, definite: bool) -> tuple[int, str, int]:
        """Last word, country and whether the holder is a former one, read from the words after a role."""
        keys, country, former, table = words.keys, "", 0, nations()
        while i < len(keys):
            nation = table.adjective_at(keys, i, definite=definite)
            if not country and nation and (definite or keys[i].startswith("ال")):
                country, i = nation.country, i + nation.words
            elif keys[i] in self._modifiers:
                former, i = max(former, self._modifiers[keys[i]]), i + 1
            elif not country and (name := table.country_at(keys, i if not definite else _after_in(keys, i))):
                i, country = (i if not definite else i + 1) + name.words, name.country
            else:
                break
            last = i - 1
        return last, country, former


def _after_in(keys: Sequence[str], i: int) -> int:
    return i + 1 if keys[i] in ("في", "لدي") else len(keys)


def _without_country(phrase: str, country: str, table: Nations) -> str:
    """A title without the adjective or name of its country; "" when it has none."""
    keys = phrase.split()
    for i in range(len(keys) - 1, 0, -1):
        found = table.adjective_at(keys, i) if keys[i].startswith(("ال", "لل")) else None
        found = found or table.country_at(keys, i)
        if found and found.country == country and i + found.words == len(keys):
            return " ".join(keys[: i - (keys[i - 1] in ("في", "لدي"))])
    return ""


def _modifiers() -> dict[str, int]:
    """Words that follow a title and leave it a title, with how many holders back they point."""
    back = {"holder": 0, "former": 1, "long former": 2}
    cues = seeds.read("gazetteer/cues.csv", ("cue", "word"))
    return {phrase_of(row["word"]): back[row["cue"]] for row in cues if row["cue"] in back}


@cache
def office_table() -> OfficeTable:
    """The offices of seeds/gazetteer/offices_*.csv, read once a process.

    Raises:
        seeds.SeedError: when a row breaks the rules.
    """
    rows = [row for name in seeds.names("gazetteer", "offices_*.csv") for row in seeds.read(name, ("office", "since"))]
    return OfficeTable(rows)
