"""Who can be source or target: parties in the chunks of a sentence, and the role each has for a trigger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tasks.entities.match import letter_offset
from tasks.entities.nations import nations
from tasks.entities.roles import find_descriptions
from tasks.entities.types import Mention
from tasks.events.clause import Chunk, View
from tasks.events.types import Party

BY = "by"


@dataclass(slots=True)
class Phrase:
    """A party with the tokens that name it."""

    first: int
    last: int
    party: Party
    kind: str  # PERSON, ORGANIZATION, GPE, LOCATION, FACILITY, ROLE for a description, NATION for an adjective alone
    title: bool = False  # an office or role: a name after it stands for the same person


def phrases(view: View, mentions: Sequence[Mention]) -> list[Phrase]:
    """Parties of a sentence in order: names, descriptions with a role noun, nationalities of other nouns.

    Names of agencies and papers given as source of the news are no parties. A description inside a name is left out,
    a name inside a description stays, nested.
    """
    starts = {t.start: i for i, t in enumerate(view.tokens)}
    found = [p for m in mentions if not m.is_source and (p := _named(view, starts, m))]
    names = [(p.first, p.last) for p in found]
    for d in find_descriptions(view.sentence):
        first, last = d.start_token, d.end_token - 1
        if not any(a <= first and last <= b for a, b in names):
            found.append(_described(view, first, last, d.country, d.sector, d.consumed, "ROLE"))
    taken = {i for p in found for i in range(p.first, p.last + 1)}
    adjective = nations().adjective
    for i, word in enumerate(view.words):
        if (nation := adjective(word)) and i not in taken and view.pos[i] in ("A", "N"):
            found.append(_described(view, i, i, nation.country, "", 0, "NATION"))
    return sorted(found, key=lambda p: (p.first, -p.last))


def _named(view: View, starts: dict[int, int], m: Mention) -> Phrase | None:
    span = _tokens(view, starts, m.start, m.end)
    if span is None or all(view.roles[i] for i in range(span[0], span[1] + 1)):
        return None  # a name made of function words is none
    e = m.entity
    sector = m.role_sector or (e.sector if e else "")
    return Phrase(
        *span, Party(m.start, m.end, m.text, e, e.country if e else "", sector, m.reason), m.kind, m.method == "office"
    )


def _described(view: View, first: int, last: int, country: str, sector: str, consumed: int, kind: str) -> Phrase:
    start, end = letter_offset(view.tokens[first], consumed), view.tokens[last].end
    text = " ".join(t.text for t in view.tokens[first : last + 1])[consumed:]
    reason = "described by " + " and ".join(
        x for x in (f"country {country}" if country else "", f"role {sector}" if sector else "") if x
    )
    return Phrase(first, last, Party(start, end, text, None, country, sector, reason), kind, kind == "ROLE")


def _tokens(view: View, starts: dict[int, int], start: int, end: int) -> tuple[int, int] | None:
    """First and last token of a character span; a clitic before the name belongs to its first token."""
    first = starts.get(start)
    if first is None:
        first = next((i for i, t in enumerate(view.tokens) if t.start <= start < t.end), None)
        if first is None:
            return None
    last = first
    while last + 1 < len(view.tokens) and view.tokens[last + 1].start < end:
        last += 1
    return first, last


def covered(found: Sequence[Phrase]) -> dict[int, int]:
    """Token index → number of the phrase that covers it (the longest wins)."""
    out: dict[int, int] = {}
    for n, p in sorted(enumerate(found), key=lambda x: x[1].first - x[1].last):
        for i in range(p.first, p.last + 1):
            out.setdefault(i, n)
    return out


def breaks(view: View, found: Sequence[Phrase], cover: dict[int, int]) -> set[int]:
    """Tokens at which a new noun phrase begins though no particle says so: the object after the subject of a verb."""
    ends = {}
    for n, p in enumerate(found):
        if all(cover.get(i) == n for i in range(p.first, p.last + 1)):
            ends[p.last + 1] = p
    return {i for i, before in ends.items() if i < len(view.tokens) and _begins(view, found, cover, before, i)}


def _begins(view: View, found: Sequence[Phrase], cover: dict[int, int], before: Phrase, i: int) -> bool:
    if i not in cover:
        best = view.tokens[i].best
        definite = view.pos[i] == "N" and best is not None and best.article
        return (
            definite
            and before.kind in ("PERSON", "GPE")
            and not before.title
            and not nations().adjective(view.words[i])
        )
    after = found[cover[i]]
    headed = before.first > 0 and view.pos[before.first - 1] in ("N", "A") and before.kind in ("GPE", "ORGANIZATION")
    if after.kind == "PERSON" and not after.title:
        return not (before.title or headed)
    if before.title and before.kind == "ROLE":
        best = view.tokens[before.first].best
        return bool(best and best.article)
    return True


def heads(view: View, found: Sequence[Phrase]) -> dict[int, list[Phrase]]:
    """Phrases of each chunk, the head first: a person named after titles, else what begins first, else the nested rest.

    A title whose bearer is named right after it, also beyond a comma, gives way to the name.
    """
    by_chunk: dict[int, list[Phrase]] = {}
    for p in found:
        at = view.chunk_at[p.first]
        if at >= 0:
            by_chunk.setdefault(at, []).append(p)
    for c, inside in by_chunk.items():
        person = next((p for p in inside if p.kind == "PERSON" and not p.title), None)
        if person is not None:
            title = next((p for p in inside if p.title and p.last < person.first), None)
            inside = [p for p in inside if not (p.title and p.last < person.first)]
            _take_sector(person, title)
        inside = _without_type_words(inside)
        by_chunk[c] = sorted(inside, key=lambda p: (p is not person, p.first, -p.last))
    for c in sorted(by_chunk):
        if c in by_chunk and c + 1 in by_chunk and _apposition(view, c, by_chunk[c][0], by_chunk[c + 1][0]):
            _take_sector(by_chunk[c + 1][0], by_chunk[c][0])
            by_chunk[c][0] = by_chunk[c + 1].pop(0)
            if not by_chunk[c + 1]:
                del by_chunk[c + 1]
    return by_chunk


def _without_type_words(inside: list[Phrase]) -> list[Phrase]:
    """``حزب تيار المحبة``: a type word right before the name of an organisation is no party of its own."""
    names = [p for p in inside if p.kind == "ORGANIZATION"]
    kept = []
    for p in inside:
        name = (
            next((o for o in names if 0 < o.first - p.last <= 2), None)
            if p.kind == "ROLE" and p.first == p.last
            else None
        )
        if name is None:
            kept.append(p)
        else:
            name.party.sector = name.party.sector or p.party.sector
    return kept


def subjects(view: View) -> set[int]:
    """Chunks that are the subject of some verb."""
    found = set()
    for v, kind in enumerate(view.pos):
        if kind == "V":
            left, right = _subject_left(view, v), _bare_right(view, v)
            found.add(left if left >= 0 else right[0] if right else -1)
    return found - {-1}


def _take_sector(person: Phrase, title: Phrase | None) -> None:
    if title is not None:
        person.party.sector = person.party.sector or title.party.sector
        person.party.country = person.party.country or title.party.country


def _apposition(view: View, c: int, title: Phrase, name: Phrase) -> bool:
    """``المتحدث باسم الوزارة، فلان الفلاني،``: a title, a comma, and a person's name that begins the next phrase."""
    a, b = view.chunks[c], view.chunks[c + 1]
    return (
        title.title and name.kind == "PERSON" and not name.title and not b.prep and not b.conj and name.first - b.start <= 2
        and b.start - a.end == 1 and view.tokens[a.end].text in ("،", ",", "(", "-")
    )  # fmt: skip


