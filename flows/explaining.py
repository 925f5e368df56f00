"""What `marsad explain` tells: the document is coded once more, and everything that led to the event is written down."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import duckdb

from flows.operation import config_of
from flows.settings import Settings
from tasks.batch import load_resources
from tasks.events.types import EventMention, Party
from tasks.language.analyse import analyse
from tasks.language.types import Analysed, Document, Sentence


class ExplainError(RuntimeError):
    """There is nothing to explain."""


def explanation(con: duckdb.DuckDBPyConnection, settings: Settings, mention_id: str) -> str:
    """Why an event mention was coded, as text.

    Raises:
        ExplainError: when no event mention has an id that starts so, or several have.
    """
    cursor = con.execute(
        """SELECT m.*, d.text AS document_text, d.published_at, d.title, d.locator, d.outlet, d.source_id, r.pipeline_version
           FROM event_mentions m JOIN documents d USING (document_id) LEFT JOIN runs r ON r.run_id = m.run_id
           WHERE starts_with(m.event_mention_id, ?)""",
        [mention_id],
    )
    names = [d[0] for d in cursor.description or []]
    found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    if len(found) != 1:
        raise ExplainError(
            f"{'no' if not found else 'more than one'} event mention has an id that starts with {mention_id!r}"
        )
    return _explain(found[0], settings)


def _explain(row: dict[str, Any], settings: Settings) -> str:
    resources = load_resources(config_of(settings))
    published = row["published_at"].astimezone(UTC).date() if row["published_at"] else None
    document = Document(
        row["document_id"],
        row["document_text"],
        published,
        bool(row["title"]),
        "ar",
        row["source_id"],
        row["outlet"] or "",
    )
    item = analyse([document], resources.morphology)[0]
    mentions = resources.entities.mentions([item])[0]
    trace: list[Any] = []
    events, _ = resources.events.code(item, mentions, trace)
    event = next(
        (
            e
            for e in events
            if (e.trigger_start, e.trigger_end, e.cameo_code)
            == (row["trigger_start"], row["trigger_end"], row["cameo_code"])
        ),
        None,
    )
    sentence = next(s for s in item.sentences if s.no == row["sentence_no"])
    lines = [
        f"{row['plover_type'] or 'statement'} {row['cameo_code']}, {row['status']}, {row['event_date'] or 'no date'} "
        f"({row['date_precision']}), confidence {row['confidence']}",
        f"document   {row['locator']}" + (f", {row['outlet']}" if row["outlet"] else ""),
        f"sentence   {_marked(item, sentence, row, event)}",
        f"rule       {row['rule_id']}",
    ]
    if event is None:
        lines.append(f"now        coded differently by this version; the row is from {row['pipeline_version']}")
    else:
        lines += [f"because    {line}" for line in event.because]
        lines += list(_party_lines(event))
    lines += [f"considered {line}" for line in trace_lines(trace, sentence)]
    return "\n".join(lines)


def _marked(item: Analysed, sentence: Sentence, row: dict[str, Any], event: EventMention | None) -> str:
    """The sentence with «trigger», [source] and {target} in marks."""
    spans = [(row["trigger_start"], row["trigger_end"], "«", "»")]
    if event and event.source and event.source.end > event.source.start:
        spans.append((event.source.start, event.source.end, "[", "]"))
    if event and event.target and event.target.end > event.target.start:
        spans.append((event.target.start, event.target.end, "{", "}"))
    text, at = "", sentence.start
    for start, end, left, right in sorted(spans):
        if start < at or end > sentence.end:
            continue  # named in another sentence, or inside what is marked already
        text += item.text_of(at, start) + left + item.text_of(start, end) + right
        at = end
    return text + item.text_of(at, sentence.end)


def _party_lines(event: EventMention) -> list[str]:
    named: list[tuple[str, Party | None]] = [
        ("source", event.source),
        ("target", event.target),
        ("said by", event.attributed_to),
    ]
    lines = []
    for side, party in named:
        if party is None:
            continue
        who = (
            f"{party.entity.name_ar} ({party.entity.name_en or party.entity.entity_id})"
            if party.entity
            else f"{party.country} {party.sector}".strip()
        )
        lines.append(
            f"{side:10} {party.text or '(not named here)'} → {who or 'unknown'}"
            + (f": {party.reason}" if party.reason else "")
        )
    if event.location:
        lines.append(f"place      {event.location.name_ar} ({event.location.name_en or event.location.entity_id})")
    return lines


def trace_lines(trace: list[Any], sentence: Sentence) -> list[str]:
    """What else was considered in the sentence."""
    return [str(entry) for entry in trace if getattr(entry, "sentence_no", sentence.no) == sentence.no]
