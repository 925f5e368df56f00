"""Floors on the hand-annotated date expressions and on the dates of the training events, where those lie beside the project."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from tasks.language.analyse import analyse
from tasks.language.dates import find_dates, nearest_date
from tasks.language.morphology import Morphology
from tasks.language.normalize import clean, fold
from tasks.language.types import DateMention, Document

pytestmark = pytest.mark.shared
TIMEX = re.compile(r"<TIMEX3([^>]*)>(.*?)</TIMEX3>|([^<]+)", re.DOTALL)
WRITTEN = date(2015, 12, 24)  # the day that the annotators took the texts to be of


def timex(file: Path) -> tuple[str, list[tuple[int, int, str, str]]]:
    """Text of a TimeML file and its expressions: start, end, type, value."""
    body = re.search(r"<TimeML>(.*)</TimeML>", file.read_text("utf-8-sig"), re.DOTALL)
    assert body is not None
    text, gold = "", []
    for match in TIMEX.finditer(body[1]):
        if match[3] is None:
            attributes = dict(re.findall(r'(\w+)="([^"]*)"', match[1]))
            gold.append((len(text), len(text) + len(match[2]), attributes["type"], attributes["value"]))
        text += match[3] or match[2]
    return text, gold


def dates_of(morphology: Morphology, document: Document) -> list[DateMention]:
    analysed = analyse([document], morphology)[0]
    return [d for s in analysed.sentences for d in find_dates(analysed, s)]


def test_timex_spans_and_values(morphology: Morphology, shared: Path) -> None:
    """Values of the gold are full of slips (12 April "current" is 2015 in one place and 2016 in the next)."""
    hit = missed = spurious = right = wrong = 0
    for file in sorted((shared / "timex").glob("*.tml")):
        text, gold = timex(file)
        found = dates_of(morphology, Document(file.stem, text, WRITTEN))
        for start, end, kind, value in gold:
            mention = next((d for d in found if d.start < end and d.end > start), None)
            hit, missed = hit + (mention is not None), missed + (mention is None)
            if mention is not None and kind == "DATE" and re.match(r"\d{4}", value):
                same = str(mention.value or "").startswith(value)
                right, wrong = right + same, wrong + (not same)
        spurious += sum(all(d.start >= e or d.end <= s for s, e, _, _ in gold) for d in found)
    print(
        f"recall {hit / (hit + missed):.3f} precision {hit / (hit + spurious):.3f} value {right / (right + wrong):.3f}"
    )
    assert hit / (hit + missed) >= 0.90
    assert hit / (hit + spurious) >= 0.80
    assert right / (right + wrong) >= 0.68


def test_dates_of_training_events(morphology: Morphology, shared: Path) -> None:
    """The nearest date of the sentence, else publication, against the annotated date."""
    right = wrong = 0
    for file in sorted((shared / "gold/train").glob("*.json")):
        gold = json.loads(file.read_text("utf-8"))
        published = date.fromisoformat(gold["published_on"])
        for event in gold["events"]:
            if event["plover"] and event["date"]:
                sentence = clean(event["sentence"])
                place = max(0, fold(sentence).find(fold(event["trigger"])))
                found = nearest_date(dates_of(morphology, Document("d", sentence, published)), place)
                same = str(found.value if found else published).startswith(event["date"][:10])
                right, wrong = right + same, wrong + (not same)
    print(f"events dated right {right / (right + wrong):.3f} of {right + wrong}")
    assert right / (right + wrong) >= 0.80
