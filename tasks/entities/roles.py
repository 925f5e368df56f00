"""Parties that have no name: ``القوات الروسية``, ``مسؤولون أميركيون``, ``متظاهرون`` to country and sector."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

import seeds
from tasks.entities.epithets import epithets
from tasks.entities.match import PhraseIndex, Words, clitic_forms, phrase_of, without_article
from tasks.entities.nations import nations
from tasks.entities.types import SECTORS
from tasks.language.types import Sentence

_REACH = 3  # words between a role noun and its nationality: القوات الخاصة البحرية الروسية


class Description(NamedTuple):
    """An unnamed party: tokens ``start_token`` to before ``end_token``, its country and sector ("" where not said)."""

    start_token: int
    end_token: int
    country: str
    sector: str
    head_index: int  # token of the role noun, or of the nationality used as a noun
    consumed: int = 0  # letters of clitic before the first word


def find_descriptions(sentence: Sentence) -> list[Description]:
    """The unnamed parties of a sentence, from left to right, none inside another."""
    return descriptions_of(Words(sentence))


def descriptions_of(words: Words) -> list[Description]:
    """As `find_descriptions`, for words already cut."""
    roles, table = role_index(), nations()
    keys, found, done = words.keys, [], -1
    begins = set(roles.beginnings(keys))
    for i in [i for i, key in enumerate(keys) if i in begins or table.people_of(key)]:
        if i <= done:
            continue
        hit = roles.at(keys, i) if i in begins else None
        if hit is not None and not (hit.first == hit.last and words.token(i).pos == "verb"):  # طالب: also a student
            last, country = _country_after(keys, hit.last + 1, hit.last)
            country = country or _epithet(hit.phrase.rsplit(" ", 1)[-1])
            tokens = words.tokens
            found.append(Description(tokens[i], tokens[last] + 1, country, hit.value, tokens[hit.last], hit.consumed))
            done = last
            continue
        country = table.people_of(keys[i])
        if country and not _is_adjective(keys, i):
            token = words.tokens[i]
            found.append(Description(token, token + 1, country, "", token, _consumed(keys[i])))
    return found


def _country_after(keys: Sequence[str], start: int, head: int) -> tuple[int, str]:
    """Last word and country of the nationality that qualifies a role noun, (head, "") where there is none."""
    table = nations()
    for i in range(start, min(start + _REACH, len(keys))):
        nation = table.adjective_at(keys, i)
        if nation:
            return i + nation.words - 1, nation.country
        country = table.adjectives.get(keys[i][:-1], "") if keys[i].endswith("ا") else ""
        if country and keys[i] not in table.countries:  # ثلاثين جنديا إسرائيليا
            return i, country
        name = table.country_at(keys, i)
        if name and (i == start or keys[i - 1] in ("في", "من")):
            return i + name.words - 1, name.country
        if keys[i] not in ("في", "من") and not keys[i].startswith("ال"):
            break
    return head, ""


def _epithet(word: str) -> str:
    """The country of a word that stands for one in all the news: قوات الاحتلال."""
    rows = epithets().get(word, ())
    return rows[0] if len(rows) == 1 else ""


def _is_adjective(keys: Sequence[str], i: int) -> bool:
    """Whether a plural nationality qualifies the noun before it (``اللاجئين السوريين``)."""
    if i == 0:
        return False
    before, key = keys[i - 1], keys[i]
    both_definite = before.startswith("ال") and key.startswith("ال")
    return both_definite or (not key.startswith(("ال", "لل", "وال")) and before.endswith(("ين", "ون", "ات")))


def _consumed(key: str) -> int:
    table = nations()
    for form in clitic_forms(key):
        if form.core in table.plurals or without_article(form.core) in table.plurals:
            return form.consumed
    return 0


@cache
def role_index() -> PhraseIndex[str]:
    """Role nouns, folded, with and without the article, to sector; from seeds/gazetteer/roles.csv."""
    index: PhraseIndex[str] = PhraseIndex()
    for row in seeds.read("gazetteer/roles.csv", ("lemma_ar",)):
        sector = row.get("sector", "")
        if sector and sector not in SECTORS:
            raise seeds.SeedError(f"seeds/gazetteer/roles.csv: {row['lemma_ar']}: sector {sector!r} is not known")
        for form in _forms(row):
            for phrase in _with_article(phrase_of(form)):
                if phrase not in index.names:
                    index.add(phrase, sector)
    return index


def _forms(row: dict[str, str]) -> Iterable[str]:
    for column in ("lemma_ar", "plural_ar", "forms", "aliases"):
        for cell in row.get(column, "").split("|"):
            if cell.strip():
                yield cell.strip()
                if cell.strip().endswith("ون"):
                    yield cell.strip()[:-2] + "ين"
                elif column == "lemma_ar" and cell.strip()[-1] not in "ةاءى" and " " not in cell.strip():
                    yield cell.strip() + "ا"  # after 11 to 99: عشرين جنديا


def _with_article(phrase: str) -> tuple[str, ...]:
    """``قوات خاصه`` also as ``القوات الخاصه``; a phrase that has the article stays as it is."""
    words = phrase.split()
    if any(w.startswith("ال") for w in words):
        return (phrase,)
    return phrase, " ".join("ال" + w for w in words)
