"""Countries by name and by nationality adjective: ``روسيا``, ``الروسي``, ``الكوري الشمالي`` to ISO alpha-3."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import seeds
from tasks.entities.match import clitic_forms, phrase_of, without_article

_CACHE_LIMIT = 100_000  # words


class Nation(NamedTuple):
    """A nationality adjective or a country's name found: words it spans and the country."""

    words: int
    country: str


class Nations:
    """The tables, built from seeds/gazetteer/countries.csv and nationalities.csv."""

    def __init__(self) -> None:
        self.countries: dict[str, str] = {}
        self.english: dict[str, str] = {}
        self.cameo: dict[str, str] = {}
        self.capitals: dict[str, str] = {}
        for row in seeds.read("gazetteer/countries.csv", ("iso3", "name_ar"), "iso3"):
            self.english[row["iso3"]] = row.get("name_en", "") or row["iso3"]
            self.cameo[row["iso3"]] = row.get("cameo", "") or row["iso3"]
            for name in _cells(row, "name_ar", "aliases"):
                self.countries.setdefault(phrase_of(name), row["iso3"])
            for name in _cells(row, "capital_ar", "capital_aliases"):
                self.capitals.setdefault(phrase_of(name), row["iso3"])
        self.country_heads: dict[str, int] = {}
        for phrase in self.countries:
            head, length = phrase.split()[0], phrase.count(" ") + 1
            self.country_heads[head] = max(length, self.country_heads.get(head, 0))
        self.adjectives: dict[str, str] = {}
        self.plurals: dict[str, str] = {}
        self.forms: dict[str, list[tuple[str, str]]] = {}  # country: adjectives m, f, with the article
        for row in seeds.read("gazetteer/nationalities.csv", ("adjective_ms",)):
            self._add(row)
        self.ordinary: set[str] = set()  # adjectives that mean something else too: مالي is Malian and financial
        for row in seeds.read("gazetteer/nationalities.csv", ("adjective_ms",)):
            if row["weak"]:
                self.ordinary.update(_bare(word) for word in _cells(row, "adjective_ms", "adjective_fs"))
        self.two_words = {phrase.split()[0] for phrase in self.adjectives if " " in phrase}
        self.people_of = lru_cache(maxsize=_CACHE_LIMIT)(self._people_of)
        self._possible = lru_cache(maxsize=_CACHE_LIMIT)(self._adjectives)
        self.adjective = lru_cache(maxsize=_CACHE_LIMIT)(self._alone)

    def _add(self, row: dict[str, str]) -> None:
        iso = row["iso3"]
        singular = [*_cells(row, "adjective_ms"), *_cells(row, "adjective_fs")]
        plurals = [*_cells(row, "plural"), *_cells(row, "others")]
        masculine = _cells(row, "adjective_ms")
        feminine = _cells(row, "adjective_fs") or [masculine[0] + "ة"]
        self.forms.setdefault(iso, []).extend(
            (_definite(m), _definite(f)) for m, f in zip(masculine, feminine, strict=False)
        )
        sound = [stem + ending for stem in masculine for ending in ("ين", "ون", "ات", "ان", "تين")]
        for word in (*singular, *feminine, *plurals, *sound):
            self.adjectives.setdefault(_bare(word), iso)
        singular_bare = {_bare(word) for word in (*singular, *feminine)}
        for word in (*plurals, *sound):
            if _bare(word) not in singular_bare:
                self.plurals.setdefault(_bare(word), iso)

    def adjective_at(self, keys: Sequence[str], i: int, definite: bool = False) -> Nation | None:
        """The nationality adjective at word i (two words first: ``الكوري الشمالي``).

        Args:
            definite: whether it must carry the article.
        """
        if i >= len(keys):
            return None
        possible = self._possible(keys[i])
        if not possible or (definite and not keys[i].startswith(("ال", "وال", "لل"))):
            return None
        for word, alone in possible:
            if word in self.two_words and i + 1 < len(keys):
                country = self.adjectives.get(f"{word} {without_article(keys[i + 1])}", "")
                if country:
                    return Nation(2, country)
            if alone is not None:
                return alone
        return None

    def _alone(self, word: str) -> Nation | None:
        """The nationality that a word is by itself."""
        return self.adjective_at([word], 0)

    def _adjectives(self, key: str) -> tuple[tuple[str, Nation | None], ...]:
        """The readings of a word that are an adjective, alone or as the first of two: the word, what it is alone."""
        words = (key, key[2:]) if key.startswith(("ال", "لل")) else (key,)  # ألماني begins with ال itself
        found = [(w, Nation(1, self.adjectives[w]) if self.adjectives.get(w) else None) for w in words]
        return tuple((w, alone) for w, alone in found if alone is not None or w in self.two_words)

    def country_at(self, keys: Sequence[str], i: int) -> Nation | None:
        """The country named at word i, of the longest name."""
        if i >= len(keys) or keys[i] not in self.country_heads:
            return None
        for length in range(min(self.country_heads[keys[i]], len(keys) - i), 0, -1):
            country = self.countries.get(" ".join(keys[i : i + length]), "")
            if country:
                return Nation(length, country)
        return None

    def _people_of(self, key: str) -> str:
        """The country whose people a word names (``الفلسطينيين``, ``للروس``), "" if it names none."""
        cores = [form.core for form in clitic_forms(key)]
        found = (self.plurals.get(core, "") or self.plurals.get(without_article(core), "") for core in cores)
        return next(filter(None, found), "")


@cache
def nations() -> Nations:
    """The tables, read once a process."""
    return Nations()


def _cells(row: dict[str, str], *columns: str) -> list[str]:
    return [cell.strip() for column in columns for cell in row.get(column, "").split("|") if cell.strip()]


def _bare(adjective: str) -> str:
    first, *rest = phrase_of(adjective).split()
    return " ".join((first, *(without_article(word) for word in rest)))


def _definite(adjective: str) -> str:
    return " ".join(w if w.startswith("ال") else "ال" + w for w in adjective.split())
