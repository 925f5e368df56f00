"""Counting as ``tools/score.py`` counts, in memory: its own functions on tables made from coded documents."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from seeds.build.train_events.data import SHARED
from tasks.entities.types import Entity
from tasks.events.types import EventMention, Party
from tasks.language.types import Analysed


class _Files:
    """Some gold files in the place of a folder."""

    def __init__(self, files: Sequence[Path]) -> None:
        self._files = files

    def glob(self, pattern: str) -> Iterator[Path]:
        """The files, whatever the pattern."""
        return iter(self._files)


def scorer() -> ModuleType:
    """The module ``score.py`` beside the project."""
    spec = importlib.util.spec_from_file_location("marsad_score", SHARED / "tools" / "score.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def tables(documents: Sequence[Analysed], coded: Sequence[Sequence[EventMention]]) -> dict[str, list[dict[str, Any]]]:
    """What score.py loads from an export, for documents and their events; mentions are left empty."""
    out: dict[str, list[dict[str, Any]]] = {
        k: [] for k in ("documents", "sentences", "mentions", "entities", "event_mentions")
    }
    entities: dict[str, Entity] = {}
    for item, events in zip(documents, coded, strict=True):
        doc = item.document.document_id
        out["documents"].append({"document_id": doc, "locator": doc, "text": item.document.text})
        for s in item.sentences:
            out["sentences"].append({"document_id": doc, "sentence_no": s.no, "char_start": s.start, "char_end": s.end})
        for e in events:
            row = {
                "document_id": doc,
                "sentence_no": e.sentence_no,
                "plover_type": e.plover_type,
                "trigger_text": e.trigger_text,
            }
            row |= {"status": e.status, "event_date": e.event_date, "event_id": f"{doc}:{e.story_key}"}
            row["location_entity_id"] = _note(entities, e.location)
            row |= _party("source", e.source, entities) | _party("target", e.target, entities)
            out["event_mentions"].append(row)
    out["entities"] = [
        {
            "entity_id": k,
            "name_en": v.name_en,
            "name_ar": v.name_ar,
            "wikidata_id": v.wikidata_id,
            "country": v.country,
            "is_linked": v.is_linked,
        }
        for k, v in entities.items()
    ]
    return out


def _note(entities: dict[str, Entity], entity: Entity | None) -> str | None:
    if entity is None:
        return None
    entities[entity.entity_id] = entity
    return entity.entity_id


def _party(side: str, party: Party | None, entities: dict[str, Entity]) -> dict[str, Any]:
    entity = party.entity if party else None
    country = (party.country or (entity.country if entity else "") or None) if party else None
    return {
        f"{side}_entity_id": _note(entities, entity),
        f"{side}_country": country,
        f"{side}_text": party.text if party else None,
    }


def score(
    files: Sequence[Path], documents: Sequence[Analysed], coded: Sequence[Sequence[EventMention]], errors: int = 0
) -> dict[str, Any]:
    """score.py's figures for the gold files of some documents."""
    module = scorer()
    made = tables(documents, coded)
    module.load = lambda export: made  # type: ignore[attr-defined]
    result: dict[str, Any] = module.score_gold(made, _Files(files), errors)
    return result
