"""The transform of one batch: raw documents in, one Arrow table a warehouse table out. Pure: no Prefect, no DuckDB, no clock.

A document that breaks the analysis becomes a row of rejects; the rest of the batch goes on.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from seeds import SeedError
from tasks.entities.pipeline import EntityPipeline
from tasks.entities.types import Entity, Mention
from tasks.events.coder import EventCoder
from tasks.events.resolve import match_key
from tasks.events.types import EventMention, Party, Quote
from tasks.ids import make_id
from tasks.language.analyse import analyse
from tasks.language.morphology import Morphology, load_morphology
from tasks.language.types import Analysed, Document
from tasks.reading.duplicates import signatures
from tasks.reading.types import Failure, RawDocument
from warehouse.schema import BY_NAME

Row = dict[str, Any]
# Scores differ in their last bits with what else is in the batch: two digits are what they are worth, and the same in every run.
DIGITS = 2
LAST = "~"  # sorts after every code and name: what is told wins over what is not


@dataclass(frozen=True)
class Resources:
    """What the analysis needs, loaded once a process."""

    morphology: Morphology
    entities: EntityPipeline
    events: EventCoder


@dataclass(frozen=True)
class Config:
    """Which resources to load; hashable, so that a process keeps them."""

    cache: Path
    morphology: str = ""
    recognizer: str = "embedded"
    camel_model: str = ""
    gazetteers: tuple[Path, ...] = ()
    names_only: bool = False


@dataclass
class Rows:
    """Rows collected for the tables of one batch."""

    tables: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in BY_NAME})
    entities: dict[str, Entity] = field(default_factory=dict)
    bodies: list[tuple[Document, str]] = field(default_factory=list)

    def add(self, table: str, **row: Any) -> None:
        """Add a row; columns left out are null."""
        self.tables[table].append(row)

    def entity(self, entity: Entity | None) -> str | None:
        """Note an entity that a row points to and return its id."""
        if entity is None:
            return None
        known = self.entities.get(entity.entity_id)
        if known is None or (not entity.is_linked and _told(entity) < _told(known)):
            self.entities[entity.entity_id] = entity
        return entity.entity_id


def _told(entity: Entity) -> tuple[str, ...]:
    """What documents tell differently of a name the gazetteer does not have: the lowest stands, whatever the order of reading."""
    facts = (entity.country, entity.sector, entity.actor_code, entity.name_en)
    return (entity.name_ar, *(fact or LAST for fact in facts))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the cycle collector: nothing here makes cycles, and its passes over dictionaries and caches cost a fifth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@cache
@_uncollected()
def load_resources(config: Config) -> Resources:
    """Load dictionary, gazetteer, tagger and models; kept for the life of the process."""
    morphology = load_morphology(config.cache, Path(config.morphology) if config.morphology else None)
    entities = EntityPipeline(
        morphology,
        cache_dir=config.cache,
        user_gazetteers=config.gazetteers,
        recognizer=config.recognizer,
        camel_model=config.camel_model or None,
        names_only=config.names_only,
    )
    return Resources(morphology, entities, EventCoder(morphology))


def document_id(raw: RawDocument) -> str:
    """Id of a document: its source and its place in it."""
    return make_id("document", raw.source_id, raw.locator)


@_uncollected()
def transform_batch(
    documents: Sequence[RawDocument],
    resources: Resources,
    retrieved_at: datetime,
    failures: Iterable[Failure] = (),
    country: str = "",
) -> dict[str, pa.Table]:
    """Analyse a batch.

    Args:
        documents: raw documents, each locator once.
        resources: see `load_resources`.
        retrieved_at: when the batch was read.
        failures: what could not be read, to become rows of rejects.
        country: ISO alpha-3 country of the outlet, where known.

    Returns:
        Arrow tables by warehouse table name, without run_id, rows in order of the documents.
    """
    rows = Rows()
    for failure in failures:
        _add_reject(rows, failure, retrieved_at)
    try:
        _transform(documents, resources, rows, retrieved_at, country)
    except SeedError:
        raise  # broken knowledge breaks every document: that is no reject
    except Exception:
        # One bad document must not take the batch with it: find it by going one at a time.
        rows = Rows()
        for failure in failures:
            _add_reject(rows, failure, retrieved_at)
        for raw in documents:
            _transform_alone(raw, resources, rows, retrieved_at, country)
    return _tables(rows)


def _transform_alone(raw: RawDocument, resources: Resources, rows: Rows, retrieved_at: datetime, country: str) -> None:
    alone = Rows()
    try:
        _transform([raw], resources, alone, retrieved_at, country)
    except Exception as error:
        reason = f"analysis failed: {type(error).__name__}: {error}"
        _add_reject(
            rows, Failure(raw.source_id, raw.locator, "transform", reason, "report it with the document"), retrieved_at
        )
        return
    for name, more in alone.tables.items():
        rows.tables[name].extend(more)
    for entity in alone.entities.values():
        rows.entity(entity)
    rows.bodies.extend(alone.bodies)


def full_text(raw: RawDocument) -> str:
    """documents.text: the headline on its own line, when there is one, then the body."""
    title = " ".join(raw.title.split())
    return f"{title}\n{raw.text}" if title else raw.text


def as_document(raw: RawDocument, country: str = "") -> Document:
    """The document as the analysis sees it."""
    return Document(
        document_id(raw),
        full_text(raw),
        raw.published_at.date() if raw.published_at else None,
        bool(raw.title.strip()),
        raw.language,
        raw.source_id,
        raw.outlet,
        country,
    )


def _transform(
    documents: Sequence[RawDocument], resources: Resources, rows: Rows, retrieved_at: datetime, country: str
) -> None:
    analysed = analyse([as_document(raw, country) for raw in documents], resources.morphology)
    mentions = resources.entities.mentions(analysed)
    coded = resources.events.code_batch(analysed, mentions)
    for n, (raw, item) in enumerate(zip(documents, analysed, strict=True)):
        _add_document(rows, raw, item, retrieved_at)
        _add_mentions(rows, item, mentions[n])
        _add_events(rows, item, *coded[n])
        rows.bodies.append((item.document, raw.text))


def _add_document(rows: Rows, raw: RawDocument, item: Analysed, retrieved_at: datetime) -> None:
    doc = item.document
    rows.add(
        "documents",
        document_id=doc.document_id,
        source_id=raw.source_id,
        locator=raw.locator,
        url=raw.url or None,
        outlet=raw.outlet or None,
        title=raw.title or None,
        author=raw.author or None,
        section=raw.section or None,
        published_at=_utc(raw.published_at),
        published_from=raw.published_from or None,
        retrieved_at=retrieved_at,
        language=raw.language,
        text=doc.text,
        word_count=len(doc.text.split()),
        content_sha256=raw.content_sha256,
        story_id=doc.document_id,
    )
    for s in item.sentences:
        rows.add(
            "sentences", document_id=doc.document_id, sentence_no=s.no, char_start=s.start, char_end=s.end, kind=s.kind
        )


def _add_mentions(rows: Rows, item: Analysed, mentions: Sequence[Mention]) -> None:
    doc = item.document.document_id
    for m in mentions:
        if m.entity is None:
            continue
        rows.add(
            "mentions",
            mention_id=make_id("mention", doc, m.start, m.end),
            document_id=doc,
            sentence_no=m.sentence_no,
            char_start=m.start,
            char_end=m.end,
            text=m.text,
            kind=m.kind,
            entity_id=rows.entity(m.entity),
            method=m.method,
            score=round(float(m.score), DIGITS),
        )


def _party(rows: Rows, side: str, party: Party | None) -> Row:
    if party is None:
        return {}
    entity = party.entity
    return {
        f"{side}_entity_id": rows.entity(entity),
        f"{side}_country": party.country or (entity.country if entity else "") or None,
        f"{side}_sector": party.sector or (entity.sector if entity else "") or None,
        f"{side}_text": party.text or None,
    }


def _add_events(rows: Rows, item: Analysed, events: Sequence[EventMention], quotes: Sequence[Quote]) -> None:
    doc = item.document.document_id
    for e in events:
        row = {
            "document_id": doc,
            "sentence_no": e.sentence_no,
            "trigger_start": e.trigger_start,
            "trigger_end": e.trigger_end,
            "trigger_text": item.text_of(e.trigger_start, e.trigger_end),
            "plover_type": e.plover_type or None,
            "plover_mode": e.plover_mode or None,
            "plover_contexts": list(e.plover_contexts),
            "cameo_code": e.cameo_code,
            "quad_class": e.quad_class,
            "goldstein": float(e.goldstein),
            "status": e.status,
            "event_date": e.event_date,
            "date_precision": e.date_precision,
            **_party(rows, "source", e.source),
            **_party(rows, "target", e.target),
            "location_entity_id": rows.entity(e.location),
            "attributed_to_entity_id": rows.entity(e.attributed_to.entity) if e.attributed_to else None,
            "rule_id": e.rule_id,
            "confidence": round(float(e.confidence), DIGITS),
            "killed": e.killed,
            "wounded": e.wounded,
        }
        telling = make_id("event", doc, e.story_key)
        identity = (
            e.trigger_start,
            e.trigger_end,
            e.cameo_code,
            *(row.get(k) for k in ("source_entity_id", "source_text", "target_entity_id", "target_text")),
        )
        mention = make_id("event_mention", doc, *identity)
        rows.add(
            "event_mentions",
            event_mention_id=mention,
            event_id=telling,
            document_event_id=telling,
            match_key=match_key(row),
            **row,
        )
    for q in quotes:
        rows.add(
            "quotes",
            quote_id=make_id("quote", doc, q.start, q.end),
            document_id=doc,
            sentence_no=q.sentence_no,
            char_start=q.start,
            char_end=q.end,
            speaker_entity_id=rows.entity(q.speaker.entity) if q.speaker else None,
            speaker_text=(q.speaker.text if q.speaker else None) or None,
            verb=q.verb,
            is_direct=q.is_direct,
        )


def fingerprints(documents: Sequence[Document], bodies: Sequence[str]) -> pa.Table:
    """Rows of fingerprints: one a document and band, the signature on band 0 only."""
    prints, bands = signatures(bodies)
    count, width = bands.shape
    marks: list[bytes | None] = [None] * (count * width)
    for n in range(count):
        marks[n * width] = prints[n].tobytes()
    columns = {
        "document_id": pa.array([d.document_id for d in documents]).take(pa.array(np.repeat(np.arange(count), width))),
        "band_no": pa.array(np.tile(np.arange(width, dtype=np.int32), count)),
        "band": pa.array(bands.view(np.int64).ravel()),
        "published_on": pa.array([d.published_on for d in documents], pa.date32()).take(
            pa.array(np.repeat(np.arange(count), width))
        ),
        "signature": pa.array(marks, pa.binary()),
    }
    return pa.table(columns, schema=_schema("fingerprints"))


def _add_reject(rows: Rows, failure: Failure, at: datetime) -> None:
    rows.add(
        "rejects",
        reject_id=make_id("reject", failure.source_id, failure.locator, failure.stage),
        source_id=failure.source_id,
        locator=failure.locator,
        stage=failure.stage,
        error=failure.error,
        advice=failure.advice or None,
        rejected_at=at,
    )


def _entity_row(e: Entity) -> Row:
    return {
        "entity_id": e.entity_id,
        "kind": e.kind,
        "name_ar": e.name_ar,
        "name_en": e.name_en or None,
        "wikidata_id": e.wikidata_id or None,
        "geonames_id": e.geonames_id or None,
        "country": e.country or None,
        "sector": e.sector or None,
        "actor_code": e.actor_code or None,
        "latitude": e.latitude,
        "longitude": e.longitude,
        "is_linked": e.is_linked,
    }


def _tables(rows: Rows) -> dict[str, pa.Table]:
    rows.tables["entities"] = [_entity_row(e) for _, e in sorted(rows.entities.items())]
    out: dict[str, pa.Table] = {}
    for name, listed in rows.tables.items():
        if listed:
            key = BY_NAME[name].key
            # A key told twice (the same span found twice) is one row.
            unique = {tuple(r[c] for c in key): r for r in listed}
            out[name] = pa.Table.from_pylist(list(unique.values()), schema=_schema(name))
    if rows.bodies:
        out["fingerprints"] = fingerprints([d for d, _ in rows.bodies], [text for _, text in rows.bodies])
    return out


def _schema(name: str) -> pa.Schema:
    return BY_NAME[name].staged


def _utc(moment: datetime | date | None) -> datetime | None:
    if moment is None:
        return None
    if not isinstance(moment, datetime):
        return datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
