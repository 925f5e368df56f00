"""A search: words to terms, terms to documents by BM25, documents to the events told in the sentences that were meant."""

from __future__ import annotations

import re
import sqlite3
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from flows.searching.index import rows_between
from flows.searching.snippet import hits, snippet
from tasks.language.normalize import fold
from tasks.language.segment import TOKEN_RE, split_sentences
from tasks.language.terms import Terms
from tasks.language.types import Document, Sentence

COLUMNS = ["kind", "score", "date", "source", "title", "snippet", "id"]
_TITLE_WEIGHT, _BODY_WEIGHT = 3.0, 1.0
_SPARE = 3  # hits fetched for each wanted: copies of one story are shown once
_PHRASE = re.compile(r'"([^"]*)"|(\S+)')
_FOLDED_NAME = "translate(name_ar, 'أإآٱىةؤئ', 'اااايهوي')"
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


def search(question: Question, index: sqlite3.Connection, lake: duckdb.DuckDBPyConnection, terms: Terms) -> list[Row]:
    """Documents, best first, each followed by the events told where the words stand; rows have `COLUMNS`."""
    asked = match(question.text, terms)
    if not asked.groups:
        return []
    allowed = _allowed(question, lake)
    found = ranked(index, asked.every, question, allowed) or ranked(index, asked.any, question, allowed)
    if not found:
        return []
    documents = _documents(index, found, question)
    tellings = _tellings(lake, documents, question)
    rows: list[Row] = []
    seen: set[str] = set()
    for doc in documents:
        rows.append(_document_row(doc, asked, terms))
        told = tellings.get(doc["document_id"], [])
        whole = Document(doc["document_id"], doc["text"], has_title=bool(doc["title"].strip()))
        sentences = split_sentences(whole) if told else []
        for telling in told:
            words = _sentence(sentences, telling["trigger_start"], doc["text"])
            share = len({g for *_, g in hits(words, asked.groups, terms)}) / len(asked.groups)
            if share >= 0.5 and telling["event_id"] not in seen:
                seen.add(telling["event_id"])
                rows.append(
                    _event_row(telling, doc, round(doc["score"] * share, 2), snippet(words, asked.groups, terms))
                )
    return rows


def ranked(
    index: sqlite3.Connection, expression: str, question: Question, allowed: Sequence[str] | None
) -> list[tuple[str, float]]:
    """Ids and BM25 scores of the best documents."""
    first, last = rows_between(question.since, question.until)
    where, given = "", [expression, first, last]
    if question.source:
        where += " AND docs.source = ?"
        given.append(question.source)
    if allowed is not None:
        index.execute("CREATE TEMP TABLE IF NOT EXISTS allowed (document_id TEXT PRIMARY KEY) WITHOUT ROWID")
        index.execute("DELETE FROM allowed")
        index.executemany("INSERT OR IGNORE INTO allowed VALUES (?)", ((a,) for a in allowed))
        where += " AND docs.document_id IN (SELECT document_id FROM allowed)"
    rows = index.execute(
        f"""SELECT docs.document_id, -bm25(text, {_TITLE_WEIGHT}, {_BODY_WEIGHT}) AS score FROM text JOIN docs ON docs.id = text.rowid
            WHERE text MATCH ? AND text.rowid BETWEEN ? AND ? {where} ORDER BY score DESC, text.rowid DESC LIMIT {question.limit * _SPARE}""",
        given,
    ).fetchall()
    return [(str(r[0]), float(r[1])) for r in rows]


def _filters(question: Question) -> tuple[str, Row]:
    """Conditions on event mentions m for type, actor and place."""
    parts: list[str] = []
    given: Row = {}
    if question.event_type:
        parts.append("m.plover_type = upper($type)")
        given["type"] = question.event_type
    for name, value, columns, country in (
        (
            "actor",
            question.actor,
            ("source_entity_id", "target_entity_id"),
            "upper($actor) IN (m.source_country, m.target_country)",
        ),
        ("place", question.place, ("location_entity_id",), ""),
    ):
        if not value:
            continue
        entities = f"""(SELECT entity_id FROM entities WHERE entity_id = ${name} OR country = upper(${name})
            OR contains({_FOLDED_NAME}, ${name}_folded) OR contains(lower(name_en), lower(${name})))"""
        parts.append(
            "(" + " OR ".join([f"m.{c} IN {entities}" for c in columns] + ([country] if country else [])) + ")"
        )
        given |= {name: value, f"{name}_folded": fold(value)}
    return " AND ".join(parts), given


