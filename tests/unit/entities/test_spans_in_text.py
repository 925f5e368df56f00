"""What a mention covers and whom it names: type words, clitics, rows after a plural, deputies, words that are no names."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tasks.entities import homographs
from tasks.entities.match import Words
from tasks.entities.nations import nations
from tasks.entities.pipeline import EntityPipeline
from tasks.entities.types import Mention
from tasks.language.normalize import fold
from tasks.language.types import Analysis, Form, Sentence, Token
from tests.unit.entities.texts import analysed

Tagged = list[list[tuple[str, float]]]


class Tags:
    """A tagger that marks the phrases it is told of, sure of them and of nothing else."""

    def __init__(self) -> None:
        self.phrases: dict[str, str] = {}

    def __call__(self, sentences: Sequence[Sequence[str]]) -> Tagged:
        return [self._sentence(list(s)) for s in sentences]

    def _sentence(self, words: list[str]) -> list[tuple[str, float]]:
        tags = [("O", 0.6)] * len(words)
        for phrase, kind in self.phrases.items():
            parts = phrase.split()
            for i in range(len(words) - len(parts) + 1):
                if words[i : i + len(parts)] == parts:
                    tags[i] = (f"B-{kind}", 0.95)
                    tags[i + 1 : i + len(parts)] = [(f"I-{kind}", 0.95)] * (len(parts) - 1)
        return tags


TAGS = Tags()


@pytest.fixture(scope="module")
def pipeline() -> EntityPipeline:
    return EntityPipeline(tag=TAGS)


def read(pipeline: EntityPipeline, text: str, on: str = "2018-06-01", **tagged: str) -> dict[str, Mention]:
    """Mentions by their text; `tagged` has phrases, _ for the blanks, with the tagger's kinds."""
    TAGS.phrases = {phrase.replace("_", " "): kind for phrase, kind in tagged.items()}
    (mentions,) = pipeline.mentions([analysed(text, on)])
    return {m.text: m for m in mentions}


def ids(mentions: dict[str, Mention]) -> dict[str, str]:
    return {text: m.entity.entity_id for text, m in mentions.items() if m.entity}


def test_conjunction_before_a_listed_name_that_the_tagger_found(pipeline: EntityPipeline) -> None:
    found = ids(read(pipeline, "وعدت الوزارة وصندوق النقد الدولي بالقرض.", وصندوق_النقد_الدولي="ORG"))
    assert found["صندوق النقد الدولي"] == "org:international-monetary-fund"


def test_what_is_said_of_a_group_is_no_part_of_its_name(pipeline: EntityPipeline) -> None:
    found = ids(read(pipeline, "حظرت لندن منظمة سرايا الأشتر الإرهابية.", منظمة_سرايا_الأشتر_الإرهابية="ORG"))
    assert found["سرايا الأشتر"] == "org:al-ashtar-brigades"
    assert not any("الإرهابية" in text for text in found)


def test_nationality_after_a_place_that_a_list_has(pipeline: EntityPipeline) -> None:
    found = ids(read(pipeline, "احترق مخيم اليرموك السوري ليلا.", مخيم_اليرموك_السوري="LOC"))
    assert found["مخيم اليرموك"] == "place:yarmouk-camp"


def test_epithet_that_the_tagger_takes_for_a_name(pipeline: EntityPipeline) -> None:
    found = ids(read(pipeline, "رحبت السعودية بالقرار. وقالت المملكة إنه مفيد.", المملكة="LOC"))
    assert found["المملكة"] == "geo:SAU"


def test_organ_that_the_tagger_takes_for_a_name(pipeline: EntityPipeline) -> None:
    text = "قالت تونس إنها أنقذت بحارة. وأكد الحرس الوطني في تونس ذلك، وشكر الحرس الوطني."
    found = read(pipeline, text, الحرس_الوطني="ORG")
    assert found["الحرس الوطني"].entity is not None
    assert found["الحرس الوطني"].entity.country == "TUN"


def test_bare_surname_that_nothing_speaks_for_stays_unlinked(pipeline: EntityPipeline) -> None:
    alone = ids(read(pipeline, "قال عزام إن المصنع جاهز.", عزام="PERS"))
    assert alone["عزام"].startswith("name:")
    named = ids(read(pipeline, "التقى نافذ عزام الوفد. ثم قال عزام إن اللقاء جيد.", عزام="PERS"))
    assert named["عزام"] == named["نافذ عزام"] == "person:azzam-nafez"


