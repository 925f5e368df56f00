"""Calendar arithmetic for dates in the news: the nearest month, day and weekday, Hijri dates, units back and forth."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from hijridate import Gregorian, Hijri

_FUTURE_WEIGHT = 1.6  # of a date without year: how much nearer one ahead must be to win over one behind


@dataclass(frozen=True, slots=True)
class When:
    """A resolved expression: first day of the period and its precision (day, month, year, none)."""

    value: date | None
    precision: str = "none"
    kind: str = "date"


UNKNOWN = When(None)


def make_date(year: int, month: int, day: int) -> date | None:
    """The date, or None where there is no such day."""
    if not 1 <= year <= 9999 or not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year, month)[1]:
        return None
    return date(year, month, day)


def full_year(year: int, published: date | None) -> int:
    """A two-digit year as four digits, not more than ten years ahead of publication."""
    if year >= 100:
        return year
    century = (published.year if published else 2000) // 100 * 100
    guess = century + year
    return guess - 100 if guess > (published.year if published else 2030) + 10 else guess


def nearest_day(month: int, day: int, published: date, future: bool) -> date | None:
    """The day of a date told without its year: nearest to publication, the past preferred unless told as to come."""
    found = [d for y in (-1, 0, 1) if (d := make_date(published.year + y, month, day))]
    behind, ahead = (1.6, 1.0) if future else (1.0, _FUTURE_WEIGHT)
    return min(
        found,
        key=lambda d: (d - published).days * ahead if d >= published else (published - d).days * behind,
        default=None,
    )


def nearest_month(month: int, published: date, future: bool) -> date:
    """First day of a month told without its year: the last one begun, or the next one when told as to come."""
    if future:
        return date(published.year + (month < published.month), month, 1)
    return date(published.year - (month > published.month), month, 1)


def nearest_weekday(weekday: int, published: date, future: bool) -> date:
    """The day of a weekday name: the last one on or before publication, or the next on or after it."""
    back = (published.weekday() - weekday) % 7
    return published + timedelta(days=(7 - back) % 7) if future else published - timedelta(days=back)


def shift(published: date, unit: str, count: int) -> When:
    """A date some units before (negative) or after publication, as precise as the unit."""
    if unit in ("hour", "minute"):
        return When(published, "day") if abs(count) <= 12 else When(published + timedelta(hours=count), "day")
    if unit == "day":
        return When(published + timedelta(days=count), "day") if abs(count) <= 4000 else UNKNOWN
    if unit == "week":
        return When(published + timedelta(weeks=count), "day")
    if unit == "month":
        return When(add_months(published.replace(day=1), count), "month")
    years = count * {"year": 1, "decade": 10, "century": 100}[unit]
    return When(date(published.year + years, 1, 1), "year") if published.year + years >= 1 else UNKNOWN


def add_months(day: date, count: int) -> date:
    """The first day of the month that many months away."""
    months = day.year * 12 + day.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def period(published: date, unit: str, step: int) -> When:
    """This, last (-1) or next (+1) week, month or year: its first day."""
    if unit == "week":
        return When(published - timedelta(days=published.weekday()) + timedelta(weeks=step), "month")
    return shift(published, unit, step)


def from_hijri(year: int | None, month: int, day: int | None, published: date | None) -> When:
    """A date of the Umm al-Qura calendar; without a year the one nearest to publication."""
    years: list[int] = [year] if year else []
    if not years:
        if published is None:
            return UNKNOWN
        now = Gregorian(published.year, published.month, published.day).to_hijri().year
        years = [now - 1, now, now + 1]
    found = [d for y in years if (d := _hijri_day(y, month, day or 1))]
    if not found:
        return UNKNOWN
    best = found[0] if published is None else min(found, key=lambda d: abs((d - published).days))
    return When(best, "day" if day else "month")


def _hijri_day(year: int, month: int, day: int) -> date | None:
    try:
        found = Hijri(year, month, day).to_gregorian()
    except (ValueError, OverflowError):
        return None
    return date(found.year, found.month, found.day)
