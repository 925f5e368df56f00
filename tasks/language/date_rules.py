"""Rules of date expressions: regular expressions over the letters of `date_words`, and what each resolves to.

A resolver gets the atoms of its expression and says when they are; None means that this is no date after all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tasks.language import date_math as cal
from tasks.language.date_math import UNKNOWN, When
from tasks.language.date_words import Atom


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule may ask beside its own atoms."""

    published: date | None
    future: bool  # the clause tells of something to come
    before: str  # letters of the sentence before the expression
    after: str  # and those from its end on
    dateline: bool


Resolver = Callable[[Sequence[Atom], Context], When | None]

DAY = "(?:d|oO|o[kK]?|k{1,2}K?)"
MONTH = "(?:[MVHqh]_?)"
YEAR = "(?:f?Y?y[ig]?|f?R?Y[LXC]|f?RY|f?YN|[LXC](?![a-zA-Z]*Y))"
_DOUBLE = r"(?:[(/-]?[MHqh]_?\)?)"  # يوليو/ تموز


def _first(atoms: Sequence[Atom], letters: str) -> Atom | None:
    return next((a for a in atoms if a.letter in letters), None)


def _day_number(atoms: Sequence[Atom]) -> int:
    """Value of the first run of digits or number words: الخامس عشر is 15, الحادي والعشرين 21."""
    total = 0
    for atom in atoms:
        if atom.letter == "d":
            return atom.number
        if atom.letter in "okKO":
            total += atom.number
        elif total:
            break
    return total


def _year_of(atoms: Sequence[Atom], published: date | None) -> int | None:
    """The year an expression names, by number or as last, this or next year."""
    if year := _first(atoms, "y"):
        return year.number
    for n, atom in enumerate(atoms):
        if atom.letter == "Y" and published:
            if n + 1 < len(atoms) and atoms[n + 1].letter in "LXC":
                return published.year + atoms[n + 1].number
            if n and atoms[n - 1].letter == "R":
                return published.year
    return None


def _month_number(atoms: Sequence[Atom]) -> Atom:
    return next(a for a in atoms if a.letter in "MVqHh")


def full_date(atoms: Sequence[Atom], context: Context) -> When | None:
    """15 يوليو 2018, الخامس عشر من يناير, الخميس 28 رمضان."""
    month = _month_number(atoms)
    at = atoms.index(month)
    lead = [a for a in atoms[:at] if a.letter not in "Wr,"]
    day = _day_number(lead)
    if not 1 <= day <= 31 or _is_score(atoms, month):
        return None
    if any(a.letter == "N" for a in atoms):
        return UNKNOWN  # of the same year
    year = _year_of(atoms[at:], context.published)
    if month.letter in "Hh":
        return cal.from_hijri(year if year and year < 1600 else None, month.number, day, context.published)
    if year is not None:
        found = cal.make_date(cal.full_year(year, context.published), month.number, day)
    elif context.published is None:
        return UNKNOWN
    else:
        found = _near(month.number, day, atoms[at:], context)
    return When(found, "day") if found else None


def _is_score(atoms: Sequence[Atom], month: Atom) -> bool:
    """Whether صفر is the zero of a match result (1-صفر) and no month."""
    return month.letter == "h" and month.value == "2" and not any(a.letter in "mryi" for a in atoms)


def _near(month: int, day: int, tail: Sequence[Atom], context: Context) -> date | None:
    """A day and month without year; الماضي, المقبل and الجاري behind it say on which side it lies."""
    assert context.published is not None
    side = _first(tail, "LXC")
    if side is None:
        return cal.nearest_day(month, day, context.published, context.future)
    first = cal.make_date(context.published.year, month, day)
    if first is None or side.letter == "C":
        return first
    if side.letter == "L":
        return first if first <= context.published else cal.make_date(first.year - 1, month, day)
    return first if first >= context.published else cal.make_date(first.year + 1, month, day)


def day_range(atoms: Sequence[Atom], context: Context) -> When | None:
    """بين 3 و5 يوليو, 3-7 يوليو: from its first day."""
    second = max(n for n, a in enumerate(atoms) if a.letter in "dokKO" and n and atoms[n - 1].letter in "&-v")
    first = [a for a in atoms[:second] if a.letter in "dokKO"]
    when = full_date([*first, *(a for a in atoms[second + 1 :] if a.letter not in "kK")], context)
    return None if when is None else When(when.value, when.precision, "range")


def numeric(atoms: Sequence[Atom], context: Context) -> When | None:
    """15-7-2018, 2018/07/15, 15.7.2018."""
    numbers = [int(n) for a in atoms if a.letter in "dyFl" for n in a.value.split(".") if n.isdigit()]
    if len(numbers) != 3:
        return None
    a, b, c = numbers
    year, month, day = (a, b, c) if a > 31 else (c, b, a)
    if month > 12 >= day:
        month, day = day, month  # month first, as American sources write
    if 1300 <= year <= 1500:
        return cal.from_hijri(year, month, day, context.published)
    found = cal.make_date(cal.full_year(year, context.published), month, day)
    return When(found, "day") if found else None


