"""A search: words to terms, terms to documents by BM25, documents to the events told in the sentences that were meant.

All of it is answered by the index: the lake takes a seventh of a second for the tellings of ten documents.
"""

from __future__ import annotations

import re
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flows.searching.index import rows_between
from flows.searching.snippet import hits, snippet
from flows.searching.telling import ACTOR, PLACE, SOURCE, TYPE, Telling, code, unpacked, wanted
from tasks.language.segment import TOKEN_RE, split_sentences
from tasks.language.terms import Terms
from tasks.language.types import Document, Sentence

COLUMNS = ["kind", "score", "date", "source", "title", "snippet", "id"]
_TITLE_WEIGHT, _BODY_WEIGHT = 3.0, 1.0
_FIRST = 500  # hits ranked at first: most of them are spare, for copies of one story and tellings that answer no filter
_NEWEST = (
    100_000  # of documents with words that are everywhere, these are ranked, and those with the words in the title
)
_PHRASE = re.compile(r'"([^"]*)"|(\S+)')
Row = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """What is asked."""

    text: str
    since: date | None = None
    until: date | None = None
    source: str = ""
    event_type: str = ""
    actor: str = ""
    place: str = ""
    limit: int = 20


@dataclass(frozen=True)
class Match:
    """A query for the index: an expression, and the terms of each word."""

    every: str  # all words
    any: str  # one of them is enough
    groups: tuple[frozenset[str], ...]


def match(text: str, terms: Terms) -> Match:
    """The query of a text: words must all occur, in any form; words in quotation marks stand together."""
    parts: list[str] = []
    groups: list[frozenset[str]] = []
    for quoted, plain in _PHRASE.findall(text):
        words = [w for w in (terms.wanted(t[0]) for t in TOKEN_RE.finditer(quoted or plain)) if w]
        groups += [frozenset(w) for w in words]
        if quoted:
            phrase = " ".join(w[0] for w in words)
            parts += [f'"{phrase}"'] if phrase else []
        else:
            parts += ["(" + " OR ".join(f'"{t}"' for t in w) + ")" for w in words]
    return Match(" AND ".join(parts), " OR ".join(parts), tuple(dict.fromkeys(groups)))


def search(question: Question, index: sqlite3.Connection, terms: Terms) -> list[Row]:
    """Documents, best first, each followed by the events told where the words stand; rows have `COLUMNS`."""
    asked = match(question.text, terms)
    if not asked.groups:
        return []
    filters = _filters(question, terms)
    rows: list[Row] = []
    seen: set[str] = set()
    for doc in _documents(index, asked.every, question, filters) or _documents(index, asked.any, question, filters):
        rows.append(_document_row(doc, asked, terms))
        whole = Document(doc["document_id"], doc["text"], has_title=bool(doc["title"].strip()))
        sentences = split_sentences(whole) if doc["told"] else []
        for telling in doc["told"]:
            words = _sentence(sentences, telling.trigger_start, doc["text"])
            share = len({g for *_, g in hits(words, asked.groups, terms)}) / len(asked.groups)
            if share >= 0.5 and telling.event_id not in seen:
                seen.add(telling.event_id)
                rows.append(
                    _event_row(telling, doc, round(doc["score"] * share, 2), snippet(words, asked.groups, terms))
                )
    return rows


def _filters(question: Question, terms: Terms) -> list[frozenset[str]]:
    """What one telling must have for type, actor and place: a facet of each set."""
    asked = ((TYPE, question.event_type), (ACTOR, question.actor), (PLACE, question.place))
    return [facets for what, value in asked if value for facets in wanted(what, value, terms)]


def _documents(
    index: sqlite3.Connection, expression: str, question: Question, filters: Sequence[frozenset[str]]
) -> list[Row]:
    """The best documents with their text and the tellings that answer the filters, one a story."""
    out: dict[str, Row] = {}
    for number, score in ranked(index, expression, question, filters):
        found = index.execute(
            "SELECT document_id, source, outlet, story, title, day, stored, told FROM docs WHERE id = ?", [number]
        ).fetchone()
        if not found or found[3] in out or (question.source and found[1] != question.source):
            continue
        document_id, _, outlet, story, title, day, stored, packed = found
        told = [t for t in unpacked(packed) if all(not f.isdisjoint(t.facets) for f in filters)]
        if told or not filters:
            row = {"document_id": document_id, "source": outlet, "title": title, "day": day, "score": round(score, 2)}
            out[story] = row | {"text": zlib.decompress(stored).decode(), "told": told}
        if len(out) == question.limit:
            break
    return list(out.values())


def ranked(
    index: sqlite3.Connection, expression: str, question: Question, filters: Sequence[frozenset[str]] = ()
) -> Iterator[tuple[int, float]]:
    """Row numbers and BM25 scores, best first, of what an expression finds; some rows may be gone, or answer the filters by several tellings."""
    first, last = rows_between(question.since, question.until)
    where, given = "text MATCH ? AND text.rowid BETWEEN ? AND ?", [expression, first, last]
    facets = [*filters, *([frozenset({code(SOURCE, question.source)})] if question.source else [])]
    if facets:  # the plus keeps SQLite from asking the text index anew for each row of the other
        where += " AND +text.rowid IN (SELECT rowid FROM facets WHERE facets MATCH ?)"
        given.append(" AND ".join("(" + " OR ".join(f'"{f}"' for f in sorted(either)) + ")" for either in facets))
    too_many = index.execute(
        f"SELECT text.rowid FROM text WHERE {where} ORDER BY text.rowid DESC LIMIT 1 OFFSET {_NEWEST}", given
    ).fetchone()
    if too_many:
        where += " AND (+text.rowid > ? OR +text.rowid IN (SELECT rowid FROM text WHERE text MATCH ?))"
        given += [too_many[0], f"{{title}} : ({expression})"]
    best = f"""SELECT text.rowid, -bm25(text, {_TITLE_WEIGHT}, {_BODY_WEIGHT}) AS score FROM text WHERE {where}
               ORDER BY score DESC, text.rowid DESC"""
    at_first = max(_FIRST, 3 * question.limit)
    rows = index.execute(f"{best} LIMIT {at_first}", given).fetchall()
    yield from rows
    if len(rows) == at_first:
        yield from index.execute(f"{best} LIMIT -1 OFFSET {at_first}", given)


def _sentence(sentences: Sequence[Sentence], at: int, text: str) -> str:
    """The words of the sentence that holds a character."""
    return next((text[s.start : s.end] for s in sentences if s.start <= at < s.end), text)


def _document_row(doc: Row, asked: Match, terms: Terms) -> Row:
    title = doc["title"]
    body = doc["text"][len(title) :] if title and doc["text"].startswith(title) else doc["text"]
    values = (
        "document",
        doc["score"],
        doc["day"],
        doc["source"],
        title,
        snippet(body, asked.groups, terms),
        doc["document_id"],
    )
    return dict(zip(COLUMNS, values, strict=True))


def _event_row(telling: Telling, doc: Row, score: float, words: str) -> Row:
    what = f"{telling.plover_type or 'STATEMENT'} {telling.cameo_code} {telling.status}"
    who = f"{telling.source_name or '?'} ← {telling.target_name or '?'}"  # read from the right: the arrow points to the target
    values = ("event", score, telling.event_date, doc["source"], f"{what}: {who}", words, telling.event_mention_id)
    return dict(zip(COLUMNS, values, strict=True))
