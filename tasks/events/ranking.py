"""Which of the parties in reach is the source and which the target: candidates with named features for the rankers."""

from __future__ import annotations

from dataclasses import dataclass, field

from tasks.events.clause import Chunk, View
from tasks.events.lexicon import Trigger
from tasks.events.participants import Frame, Phrase
from tasks.events.prepare import Prepared, Text, party_key
from tasks.events.quotes import speaker_of
from tasks.events.rules import expected_roles, frame_of
from tasks.events.vectors import vector_key

SIDES = ("source", "target")
BACK = 3  # sentences looked back for a party that the sentence does not name


@dataclass(slots=True)
class Candidate:
    """One possible participant of one trigger; `phrase` None stands for no party at all."""

    phrase: Phrase | None
    role: str  # subj, obj, idafa, by, prep:X, gov, lead, before, after; nested ones with ~; speaker+, back:N
    back: int = 0  # sentences back
    common: list[str] = field(default_factory=list)  # features that both sides share

    @property
    def key(self) -> str:
        """What makes two candidates the same party, "" for none."""
        return party_key(self.phrase) if self.phrase else ""


@dataclass(slots=True)
class Slot:
    """A trigger whose parties are sought."""

    text: Text
    number: int  # index of the sentence
    at: int
    plover: str
    trigger: Trigger | None
    frame: Frame
    candidates: list[Candidate]


def make_slot(text: Text, n: int, at: int, plover: str, trigger: Trigger | None, passive: bool) -> Slot:
    """The candidates of a trigger: parties of its sentence, those earlier sentences are about, and none."""
    sentence = text.sentences[n]
    roles = frame_of(sentence, at, passive)
    slot = Slot(text, n, at, plover, trigger, roles, [])
    speech = speaker_of(sentence.speeches, at)
    speaker = party_key(speech.speaker) if speech and speech.speaker else ""
    for c, inside in sentence.by_chunk.items():
        for rank, phrase in enumerate(inside[:3]):
            role = roles.roles.get(c, "after") + ("~" if rank else "")
            if role.startswith("around"):  # the trigger stands inside the phrase: what follows it is its idafa
                role = "idafa" if phrase.first > at else "head"
            candidate = Candidate(phrase, role)
            candidate.common = _inside(slot, sentence, c, candidate, rank, speaker)
            slot.candidates.append(candidate)
    _earlier(slot)
    none = Candidate(None, "none")
    none.common = ["null", f"null:{min(len(slot.candidates), 4)}"]
    slot.candidates.append(none)
    return slot


def _inside(slot: Slot, sentence: Prepared, number: int, candidate: Candidate, rank: int, speaker: str) -> list[str]:
    phrase, view, at = candidate.phrase, sentence.view, slot.at
    assert phrase is not None
    chunk = view.chunks[number]
    side = "L" if phrase.last < at else "R"
    gap = at - phrase.last if side == "L" else phrase.first - at
    between = view.pos[min(phrase.last, at) + 1 : max(phrase.first, at)].count("V")
    clauses = abs(view.clause[phrase.first] - view.clause[at])
    out = [
        f"role={candidate.role}",
        f"gap={side}{_bucket(gap)}",
        f"verbs={side}{min(between, 3)}",
        f"clauses={side}{min(clauses, 3)}",
    ]
    out.append(f"nth={side}{min(_order(sentence, phrase, at, side), 4)}")
    out += [f"chunk={_head_lemma(view, chunk)}"] if rank else []
    out.append(f"prep={chunk.prep}:{side}")
    if candidate.key == speaker:
        out.append("speaker")
    if (
        sentence.speeches
        and sentence.speeches[0].speaker is not None
        and party_key(sentence.speeches[0].speaker) == candidate.key
    ):
        out.append("speaker1" + ("" if speaker else "|outside"))
    if not rank:
        subject = number in sentence.subjects
        out += [f"subject={subject}", f"subject={subject}|{side}{min(clauses, 2)}"]
    if view.depth[phrase.first] != view.depth[at]:
        out.append("quote" + ("out" if view.depth[at] else "in"))
    out += _kind(slot.text, phrase) + _agreement(view, chunk, at)
    return out


def _bucket(gap: int) -> str:
    return str(gap) if gap <= 3 else "4-5" if gap <= 5 else "6-9" if gap <= 9 else "10-19" if gap <= 19 else "20+"


def _order(sentence: Prepared, phrase: Phrase, at: int, side: str) -> int:
    if side == "L":
        return sum(phrase.last < p.first and p.last < at for p in sentence.phrases)
    return sum(at < p.first and p.last < phrase.first for p in sentence.phrases)


def _head_lemma(view: View, chunk: Chunk) -> str:
    return vector_key(view.tokens[chunk.start])


def _kind(text: Text, phrase: Phrase) -> list[str]:
    party = phrase.party
    country = "c" if party.country else "n"
    times = text.often[party_key(phrase)]
    out = [f"kind={phrase.kind}:{country}", f"sector={party.sector}", f"times={min(times, 4)}"]
    if party.country and party.country == text.analysed.document.source_country:
        out.append("outlet's country")
    return out


