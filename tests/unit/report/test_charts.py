from __future__ import annotations

from datetime import date

import pytest

from flows.report.charts import nice_top, stacked_columns
from flows.report.worldmap import WORLD, focus, outlines, world_map


@pytest.mark.parametrize(
    ("value", "top"), [(0, 2), (2, 2), (3, 4), (7, 10), (11, 20), (21, 40), (101, 200), (442, 600)]
)
def test_the_axis_ends_on_a_number_whose_half_is_round(value: int, top: int) -> None:
    assert nice_top(value) == top


def test_columns_stand_on_each_other_and_add_up() -> None:
    rows = [
        {"start": date(2021, 2, 1), "quad_class": 1, "events": 3},
        {"start": date(2021, 2, 1), "quad_class": 4, "events": 1},
        {"start": date(2021, 2, 3), "quad_class": 3, "events": 2},
    ]
    chart = stacked_columns(rows, date(2021, 2, 1), date(2021, 2, 3), "day")
    first, second, third = chart.bars
    assert first.y + first.height == pytest.approx(chart.base)
    assert second.y + second.height == pytest.approx(first.y)
    assert first.height == pytest.approx(3 * second.height)
    assert third.x > first.x
    assert third.note == "2021-02-03: 2"
    assert min(b.y for b in chart.bars) >= 0


@pytest.mark.parametrize(("unit", "columns"), [("week", 5), ("month", 2), ("year", 1)])
def test_units_begin_where_date_trunc_says(unit: str, columns: int) -> None:
    start = {"week": date(2021, 1, 25), "month": date(2021, 1, 1), "year": date(2021, 1, 1)}[unit]
    chart = stacked_columns(
        [{"start": start, "quad_class": 2, "events": 1}], date(2021, 1, 31), date(2021, 2, 28), unit
    )
    assert len(chart.bars) == 1
    assert len(chart.x_ticks) == columns


def place(lon: float, lat: float, events: int = 1, conflict: int = 0) -> dict[str, object]:
    return {
        "longitude": lon,
        "latitude": lat,
        "events": events,
        "conflict": conflict,
        "name_en": "Sanaa",
        "name_ar": "صنعاء",
    }


def test_dots_grow_with_events_and_lie_where_they_should() -> None:
    drawn = world_map([place(44.2, 15.4, 100, 50), place(35.5, 33.9, 25)], WORLD)
    large, small = drawn.dots
    assert (large.x, large.y, large.conflict) == (44.2, -15.4, 0.5)
    assert large.radius == pytest.approx(2 * small.radius, rel=0.01)
    assert "صنعاء" in large.note


def test_the_near_map_leaves_far_places_out() -> None:
    places = [place(44, 15, 50), place(36, 34, 50), place(-99, 19, 2)]
    west, south, east, north = focus(places)
    assert west < 36 < 44 < east < 100
    assert south < 15 < 34 < north
    assert len(world_map(places, (west, south, east, north)).dots) == 2


def test_outlines_are_one_path() -> None:
    assert outlines().startswith("M")
    assert outlines().endswith("Z")
