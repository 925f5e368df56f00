"""A document made ready for coding: views, parties, triggers, reports, cues and dates of every sentence, found once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tasks.entities.types import Mention
from tasks.events.clause import Reader, View, chunk
from tasks.events.lexicon import Lexicon, Match
from tasks.events.participants import Phrase, covered, heads, phrases
from tasks.events.quotes import Speech, find_speech
from tasks.events.status import Cue, cue_at
from tasks.language.dates import find_dates
from tasks.language.types import Analysed, DateMention


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
    for s in analysed.sentences:
        dates = find_dates(analysed, s)
        sentences.append(_sentence(reader.view(s), by_sentence.get(s.no, []), dates, lexicon))
    often = Counter(party_key(p) for x in sentences for p in x.phrases if p.kind != "NATION")
    return Text(analysed, sentences, often, _dateline(sentences))


def _sentence(view: View, mentions: Sequence[Mention], dates: list[DateMention], lexicon: Lexicon) -> Prepared:
    found = phrases(view, mentions)
    cover = covered([p for p in found if p.kind != "NATION"])
    matches = {i: m for i in range(len(view.tokens)) if i not in cover and (m := lexicon.match(view, i))}
    chunk(view, {i for i in matches if view.pos[i] != "V"}, cover)
    by_chunk = heads(view, found)
    cues = {i: c for i in range(len(view.tokens)) if (c := cue_at(view, i)) is not None}
    lead = next((by_chunk[c][0] for c, p in enumerate(view.chunks) if c in by_chunk and not p.prep), None)
    return Prepared(view, found, cover, by_chunk, matches, find_speech(view, by_chunk), cues, dates, lead)


def party_key(phrase: Phrase) -> str:
    """What makes two phrases one party: the entity, else country and sector."""
    party = phrase.party
    return party.entity.entity_id if party.entity else f"{party.country}:{party.sector}"


def _dateline(sentences: Sequence[Prepared]) -> Phrase | None:
    """The place of the dateline: a place among the first tokens of the body before a dash or bracket."""
    body = next((x for x in sentences if x.view.sentence.kind != "headline"), None)
    if body is None:
        return None
    marks = [i for i, t in enumerate(body.view.tokens[:14]) if t.text in ("(", "-", "–", "—", "/")]
    if not marks:
        return None
    return next((p for p in body.phrases if p.kind == "GPE" and p.last < marks[0] and p.first < 3), None)
