"""Titles of office as mentions of the person who holds the office."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tasks.entities.context import Context
from tasks.entities.gazetteer import Gazetteer
from tasks.entities.match import Words
from tasks.entities.offices import OfficeTable, Title
from tasks.entities.spans import Span
from tasks.entities.types import Entity

_CLEAR = 0.4  # part of a document's weight that a country must have to own a title that names none


class Titles:
    """Resolves the titles of one document, in the order of the text."""

    def __init__(self, table: OfficeTable, gazetteer: Gazetteer, context: Context) -> None:
        self._table, self._gazetteer, self._context = table, gazetteer, context
        self._told: dict[str, tuple[Entity, str]] = {}  # role: who bore it last, with country, as the document said

    def resolve(self, number: int, words: Words, names: Sequence[Span]) -> Iterator[Span]:
        """Spans for the titles of a sentence whose bearer is known, and country and sector for names that follow one."""
        people = {s.first: s for s in names if s.kind == "PERSON"}
        for title in self._table.find(words):
            follower = _follower(title, words, people)
            span = Span(number, title.first, title.last, title.consumed, "PERSON", 0.8, "office", sector=title.sector)
            if follower is not None:
                country = title.country or self._country(title)
                if follower.entity is not None and not follower.entity.is_linked:
                    follower.country, follower.sector = country, title.sector
                span.entity, span.reason = follower.entity, "the title stands before the name"
                self._remember(title, follower, country)
            else:
                span.entity, span.reason = self._bearer(title)
            if span.entity is not None and (follower is None or span.words > 1):
                yield span

    def _remember(self, title: Title, follower: Span, country: str) -> None:
        if follower.entity is not None and not title.former:
            self._told[title.role] = (follower.entity, country)

    def _country(self, title: Title) -> str:
        main = self._context.main_country()
        return main if main in title.offices and self._context.share(main) >= _CLEAR else ""

    def _bearer(self, title: Title) -> tuple[Entity | None, str]:
        """Who bears a title that no name follows: as the document said before, else as the table of offices has it."""
        told = self._told.get(title.role)
        if told and not title.former and title.country in ("", told[1]):
            return told[0], "the document gave this title to them before"
        country = title.country or self._country(title)
        office = title.offices.get(country)
        if office is None:
            return None, ""
        held = self._table.holder(office, self._context.published_on, title.former)
        person = self._gazetteer.entities.get(held.person_id) if held else None
        if held is None or person is None:
            return None, ""
        name = self._table.names.get(office) or office
        return person, f"{name} since {held.since:%Y-%m-%d}" + (f" until {held.until:%Y-%m-%d}" if held.until else "")


def _follower(title: Title, words: Words, people: dict[int, Span]) -> Span | None:
    """The person's name right after a title, or after a comma."""
    following = people.get(title.last + 1)
    if following is None and title.last + 1 < len(words) and words.keys[title.last + 1] in ("،", ","):
        following = people.get(title.last + 2)
    return following if following is not None and not following.consumed else None
