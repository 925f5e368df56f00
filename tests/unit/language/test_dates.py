from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from babel import Locale
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.language.date_math import full_year, nearest_day, nearest_weekday
from tasks.language.dates import find_dates, nearest_date
from tasks.language.normalize import fold
from tasks.language.types import DateMention
from tests.unit.language.conftest import Read

TODAY = date(2018, 5, 16)  # a Wednesday


def dates(read: Read, text: str, published: date | None = TODAY) -> list[DateMention]:
    analysed = read(text, published)
    found = [d for s in analysed.sentences for d in find_dates(analysed, s)]
    assert all(analysed.text_of(d.start, d.end) == d.text for d in found)
    return found


def one(read: Read, text: str, published: date | None = TODAY) -> DateMention:
    found = dates(read, text, published)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("التقى الوزير نظيره الثلاثاء في عدن", "2018-05-15"),
        ("وصل الأربعاء إلى عدن", "2018-05-16"),
        ("وصل يوم الخميس الماضي", "2018-05-10"),
        ("وصل الأربعاء الماضي", "2018-05-09"),
        ("يعقد الاجتماع الأحد المقبل", "2018-05-20"),
        ("يعقد الاجتماع الأربعاء القادم", "2018-05-23"),
        ("سيصل الوفد الخميس إلى عدن", "2018-05-17"),
        ("والخميس، يزور الوزير عدن", "2018-05-17"),
        ("يلتقي الوزير الجمعة نظيره", "2018-05-18"),
        ("ومن المقرر أن يجتمع الطرفان السبت", "2018-05-19"),
        ("غادر مساء الثلاثاء", "2018-05-15"),
        ("وصل امس إلى عدن", "2018-05-15"),
        ("وصل أمس الثلاثاء", "2018-05-15"),
        ("وصل أول من أمس", "2018-05-14"),
        ("وصل اول امس", "2018-05-14"),
        ("يصل غدا", "2018-05-17"),
        ("يصل بعد غد", "2018-05-18"),
        ("وصل اليوم إلى عدن", "2018-05-16"),
        ("وصل صباح اليوم", "2018-05-16"),
        ("وصل قبل يومين", "2018-05-14"),
        ("وصل قبل ثلاثة أيام", "2018-05-13"),
        ("وصل قبل 3 أيام", "2018-05-13"),
        ("وصل قبل أسبوع", "2018-05-09"),
    ],
)
def test_days_relative_to_publication(read: Read, text: str, value: str) -> None:
    found = one(read, text)
    assert (str(found.value), found.precision) == (value, "day")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("في 15 يوليو 2017", "2017-07-15"),
        ("في 15 تموز/يوليو 2017", "2017-07-15"),
        ("في 15 تموز يوليو 2017", "2017-07-15"),
        ("في 22 آذار/مارس 2013", "2013-03-22"),
        ("في ١٥ كانون الثاني ٢٠١٧", "2017-01-15"),
        ("في 3 تشرين الأول 2016", "2016-10-03"),
        ("يوم 14 جانفي 2011", "2011-01-14"),
        ("يوم 9 أوت 2017", "2017-08-09"),
        ("يوم 20 غشت 2017", "2017-08-20"),
        ("في الخامس عشر من يناير 2018", "2018-01-15"),
        ("في الحادي والعشرين من شهر ديسمبر 2017", "2017-12-21"),
        ("في الأول من أيار 2018", "2018-05-01"),
        ("بتاريخ 15-7-2017", "2017-07-15"),
        ("بتاريخ 15/7/2017", "2017-07-15"),
        ("بتاريخ 2017/07/15", "2017-07-15"),
        ("بتاريخ ٢٠١٧/٠٧/١٥", "2017-07-15"),
        ("بتاريخ 15.7.2017", "2017-07-15"),
        ("الاثنين 14 مايو 2018", "2018-05-14"),
        ("في 12 أبريل", "2018-04-12"),
        ("في 25 ديسمبر", "2017-12-25"),
        ("وتعقد القمة في 12 يونيو", "2018-06-12"),
        ("في 3 مارس الماضي", "2018-03-03"),
        ("في 3 ديسمبر المقبل", "2018-12-03"),
        ("في 31 مارس من العام الماضي", "2017-03-31"),
        ("في 28 رمضان 1439", "2018-06-12"),
        ("في 1 رمضان", "2018-05-16"),
        ("في 10 ذي الحجة 1438 هـ", "2017-09-01"),
    ],
)
def test_dates_in_every_month_naming(read: Read, text: str, value: str) -> None:
    found = one(read, text)
    assert (str(found.value), found.precision, found.kind) == (value, "day", "date")


