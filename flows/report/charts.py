"""Geometry of the charts: numbers in, rectangles and ticks out. The template turns them into SVG, CSS gives them colours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

QUAD_CLASSES = (1, 2, 3, 4)
_STEPS = (1, 2, 3, 5)


@dataclass(frozen=True)
class Bar:
    """A rectangle of a stacked column."""

    x: float
    y: float
    width: float
    height: float
    quad_class: int
    note: str


@dataclass(frozen=True)
class Tick:
    """A mark on an axis."""

    at: float
    label: str


@dataclass(frozen=True)
class Columns:
    """A chart of stacked columns over time, in user units of its viewBox."""

    width: float
    height: float
    base: float  # y of the zero line
    left: float  # x of the value axis
    bars: list[Bar]
    x_ticks: list[Tick]
    y_ticks: list[Tick]


def stacked_columns(
    rows: Sequence[dict[str, Any]], since: date, until: date, unit: str, width: float = 1100, height: float = 240
) -> Columns:
    """Events by quad class over time.

    Args:
        rows: start (first day of the unit), quad_class, events.
        since: first day.
        until: last day, inclusive.
        unit: day, week, month or year.
        width: of the drawing, user units.
        height: likewise.
    """
    starts = list(_starts(since, until, unit))
    counts = {(r["start"], r["quad_class"]): int(r["events"]) for r in rows}
    top = nice_top(max((sum(counts.get((s, q), 0) for q in QUAD_CLASSES) for s in starts), default=0))
    left, right, base = 54.0, 6.0, height - 22
    step = (width - left - right) / max(1, len(starts))
    scale = (base - 8) / top
    bars = []
    for n, start in enumerate(starts):
        y = base
        for quad in QUAD_CLASSES:
            events = counts.get((start, quad), 0)
            if events:
                y -= events * scale
                bars.append(
                    Bar(
                        left + n * step,
                        y,
                        max(0.6, step * 0.86),
                        events * scale,
                        quad,
                        f"{_label(start, unit)}: {events}",
                    )
                )
    every = max(1, -(-len(starts) * 74 // int(width - left)))
    x_ticks = [Tick(left + (n + 0.43) * step, _label(s, unit)) for n, s in enumerate(starts) if n % every == 0]
    y_ticks = [Tick(base - v * scale, f"{v:,}") for v in sorted({0, top // 2, top})]
    return Columns(width, height, base, left, bars, x_ticks, y_ticks)


def nice_top(value: int) -> int:
    """The smallest of 2, 4, 6, 10, 20, 40, 60, 100 … that is not below a value: halves of it are round as well."""
    size = 1
    while True:
        for step in _STEPS:
            if 2 * step * size >= value:
                return 2 * step * size
        size *= 10


def _starts(since: date, until: date, unit: str) -> Iterator[date]:
    day = first_day(since, unit)
    while day <= until:
        yield day
        if unit in ("day", "week"):
            day += timedelta(days=1 if unit == "day" else 7)
        else:
            day = first_day(day + timedelta(days=31 if unit == "month" else 366), unit)


def first_day(day: date, unit: str) -> date:
    """The first day of the week (Monday), month or year that a day lies in, as DuckDB's date_trunc says."""
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if unit == "year" else day


def _label(day: date, unit: str) -> str:
    return f"{day:%Y-%m-%d}" if unit in ("day", "week") else f"{day:%Y-%m}" if unit == "month" else f"{day:%Y}"
