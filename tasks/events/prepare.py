"""A document made ready for coding: views, parties, triggers, reports, cues and dates of every sentence, found once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import seeds
from tasks.entities.types import Mention
from tasks.events.clause import Reader, View, bare, chunk, reclass, settle
from tasks.events.definite import resolve_definite
from tasks.events.lexicon import Lexicon, Match
from tasks.events.pairs import resolve_pairs
from tasks.events.participants import Phrase, breaks, covered, heads, phrases, subjects
from tasks.events.quotes import Speech, find_speech
from tasks.events.status import Cue, find_all
from tasks.language.dates import find_dates
from tasks.language.normalize import fold
from tasks.language.segment import dateline_span
from tasks.language.types import Analysed, DateMention

STATELESS = ("IGO", "NGO", "MED")  # roles that are not a country's own


@dataclass(slots=True)
class Prepared:
    """One sentence with everything the decisions look at."""

    view: View
    phrases: list[Phrase]
    covered: dict[int, int]  # token → number of the phrase
    by_chunk: dict[int, list[Phrase]]
    matches: dict[int, list[Match]]  # token → senses of the lexicon that fit, best first
    speeches: list[Speech]
    cues: dict[int, Cue]
    dates: list[DateMention] = field(default_factory=list)
    subjects: set[int] = field(default_factory=set)  # chunks that are the subject of some verb
    lead: Phrase | None = None  # who the sentence is about: the first party that no preposition governs


@dataclass(slots=True)
class Text:
    """A document with its prepared sentences."""

    analysed: Analysed
    sentences: list[Prepared]
    often: Counter[str]  # party key → times named
    dateline: Phrase | None = None


def prepare(analysed: Analysed, mentions: Sequence[Mention], reader: Reader, lexicon: Lexicon) -> Text:
    """Prepare a document with its mentions."""
    by_sentence: dict[int, list[Mention]] = {}
    for m in mentions:
        by_sentence.setdefault(m.sentence_no, []).append(m)
    sentences = []
    dateline: Phrase | None = None
    for s in analysed.sentences:
        view, inside = reader.view(s), by_sentence.get(s.no, [])
        span = dateline_span(analysed.text_of(s.start, s.end)) if s.no == 1 else None
        if span:
            begin = s.start + span[1]
            place = next((m for m in inside if m.start < begin and m.kind == "GPE" and m.entity), None)
            dateline = next(iter(phrases(view, [place])), None) if place else None
            inside = [m for m in inside if m.start >= begin]
        else:
            begin = 0
        sentences.append(_sentence(view, inside, find_dates(analysed, s), lexicon, begin))
    resolve_definite(sentences)
    _place_roles(sentences, analysed.document.source_country)
    often = Counter(party_key(p) for x in sentences for p in x.phrases if p.kind != "NATION")
    resolve_pairs(sentences)
    return Text(analysed, sentences, often, dateline)


def _sentence(
    view: View, mentions: Sequence[Mention], dates: list[DateMention], lexicon: Lexicon, begin: int
) -> Prepared:
    found = phrases(view, mentions)
    named = [p for p in found if p.kind != "NATION"]
    cover = covered(named)
    settle(view, cover, begin)
    roles = {i for i, n in cover.items() if named[n].kind == "ROLE"}
    fitting = {i: m for i in lexicon.known(view) if (i not in cover or i in roles) and (m := lexicon.match(view, i))}
    matches = lexicon.one_each({i: m for i, m in fitting.items() if i not in cover or m[0].kind != "V"})
    reclass(view, {i: m[0].kind for i, m in matches.items()})
    chunk(view, {i for i in matches if view.pos[i] != "V"}, cover, breaks(view, named, cover))
    by_chunk = heads(view, found)
    cues = find_all(view)
    lead = next((by_chunk[c][0] for c, p in enumerate(view.chunks) if c in by_chunk and not p.prep), None)
    cover = {i: n for i, n in cover.items() if i not in matches}  # المعتقلين: a party, and a trigger too
    return Prepared(
        view, found, cover, by_chunk, matches, find_speech(view, by_chunk), cues, dates, subjects(view), lead
    )


@cache
def stateless_roles() -> frozenset[str]:
    """Role nouns that by themselves belong to no country (دول, مهاجرون), folded, from seeds/lexicon/stateless_roles.csv."""
    rows = seeds.read("lexicon/stateless_roles.csv", required=("word",), unique="word")
    return frozenset(bare(fold(w)) for r in rows for w in (r["word"], *r["forms"].split("|")) if w)


def _place_roles(sentences: Sequence[Prepared], home: str) -> None:
    """Give unnamed parties without a nationality (الحكومة, متظاهرون) the country that the text speaks of most, else the outlet's."""
    counts = Counter(p.party.country for s in sentences for p in s.phrases if p.party.country)
    country = counts.most_common(1)[0][0] if counts else home
    for s in sentences:
        for p in s.phrases:
            if p.kind != "ROLE" or p.party.country or p.party.entity is not None or p.party.sector in STATELESS:
                continue
            if bare(s.view.words[p.first]) not in stateless_roles():
                p.party.country = country
                p.party.reason += f"; {country} is the country that the text speaks of most"


def party_key(phrase: Phrase) -> str:
    """What makes two phrases one party: the entity, else country and sector."""
    party = phrase.party
    return party.entity.entity_id if party.entity else f"{party.country}:{party.sector}"