@dataclass(slots=True)
class Frame:
    """The roles of the chunks of a sentence for one trigger."""

    at: int
    roles: dict[int, str]  # chunk index → role
    governor: int = -1  # token index of the verb that governs a nominal trigger
    pronoun: str = ""  # pronoun attached to the trigger


def frame(view: View, i: int, passive: bool = False, by_words: frozenset[str] = frozenset()) -> Frame:
    """Roles of all chunks for the trigger at token i, by order, preposition and clause."""
    best = view.tokens[i].best
    out = Frame(i, {}, -1, best.enclitic if best else "")
    _general(view, i, out)
    if view.pos[i] == "V":
        _verb_roles(view, i, out, passive)
    else:
        _noun_roles(view, i, out)
    for c, piece in enumerate(view.chunks):
        first = view.words[piece.start]
        if (
            piece.start > i
            and piece.prep in ("ب", "علي", "في", "من", "قبل")
            and (
                first in by_words
                or any(k in by_words for k in view.keys[piece.start].every)
                or (piece.prep == "قبل" and _min_qabl(view, piece))
            )
        ):
            out.roles[c] = BY
        if (
            piece.conj
            and c
            and view.chunks[c - 1].end >= piece.start - 1
            and out.roles.get(c - 1, "").rstrip("&") in _SHARED
        ):
            out.roles[c] = out.roles[c - 1].rstrip("&") + "&"
    return out


_SHARED = ("subj", "obj", "idafa", BY, "gov", "lead", "prep:مع", "prep:بين", "prep:علي", "prep:ب", "prep:الي", "prep:ل", "prep:ضد", "prep:من")  # fmt: skip


