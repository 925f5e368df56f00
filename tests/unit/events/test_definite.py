"""Definite descriptions take up the party named before; role nouns without a country of their own stay without."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tasks.events.coder import EventCoder
from tasks.events.participants import Phrase
from tasks.events.prepare import Text
from tasks.language.types import Analysed
from tests.unit.events.conftest import mentions_of


def _described(text: Text, word: str) -> Phrase:
    return next(p for s in text.sentences for p in s.phrases if p.party.text == word)


@pytest.mark.parametrize(
    ("sentences", "word", "entity"),
    [
        ("قالت حركة حماس إن الوفد وصل. وأكدت الحركة موقفها.", "الحركة", "org:hamas"),
        ("وصل وزير الخارجية سامح شكري إلى الخرطوم. والتقى الوزير قادة الأحزاب.", "الوزير", "person:shoukry"),
        ("انتقدت صحف محلية الاتفاق. وأكدت الحركة موقفها.", "الحركة", None),
        ("قالت حركة حماس إن الوفد وصل. وأكدت حركة شبابية موقفها.", "حركة", None),
    ],
)
def test_a_definite_description_takes_up_who_was_called_so(
    read: Callable[..., Analysed], rules: EventCoder, sentences: str, word: str, entity: str | None
) -> None:
    analysed = read(sentences)
    phrase = _described(rules.prepare(analysed, mentions_of(analysed)), word)
    assert (phrase.party.entity.entity_id if phrase.party.entity else None) == entity


def test_the_country_of_a_body_told_in_full_is_kept(read: Callable[..., Analysed], rules: EventCoder) -> None:
    text = "رحبت روسيا بالبيان وحضر وفد من روسيا. أعلنت الحكومة الليبية خطة جديدة. وقالت الحكومة إن الخطة جاهزة."
    analysed = read(text)
    assert _described(rules.prepare(analysed, mentions_of(analysed)), "الحكومة").party.country == "LBY"


@pytest.mark.parametrize(("word", "country"), [("المهاجرين", ""), ("المتظاهرين", "RUS")])
def test_only_some_roles_belong_to_the_country_of_the_text(
    read: Callable[..., Analysed], rules: EventCoder, word: str, country: str
) -> None:
    analysed = read(f"قالت روسيا في بيان إن الشرطة فرقت {word} مساء الأحد.")
    assert _described(rules.prepare(analysed, mentions_of(analysed)), word).party.country == country
