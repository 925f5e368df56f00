"""Titles of office as mentions of the person who holds the office."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tasks.entities.context import Context
from tasks.entities.cues import cue_words
from tasks.entities.gazetteer import Gazetteer
from tasks.entities.match import Words, clitic_forms, phrase_of, without_article
from tasks.entities.nations import nations
from tasks.entities.offices import OfficeTable, Title
from tasks.entities.spans import Span
from tasks.entities.types import Entity, Office

_LONGEST_TITLE = 9  # words
_OPEN_END = frozenset({"باسم", "باسمها", "باسمه", "البلاد", "في", "من", "عن"})
_ENDS_TITLE = frozenset({"verb", "punc", "conj", "pron_rel", "pron_dem", "pron"})
_FIRST = frozenset({"الاول", "الاولي", "الثاني", "الثانيه", "الثالث"})
_CLEAR = 0.4  # part of a document's weight that a country must have to own a title that names none


class Titles:
    """Resolves the titles of one document, in the order of the text."""

    def __init__(self, table: OfficeTable, gazetteer: Gazetteer, context: Context) -> None:
        self._table, self._gazetteer, self._context = table, gazetteer, context
        self.settled: dict[str, Entity] = {}  # id of an unlinked entity: who it is after all, or with more known
        self._told: dict[str, tuple[Entity, str]] = {}  # role: who bore it last, with country, as the document said

    def resolve(self, number: int, words: Words, names: Sequence[Span]) -> Iterator[Span]:
        """Spans for the titles of a sentence whose bearer is known.

        What a title says of an unknown name after it (who it is, or its country and sector) goes into `settled`.
        """
        people = {s.first: s for s in names if s.kind == "PERSON"}
        ends = {s.last: s for s in people.values()}
        taken: set[int] = set()
        for title in self._table.find(words):
            if _of_deputy(title, words):
                continue
            follower = _follower(title, words, people)
            if follower is None and (named := _named_before(title, words, ends)) and self._may_hold(named, title):
                taken.update(range(title.first, title.last + 1))
                yield from self._spans(number, words, title, named)
                continue
            inner = self._inner(title, words, follower)
            taken.update(range(title.first, title.last + 1))
            yield from self._spans(number, words, inner or title, follower)
            if inner:
                yield from self._spans(number, words, title, None)
        yield from self._unlisted(number, words, people, taken)

    def _spans(self, number: int, words: Words, title: Title, follower: Span | None) -> Iterator[Span]:
        span = Span(number, title.first, title.last, title.consumed, "PERSON", 0.8, "office", sector=title.sector)
        if follower is not None:
            country = title.country or self._country(title)
            self._settle(title, follower, country, words)
            span.entity, span.reason = self.entity(follower), "the title stands before the name"
            if span.entity is not None and not title.former:
                self._told[title.role] = (span.entity, country)
        elif not _described(title, words) and not self._ordinary(title, words):
            span.entity, span.reason = self._bearer(title)
        if span.entity is not None and (follower is None or span.words > 1):
            yield span

    def _may_hold(self, named: Span, title: Title) -> bool:
        """Whether the title after a name can be its bearer's: of a known name only where the table says so."""
        entity = self.entity(named)
        if entity is None or title.former:
            return False
        if entity.is_linked:
            return any(o.office in title.offices.values() for o in self._table.careers.get(entity.entity_id, ()))
        return True

    def entity(self, span: Span) -> Entity | None:
        """The entity of a span with what the titles have settled."""
        return self.settled.get(span.entity.entity_id, span.entity) if span.entity else None

    def _ordinary(self, title: Title, words: Words) -> bool:
        """``الرئيس المالي`` is a company's financial director, unless the document has to do with Mali."""
        adjective = without_article(words.keys[title.last])
        return adjective in nations().ordinary and not self._context.share(title.country)

    def _inner(self, title: Title, words: Words, follower: Span | None) -> Title | None:
        """The title that a name belongs to, where the whole is another's: ``صهر الرئيس الأميركي دونالد ترامب``."""
        named = self.entity(follower) if follower else None
        if named is None or not named.is_linked or title.last == title.first:
            return None
        holder = self._holder(title)
        if holder is None or holder.entity_id == named.entity_id:
            return None
        for first in range(title.first + 1, title.last + 1):
            inner = self._table.at(words, first)
            if inner and inner.last == title.last and self._holder(inner) == named:
                return inner
        return None

    def _settle(self, title: Title, follower: Span, country: str, words: Words) -> None:
        """What the title tells of an unlinked name: its holder, where the surname agrees, else country and sector."""
        entity = follower.entity
        if entity is None or entity.is_linked:
            return
        holder = None if title.former else self._holder(title)
        surname = follower.phrase(words).split()[-1]
        if holder is not None and phrase_of(holder.name_ar).split()[-1] == surname:
            self.settled[entity.entity_id] = holder
        elif country:
            code = nations().cameo.get(country, country) + title.sector
            self.settled[entity.entity_id] = replace(entity, country=country, sector=title.sector, actor_code=code)

    def _unlisted(self, number: int, words: Words, people: dict[int, Span], taken: set[int]) -> Iterator[Span]:
        """Titles that no table has, right before a name: ``مدير منظمة العفو الدولية في لبنان فلان``."""
        closed = taken | {i for s in people.values() for i in range(s.first, s.last + 1)}
        for name in people.values():
            found = None if name.consumed else _title_before(words, name.first, closed)
            if found:
                first, last, consumed = found
                reason = "the title stands before the name"
                span = Span(
                    number, first, last, consumed, "PERSON", 0.7, "office", entity=self.entity(name), reason=reason
                )
                yield span

    def _country(self, title: Title) -> str:
        main = self._context.main_country()
        return main if main in title.offices and self._context.share(main) >= _CLEAR else ""

    def _bearer(self, title: Title) -> tuple[Entity | None, str]:
        """Who bears a title that no name follows: as the document said before, else as the table of offices has it."""
        told = self._told.get(title.role)
        if told and not title.former and title.country in ("", told[1]):
            return told[0], "the document gave this title to them before"
        held, person = self._held(title)
        if held is None or person is None:
            return None, ""
        name = self._table.names.get(held.office) or held.office
        return person, f"{name} since {held.since:%Y-%m-%d}" + (f" until {held.until:%Y-%m-%d}" if held.until else "")

    def _held(self, title: Title) -> tuple[Office | None, Entity | None]:
        office = title.offices.get(title.country or self._country(title))
        held = self._table.holder(office, self._context.published_on, title.former) if office is not None else None
        return held, self._gazetteer.entities.get(held.person_id) if held else None

    def _holder(self, title: Title) -> Entity | None:
        return self._held(title)[1]


