"""Annotated articles as training data: gold documents and stand-off annotations, with offsets into the document's text."""

from __future__ import annotations

import gzip
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from tasks.language.normalize import clean
from tasks.language.types import Document

ROOT = Path(__file__).parents[3]
SHARED = Path(os.environ.get("MARSAD_SHARED", ROOT / "../shared")).resolve()
ANNOTATIONS = ROOT / "seeds" / "annotations"


@dataclass(slots=True)
class Gold:
    """One annotated event; offsets are -1 where the words are not in the sentence."""

    start: int
    end: int
    plover: str
    cameo: str
    status: str
    core: bool
    source: tuple[int, int]
    target: tuple[int, int]
    raw: dict[str, Any]  # the annotation itself, as score.py reads it


@dataclass(slots=True)
class Article:
    """A document with its annotation; `names` are the annotated entities by English name."""

    document: Document
    events: list[Gold]
    names: dict[str, dict[str, Any]] = field(default_factory=dict)
    gold_file: Path | None = None

    @property
    def outlet(self) -> str:
        """Outlet as the corpus abbreviates it."""
        return self.document.document_id.split("-")[0]


def document_of(row: dict[str, Any]) -> Document:
    """A document as the pipeline makes it: headline on its own line, then the body."""
    title = " ".join(clean(row.get("title") or "").split())
    text = f"{title}\n{clean(row['text'])}" if title else clean(row["text"])
    return Document(row["id"], text, _day(row.get("published_at")), bool(title), source_name=row.get("source") or "")


def _day(value: str | None) -> date | None:
    if not value:
        return None
    if re.match(r"\d{4}-", value):
        return date.fromisoformat(value[:10])
    if slashed := re.match(r"(\d+)/(\d+)/(\d{4})", value):
        return date(int(slashed[3]), int(slashed[2]), int(slashed[1]))
    return parsedate_to_datetime(value).date()


def gold_articles(folder: Path) -> Iterator[Article]:
    """Articles of a gold folder (``<doc>.json`` with ``docs/<doc>.json``), sorted by name."""
    for path in sorted(folder.glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        row = json.loads((folder / "docs" / path.name).read_text(encoding="utf-8"))
        document = document_of(row)
        events = [g for e in gold["events"] if (g := _event(e, document.text))]
        yield Article(document, events, {e["name_en"]: e for e in gold["entities"]}, path)


def _event(e: dict[str, Any], text: str) -> Gold | None:
    sentence, trigger = clean(e["sentence"]), clean(e["trigger"])
    begin = text.find(sentence, text.find("\n") + 1)  # not in the headline, where the text has the sentence too
    begin = begin if begin >= 0 else text.find(sentence)
    inside = sentence.find(trigger)
    if begin < 0:
        return None
    if inside < 0:
        return None
    start = begin + inside
    return Gold(
        start, start + len(trigger), e["plover"] or "", e["cameo"], e["status"], e["core"],
        _span(text, begin, sentence, e.get("source_text"), start), _span(text, begin, sentence, e.get("target_text"), start), e,
    )  # fmt: skip


def _span(text: str, begin: int, sentence: str, words: str | None, trigger: int) -> tuple[int, int]:
    """The occurrence of some words in a sentence that is nearest to the trigger."""
    if not words:
        return (-1, -1)
    found = [begin + m.start() for m in re.finditer(re.escape(words), sentence)]
    if not found:
        return (-1, -1)
    start = min(found, key=lambda s: abs(s - trigger))
    return start, start + len(words)


def corpus_rows(wanted: set[str]) -> dict[str, dict[str, Any]]:
    """Rows of the corpus by document id."""
    out = {}
    with gzip.open(SHARED / "corpus" / "antcorpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["id"] in wanted:
                out[row["id"]] = row
    return out


def annotated_articles() -> list[Article]:
    """Articles of seeds/annotations, where the corpus is there to take their text from; else none. A document once."""
    if not (SHARED / "corpus" / "antcorpus.jsonl.gz").exists() or not ANNOTATIONS.exists():
        return []
    records: dict[str, dict[str, Any]] = {}
    for path in sorted(ANNOTATIONS.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            records.setdefault(record["doc"], record)
    rows = corpus_rows(set(records))
    out = []
    for doc, record in records.items():
        if doc in rows:
            document = document_of(rows[doc])
            events = [g for e in record["events"] if (g := _stand_off(e, rows[doc]["text"], document.text))]
            out.append(Article(document, events))
    return out


def _stand_off(e: dict[str, Any], raw: str, text: str) -> Gold | None:
    """An annotation with offsets into the raw body, placed in the document's text."""
    begin, end = e["sentence"]
    sentence = clean(raw[begin:end])
    at = text.find(sentence, text.find("\n") + 1)
    if at < 0:
        return None

    def place(span: list[int] | None) -> tuple[int, int]:
        if not span:
            return (-1, -1)
        words = clean(raw[span[0] : span[1]])
        near = at + span[0] - begin
        found = [at + m.start() for m in re.finditer(re.escape(words), sentence)] if words else []
        start = min(found, key=lambda s: abs(s - near), default=-1)
        return (start, start + len(words)) if start >= 0 else (-1, -1)

    start, stop = place(e["trigger"])
    if start < 0:
        return None
    return Gold(
        start,
        stop,
        e["plover"] or "",
        e["cameo"],
        e["status"],
        e["core"],
        place(e["source_span"]),
        place(e["target_span"]),
        e,
    )
