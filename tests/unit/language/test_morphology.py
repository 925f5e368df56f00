from __future__ import annotations

import pytest

from tasks.language.morphology import Morphology
from tests.unit.language.conftest import Read


@pytest.mark.parametrize(
    ("word", "lemma", "pos"),
    [
        ("والصواريخ", "صاروخ", "noun"),
        ("التقى", "التقى", "verb"),
        ("اجتماعاتهم", "اجتماع", "noun"),
        ("اعلن", "أعلن", "verb"),  # bare alif
        ("سيعلن", "أعلن", "verb"),
        ("بوتين", "بوتين", "noun_prop"),
        ("مدينة", "مدينة", "noun"),
        ("منظمة", "منظمة", "noun"),
        ("الى", "إلى", "prep"),
        ("وانه", "أن", "conj"),
        ("2018", "2018", "digit"),
        ("،", "،", "punc"),
        ("NATO", "NATO", "foreign"),
    ],
)
def test_likeliest_reading(morphology: Morphology, word: str, lemma: str, pos: str) -> None:
    best = morphology.form(word).analyses[0]
    assert (best.lemma, best.pos) == (lemma, pos)


def test_clitics_and_inflection(morphology: Morphology) -> None:
    verb = next(a for a in morphology.form("وسيستقبلونه").analyses if a.lemma == "استقبل" and a.voice == "a")
    assert (verb.conj, verb.prep, verb.enclitic, verb.aspect, verb.person, verb.number) == (
        "و",
        "س",
        "ه",
        "i",
        "3",
        "p",
    )
    noun = next(a for a in morphology.form("للقوات").analyses if a.pos == "noun")
    assert (noun.prep, noun.article, noun.lemma) == ("ل", True, "قوة")


def test_written_hamza_must_be_there(morphology: Morphology) -> None:
    assert morphology.form("إعلان").analyses[0].lemma == "إعلان"
    assert morphology.form("أعلن").analyses[0].lemma == "أعلن"


def test_marks_do_not_matter(morphology: Morphology) -> None:
    assert morphology.form("أعْلَـنَ").analyses == morphology.form("أعلن").analyses
    assert morphology.form("أعْلَـنَ").word == "أعلن"


def test_unknown_words_are_names_with_and_without_a_conjunction(morphology: Morphology) -> None:
    form = morphology.form("وزكربيرغوف")
    assert {(a.pos, a.conj, a.lemma) for a in form.analyses} >= {
        ("noun_prop", "و", "زكربيرغوف"),
        ("noun_prop", "", "وزكربيرغوف"),
    }


def test_forms_are_shared_and_the_cache_is_bounded(morphology: Morphology) -> None:
    small = Morphology(morphology._lexicon, limit=8)
    assert small.form("كتاب") is small.form("كتاب")
    for n in range(50):
        small.form(str(n))
    assert len(small._forms) <= 8


def chosen(read: Read, text: str) -> dict[str, tuple[str, str]]:
    return {t.text: (t.pos, t.lemma) for s in read(text).sentences for t in s.tokens}


def test_every_token_gets_a_reading(read: Read) -> None:
    for sentence in read("قال زكربيرغوف: 3.5% من NATO \u200f ـ كـ! ء 😀").sentences:
        assert all(t.best is not None for t in sentence.tokens)


@pytest.mark.parametrize(
    ("text", "word", "pos"),
    [
        ("كتب الوزير رسالة إلى نظيره", "كتب", "verb"),
        ("نشرت الدار ثلاثة كتب في الميناء", "كتب", "noun"),
        ("لم يصل الوفد إلى العاصمة", "يصل", "verb"),
        ("في قتل المدنيين جريمة", "قتل", "noun"),
        ("ضرب الجيش مواقع المسلحين", "ضرب", "verb"),
        ("بعد ضرب مواقع المسلحين", "ضرب", "noun"),
        ("وصل إلى مطار عدن رئيس الوفد", "عدن", "noun_prop"),
        ("الرئيس السوري بشار الأسد", "السوري", "adj"),
        ("من شهر مارس الماضي", "مارس", "noun_prop"),
        ("الأول من مارس المقبل", "مارس", "noun_prop"),
    ],
)
def test_context_decides(read: Read, text: str, word: str, pos: str) -> None:
    assert chosen(read, text)[word][0] == pos


def test_a_mark_without_a_letter_is_no_word(morphology: Morphology) -> None:
    assert morphology.form("ً").analyses[0].pos == "punc"
