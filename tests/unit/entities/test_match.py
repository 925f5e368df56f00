from __future__ import annotations

import pytest

from tasks.entities.match import BareIndex, PhraseIndex, clitic_forms, letter_offset, phrase_of, same_hamza
from tests.unit.entities.texts import analysed, words


def cores(key: str) -> list[str]:
    return [c.core for c in clitic_forms(key)]


def test_clitics_come_off_one_by_one_and_the_word_itself_is_first() -> None:
    assert cores("وبروسيا")[0] == "وبروسيا"
    assert "روسيا" in cores("وبروسيا")
    assert "السعوديه" in cores("للسعوديه")
    assert "قطر" in cores("لقطر")


def test_short_words_keep_their_first_letter() -> None:
    assert cores("بان") == ["بان"]


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("زار وروسيا والصين", "الصين", "الصين"),
        ("وصل إلى للسعودية", "السعودية", "للسعودية"),  # the fused form stays as written
        ("قال وَبِروسيا إن", "روسيا", "روسيا"),  # marks stand between the letters
        ("لقاء كيم جونغ-أون في", "كيم جونغ أون", "كيم جونغ-أون"),
        ('أعلن حزب "الله" أمس', "حزب الله", 'حزب "الله"'),
    ],
)
def test_a_name_is_found_with_exact_borders(text: str, name: str, found: str) -> None:
    index: PhraseIndex[int] = PhraseIndex()
    index.add(phrase_of(name), 1)
    sentence = words(text)
    (hit,) = index.scan(sentence.keys)
    start, end = sentence.span(hit.first, hit.last, hit.consumed)
    assert text[start:end] == found


def test_the_longest_phrase_wins() -> None:
    index: PhraseIndex[str] = PhraseIndex()
    for name in ("مجلس", "مجلس الأمن", "مجلس الأمن الدولي", "الأمن"):
        index.add(phrase_of(name), name)
    assert [h.value for h in index.scan(words("عقد مجلس الأمن الدولي جلسة").keys)] == ["مجلس الأمن الدولي"]
    assert [h.value for h in index.scan(words("عقد مجلس الأمن القومي جلسة").keys)] == ["مجلس الأمن"]


def test_an_unclipped_name_is_preferred_to_a_clipped_one() -> None:
    index: PhraseIndex[str] = PhraseIndex()
    index.add("وليد", "Walid")
    index.add("ليد", "Lead")
    assert [h.value for h in index.scan(["وليد"])] == ["Walid"]


def test_a_bare_index_overlooks_articles() -> None:
    index: BareIndex[int] = BareIndex()
    index.add("وزير الخارجيه", 1)
    for text in ("وزير الخارجية", "وزير خارجية", "لوزير الخارجية"):
        assert index.at_word(words(text), 0) is not None
    assert index.at_word(words("وزير الدفاع"), 0) is None


def test_hamza_must_agree_where_it_is_written() -> None:
    assert same_hamza("ايران", "إيران")
    assert same_hamza("وإيران", "إيران")
    assert not same_hamza("أفاد", "إفاد")


def test_letter_offset_counts_letters_not_marks() -> None:
    token = analysed("وَلِلعراق").sentences[0].tokens[0]
    assert token.text[letter_offset(token, 1) - token.start :].startswith("لِ") or letter_offset(token, 1) == 1