def _of_deputy(title: Title, words: Words) -> bool:
    """Whether the title belongs to a deputy's, which no table has: ``نائب رئيس البنك``, ``النائب الأول لرئيس البنك``."""
    at = title.first - 1
    if at > 0 and title.consumed and words.keys[at] in _FIRST:
        at -= 1
    elif title.consumed and words.keys[title.first][: title.consumed] != "ل":
        return False
    return at >= 0 and any(without_article(f.core) in cue_words("deputy") for f in clitic_forms(words.keys[at]))


def _named_before(title: Title, words: Words, ends: dict[int, Span]) -> Span | None:
    """The person's name that a title stands after in apposition: ``فلان، وزير الخارجية الليبي، إن``."""
    at = title.first - 1
    if title.consumed or at < 1 or words.keys[at] not in ("،", ",", "("):
        return None
    after = title.last + 1
    closed = after >= len(words) or words.keys[after] in ("،", ",", ")", ".", "؛", ":")
    return ends.get(at - 1) if closed else None


def _described(title: Title, words: Words) -> bool:
    """Whether an adjective goes on after a title that names no country: ``الرئيس الموالي لروسيا`` is not the president."""
    after = title.last + 1
    if title.country or after >= len(words):
        return False
    return words.keys[after].startswith("ال") and words.token(after).pos == "adj"


def _title_before(words: Words, name: int, closed: set[int]) -> tuple[int, int, int] | None:
    """First and last word and letters of clitic of the title that ends right before a name; None where there is none."""
    last = name - 1
    if last > 0 and words.keys[last] in ("،", ","):
        last -= 1
    while last >= 0 and words.keys[last] in cue_words("title") and last not in closed:
        last -= 1  # رئيس الأركان اللواء فلان: the rank is no part of the title
    heads, found = cue_words("office"), None
    for i in range(last, max(-1, last - _LONGEST_TITLE), -1):
        if i in closed or words.token(i).pos in _ENDS_TITLE:
            break
        forms = clitic_forms(words.keys[i])
        head = next((f for f in forms if f.core in heads), None)
        if head:
            found = (i, last, head.consumed)
            if head.consumed and words.keys[i][0] in "وف":
                break
    return found if found and found[1] > found[0] and words.keys[last] not in _OPEN_END else None


def _follower(title: Title, words: Words, people: dict[int, Span]) -> Span | None:
    """The person's name right after a title, or after a comma."""
    following = people.get(title.last + 1)
    if following is None and title.last + 1 < len(words) and words.keys[title.last + 1] in ("،", ","):
        following = people.get(title.last + 2)
    return following if following is not None and not following.consumed else None