def test_row_of_governorates(pipeline: EntityPipeline) -> None:
    found = ids(read(pipeline, "تضررت محافظات الشرقية والغربية، ودمياط من السيول في مصر."))
    assert found["الشرقية"] == "place:sharqia-governorate"
    assert found["الغربية"] == "place:gharbia-governorate"
    assert found["دمياط"] == "place:damietta-governorate"


def test_row_of_towns_and_a_plural_that_no_row_follows(pipeline: EntityPipeline) -> None:
    found = ids(read(pipeline, "نزح الناس من مدن تلكلخ والقصير إلى لبنان."))
    assert {"تلكلخ", "القصير"} <= found.keys()
    assert "الشمال" not in read(pipeline, "تجولوا في محافظات الشمال ثم عادوا.")


def test_ministers_of_a_row_of_countries(pipeline: EntityPipeline) -> None:
    found = ids(read(pipeline, "اجتمع وزراء خارجية روسيا وتركيا وإيران أمس."))
    assert {found["روسيا"], found["تركيا"], found["إيران"]} == {"geo:RUS", "geo:TUR", "geo:IRN"}


def test_direction_is_part_of_a_region_not_of_a_country(pipeline: EntityPipeline) -> None:
    found = ids(read(pipeline, "سافروا من شمال أفريقيا إلى جنوب غرب سوريا ثم إلى الإقليم الشمالي في أستراليا."))
    assert found["شمال أفريقيا"] == "place:north-africa"
    assert found["سوريا"] == "geo:SYR"
    assert found["الإقليم الشمالي"] == "place:northern-territory"


def test_front_line_is_no_organisation(pipeline: EntityPipeline) -> None:
    found = read(pipeline, "دار القتال على جبهة الساحل الغربي وقرب جبهة الحوثيين.")
    assert not any(text.startswith("جبهة") for text in found)


def test_district_is_no_directorate(pipeline: EntityPipeline) -> None:
    assert not any(
        m.kind == "ORGANIZATION" for m in read(pipeline, "وصلوا إلى مديرية الدريهمي والمناطق المجاورة.").values()
    )


def test_deputy_is_not_who_holds_the_office(pipeline: EntityPipeline) -> None:
    assert "رئيس الوزراء العراقي" in read(pipeline, "قال رئيس الوزراء العراقي كلمة.")
    assert "رئيس الوزراء العراقي" not in read(pipeline, "قال مساعد رئيس الوزراء العراقي كلمة.")
    found = ids(read(pipeline, "قال نائب رئيس مجموعة البنك الدولي سالم الدرعاوي كلمة.", سالم_الدرعاوي="PERS"))
    assert found["نائب رئيس مجموعة البنك الدولي"] == found["سالم الدرعاوي"]


def test_title_after_a_name(pipeline: EntityPipeline) -> None:
    found = read(pipeline, "قال سالم الدرعاوي، وزير الخارجية الليبي، إن اللقاء جيد.", سالم_الدرعاوي="PERS")
    person = found["سالم الدرعاوي"].entity
    assert person is not None
    assert (person.country, person.sector) == ("LBY", "GOV")
    assert found["وزير الخارجية الليبي"].entity == person
    other = ids(read(pipeline, "حضر سالم الدرعاوي، ووزير الخارجية الليبي، اللقاء.", سالم_الدرعاوي="PERS"))
    assert other["وزير الخارجية الليبي"] != other["سالم الدرعاوي"]


def test_financial_director_is_not_president_of_mali(pipeline: EntityPipeline) -> None:
    assert "الرئيس المالي" not in read(pipeline, "قال الرئيس المالي للشركة إن الأرباح زادت.")
    assert "الرئيس المالي" in read(pipeline, "قال الرئيس المالي في باماكو إن الحوار بدأ.")


def test_adjective_of_a_title_is_no_part_of_the_name(pipeline: EntityPipeline) -> None:
    found = ids(read(pipeline, "قال البطريرك الماروني بشارة الراعي كلمة.", الماروني_بشارة_الراعي="PERS"))
    assert found["بشارة الراعي"] == "person:rai-bechara-boutros"


