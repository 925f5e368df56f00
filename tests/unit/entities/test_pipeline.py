"""The whole stage on sentences of our own, without the tagger unless a test gives its tags."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tasks.entities.pipeline import EntityPipeline, no_tags
from tasks.entities.types import Mention
from tests.unit.entities.texts import analysed


@pytest.fixture(scope="module")
def pipeline() -> EntityPipeline:
    return EntityPipeline(tag=no_tags)


def found(pipeline: EntityPipeline, text: str, on: str = "2021-02-09", document_id: str = "d1") -> dict[str, Mention]:
    (mentions,) = pipeline.mentions([analysed(text, on, document_id=document_id)])
    for m in mentions:
        assert text[m.start : m.end] == m.text
        assert m.entity is not None
    return {m.text: m for m in mentions}


def ids(mentions: dict[str, Mention]) -> dict[str, str]:
    return {text: m.entity.entity_id for text, m in mentions.items() if m.entity}


def test_title_full_name_and_surname_are_one_person(pipeline: EntityPipeline) -> None:
    text = "زار رئيس مجلس الشورى الاسلامي محمد باقر قاليباف موسكو. وقال قاليباف انه راض عن وقاليباف عائد."
    mentions = ids(found(pipeline, text))
    person = mentions["محمد باقر قاليباف"]
    assert mentions["رئيس مجلس الشورى الاسلامي"] == mentions["قاليباف"] == person
    assert mentions["موسكو"] == "geo:RUS-capital"


def test_a_title_alone_names_who_holds_the_office_that_day(pipeline: EntityPipeline) -> None:
    text = "قال الرئيس الأميركي إن بلاده ترفض ذلك."
    assert found(pipeline, text, "2018-05-01")["الرئيس الأميركي"].entity.name_en == "Donald Trump"  # type: ignore[union-attr]
    obama = found(pipeline, text, "2014-05-01")["الرئيس الأميركي"]
    assert obama.entity is not None
    assert obama.entity.name_en == "Barack Obama"
    assert obama.method == "office"
    assert "2009" in obama.reason


def test_clitics_are_no_part_of_a_mention(pipeline: EntityPipeline) -> None:
    mentions = found(pipeline, "سافر الوفد من روسيا وتركيا لبنان ثم عاد بالطائرة وبإيران التقى، وشكر للسعودية دعمها.")
    assert {"روسيا", "تركيا", "إيران", "للسعودية"} <= set(mentions)


def test_namesakes_are_told_apart_by_the_countries_of_the_document(pipeline: EntityPipeline) -> None:
    lebanon = ids(found(pipeline, "قال الجيش اللبناني إن لبنان أرسل قوة من بيروت إلى طرابلس شمال لبنان."))
    libya = ids(found(pipeline, "قال الجيش الليبي إن ليبيا أرسلت قوة من بنغازي إلى طرابلس غرب ليبيا."))
    assert libya["طرابلس"] == "geo:LBY-capital"
    assert lebanon["طرابلس"] != libya["طرابلس"]


def test_an_ordinary_word_needs_evidence(pipeline: EntityPipeline) -> None:
    assert "فتح" not in found(pipeline, "قررت اللجنة فتح تحقيق في الأمر.")
    assert "فتح" in found(pipeline, "أعلنت حركة فتح رفضها.") or "حركة فتح" in found(pipeline, "أعلنت حركة فتح رفضها.")


def test_organs_of_state_have_country_and_sector(pipeline: EntityPipeline) -> None:
    army = found(pipeline, "أعلن الجيش المالي مقتل جنديين.")["الجيش المالي"].entity
    assert army is not None
    assert (army.country, army.sector, army.actor_code) == ("MLI", "MIL", "MLIMIL")


def test_an_agency_is_a_source_of_news(pipeline: EntityPipeline) -> None:
    mentions = found(pipeline, "نقلت وكالة رويترز عن مصدر في دمشق ذلك.")
    assert any(m.is_source for text, m in mentions.items() if "رويترز" in text)
    assert not mentions["دمشق"].is_source
    raided = found(pipeline, "داهمت الشرطة مكتب رويترز في دمشق أمس.")
    assert not any(m.is_source for m in raided.values())


def persons(*places: tuple[int, int, int]) -> EntityPipeline:
    """A pipeline whose tagger marks tokens first..last of some sentences (sentence, first, last) as a person."""

    def tag(sentences: Sequence[Sequence[str]]) -> list[list[tuple[str, float]]]:
        tags = [[("O", 0.6)] * len(s) for s in sentences]
        for sentence, first, last in places:
            for i in range(first, last + 1):
                tags[sentence][i] = ("B-PERS" if i == first else "I-PERS", 0.95)
        return tags

    return EntityPipeline(tag=tag)


def test_an_unknown_full_name_is_one_entity_in_every_document_a_single_name_is_not() -> None:
    pipeline = persons((0, 1, 2))
    first = ids(found(pipeline, "قال فراس الخردلجي كلاما. وغادر الخردلجي القاعة.", document_id="d1"))
    second = ids(found(pipeline, "زعم فراس الخردلجي كلاما.", document_id="d2"))
    assert first["فراس الخردلجي"] == second["فراس الخردلجي"] == first["الخردلجي"]
    alone = persons((0, 1, 1))
    one = ids(found(alone, "قال الخردلجي كلاما.", document_id="d1"))
    other = ids(found(alone, "قال الخردلجي كلاما.", document_id="d2"))
    assert one["الخردلجي"] != other["الخردلجي"]


def test_a_title_that_no_table_has_goes_with_the_name_after_it() -> None:
    mentions = ids(found(persons((0, 4, 5)), "قال مدير مصلحة الموانئ سالم الدرعاوي إن السفن عادت."))
    assert mentions["مدير مصلحة الموانئ"] == mentions["سالم الدرعاوي"]


def test_another_spelling_of_a_known_name_is_linked() -> None:
    mention = found(persons((0, 1, 2)), "قال دونلد ترمب كلاما.", "2018-01-01")["دونلد ترمب"]
    assert mention.entity is not None
    assert mention.entity.name_en == "Donald Trump"


def test_names_only_leaves_titles_and_organs_out() -> None:
    text = "التقى الرئيس الأميركي قادة الجيش المالي في باريس."

    def tag(sentences: Sequence[Sequence[str]]) -> list[list[tuple[str, float]]]:
        return [[("B-LOC" if word == "باريس" else "O", 0.99) for word in s] for s in sentences]

    assert set(found(EntityPipeline(tag=tag), text)) == {"الرئيس الأميركي", "الجيش المالي", "باريس"}
    assert set(found(EntityPipeline(tag=tag, names_only=True), text)) == {"باريس"}


def test_the_same_input_gives_the_same_mentions(pipeline: EntityPipeline) -> None:
    text = "قال وزير الخارجية الروسي سيرغي لافروف في موسكو إن سوريا والعراق طلبا ذلك."
    assert found(pipeline, text) == found(pipeline, text)
