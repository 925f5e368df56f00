from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tasks.reading import dates

BAGHDAD = ZoneInfo("Asia/Baghdad")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Sun, 18 Feb 2018 12:26:59 GMT", "2018-02-18T15:26:59+03:00"),
        ("2021-02-09", "2021-02-09T00:00:00+00:00"),
        ("2021-02-09T23:30:00Z", "2021-02-10T02:30:00+03:00"),
        ("2021-02-09 14:05", "2021-02-09T14:05:00+03:00"),
        ("20210209", "2021-02-09T00:00:00+00:00"),
        (1612872000, "2021-02-09T15:00:00+03:00"),
        ("1612872000000", "2021-02-09T15:00:00+03:00"),
        (datetime(2021, 2, 9, 8, 0), "2021-02-09T08:00:00+03:00"),
        ("9/2/2021", "2021-02-09T00:00:00+00:00"),
        ("٩ شباط ٢٠٢١", "2021-02-09T00:00:00+00:00"),
        ("الثلاثاء 9 شباط/فبراير 2021 - 02:30 م", "2021-02-09T14:30:00+03:00"),
        ("09 فيفري 2021", "2021-02-09T00:00:00+00:00"),
        ("3 كانون الثاني 2020", "2020-01-03T00:00:00+00:00"),
        ("3 كانون الأول 2020", "2020-12-03T00:00:00+00:00"),
        ("27 جمادى الآخرة 1442 هـ", "2021-02-09T00:00:00+00:00"),
        ("الثلاثاء 1442/6/27هـ الساعة 14:30", "2021-02-09T14:30:00+03:00"),
        ("27-6-1442هـ - 9 فبراير 2021", "2021-02-09T00:00:00+00:00"),
        ("27 جمادى الآخرة 1442هـ الموافق 9 فبراير 2021م", "2021-02-09T00:00:00+00:00"),
        ("February 9, 2021", "2021-02-09T00:00:00+00:00"),
        ("9 Feb 2021 11:00:00 +0100", "2021-02-09T13:00:00+03:00"),
    ],
)
def test_usual_formats(value: object, expected: str) -> None:
    found = dates.parse(value, BAGHDAD)
    assert found is not None and found.isoformat() == expected


@pytest.mark.parametrize(
    "value", [None, "", "أمس", "yesterday", "32/13/2021", "1021-02-09", True, 7, "x" * 500, "الثلاثاء", "0000-00-00"]
)
def test_what_is_no_date(value: object) -> None:
    assert dates.parse(value) is None


def test_month_first() -> None:
    found = dates.parse("2/9/2021", day_first=False)
    assert found is not None and (found.month, found.day) == (2, 9)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("بغداد 12 آذار/مارس 2019 (رويترز) - قال مسؤول إن", "2019-03-12"),
        ("هراري 15 - 7 ( اف ب ) - قالت الحكومة", ""),
        ("وقع الاتفاق في 3 مايو 2011 وأعقبته أزمة", ""),
        ("عمان (بترا) -- افتتح الوزير", ""),
    ],
)
def test_datelines(text: str, day: str) -> None:
    found = dates.dateline(text)
    assert (found.date().isoformat() if found else "") == day


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://example.org/2013/middle_east/8/3/talks/index.html", "2013-08-03"),
        ("https://example.org/news/2021/02/09/title", "2021-02-09"),
        ("https://example.org/a-2021-02-09-b", "2021-02-09"),
        ("AFP_20040101.0012", "2004-01-01"),
        ("https://example.org/article/202102091", ""),
        ("https://example.org/article/2021", ""),
    ],
)
def test_dates_in_addresses(url: str, day: str) -> None:
    found = dates.in_url(url)
    assert (found.date().isoformat() if found else "") == day


def test_an_unknown_zone_is_an_error() -> None:
    with pytest.raises(ValueError, match="no such time zone"):
        dates.zone("Mars/Olympus")
