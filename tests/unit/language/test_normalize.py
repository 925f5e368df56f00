from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.language.normalize import clean, dediac, fold, fold_aligned, strip_clitics

ARABIC = st.text(st.sampled_from("اأإآىيةهؤئوکیـًُّْ٠١۲ لمنبتك \u200fabc."), max_size=40)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("أعلن الرئيسُ", "اعلن الرييس"),
        ("إلى مستشفى", "الي مستشفي"),
        ("مسؤولة", "مسووله"),
        ("العـــراق", "العراق"),
        ("کابل ایران", "كابل ايران"),
        ("٢٠١٨ و۲۰۱۸", "2018 و2018"),
        ("\u200fمصر\u200e", "مصر"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_bare_and_written_hamza_are_equal_once_folded() -> None:
    assert fold("أكّد أنّه لم يلتقِ الأمين") == fold("اكد انه لم يلتق الامين")


@given(ARABIC)
def test_fold_aligned_keeps_offsets(text: str) -> None:
    aligned = fold_aligned(text)
    assert len(aligned) == len(text)
    assert dediac(aligned) == fold(text)


@given(ARABIC)
def test_fold_and_clean_are_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert clean(clean(text)) == clean(text)


def test_clean_keeps_what_carries_meaning() -> None:
    assert clean("\ufeff  قال\u00a0إنّ\r\nالوفدَ ﻻ يغادر\u200f  ") == "قال إنّ\nالوفدَ لا يغادر"
    assert clean("ﷲ") == "الله"
    assert clean("Ｇ7 و½") == "Ｇ7 و½"  # NFKC is for the Arabic blocks only


def test_strip_clitics_gives_every_front() -> None:
    rests = {s.rest for s in strip_clitics("وبالعراق")}
    assert {"وبالعراق", "بالعراق", "العراق", "عراق"} <= rests
    article = next(s for s in strip_clitics("للعراق") if s.article)
    assert (article.rest, article.prep, article.cut) == ("عراق", "ل", 2)


def test_strip_clitics_word_itself_first_and_never_one_letter() -> None:
    found = strip_clitics("ولد")
    assert found[0].rest == "ولد"
    assert all(len(s.rest) >= 2 for s in found[1:])


def test_strip_clitics_takes_pronouns_off_on_request() -> None:
    assert "زيارت" in {s.rest for s in strip_clitics("زيارتهما", enclitics=True)}
    assert "زيارت" not in {s.rest for s in strip_clitics("زيارتهما")}


@given(ARABIC)
def test_strip_clitics_rest_is_a_tail(word: str) -> None:
    for found in strip_clitics(word):
        assert word[found.cut :] == found.rest