@pytest.mark.parametrize(
    ("text", "value", "precision"),
    [
        ("في مارس 2017", "2017-03-01", "month"),
        ("في مارس الماضي", "2018-03-01", "month"),
        ("في فبراير من هذا العام", "2018-02-01", "month"),
        ("في نوفمبر الماضي", "2017-11-01", "month"),
        ("في أيلول المقبل", "2018-09-01", "month"),
        ("خلال شهر رمضان", "2018-05-16", "month"),
        ("الشهر الماضي", "2018-04-01", "month"),
        ("الشهر الجاري", "2018-05-01", "month"),
        ("العام المقبل", "2019-01-01", "year"),
        ("هذا العام", "2018-01-01", "year"),
        ("قبل ثلاثة أشهر", "2018-02-01", "month"),
        ("قبل 3 سنوات", "2015-01-01", "year"),
        ("قبل عامين", "2016-01-01", "year"),
        ("عام 2003", "2003-01-01", "year"),
        ("في 2011", "2011-01-01", "year"),
        ("الأسبوع الماضي", "2018-05-07", "month"),
        ("صيف 2014", "2014-06-01", "month"),
    ],
)
def test_periods(read: Read, text: str, value: str, precision: str) -> None:
    found = one(read, text)
    assert (str(found.value), found.precision) == (value, precision)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("بين 3 و5 مايو", "2018-05-03"),
        ("من 3 إلى 7 مايو 2018", "2018-05-03"),
        ("3-7 مايو", "2018-05-03"),
        ("بين عامي 2011 و2013", "2011-01-01"),
    ],
)
def test_ranges_begin_at_their_start(read: Read, text: str, value: str) -> None:
    found = one(read, text)
    assert (str(found.value), found.kind) == (value, "range")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("استمرت الزيارة ثلاثة أيام", "duration"),
        ("حكم عليه بالسجن 10 سنوات", "duration"),
        ("بعد يومين من اللقاء", "duration"),
        ("يجتمعون كل أسبوع", "set"),
        ("يتدربون يوميا", "set"),
        ("بدأ في الساعة 10:30 صباحا", "time"),
        ("عند الساعة العاشرة", "time"),
        ("في اليوم التالي", "duration"),
        ("قبل يومين من الانتخابات", "duration"),
    ],
)
def test_what_is_no_date_has_no_value(read: Read, text: str, kind: str) -> None:
    found = one(read, text)
    assert (found.value, found.precision, found.kind) == (None, "none", kind)


@pytest.mark.parametrize(
    "text",
    ["قتل 15 جنديا", "التقى اثنين من الوزراء", "بنسبة 2018 نقطة", "رؤية 2030 للتنمية", "الرئيس رجب طيب أردوغان", "فاز 3 - 1", "فاز 1-صفر", "فاز الفريق 2 صفر",
     "أب لطفلين", "مارس ضغوطا على خصومه", "قبل العرض"],
)  # fmt: skip
def test_no_dates(read: Read, text: str) -> None:
    assert dates(read, text) == []