def _min_qabl(view: View, piece: Chunk) -> bool:
    return piece.start >= 2 and view.words[piece.start - 1] == "قبل" and view.words[piece.start - 2] == "من"


def _general(view: View, i: int, out: Frame) -> None:
    """Roles that any trigger gives: preposition after it in its clause, before and after elsewhere."""
    for c, piece in enumerate(view.chunks):
        same = view.clause[piece.start] == view.clause[i]
        if piece.start > i:
            out.roles[c] = f"prep:{piece.prep}" if same and piece.prep else "after" if same else "after2"
        elif piece.end <= i:
            out.roles[c] = f"before:{piece.prep}" if same and piece.prep else "before" if same else "before2"
        else:
            out.roles[c] = "around"


def _verb_roles(view: View, i: int, out: Frame, passive: bool) -> None:
    right = _bare_right(view, i)
    left = _subject_left(view, i)
    verb_object = out.pronoun != ""
    if passive:
        patient = left if left >= 0 else right[0] if right else -1
        if patient >= 0:
            out.roles[patient] = "subj"
        return
    if left >= 0:
        out.roles[left] = "subj"
        if right:
            out.roles[right[0]] = "obj"
    elif right:
        out.roles[right[0]] = "subj"
        if len(right) > 1 and not verb_object:
            out.roles[right[1]] = "obj"
    if left < 0:
        lead = _subject_of_verb_before(view, i)
        if lead >= 0 and out.roles.get(lead) not in ("subj", "obj"):
            out.roles[lead] = "lead"


def _noun_roles(view: View, i: int, out: Frame) -> None:
    bare = list(_bare_right(view, i))
    for c, piece in enumerate(view.chunks):
        if piece.after == i:
            out.roles[c] = "idafa"
    rest = [c for c in bare if out.roles.get(c) != "idafa"]
    if rest:
        out.roles[rest[0]] = "obj"
    verb = next((v for v in range(i - 1, -1, -1) if view.pos[v] == "V"), -1)
    if verb >= 0 and view.clause[verb] == view.clause[i]:
        out.governor = verb
        subject = _subject_left(view, verb)
        if subject < 0:
            subject = next((c for c in _bare_right(view, verb) if view.chunks[c].end <= i), -1)
        if subject < 0:
            subject = _subject_of_verb_before(view, verb)
        if subject >= 0 and out.roles.get(subject) not in ("idafa",):
            out.roles[subject] = "gov"
    elif verb >= 0:
        subject = _subject_of_verb_before(view, i)
        if subject >= 0 and out.roles.get(subject) != "idafa":
            out.roles[subject] = "lead"
    else:
        first = next((c for c, p in enumerate(view.chunks) if p.end <= i and not p.prep), -1)
        if first >= 0 and out.roles.get(first) != "idafa":
            out.roles[first] = "lead"


def _bare_right(view: View, i: int) -> list[int]:
    """Chunks after token i in its clause with no preposition, up to the next verb."""
    found = []
    stop = next(
        (k for k in range(i + 1, len(view.tokens)) if view.pos[k] == "V" or view.clause[k] != view.clause[i]), None
    )
    for c, piece in enumerate(view.chunks):
        if piece.start > i and (stop is None or piece.start < stop) and not piece.prep and not piece.conj:
            found.append(c)
    return found


def _subject_left(view: View, i: int) -> int:
    """The chunk that is subject of a verb that follows it: in the same clause, or before a relative pronoun."""
    begin = i
    while begin > 0 and view.clause[begin - 1] == view.clause[i]:
        begin -= 1
    inside = [c for c, p in enumerate(view.chunks) if begin <= p.start and p.end <= i and not p.prep]
    inside = [c for c in inside if not any(view.pos[k] == "V" for k in range(view.chunks[c].end, i))]
    if inside and not any(view.pos[k] == "V" for k in range(begin, view.chunks[inside[0]].start)):
        return inside[0]
    if view.roles[begin] == "rel" and begin > 0:
        return view.chunk_at[begin - 1] if view.pos[begin - 1] != "." else view.chunk_at[begin - 2] if begin > 1 else -1
    return -1


def _subject_of_verb_before(view: View, i: int) -> int:
    """Subject of the nearest earlier verb that has one: who a verb without its own subject goes on with."""
    for v in range(i - 1, -1, -1):
        if view.pos[v] == "V":
            left = _subject_left(view, v)
            if left >= 0:
                return left
            right = [c for c in _bare_right(view, v) if view.chunks[c].end <= i]
            if right:
                return right[0]
    return next((c for c, p in enumerate(view.chunks) if p.end <= i and not p.prep), -1)
