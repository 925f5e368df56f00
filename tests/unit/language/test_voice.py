from __future__ import annotations

import pytest

from tasks.language.buckwalter import passive
from tests.unit.language.conftest import Read


def voice(read: Read, text: str, word: str) -> str:
    token = next(t for s in read(text).sentences for t in s.tokens if t.text == word)
    assert token.best is not None
    assert token.best.pos == "verb", token.best
    return token.best.voice


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("قتل خمسة مدنيين في انفجار سيارة", "قتل"),
        ("قتل 12 شخصا وجرح آخرون في عدن", "قتل"),
        ("اعتقل رئيس الحزب مساء الثلاثاء", "اعتقل"),
        ("اعتقل ثلاثة صحفيين أمس", "اعتقل"),
        ("نقل المصابون إلى مستشفى قريب", "نقل"),
        ("وقال إن جنديا قتل في هجوم على حاجز", "قتل"),
        ("التقى الوزير الذي اغتيل في بيروت نظيره", "اغتيل"),
        ("فرضت عقوبات جديدة على المصرف", "فرضت"),
    ],
)
def test_passive(read: Read, text: str, word: str) -> None:
    assert voice(read, text, word) == "p"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("قتل الجيش خمسة مسلحين في سيناء", "قتل"),
        ("قتلت القوات الحكومية مسلحا في كمين", "قتلت"),
        ("اعتقلت الشرطة رئيس الحزب", "اعتقلت"),
        ("الجيش قتل ثلاثة مسلحين", "قتل"),
        ("وأضاف أنه أجرى محادثات مع نظيره", "أجرى"),
        ("وكانت المفوضية قد أصدرت في وقت سابق خطوطا عامة", "أصدرت"),
        ("فرضت واشنطن عقوبات على المصرف", "فرضت"),
        ("اعتقله رجال الأمن", "اعتقله"),
        ("أنقذت سفينة إغاثة 140 مهاجرا", "أنقذت"),
        ("أعلن الوزير عن خطة", "أعلن"),  # not a verb that needs an object
    ],
)
def test_active(read: Read, text: str, word: str) -> None:
    assert voice(read, text, word) == "a"


@pytest.mark.parametrize(
    ("active", "expected"),
    [
        ("qatal", "qutil"),
        ("Has~ab", "Hus~ib"),
        ("{iEotaqal", "{uEotuqil"),
        ("HAkam", "Huwkim"),
        ("qAd", "qiyd"),
        (">aloqaY", ">uloqiy"),
        ("Ead~", "Eud~"),
        ("sa>al", ""),  # the hamza changes its seat
    ],
)
def test_passive_stems(active: str, expected: str) -> None:
    assert passive(active) == expected
