from __future__ import annotations

from datetime import date

from tasks.entities.offices import OfficeTable, office_table
from tests.unit.entities.texts import words

HEADER = ("office", "title_ar", "title_aliases", "person_id", "since", "until", "country", "sector", "organization")


def table(*rows: tuple[str, ...]) -> OfficeTable:
    return OfficeTable([{**dict(zip(HEADER, row, strict=False)), "name_en": ""} for row in rows])


FRANCE = table(
    ("FRA-president", "الرئيس الفرنسي", "رئيس فرنسا", "p:sarkozy", "2007-05-16", "2012-05-15", "FRA", "GOV", ""),
    ("FRA-president", "", "", "p:hollande", "2012-05-15", "2017-05-14", "FRA", "GOV", ""),
    ("FRA-president", "", "", "p:macron", "2017-05-14", "", "FRA", "GOV", ""),
    ("DEU-foreign", "وزير الخارجية الألماني", "", "p:maas", "2018-03-14", "2021-12-08", "DEU", "GOV", ""),
)


def holder(text: str, on: str) -> str | None:
    for title in FRANCE.find(words(text)):
        office = title.offices[title.country]
        held = FRANCE.holder(office, date.fromisoformat(on), title.former)
        return held.person_id if held else None
    return None


def test_the_day_decides_who_holds_an_office() -> None:
    assert holder("قال الرئيس الفرنسي إن", "2018-05-01") == "p:macron"
    assert holder("قال الرئيس الفرنسي إن", "2010-05-01") == "p:sarkozy"
    assert holder("قال الرئيس الفرنسي إن", "1999-05-01") is None


def test_former_holders() -> None:
    assert holder("قال الرئيس الفرنسي السابق إن", "2018-05-01") == "p:hollande"
    assert holder("قال الرئيس الفرنسي الأسبق إن", "2018-05-01") == "p:sarkozy"


def test_a_title_may_name_the_country_in_place_of_the_adjective() -> None:
    assert holder("التقى وزير خارجية ألمانيا بنظيره", "2019-01-01") == "p:maas"
    assert holder("التقى بالرئيس الفرنسي أمس", "2019-01-01") == "p:macron"


def test_a_gap_counts_for_the_last_holder_for_half_a_year() -> None:
    office = table(("X-y", "أمين الحزب", "", "p:a", "2015-01-01", "2016-01-01", "", "PTY", ""))
    assert office.holder("X-y", date(2016, 5, 1)) is not None
    assert office.holder("X-y", date(2017, 5, 1)) is None


def test_a_bare_role_noun_without_article_or_country_is_no_title() -> None:
    assert list(FRANCE.find(words("انتخب رئيس جديد"))) == []


def test_the_seeds_know_the_supreme_leader_and_the_speaker() -> None:
    offices = office_table()
    (title,) = offices.find(words("قائد الثورة الاسلامية"))
    held = offices.holder(title.offices["IRN"], date(2021, 2, 9))
    assert held is not None
    assert "khamenei" in held.person_id
