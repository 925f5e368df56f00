"""The tellings of a document as the index keeps them: what a line shows, and the facets that filters ask for."""

from __future__ import annotations

import json
import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import duckdb

from tasks.language.normalize import fold
from tasks.language.segment import TOKEN_RE
from tasks.language.terms import Terms

TYPE, ACTOR, PLACE, SOURCE = "t", "a", "p", "s"  # first letter of a facet: what it says
_MARKS = re.compile(r"[\W_]+")
_TOLD = """
SELECT m.document_id, m.event_mention_id, m.event_id, m.trigger_start, m.event_date::VARCHAR AS event_date, m.plover_type, m.cameo_code, m.status,
  coalesce(s.name_ar, m.source_text, m.source_country) AS source_name, coalesce(t.name_ar, m.target_text, m.target_country) AS target_name,
  [m.source_entity_id, m.target_entity_id, m.source_country, m.target_country, s.country, t.country] AS actors,
  [s.name_ar, s.name_en, t.name_ar, t.name_en] AS actor_names, [m.location_entity_id, l.country] AS places, [l.name_ar, l.name_en] AS place_names
FROM lake.event_mentions m LEFT JOIN lake.entities s ON s.entity_id = m.source_entity_id LEFT JOIN lake.entities t ON t.entity_id = m.target_entity_id
LEFT JOIN lake.entities l ON l.entity_id = m.location_entity_id
"""
# A document's fingerprint changes with its text and with everything that is kept of its tellings.
PRINTS = f"""
SELECT d.document_id, concat_ws(' ', d.content_sha256, p.print) AS sha FROM lake.documents d LEFT JOIN (
  SELECT document_id, bit_xor((hash(told) >> 1)::BIGINT) AS print FROM ({_TOLD}) told GROUP BY document_id
) p USING (document_id)
"""


class Telling(NamedTuple):
    """An event mention as search shows it."""

    event_mention_id: str
    event_id: str
    trigger_start: int
    event_date: str | None
    plover_type: str | None
    cameo_code: str
    status: str
    source_name: str | None
    target_name: str | None
    facets: tuple[str, ...]


def tellings(lake: duckdb.DuckDBPyConnection, documents: Sequence[str], terms: Terms) -> dict[str, list[Telling]]:
    """The tellings of some documents, by document and in order of the text."""
    sql = f"{_TOLD} WHERE m.document_id IN (SELECT unnest($ids::VARCHAR[])) ORDER BY m.document_id, m.trigger_start, m.event_mention_id"
    out: dict[str, list[Telling]] = defaultdict(list)
    for document, *shown, actors, actor_names, places, place_names in lake.execute(sql, {"ids": documents}).fetchall():
        facets = {
            *_codes(TYPE, [shown[4]]),
            *_codes(ACTOR, actors),
            *_words(ACTOR, actor_names, terms),
            *_codes(PLACE, places),
            *_words(PLACE, place_names, terms),
        }
        out[document].append(Telling(*[*shown, tuple(sorted(facets))]))
    return out


def packed(told: Sequence[Telling]) -> bytes:
    """Tellings as bytes."""
    return zlib.compress(json.dumps(told, ensure_ascii=False).encode(), 3)


def unpacked(stored: bytes) -> list[Telling]:
    """Tellings from bytes."""
    return [Telling(*[*row[:-1], tuple(row[-1])]) for row in json.loads(zlib.decompress(stored))]


def code(what: str, value: str) -> str:
    """The facet of a code or id, a single word to SQLite's tokenizer."""
    return what + _MARKS.sub("", value).lower()


def wanted(what: str, value: str, terms: Terms) -> list[frozenset[str]]:
    """Facets that answer a value, one set a word: each set must be answered, the whole value as a code or id answers all."""
    words = [
        {code(what, fold(m[0])), *(what + t for t in terms.wanted(m[0]))}
        for m in TOKEN_RE.finditer(value)
        if _has_word(m[0])
    ]
    return [frozenset({code(what, value), *w}) for w in words or [set()]]


def _codes(what: str, values: Iterable[str | None]) -> list[str]:
    return [code(what, v) for v in values if v]


def _words(what: str, names: Iterable[str | None], terms: Terms) -> list[str]:
    return [what + word for name in names if name for word in _words_of(name, terms)]


@lru_cache(maxsize=100_000)
def _words_of(name: str, terms: Terms) -> tuple[str, ...]:
    """Words of a name as facets hold them, spelled and as lemmas: remembered, for names repeat."""
    found: list[str] = []
    for word in (m[0] for m in TOKEN_RE.finditer(name) if _has_word(m[0])):
        found += [code("", fold(word)), *terms.of_word(word)]
    return tuple(dict.fromkeys(found))


def _has_word(text: str) -> bool:
    return bool(_MARKS.sub("", text))
