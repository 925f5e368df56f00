"""The map: country outlines and a dot for each place, in an equirectangular projection of one unit a degree."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import seeds

WORLD = (-170.0, -58.0, 190.0, 80.0)  # west, south, east, north
_ASPECT = 2.1
_LEAST_WIDTH = 50.0
_TAIL = 1 / 6


@dataclass(frozen=True)
class Dot:
    """A place with its events."""

    x: float
    y: float
    radius: float
    conflict: float  # share of the events that are conflict
    note: str


@dataclass(frozen=True)
class Map:
    """A piece of the world with dots on it."""

    view_box: str
    stroke: float  # width of a thin line, user units
    dots: list[Dot]


@cache
def outlines() -> str:
    """All countries as one SVG path, y pointing down."""
    parts = []
    for row in seeds.read("gazetteer/outlines.csv", required=("iso3", "ring")):
        numbers = [float(n) for n in row["ring"].split()]
        points = zip(numbers[::2], numbers[1::2], strict=True)
        parts.append("M" + "L".join(f"{lon:g} {-lat:g}" for lon, lat in points) + "Z")
    return "".join(parts)


def world_map(places: Sequence[dict[str, Any]], box: tuple[float, float, float, float]) -> Map:
    """Dots for the places inside a box of degrees (west, south, east, north); a dot's area grows with its events."""
    west, south, east, north = box
    most = max((p["events"] for p in places), default=1)
    largest = (east - west) / 42
    dots = [
        Dot(
            round(p["longitude"], 2),
            round(-p["latitude"], 2),
            round(max(largest / 6, largest * math.sqrt(p["events"] / most)), 2),
            p["conflict"] / p["events"],
            f"{' · '.join(n for n in (p['name_en'], p['name_ar']) if n)}: {p['events']}",
        )
        for p in places
        if west <= p["longitude"] <= east and south <= p["latitude"] <= north
    ]
    return Map(f"{west:g} {-north:g} {east - west:g} {north - south:g}", (east - west) / 900, dots)


def focus(places: Sequence[dict[str, Any]]) -> tuple[float, float, float, float]:
    """The box where most of the events are: it leaves out a sixth of them on each side, and has the shape of a page."""
    if not places:
        return WORLD
    west, east = _middle([(p["longitude"], p["events"]) for p in places])
    south, north = _middle([(p["latitude"], p["events"]) for p in places])
    width = max(_LEAST_WIDTH, (east - west) * 1.3, (north - south) * 1.3 * _ASPECT)
    x, y = (west + east) / 2, (south + north) / 2
    half_height = width / _ASPECT / 2
    y = min(max(y, -90 + half_height), 90 - half_height)
    return (x - width / 2, y - half_height, x + width / 2, y + half_height)


def _middle(weighted: list[tuple[float, int]]) -> tuple[float, float]:
    """The values between which the middle two thirds of the weight lie."""
    total = sum(weight for _, weight in weighted)
    return _quantile(weighted, total * _TAIL), _quantile(weighted, total * (1 - _TAIL))


def _quantile(weighted: list[tuple[float, int]], wanted: float) -> float:
    seen = 0
    for value, weight in sorted(weighted):
        seen += weight
        if seen >= wanted:
            return value
    return max(weighted)[0]