def test_background(read: Read) -> None:
    assert one(read, "تشهد البلاد حربا منذ 2011").background
    assert one(read, "اندلعت الحرب في عام 2003").background
    assert one(read, "في الذكرى الأولى ليوم 15 مايو").background
    assert not one(read, "وصل أمس").background
    since = one(read, "القصف مستمر منذ الأحد")
    assert (str(since.value), since.kind, since.background) == ("2018-05-13", "range", False)


def test_without_publication_only_full_dates_have_a_value(read: Read) -> None:
    assert one(read, "وصل الخميس", None).value is None
    assert one(read, "وصل أمس", None).value is None
    assert one(read, "في 15 يوليو", None).value is None
    assert str(one(read, "في 15 يوليو 2017", None).value) == "2017-07-15"


def test_impossible_days_are_no_dates(read: Read) -> None:
    assert all(d.value is None or d.precision != "day" for d in dates(read, "في 31 فبراير 2018"))


def test_dateline_day(read: Read) -> None:
    found = dates(read, "عدن 15 - 4 ( وكالة ) - وصل الوفد")
    assert [str(d.value) for d in found] == ["2018-04-15"]


def test_clitics_are_outside_the_span(read: Read) -> None:
    assert [d.text for d in dates(read, "الاثنين والثلاثاء")] == ["الاثنين", "الثلاثاء"]
    assert one(read, "لشهر مارس 2018").text == "شهر مارس 2018"


def test_nearest_date_prefers_days(read: Read) -> None:
    text = "التقاه الثلاثاء وكان قد زار عدن في مارس 2017"
    found = dates(read, text)
    assert nearest_date(found, text.index("التقاه")) == found[0]
    assert nearest_date(found, text.index("زار")) in found
    assert nearest_date([], 3) is None


@pytest.mark.parametrize(
    "name", ["ar", "ar_EG", "ar_SY", "ar_IQ", "ar_DZ", "ar_TN", "ar_MA", "ar_MR", "ar_LY", "ar_SA"]
)
def test_every_month_name_of_babel_is_known(read: Read, name: str) -> None:
    for number, month in Locale.parse(name).months["format"]["wide"].items():
        assert one(read, f"في 15 {month} 2017").value == date(2017, number, 15), fold(month)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 6))
def test_weekdays_lie_within_a_week(published: date, weekday: int) -> None:
    back, ahead = nearest_weekday(weekday, published, False), nearest_weekday(weekday, published, True)
    assert back.weekday() == ahead.weekday() == weekday
    assert timedelta(0) <= published - back < timedelta(7)
    assert timedelta(0) <= ahead - published < timedelta(7)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 12), st.integers(1, 28), st.booleans())
def test_a_day_without_year_is_less_than_a_year_away(published: date, month: int, day: int, future: bool) -> None:
    found = nearest_day(month, day, published, future)
    assert found is not None
    assert (found.month, found.day) == (month, day)
    assert abs((found - published).days) < 366


def test_two_digit_years() -> None:
    assert full_year(18, TODAY) == 2018
    assert full_year(67, TODAY) == 1967
    assert full_year(2011, TODAY) == 2011


WORDS = (
    "في 15 و 3 من - / مايو مارس 2018 الخميس أمس قبل بعد منذ عام "
    "العام الماضي يومين أيام ثلاثة الأول كل الساعة : ( ) شهر هـ رمضان كانون الثاني"
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(st.lists(st.sampled_from(WORDS.split()), max_size=14))
def test_any_run_of_date_words_is_survived(read: Read, words: list[str]) -> None:
    found = dates(read, " ".join(words))
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    assert all((d.value is None) == (d.precision == "none") or d.kind == "date" for d in found)


@pytest.mark.parametrize("published", [date(2016, 2, 29), date(2017, 12, 31), date(2018, 1, 1)])
def test_edges_of_the_calendar(read: Read, published: date) -> None:
    for text in ("قبل عام", "قبل شهر", "العام الماضي", "الشهر المقبل", "في 29 فبراير", "في ديسمبر", "في يناير المقبل"):
        assert one(read, text, published).value is not None, text
