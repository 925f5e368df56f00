"""Tellings of one event inside a document: same type, parties and dates that do not contradict each other."""

from __future__ import annotations

from collections.abc import Sequence

from tasks.events.types import EventMention, Party


def group(events: Sequence[EventMention]) -> None:
    """Give every telling its ``story_key`` (in place): that of the first telling of the same event.

    Tellings of one event take over the parties of the most confident one that names them, so that they are told alike.
    """
    stories: list[list[EventMention]] = []
    for event in events:
        home = next((s for s in stories if all(_same(event, other) for other in s)), None)
        if home is None:
            stories.append([event])
        else:
            home.append(event)
    for n, story in enumerate(stories):
        _settle(story)
        for event in story:
            event.story_key = f"{event.plover_type or event.cameo_code}:{n}"


def _same(a: EventMention, b: EventMention) -> bool:
    if a.plover_type != b.plover_type or a.status != b.status:
        return False
    if not a.plover_type and a.cameo_code != b.cameo_code:
        return False
    if a.event_date and b.event_date and a.event_date != b.event_date and a.date_precision == b.date_precision:
        return False
    straight = _agree(a.source, b.source) and _agree(a.target, b.target)
    swapped = a.plover_type == "CONSULT" and _agree(a.source, b.target) and _agree(a.target, b.source)
    return straight or swapped


def _agree(a: Party | None, b: Party | None) -> bool:
    """Whether two parties may be one: equal, one unsaid, or one a description that the other fits."""
    if a is None or b is None:
        return True
    if a.entity is not None and b.entity is not None:
        return a.entity.entity_id == b.entity.entity_id
    if a.country and b.country and a.country != b.country:
        return False
    return not (a.sector and b.sector and a.sector != b.sector)


def _rank(event: EventMention, side: str) -> tuple[bool, bool, float]:
    party: Party | None = getattr(event, side)
    return (party is not None and party.entity is not None, party is not None, event.confidence)


def _settle(story: Sequence[EventMention]) -> None:
    """Let every telling name the parties that the clearest one names; a meeting told the other way round is turned."""
    if len(story) == 1:
        return
    lead = max(story, key=lambda e: (_rank(e, "source"), _rank(e, "target")))
    for event in story:
        swapped = not (_agree(event.source, lead.source) and _agree(event.target, lead.target))
        if swapped:
            event.source, event.target = event.target, event.source
        for side in ("source", "target"):
            best = max(story, key=lambda e: _rank(e, side)) if not swapped else lead
            own, other = getattr(event, side), getattr(best, side)
            if _rank(best, side)[:2] > _rank(event, side)[:2] and (own is None or own.country == other.country):
                setattr(
                    event, side, other
                )  # a description keeps its words where nothing but the type speaks for the name
