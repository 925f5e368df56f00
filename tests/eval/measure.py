"""Our own measures on our own sample items: which events are found, with which source and status."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from tasks.batch import Config, load_resources, transform_batch
from tasks.reading.read import read, source_for_argument
from tasks.reading.types import RawDocument

HERE = Path(__file__).parent
SAMPLES = HERE.parents[1] / "seeds" / "documents"


@dataclass(frozen=True)
class Wanted:
    """An event that a careful coder finds in a sample item."""

    doc: str
    trigger: str
    plover: str
    status: str
    source: str  # English name of a linked entity, its Arabic name, or an ISO country; empty for not asked
    target: str


def wanted() -> list[Wanted]:
    """The annotated events of samples.csv."""
    with (HERE / "samples.csv").open(encoding="utf-8", newline="") as handle:
        return [Wanted(**row) for row in csv.DictReader(handle)]


@dataclass(frozen=True)
class Named:
    """A mention that a careful reader finds in a sample item, with the English name of its entity, "" if no list has it."""

    doc: str
    mention: str
    kind: str
    entity: str


def named() -> list[Named]:
    """The annotated mentions of entities.csv."""
    with (HERE / "entities.csv").open(encoding="utf-8", newline="") as handle:
        return [Named(**row) for row in csv.DictReader(handle)]


def name_of(locator: str) -> str:
    """Short name of a sample item: the id in its container, or the file's."""
    tail = locator.rsplit("/", 1)[-1].rsplit("#", 1)[-1].removesuffix(".html")
    return f"feed-{tail.replace('expulsion', 'expulsion')}" if locator.startswith("feed.xml") else tail


@cache
def _tables(cache_dir: Path) -> dict[str, list[dict[str, Any]]]:
    """Rows of the sample items, by table."""
    documents = [d for d in read(source_for_argument(SAMPLES)) if isinstance(d, RawDocument)]
    tables = transform_batch(documents, load_resources(Config(cache_dir)), datetime(2024, 1, 1, tzinfo=UTC))
    return {k: tables[k].to_pylist() for k in ("documents", "entities", "mentions", "event_mentions")}


def code_samples(cache_dir: Path) -> dict[str, list[dict[str, Any]]]:
    """Event rows by item, with the linked parties' names."""
    return _by_item(cache_dir, "event_mentions", ("source", "target"))


def name_samples(cache_dir: Path) -> dict[str, list[dict[str, Any]]]:
    """Rows of mentions by item, with their entities."""
    return _by_item(cache_dir, "mentions", ("",))


def _by_item(cache_dir: Path, table: str, sides: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    tables = _tables(cache_dir)
    entities = {r["entity_id"]: r for r in tables["entities"]}
    items = {r["document_id"]: name_of(r["locator"]) for r in tables["documents"]}
    out: dict[str, list[dict[str, Any]]] = {name: [] for name in items.values()}
    for row in tables[table]:
        ids = {side or "entity": row[f"{side}_entity_id" if side else "entity_id"] for side in sides}
        out[items[row["document_id"]]].append({**row, **{side: entities.get(of) for side, of in ids.items()}})
    return out


def measure_names(found: dict[str, list[dict[str, Any]]], golds: Sequence[Named]) -> dict[str, float]:
    """Distinct mentions of the items, exact words: F1, F1 with the kind, shares of entities right and not wrong."""
    got: dict[tuple[str, str], dict[str, Any]] = {(d, r["text"]): r for d in sorted(found) for r in found[d]}
    want = {(g.doc, g.mention): g for g in golds}
    both = [(want[k], got[k]) for k in sorted(want.keys() & got.keys())]
    size = len(want) + len(got)
    linked = [(g, r["entity"]["name_en"] if r["entity"]["is_linked"] else "") for g, r in both]
    asked = max(1, len(linked))
    result = {
        "mentions_f1": 2 * len(both) / size,
        "mentions_f1_with_kind": 2 * sum(g.kind == r["kind"] for g, r in both) / size,
        "links_right": sum(g.entity == name for g, name in linked) / asked,
        "links_not_wrong": 1 - sum(name not in ("", g.entity) for g, name in linked) / asked,
    }
    return {k: round(v, 3) for k, v in result.items()}


def measure_all(cache_dir: Path) -> dict[str, dict[str, float]]:
    """All measures, by the section of floors.toml that holds their floors."""
    return {
        "samples": measure(code_samples(cache_dir), wanted()),
        "entities": measure_names(name_samples(cache_dir), named()),
    }


def _party_right(row: dict[str, Any], side: str, want: str) -> bool:
    entity = row[side] or {}
    return want in (entity.get("name_en"), entity.get("name_ar"), row[f"{side}_country"], entity.get("country"))


def _finds(row: dict[str, Any], want: Wanted) -> bool:
    text, trigger = row["trigger_text"], want.trigger
    return row["plover_type"] == want.plover and (text in trigger or trigger in text or text.split()[0] in trigger)


def measure(coded: dict[str, list[dict[str, Any]]], golds: Sequence[Wanted]) -> dict[str, float]:
    """Precision, recall and F1 of detection; shares of sources, targets and statuses that are right among the events found."""
    used: set[str] = set()
    found: list[tuple[Wanted, dict[str, Any]]] = []
    for want in golds:
        hit = next((r for r in coded[want.doc] if r["event_mention_id"] not in used and _finds(r, want)), None)
        if hit:
            used.add(hit["event_mention_id"])
            found.append((want, hit))
    docs = {g.doc for g in golds} | {"recipe"}
    known = {r["event_id"] for _, r in found}
    spurious = sum(
        1
        for d in docs
        for r in coded[d]
        if r["plover_type"] and r["event_mention_id"] not in used and r["event_id"] not in known
    )
    precision = len(found) / max(1, len(found) + spurious)
    recall = len(found) / len(golds)
    result = {"detection_precision": precision, "detection_recall": recall}
    result["detection_f1"] = 2 * precision * recall / max(1e-9, precision + recall)
    for side in ("source", "target"):
        asked = [(w, r) for w, r in found if getattr(w, side)]
        result[f"{side}_right"] = sum(_party_right(r, side, getattr(w, side)) for w, r in asked) / max(1, len(asked))
    result["status_right"] = sum(w.status == r["status"] for w, r in found) / max(1, len(found))
    return {k: round(v, 3) for k, v in result.items()}