def _allowed(question: Question, lake: duckdb.DuckDBPyConnection) -> list[str] | None:
    """Documents that tell an event of the wanted type, actor and place; None when that is not asked."""
    where, given = _filters(question)
    if not where:
        return None
    return [
        r[0] for r in lake.execute(f"SELECT DISTINCT document_id FROM event_mentions m WHERE {where}", given).fetchall()
    ]


def _documents(index: sqlite3.Connection, found: Sequence[tuple[str, float]], question: Question) -> list[Row]:
    """The documents found with their text, one a story, best first."""
    out: dict[str, Row] = {}
    for document_id, score in found:
        source, story, title, day, text = index.execute(
            "SELECT outlet, story, title, day, stored FROM docs WHERE document_id = ?", [document_id]
        ).fetchone()
        if story not in out:
            row = {"document_id": document_id, "source": source, "title": title, "day": day, "score": round(score, 2)}
            out[story] = row | {"text": zlib.decompress(text).decode()}
        if len(out) == question.limit:
            break
    return list(out.values())


def _tellings(lake: duckdb.DuckDBPyConnection, documents: Sequence[Row], question: Question) -> dict[str, list[Row]]:
    """Event mentions by document. Few tables are asked: each costs the lake some 25 ms, however little is read."""
    where, given = _filters(question)
    rows = _dicts(
        lake,
        f"""SELECT event_mention_id, event_id, document_id, trigger_start, event_date, plover_type, cameo_code, status, source_entity_id,
              target_entity_id, coalesce(source_text, source_country) AS source_name, coalesce(target_text, target_country) AS target_name
            FROM event_mentions m WHERE document_id IN (SELECT unnest($ids::VARCHAR[])) {"AND " + where if where else ""}
            ORDER BY document_id, trigger_start, event_mention_id""",
        {"ids": [d["document_id"] for d in documents]} | given,
    )
    ids = sorted({r[f"{side}_entity_id"] for r in rows for side in ("source", "target")} - {None})
    names: dict[str, str] = {}
    if ids:
        sql = "SELECT entity_id, name_ar FROM entities WHERE entity_id IN (SELECT unnest($ids::VARCHAR[]))"
        names = {r["entity_id"]: r["name_ar"] for r in _dicts(lake, sql, {"ids": ids})}
    out: dict[str, list[Row]] = {}
    for row in rows:
        for side in ("source", "target"):
            row[f"{side}_name"] = names.get(row[f"{side}_entity_id"]) or row[f"{side}_name"]
        out.setdefault(row["document_id"], []).append(row)
    return out


def _sentence(sentences: Sequence[Sentence], at: int, text: str) -> str:
    """The words of the sentence that holds a character."""
    return next((text[s.start : s.end] for s in sentences if s.start <= at < s.end), text)


def _dicts(lake: duckdb.DuckDBPyConnection, sql: str, given: Row) -> list[Row]:
    cursor = lake.execute(sql, given)
    names = [d[0] for d in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


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


def _event_row(telling: Row, doc: Row, score: float, words: str) -> Row:
    what = f"{telling['plover_type'] or 'STATEMENT'} {telling['cameo_code']} {telling['status']}"
    who = f"{telling['source_name'] or '?'} ← {telling['target_name'] or '?'}"  # read from the right: the arrow points to the target
    values = (
        "event",
        score,
        telling["event_date"],
        doc["source"],
        f"{what}: {who}",
        words,
        telling["event_mention_id"],
    )
    return dict(zip(COLUMNS, values, strict=True))