def dateline_day(atoms: Sequence[Atom], context: Context) -> When | None:
    """15 - 7 in a dateline."""
    day, month = (a.number for a in atoms if a.letter == "d")
    if not context.dateline or context.published is None or month > 12:
        return None
    found = cal.nearest_day(month, day, context.published, False)
    return When(found, "day") if found else None


def month_only(atoms: Sequence[Atom], context: Context) -> When | None:
    """يوليو 2018, يوليو الماضي, شهر رمضان, في مارس."""
    month, year = _month_number(atoms), _year_of(atoms, context.published)
    risky = month.letter in "qh" and not year and not any(a.letter in "mLXCMV" for a in atoms)
    if risky and context.before[-1:] not in ("I", "e", "S"):
        return None
    if any(a.letter == "N" for a in atoms):
        return UNKNOWN
    if month.letter in "Hh":
        return cal.from_hijri(year if year and year < 1600 else None, month.number, None, context.published)
    if year is not None:
        found = cal.make_date(cal.full_year(year, context.published), month.number, 1)
        return When(found, "month") if found else None
    if context.published is None:
        return UNKNOWN
    side = _first(atoms, "LXC")
    when = cal.nearest_month(month.number, context.published, side.letter == "X" if side else context.future)
    if side and side.letter == "L" and (when.year, when.month) == (context.published.year, context.published.month):
        when = when.replace(year=when.year - 1)
    return When(when, "month")


def weekday(atoms: Sequence[Atom], context: Context) -> When | None:
    """الخميس, يوم الخميس المقبل, مساء الثلاثاء."""
    if context.published is None:
        return UNKNOWN
    day, side = _first(atoms, "Wb"), _first(atoms, "LX")
    assert day is not None
    found = cal.nearest_weekday(day.number, context.published, side.letter == "X" if side else context.future)
    if side and found == context.published:
        found += timedelta(days=7 if side.letter == "X" else -7)
    return When(found, "day")


def deictic(atoms: Sequence[Atom], context: Context) -> When | None:
    """أمس, غدا, اليوم, أول من أمس, بعد غد."""
    if context.published is None:
        return UNKNOWN
    day = _first(atoms, "Dj")
    assert day is not None
    days = day.number
    if atoms[0].letter == "j" and context.before[-1:] in ("R", "E"):
        return None
    if any(a.letter in "oB" for a in atoms):
        days *= 2  # the day before yesterday, the day after tomorrow
    if any(a.letter == "L" for a in atoms):
        days -= 1  # last night
    found = context.published + timedelta(days=days)
    if named := _first(atoms, "W"):  # أمس الخميس: the weekday is surer
        near = cal.nearest_weekday(named.number, context.published, days > 0)
        found = near if abs((near - found).days) <= 2 else found
    return When(found, "day")


def ordinal_day(atoms: Sequence[Atom], context: Context) -> When | None:
    """اليوم الأول, اليوم التالي: a day of something else."""
    return When(None, "none", "duration")


def period(atoms: Sequence[Atom], context: Context) -> When | None:
    """الأسبوع الماضي, هذا العام, العام المقبل, الأيام المقبلة."""
    if context.published is None:
        return UNKNOWN
    unit, side = _first(atoms, "UJYmjTuc"), _first(atoms, "LXC")
    assert unit is not None
    step = side.number if side else 0
    if unit.letter in "JTuc" or unit.value in ("hour", "decade", "century"):
        count = 2 if unit.letter == "T" else _count(atoms)
        when = cal.shift(context.published, unit.value, -count) if step < 0 < count else UNKNOWN
        return When(when.value, when.precision, "range")
    if unit.letter == "j":
        return When(context.published, "day")
    return cal.period(context.published, unit.value, step)


def ago(atoms: Sequence[Atom], context: Context) -> When | None:
    """قبل يومين, منذ ثلاث سنوات, قبل 3 أشهر."""
    if atoms[0].letter == "A" and context.after.startswith("f"):
        return When(None, "none", "duration")  # قبل يومين من الانتخابات
    unit = _first(atoms, "ucrmYtU")
    if context.published is None or unit is None:
        return UNKNOWN
    counted = any(a.letter in "dkKloOy" for a in atoms)
    count = 2 if unit.letter == "t" else _count(atoms) if counted else 1
    if not count or (not counted and unit.letter == "c"):
        return When(None)  # قبل أيام: some days ago
    when = cal.shift(context.published, unit.value, -count)
    return When(when.value, when.precision, "range" if atoms[0].letter == "S" else "date")


def _count(atoms: Sequence[Atom]) -> int:
    for atom in atoms:
        if atom.letter in "dyl":
            return atom.number
    return sum(a.number for a in atoms if a.letter in "okKO")


