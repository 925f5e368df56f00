"""Makes the page: everything is in one file, no script, nothing is loaded from anywhere."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from flows.report.charts import stacked_columns
from flows.report.worldmap import WORLD, focus, outlines, world_map
from warehouse.report import Report

_WORLDWIDE = 200.0  # degrees: a map of more than this is the map of the world
SHORT_ID = 12  # characters of an event mention's id: enough for `marsad explain`


def render(report: Report, made_at: datetime, version: str) -> str:
    """The report as one HTML page; every value from the warehouse is escaped."""
    environment = Environment(
        loader=PackageLoader("flows.report", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    box = focus(report.places)
    environment.filters.update(number=_number, span=_span, web=_web)
    return environment.get_template("page.html.j2").render(
        report=report,
        made_at=made_at,
        version=version,
        wide=stacked_columns(report.timeline, report.since, report.until, report.unit),
        narrow=stacked_columns(report.timeline, report.since, report.until, report.unit, width=380, height=200),
        outlines=outlines(),
        near=world_map(report.places, box) if box[2] - box[0] < _WORLDWIDE else None,
        world=world_map(report.places, WORLD),
        cells=_cells(report),
        by_quad={q: sum(r["events"] for r in report.timeline if r["quad_class"] == q) for q in (1, 2, 3, 4)},
        most_events=max((a["events"] for a in report.actors), default=1),
        short=SHORT_ID,
    )


def _cells(report: Report) -> dict[tuple[str, str], dict[str, Any]]:
    """Matrix cells by source and target, with the strength of their colour in percent."""
    most = max((d["events"] for d in report.dyads), default=1)
    return {
        (d["source"], d["target"]): {
            "events": d["events"],
            "goldstein": d["mean_goldstein"],
            "strength": round(12 + 48 * (d["events"] / most) ** 0.5),
        }
        for d in report.dyads
    }


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}"


def _span(least: int | None, most: int | None) -> str:
    """A number that all tell, or the range of what is told."""
    if most is None:
        return ""
    return _number(most) if least == most else f"{_number(least)}–{_number(most)}"


def _web(address: str | None) -> str:
    """The address when it is one of the web, else nothing: a javascript: address is no link."""
    return address if address and address.startswith(("https://", "http://")) else ""