def _agreement(view: View, chunk: Chunk, at: int) -> list[str]:
    """Whether the head noun agrees in gender with a verb trigger."""
    verb, noun = view.tokens[at].best, view.tokens[chunk.start].best
    if verb is None or noun is None or verb.pos != "verb" or not noun.gender or not verb.gender:
        return []
    return [f"agree={verb.gender}{noun.gender}{noun.number}"]


def _earlier(slot: Slot) -> None:
    """Parties that earlier sentences and the headline are about, and the ones named most often."""
    text, seen = slot.text, {c.key for c in slot.candidates}
    for back in range(1, BACK + 1):
        if slot.number - back < 0:
            break
        sentence = text.sentences[slot.number - back]
        for name, phrase in (("lead", sentence.lead), *_speakers(sentence)):
            if phrase is not None and party_key(phrase) not in seen:
                seen.add(party_key(phrase))
                candidate = Candidate(phrase, f"back:{name}", back)
                candidate.common = [f"role=back:{name}{back}", *_kind(text, phrase)]
                slot.candidates.append(candidate)
    for sentence in text.sentences[: min(2, slot.number)]:
        for phrase in sentence.phrases:
            key = party_key(phrase)
            if key not in seen and text.often[key] >= 2 and phrase.kind in ("PERSON", "ORGANIZATION", "GPE"):
                seen.add(key)
                candidate = Candidate(phrase, "back:often", slot.number)
                candidate.common = ["role=back:often", *_kind(text, phrase)]
                slot.candidates.append(candidate)


def _speakers(sentence: Prepared) -> list[tuple[str, Phrase | None]]:
    return [("speaker", s.speaker) for s in sentence.speeches[:1]]


def side_features(slot: Slot) -> tuple[list[list[str]], list[list[str]]]:
    """Features of every candidate as source and as target: two lists that run parallel to `slot.candidates`."""
    shared = [_combined(slot, c.common) for c in slot.candidates]
    if slot.trigger is None:
        return shared, shared
    sides = []
    kind = slot.text.sentences[slot.number].view.pos[slot.at]
    for side in SIDES:
        wanted = expected_roles(slot.trigger, side, kind == "V")
        sides.append(
            [row + _wanted(c, wanted, kind, slot.plover) for c, row in zip(slot.candidates, shared, strict=True)]
        )
    return sides[0], sides[1]


def _combined(slot: Slot, common: list[str]) -> list[str]:
    """The features that both sides share, alone and with the trigger's type, class, word, governor and pronoun."""
    type_, view = slot.plover or "-", slot.text.sentences[slot.number].view
    kind, own = view.pos[slot.at], vector_key(view.tokens[slot.at])
    out = list(common)
    out += [
        f"{f}|{type_}"
        for f in common
        if f.startswith(("role=", "kind=", "null", "sector=", "speaker", "quote", "prep=", "subject="))
    ]
    out += [f"{f}|{kind}" for f in common if f.startswith(("role=", "gap=", "nth=", "verbs=", "null"))]
    out += [f"{f}|{own}" for f in common if f.startswith(("role=", "null", "prep="))]
    if slot.frame.governor >= 0:
        governor = vector_key(view.tokens[slot.frame.governor])
        out += [f"{f}|g:{governor}" for f in common if f.startswith("role=")]
    if slot.frame.pronoun:
        out += [f"{f}|pron:{kind}" for f in common if f.startswith(("role=", "null"))]
    return out


def _wanted(candidate: Candidate, wanted: list[str], kind: str, plover: str) -> list[str]:
    """How a candidate's role stands to the roles that the lexicon expects for a side."""
    if candidate.phrase is None:
        return [f"wantnull={wanted == []}|{plover or '-'}", "want=-1"]
    role = candidate.role.rstrip("~&")
    place = wanted.index(role) if role in wanted else -1
    return [f"want={place}", f"want={place}|{'~' in candidate.role}", f"want={place}|{kind}"]


def pair_features(slot: Slot, source: Candidate, target: Candidate) -> list[str]:
    """How two candidates stand to each other as source and target."""
    type_ = slot.plover
    a, b = source.phrase, target.phrase
    if a is None or b is None:
        return [f"none={a is None}{b is None}|{type_}"]
    out = [
        f"roles={source.role}>{target.role}",
        f"kinds={a.kind}>{b.kind}",
        f"sectors={a.party.sector}>{b.party.sector}",
    ]
    same = source.key == target.key
    if same:
        out += ["same", f"same|{type_}"]
    else:
        one, other = a.party.country, b.party.country
        out += [f"one country={bool(one) and one == other}|{type_}", f"countries={bool(one)}{bool(other)}|{type_}"]
    if source.back or target.back:
        return [*out, f"elsewhere|{type_}"]
    gap = b.first - a.first
    out.append(f"after={gap > 0}|{type_}")
    if not same:
        chunk = slot.text.sentences[slot.number].view.chunk_at
        out += [
            f"apart={'-' if gap < 0 else '+'}{_bucket(abs(gap))}",
            f"one phrase={chunk[a.first] == chunk[b.first]}|{source.role}",
        ]
    return out
