"""Hand-made rows: a document with one mention and one event mention."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.schema import BY_NAME

Tables = dict[str, list[dict[str, Any]]]
NOW = datetime(2021, 2, 10, 2, tzinfo=UTC)


def document(name: str, text: str = "زار الوزير موسكو.", day: int = 9, outlet: str = "") -> dict[str, Any]:
    return {
        "document_id": name, "source_id": "s", "locator": f"{name}.txt", "published_at": datetime(2021, 2, day, tzinfo=UTC), "outlet": outlet or name,
        "retrieved_at": NOW, "language": "ar", "text": text, "word_count": len(text.split()), "content_sha256": f"{name}:{text}", "story_id": name,
    }  # fmt: skip


def entity(name: str = "place:moscow", name_ar: str = "موسكو", is_linked: bool = True) -> dict[str, Any]:
    return {
        "entity_id": name,
        "kind": "GPE",
        "name_ar": name_ar,
        "name_en": "Moscow",
        "country": "RUS",
        "is_linked": is_linked,
    }


def telling(
    doc: str, key: str = "CONSULT|occurred|IRN:|RUS:", day: int = 9, confidence: float = 0.9, name: str = ""
) -> dict[str, Any]:
    return {
        "event_mention_id": name or f"m-{doc}", "event_id": f"e-{doc}", "document_event_id": f"e-{doc}", "match_key": key, "document_id": doc,
        "sentence_no": 1, "trigger_start": 0, "trigger_end": 3, "trigger_text": "زار", "plover_type": "CONSULT", "cameo_code": "042",
        "quad_class": 1, "goldstein": 1.9, "status": "occurred", "event_date": date(2021, 2, day), "date_precision": "day",
        "source_country": "IRN", "target_country": "RUS", "rule_id": "test", "confidence": confidence,
    }  # fmt: skip


def one(name: str, **given: Any) -> Tables:
    """A batch of one document with its sentence, mention and telling."""
    doc = document(name, **given)
    text = doc["text"]
    return {
        "documents": [doc],
        "sentences": [{"document_id": name, "sentence_no": 1, "char_start": 0, "char_end": len(text), "kind": "body"}],
        "entities": [entity()],
        "mentions": [
            {"mention_id": f"n-{name}", "document_id": name, "sentence_no": 1, "char_start": 11, "char_end": 16, "text": text[11:16],
             "kind": "GPE", "entity_id": "place:moscow", "method": "gazetteer", "score": 1.0}
        ],
        "event_mentions": [telling(name)],
    }  # fmt: skip


def both(*batches: Tables) -> Tables:
    out: Tables = {}
    for batch in batches:
        for table, listed in batch.items():
            out.setdefault(table, []).extend(r for r in listed if r not in out.get(table, []))
    return out


def stage(folder: Path, tables: Tables) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, listed in tables.items():
        pq.write_table(pa.Table.from_pylist(listed, schema=BY_NAME[name].staged), folder / f"{name}.parquet")
    return folder
