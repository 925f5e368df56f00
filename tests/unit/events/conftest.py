from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from tasks.entities.types import Entity, Mention
from tasks.events.coder import EventCoder
from tasks.events.prepare import Text
from tasks.events.types import EventMention, Quote
from tasks.language.analyse import analyse
from tasks.language.database import default_cache
from tasks.language.morphology import Morphology, load_morphology
from tasks.language.types import Analysed, Document

PUBLISHED = date(2021, 3, 17)  # a Wednesday
Names = dict[str, Entity]
NAMES: Names = {
    "موسكو": Entity("geo:RUS-capital", "GPE", "موسكو", "Moscow", "RUS", "GOV"),
    "روسيا": Entity("geo:RUS", "GPE", "روسيا", "Russia", "RUS", "GOV"),
    "أوكرانيا": Entity("geo:UKR", "GPE", "أوكرانيا", "Ukraine", "UKR", "GOV"),
    "القاهرة": Entity("geo:EGY-capital", "GPE", "القاهرة", "Cairo", "EGY", "GOV"),
    "حلب": Entity("place:aleppo", "GPE", "حلب", "Aleppo", "SYR"),
    "سامح شكري": Entity("person:shoukry", "PERSON", "سامح شكري", "Sameh Shoukry", "EGY", "GOV"),
    "سيرغي لافروف": Entity("person:lavrov", "PERSON", "سيرغي لافروف", "Sergey Lavrov", "RUS", "GOV"),
    "حماس": Entity("org:hamas", "ORGANIZATION", "حماس", "Hamas", "PSE", "REB"),
}


@pytest.fixture(scope="session")
def morphology() -> Morphology:
    return load_morphology(default_cache())


@pytest.fixture(scope="session")
def rules() -> EventCoder:
    return EventCoder(models=False)


def mentions_of(item: Analysed) -> list[Mention]:
    """Names of the table wherever the text has them, as the entity package would find them."""
    out = []
    for name, entity in NAMES.items():
        at = item.document.text.find(name)
        while at >= 0:
            sentence = next(s for s in item.sentences if s.start <= at < s.end)
            out.append(Mention(sentence.no, at, at + len(name), name, entity.kind, entity, "gazetteer"))
            at = item.document.text.find(name, at + 1)
    return sorted(out, key=lambda m: m.start)


@pytest.fixture(scope="session")
def read(morphology: Morphology) -> Callable[..., Analysed]:
    def run(text: str, title: str = "") -> Analysed:
        full = f"{title}\n{text}" if title else text
        return analyse([Document("d", full, PUBLISHED, bool(title))], morphology)[0]

    return run


@pytest.fixture(scope="session")
def prepared(read: Callable[..., Analysed], rules: EventCoder) -> Callable[..., Text]:
    def run(text: str, title: str = "") -> Text:
        item = read(text, title)
        return rules.prepare(item, mentions_of(item))

    return run


@pytest.fixture(scope="session")
def code(read: Callable[..., Analysed], rules: EventCoder) -> Callable[..., list[EventMention]]:
    def run(text: str, title: str = "") -> list[EventMention]:
        item = read(text, title)
        return rules.code(item, mentions_of(item))[0]

    return run


@pytest.fixture(scope="session")
def quotes(read: Callable[..., Analysed], rules: EventCoder) -> Callable[..., list[Quote]]:
    def run(text: str) -> list[Quote]:
        item = read(text)
        return rules.code(item, mentions_of(item))[1]

    return run