def test_place_behind_the_nationality_of_an_organ(pipeline: EntityPipeline) -> None:
    text = "شكرت وزارة الصحة الفلسطينية الدوحة على دعمها."
    found = ids(read(pipeline, text, وزارة_الصحة_الفلسطينية_الدوحة="ORG"))
    assert {"وزارة الصحة الفلسطينية", "الدوحة"} == found.keys()


def test_queen_is_not_every_second_one(pipeline: EntityPipeline) -> None:
    text = "زارت إليزابيث الثانية المتحف. وبدأت الحرب العالمية الثانية بعد ذلك."
    found = read(pipeline, text, إليزابيث_الثانية="PERS")
    assert "إليزابيث الثانية" in found
    assert "الثانية" not in found


def test_second_of_two_names(pipeline: EntityPipeline) -> None:
    text = "غادر توماس برنوان وإيميلي كونيغ القاعة، ثم عاد أبي."
    found = read(pipeline, text, توماس_برنوان="PERS", وإيميلي_كونيغ="PERS", أبي="PERS")
    assert found.keys() == {"توماس برنوان", "إيميلي كونيغ"}


def test_country_inside_the_name_of_an_organ_is_no_adjective(pipeline: EntityPipeline) -> None:
    assert "السعودية" not in read(pipeline, "حذرت السفارة السعودية رعاياها أمس.")


def test_another_spelling_of_a_bare_name_needs_the_document(pipeline: EntityPipeline) -> None:
    alone = ids(read(pipeline, "قالت ترومب إن المتجر مفتوح.", on="2013-01-01", ترومب="PERS"))
    assert alone["ترومب"].startswith("name:")
    named = ids(
        read(pipeline, "سافر دونالد ترامب من واشنطن. وقال ترومب إن الرحلة طويلة.", on="2013-01-01", ترومب="PERS")
    )
    assert named["ترومب"] == "person:trump-donald"


NOUN, ADJECTIVE = "noun", "adj"


def sentence(*words: tuple[str, str, str]) -> Words:
    """Words with part of speech and vowels of their one reading."""
    tokens = []
    for text, pos, vocalised in words:
        best = Analysis(text, pos, vocalised=vocalised, number="s") if pos else None
        tokens.append(Token(0, len(text), text, Form(text, fold(text), (best,) if best else ()), best))
    return Words(Sentence(1, 0, 0, "body", tokens))


@pytest.mark.parametrize(
    ("before", "other"),
    [
        ([("موقعا", NOUN, "مَوْقِعاً")], True),
        ([("موقعا", NOUN, "مَوْقِعاً"), ("عسكريا", ADJECTIVE, "عَسْكَرِيّاً")], True),
        ([("دعم", "verb", "دَعَمَ"), ("عسكريا", ADJECTIVE, "عَسْكَرِيّاً")], False),
        ([("أيضا", "adv", "أَيْضاً")], False),
        ([("يوم", NOUN, "يَوْماً")], False),
        ([("في", "prep", "فِي")], False),
        ([], False),
    ],
)
def test_accusative_adjective_is_no_country(before: list[tuple[str, str, str]], other: bool) -> None:
    assert homographs.other_word(sentence(*before, ("سوريا", "noun_prop", "سُورِيا")), len(before), 0) is other


def test_feminine_adjective_agrees_with_its_noun() -> None:
    syrian = ("سورية", "noun_prop", "سُورِيَّة")
    assert homographs.other_word(sentence(("شركة", NOUN, "شَرِكَة"), syrian), 1, 0)
    assert not homographs.other_word(sentence(("مستقبل", NOUN, "مُسْتَقْبَل"), syrian), 1, 0)
    assert not homographs.other_word(sentence(("مدينة", NOUN, "مَدِينَة"), syrian), 1, 0)


def test_two_seas_are_no_country() -> None:
    def of(text: str) -> bool:
        words = sentence(*((w, "", "") for w in text.split()))
        return homographs.other_word(words, 1, 0)

    assert of("بين البحرين المتوسط")
    assert of("بين البحرين الأبيض")
    assert not of("زار البحرين أمس")


def test_adjectives_with_another_meaning() -> None:
    assert "مالي" in nations().ordinary
    assert "روسي" not in nations().ordinary