def duration(atoms: Sequence[Atom], context: Context) -> When | None:
    """30 عاما, يومين, بعد ثلاثة أشهر."""
    return When(None, "none", "duration")


def year_only(atoms: Sequence[Atom], context: Context) -> When | None:
    """عام 2011, في 2011, 2011-2013."""
    year = _first(atoms, "y")
    assert year is not None
    kind = "range" if sum(a.letter == "y" for a in atoms) > 1 else "date"
    if year.number < 1600:
        if not any(a.letter == "i" for a in atoms) and not any(a.letter in "YZ" for a in atoms):
            return None
        return When(cal.from_hijri(year.number, 1, 1, None).value, "year", kind)
    return When(date(year.number, 1, 1), "year", kind)


def bare_year(atoms: Sequence[Atom], context: Context) -> When | None:
    """2011 alone: only after a preposition of time, else it is a number or part of a name."""
    return year_only(atoms, context) if context.before[-1:] in ("I", "S", "v", "f", "e", "A", "(") else None


def season(atoms: Sequence[Atom], context: Context) -> When | None:
    """الربيع القادم, صيف 2014."""
    found, side, year = _first(atoms, "s"), _first(atoms, "LXC"), _year_of(atoms, context.published)
    assert found is not None
    if year:
        return When(date(year, found.number, 1), "month")
    if context.published is None or side is None:
        return UNKNOWN
    return When(cal.nearest_month(found.number, context.published, side.letter == "X"), "month")


def age(atoms: Sequence[Atom], context: Context) -> When | None:
    """الستينيات, القرن العشرين, القرن الماضي."""
    if (decade := _first(atoms, "Q")) is not None:
        return When(date(decade.number, 1, 1), "none")
    if _first(atoms, "L"):
        return When(date(1900, 1, 1), "none")
    number = _day_number(atoms)
    return When(date((number - 1) * 100 + 1, 1, 1), "none") if 1 <= number <= 21 else UNKNOWN


def repeated(atoms: Sequence[Atom], context: Context) -> When | None:
    """كل يوم, يوميا, السنوي."""
    return When(None, "none", "set")


def clock(atoms: Sequence[Atom], context: Context) -> When | None:
    """الساعة 10:30, الساعة العاشرة صباحا."""
    return When(None, "none", "time")


def vague(atoms: Sequence[Atom], context: Context) -> When | None:
    """حاليا, مؤخرا, قريبا."""
    return UNKNOWN


_N = "(?:[dly]|k{1,3}K?|o[kO]?(?=[cu]))"
RULES: tuple[tuple[str, str, Resolver], ...] = (
    ("day_range", rf"(?:r?W,?&?W?,?)?{DAY}(?:[-&v]|v?&){DAY}f?m?{MONTH}{_DOUBLE}?{YEAR}?", day_range),
    ("full_date", rf"(?:r?[Wb],?[(]?r?(?:I|,)?)?r?{DAY}[-/]?f?m?{MONTH}{_DOUBLE}?(?:[,/-]?{YEAR})?[ig]?", full_date),
    ("numeric", r"(?:r?W,?)?(?:d([-/])(?:d)\1[ydl]|y([-/])d\2d|F)[ig]?", numeric),
    ("month_only", rf"e?m?{MONTH}{_DOUBLE}?(?:,?{YEAR})?", month_only),
    ("dateline_day", r"d[-/]d(?=[(])", dateline_day),
    ("every", r"E(?:t|r[Wb]|[Wb]|e?[rumY]|d?[uct])|x(?!W)", repeated),
    ("ordinal_day", r"(?:jo|oj|[jrU]N|z[jUrm])", ordinal_day),
    ("deictic", r"P?(?:of?D|BD|DL?|j)(?:[,(]?W)?P?", deictic),
    ("weekday", r"(?:eU)?(?:P?r?W|rb)(?:[LX])?P?", weekday),
    ("period", rf"e?(?:R[UYmj]|[UYTm][LXC]|J(?:o[kO]?)?[LXC]|{_N}[uc][LXC])", period),
    ("ago", rf"[AS](?:{_N}[ucrmYU]|t|[ucrmY](?!y))", ago),
    ("duration", rf"B?(?:{_N}[ucrmY]|[tT]|J[oO]+)|B[um](?![LXC])", duration),
    ("year_only", r"e?[YZ]y(?:[-&]|&?v?)y?[ig]?|y[-]y", year_only),
    ("season", r"e?s(?:f?Y?y|[LXC])", season),
    ("age", r"e?(?:Q(?:GL|Go|G)?|G(?:o[kKO]?|L))", age),
    ("clock", r"w(?:[dl](?::[dl])?|ok?|d)p?P?", clock),
    ("vague", r"n", vague),
    ("bare_year", r"y[ig]?", bare_year),
)
