from __future__ import annotations

import pytest

from tasks.entities.roles import find_descriptions
from tests.unit.entities.texts import analysed


def described(text: str) -> list[tuple[str, str, str]]:
    sentence = analysed(text).sentences[0]
    tokens = sentence.tokens
    return [
        (text[tokens[d.start_token].start : tokens[d.end_token - 1].end], d.country, d.sector)
        for d in find_descriptions(sentence)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("اعتقلت الشرطة الإسرائيلية شخصين", ("الشرطة الإسرائيلية", "ISR", "COP")),
        ("تقدمت القوات الخاصة الروسية شمالا", ("القوات الخاصة الروسية", "RUS", "MIL")),
        ("اجتمع مسؤولون أميركيون أمس", ("مسؤولون أميركيون", "USA", "GOV")),
        ("نفى مسؤول كوري شمالي ذلك", ("مسؤول كوري شمالي", "PRK", "GOV")),
    ],
)
def test_country_and_sector_of_an_unnamed_party(text: str, expected: tuple[str, str, str]) -> None:
    assert expected in described(text)


def test_a_people_is_a_party_but_an_adjective_is_not() -> None:
    assert ("الفلسطينيين", "PSE", "") in described("وعد الفلسطينيين بالعودة")
    assert all(country != "SYR" or sector for _, country, sector in described("استقبل اللاجئين السوريين"))
