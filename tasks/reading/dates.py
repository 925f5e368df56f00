"""Publication dates: from fields in any usual format, datelines, URLs, file names and page heads.

A date without a time of day is midnight UTC, so that its day is the same wherever it is looked at; a time without an
offset is read in the source's time zone; every other time is given in that zone, so ``.date()`` is the outlet's day.
"""

from __future__ import annotations

import email.utils
import re
from datetime import UTC, datetime, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

from hijridate import Hijri

import seeds
from tasks.language import normalize

EARLIEST, LATEST = 1900, 2100
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*((?:19|20)\d\d)(?!\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[/.\-_]\s*(\d{1,2})\s*[/.\-_]\s*(\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")
_HIJRI = re.compile(  # 1442/6/27 or 27/6/1442, said to be Hijri
    r"(?<!\d)(?:(1[34]\d\d)\s*[/\-]\s*(\d{1,2})\s*[/\-]\s*(\d{1,2})|(\d{1,2})\s*[/\-]\s*(\d{1,2})\s*[/\-]\s*(1[34]\d\d))\s*ه(?!\w)"
)
_CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?\s*(ص|م|AM|PM|am|pm)?(?!\w)")


def zone(name: str) -> tzinfo:
    """The time zone of that IANA name (UTC for an empty one).

    Raises:
        ValueError: when there is no such zone.
    """
    try:
        return ZoneInfo(name) if name and name != "UTC" else UTC
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"no such time zone: {name!r}") from error


def parse(value: object, tz: tzinfo = UTC, day_first: bool = True) -> datetime | None:
    """A date field in any usual format as an aware datetime, None when it is none.

    Takes datetimes, seconds or milliseconds since 1970, ISO 8601, RFC 2822, ``9/2/2021``, ``9 شباط/فبراير 2021 14:30``
    and what dateparser knows of absolute dates in Arabic, English and French.
    """
    if isinstance(value, datetime):
        return _aware(value, tz)
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _epoch(float(value), tz) if abs(value) < 1e13 else None
    text = normalize.ascii_digits(normalize.dediac(str(value))).strip()
    if not 4 <= len(text) <= 120:
        return None
    found = _iso(text, tz) or _rfc(text, tz) or in_text(text, tz, day_first)
    if found is None and re.fullmatch(r"\d{10}|\d{13}", text):
        found = _epoch(float(text), tz)
    return found or _guess(text, tz)


def in_text(text: str, tz: tzinfo = UTC, day_first: bool = True) -> datetime | None:
    """The first full date in a short text, with the time after it; month in figures or by any name, a Hijri date at last."""
    text = normalize.fold(text)
    hits: list[tuple[int, int, tuple[int, int, int]]] = []
    if m := _YEAR_FIRST.search(text):
        hits.append((m.start(), m.end(), (int(m[1]), int(m[2]), int(m[3]))))
    if m := _DAY_FIRST.search(text):
        day, month = (int(m[1]), int(m[2])) if day_first or int(m[1]) > 12 else (int(m[2]), int(m[1]))
        if month > 12:
            day, month = month, day
        hits.append((m.start(), m.end(), (int(m[3]), month, day)))
    if m := _named("gregorian").search(text):
        hits.append((m.start(), m.end(), (int(m["year"]), _month("gregorian", m["month"]), int(m["day"]))))
    for _, end, ymd in sorted(hits):
        if (found := _build(*ymd, text[end : end + 40], tz)) is not None:
            return found
    return _hijri(text, tz)


def _hijri(text: str, tz: tzinfo) -> datetime | None:
    if m := _named("hijri").search(text):
        year, month, day = int(m["year"]), _month("hijri", m["month"]), int(m["day"])
    elif m := _HIJRI.search(text):
        year, month, day = (int(m[x] or m[y]) for x, y in ((1, 6), (2, 5), (3, 4)))
    else:
        return None
    try:
        civil = Hijri(year, month, day).to_gregorian()
    except (ValueError, OverflowError):
        return None
    return _build(civil.year, civil.month, civil.day, text[m.end() : m.end() + 40], tz)


def dateline(text: str, tz: tzinfo = UTC) -> datetime | None:
    """The full date in a dateline (``بغداد 12 آذار/مارس 2019 (رويترز) - ``), None when it has none or no year."""
    head = text[:120].split("\n", 1)[0]
    cut = re.search(r"\)\s*[-–—:]|\s[-–—]{1,2}\s(?=[^\d])", head)
    return in_text(head[: cut.end()], tz) if cut else None


def in_url(url: str) -> datetime | None:
    """The date in a URL or file name (``/2021/02/09/``, ``2021-02-09``, ``20210209``), at midnight UTC."""
    for pattern in (_YEAR_FIRST, re.compile(r"/((?:19|20)\d\d)/(?:[a-z_]+/)?(\d{1,2})/(\d{1,2})(?:/|$)"), _COMPACT):
        if m := pattern.search(url):
            found = _build(int(m[1]), int(m[2]), int(m[3]), "", UTC)
            if found is not None:
                return found
    return _slashes(url)


def _slashes(url: str) -> datetime | None:
    m = re.search(r"/((?:19|20)\d\d)/(\d{1,2})/(\d{1,2})(?:/|$)", url)
    return _build(int(m[1]), int(m[2]), int(m[3]), "", UTC) if m else None


@cache
def _months(calendar: str) -> dict[str, int]:
    rows = seeds.read("codes/months.csv", ("name", "month", "calendar"))
    return {normalize.fold(r["name"]): int(r["month"]) for r in rows if r["calendar"] == calendar}


def _month(calendar: str, name: str) -> int:
    return _months(calendar)[re.sub(r"\s+", " ", name)]


@cache
def _named(calendar: str) -> re.Pattern[str]:
    """Day, name of the month (or two: شباط/فبراير) and year in folded text."""
    names = "|".join(re.escape(n).replace(r"\ ", r"\s+") for n in sorted(_months(calendar), key=len, reverse=True))
    month = rf"(?P<month>{names})(?:\s*[/(]\s*(?:{names})\s*\)?)?"
    year = (
        r"(?:عام\s+|سنه\s+)?(?P<year>(?:19|20)\d\d)(?!\d)" if calendar == "gregorian" else r"(?P<year>1[34]\d\d)(?!\d)"
    )
    return re.compile(rf"(?<!\d)(?P<day>\d{{1,2}})\s*(?:من\s+)?(?:شهر\s+)?{month}\s*[،,]?\s*{year}")


def _build(year: int, month: int, day: int, rest: str, tz: tzinfo) -> datetime | None:
    clock = _CLOCK.search(rest)
    try:
        if clock is None:
            return datetime(year, month, day, tzinfo=UTC)
        hour = int(clock[1]) % 12 + 12 * (clock[4].lower() in ("م", "pm")) if clock[4] else int(clock[1])
        return datetime(year, month, day, hour, int(clock[2]), int(clock[3] or 0), tzinfo=tz)
    except ValueError:
        return None


def _aware(value: datetime, tz: tzinfo) -> datetime | None:
    if not EARLIEST <= value.year <= LATEST:
        return None
    if value.tzinfo is None:
        midnight = not (value.hour or value.minute or value.second)
        return value.replace(tzinfo=UTC if midnight else tz)
    return value.astimezone(tz)


def _epoch(seconds: float, tz: tzinfo) -> datetime | None:
    if not 1e8 < seconds < 4.1e12:
        return None
    if seconds > 1e11:
        seconds /= 1000
    return datetime.fromtimestamp(seconds, tz) if 1e8 < seconds < 4.1e9 else None


def _iso(text: str, tz: tzinfo) -> datetime | None:
    if not re.match(r"\d{4}-?\d\d-?\d\d", text):
        return None
    try:
        return _aware(datetime.fromisoformat(text), tz)
    except ValueError:
        return None


def _rfc(text: str, tz: tzinfo) -> datetime | None:
    if not re.match(r"(?:[A-Za-z]{3},?\s+)?\d{1,2}\s+[A-Za-z]{3}", text):
        return None
    try:
        return _aware(email.utils.parsedate_to_datetime(text), tz)
    except (ValueError, TypeError, IndexError):
        return None


def _guess(text: str, tz: tzinfo) -> datetime | None:
    """What dateparser makes of it, absolute dates with a year only (it must not depend on today)."""
    if not re.search(r"(?:19|20)\d\d", text) or not re.search(r"[^\W\d_]{3}", text):
        return None
    import dateparser

    settings = {
        "PARSERS": ["absolute-time"],
        "REQUIRE_PARTS": ["day", "month", "year"],
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    try:
        found = dateparser.parse(text, languages=["ar", "en", "fr"], settings=settings)
    except (ValueError, OverflowError, TypeError, RecursionError):
        return None
    return _aware(found, tz) if found else None
