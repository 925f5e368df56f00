"""Tellings in different documents that are one event get one id. Pure functions over rows, no database.

Two tellings are one event when type, parties and status are the same (`match_key`), their dates lie within the lag with
which news is reported, and their places do not contradict each other. Tellings in one document that were found to be
one event stay together. A group is resolved from all its tellings each time, so the result does not depend on the order
in which documents came.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

import pyarrow as pa

LAG = timedelta(days=1)  # an event of Monday night is Tuesday's in the next capital


def match_key(row: Mapping[str, Any]) -> str:
    """What two tellings must share to be one event: type, status and parties, as readable text.

    Args:
        row: a row of event_mentions; a party counts by entity, else by country and sector, else by its words.
    """
    return "|".join(
        (row.get("plover_type") or row["cameo_code"], row["status"], _party(row, "source"), _party(row, "target"))
    )


def _party(row: Mapping[str, Any], side: str) -> str:
    entity = row.get(f"{side}_entity_id")
    if entity:
        return str(entity)
    country, sector = row.get(f"{side}_country") or "", row.get(f"{side}_sector") or ""
    if country:
        return f"{country}:{sector}"
    words = row.get(f"{side}_text") or ""
    return f":{sector}:{words}" if words else ""


@dataclass(slots=True)
class _Group:
    """Tellings taken for one event so far."""

    event_id: str
    first: date | None
    precision: str
    published: date | None
    places: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)  # document_event_id


def resolve(tellings: pa.Table) -> list[str]:
    """Event ids of tellings.

    Args:
        tellings: columns document_event_id, match_key, event_date, date_precision, location_entity_id, published_at; rows with
            the same match key stand together, each group complete, by date, publication and document.

    Returns:
        One id a row: the document_event_id of the earliest telling of its event.
    """
    rows = tellings.to_pylist()
    out: list[str] = []
    for _, group in groupby(rows, key=lambda r: r["match_key"]):
        out.extend(_resolve_group(list(group)))
    return out


def _resolve_group(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    groups: list[_Group] = []
    ids: list[str] = []
    for row in rows:
        found = next((g for g in groups if row["document_event_id"] in g.members), None)
        found = found or next((g for g in reversed(groups) if _fits(g, row)), None)
        if found is None:
            found = _Group(
                row["document_event_id"], row["event_date"], row["date_precision"], _day(row["published_at"])
            )
            groups.append(found)
        found.members.add(row["document_event_id"])
        if row["location_entity_id"]:
            found.places.add(row["location_entity_id"])
        ids.append(found.event_id)
    return ids


def _fits(group: _Group, row: Mapping[str, Any]) -> bool:
    place = row["location_entity_id"]
    if place and group.places and place not in group.places:
        return False
    when, published = row["event_date"], _day(row["published_at"])
    if when is None or group.first is None:
        same_day = published is not None and group.published is not None and abs(published - group.published) <= LAG
        return when == group.first and same_day
    if "day" == group.precision == row["date_precision"]:
        return bool(abs(when - group.first) <= LAG)
    return bool(when == group.first and group.precision == row["date_precision"])


def _day(moment: datetime | date | None) -> date | None:
    return moment.date() if isinstance(moment, datetime) else moment
