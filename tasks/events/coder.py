"""From an analysed document to its events and quotes.

Rules propose: the lexicon and the reading of the clause give triggers, senses, parties, status, date and place. Learned
models decide where they are there: whether a proposal is an event, of which type, and who did it to whom.
"""

from __future__ import annotations

from collections.abc import Sequence

from tasks.entities.types import Mention
from tasks.events import rules, same
from tasks.events.casualties import casualties
from tasks.events.clause import Reader
from tasks.events.contexts import contexts_of, mode_of
from tasks.events.decisions import NONE, STATEMENT, Decisions, Proposal, default_decisions
from tasks.events.features import lemma_of, status_features
from tasks.events.lexicon import Lexicon, Match, Trigger, default_lexicon
from tasks.events.ontology import DEFAULT_CODE, look_up
from tasks.events.parties import Choice
from tasks.events.prepare import Prepared, Text, party_key, prepare
from tasks.events.quotes import as_quotes, speaker_of
from tasks.events.ranking import SIDES, Slot, make_slot
from tasks.events.status import by_rule, find_cues
from tasks.events.types import EventMention, Quote
from tasks.events.when_where import When, Where, dates, place_options
from tasks.language.types import Analysed

Coded = tuple[list[EventMention], list[Quote]]
RULES_ONLY = 0.5  # confidence of what no model has judged
SURE = 2.0  # times the threshold: from here a second event of a type in one sentence counts
APART = 6  # tokens between two events of a type in one sentence
NEARLY = 0.6  # share of the threshold from which a rejected proposal is worth a line in the trace


class EventCoder:
    """Codes documents; made once a process.

    Args:
        morphology: kept for callers that pass it; the coder reads the analyses that documents carry.
        models: learned decisions; None for those in seeds/models, False for rules alone.
        lexicon: triggers, None for those in seeds/lexicon.
    """

    def __init__(
        self, morphology: object = None, models: Decisions | bool | None = None, lexicon: Lexicon | None = None
    ) -> None:
        del morphology
        self._lexicon = lexicon or default_lexicon()
        self._models = models if isinstance(models, Decisions) else None if models is False else default_decisions()
        self._reader = Reader()

    def code(self, analysed: Analysed, mentions: Sequence[Mention], trace: list[str] | None = None) -> Coded:
        """Events and quotes of one document; `trace` collects what was proposed, taken and rejected, in plain words."""
        return self.code_texts([self.prepare(analysed, mentions)], trace)[0]

    def code_batch(self, analysed: Sequence[Analysed], mentions: Sequence[Sequence[Mention]]) -> list[Coded]:
        """As `code` for many documents, in their order; models score all of them together."""
        return self.code_texts([self.prepare(a, m) for a, m in zip(analysed, mentions, strict=True)])

    def prepare(self, analysed: Analysed, mentions: Sequence[Mention]) -> Text:
        """What coding looks at, found once a document."""
        return prepare(analysed, mentions, self._reader, self._lexicon)

    def code_texts(self, texts: Sequence[Text], trace: list[str] | None = None) -> list[Coded]:
        """Events and quotes of prepared documents."""
        if self._models is None:
            return [self._finish(text, self._by_rule(text, trace)) for text in texts]
        tellings = [
            self._tellings(t, p, self._models, trace) for t, p in zip(texts, self._models.propose(texts), strict=True)
        ]
        chosen = iter(self._models.choose([slot for found in tellings for _, slot in found], trace is not None))
        return [
            self._finish(text, [self._told(event, slot, next(chosen), self._models) for event, slot in found])
            for text, found in zip(texts, tellings, strict=True)
        ]

    def _finish(self, text: Text, events: list[EventMention]) -> Coded:
        quotes = [q for s in text.sentences for q in as_quotes(s.view, s.speeches)]
        same.group(events)
        return events, quotes

    def _by_rule(self, text: Text, trace: list[str] | None) -> list[EventMention]:
        events: list[EventMention] = []
        told_below = _told_below(text)
        for n, sentence in enumerate(text.sentences):
            if told_below and sentence.view.sentence.no == 0:
                continue
            found = []
            for matches in sentence.matches.values():
                event = _telling(
                    sentence, matches[0].at, matches[0], matches[0].trigger.plover, matches[0].trigger.cameo
                )
                source, target, because = rules.participants(sentence, matches[0].trigger, matches[0].at)
                event.source, event.target = (p.party if p else None for p in (source, target))
                event.because += because
                _circumstances(text, n, matches[0].at, matches[0].trigger, event, None)
                found.append(event)
            events.extend(_best_of_type(found, trace))
        return events

    def _tellings(
        self, text: Text, proposals: Sequence[Proposal], models: Decisions, trace: list[str] | None
    ) -> list[tuple[EventMention, Slot]]:
        """Accepted proposals as events without parties and circumstances, with the slots in which these are sought."""
        found = []
        told_below = _told_below(text)
        for p, plover in _accept(proposals, models, text, trace):
            sentence = text.sentences[p.number]
            if told_below and sentence.view.sentence.no == 0:
                continue
            match = _sense(sentence, p.at, plover)
            event = _telling(sentence, p.at, match, plover, _code(sentence, p, plover, match, models))
            event.confidence = float(p.probabilities[models.classes.index(plover or STATEMENT)])
            if trace is not None:  # finding what weighed most takes longer than the decision
                event.because += _weighed(p, plover, models)
            trigger = match.trigger if match else None
            passive = bool(trigger and trigger.pos == "P")
            found.append((event, make_slot(text, p.number, p.at, plover, trigger, passive)))
        return found

    def _told(self, event: EventMention, slot: Slot, parties: tuple[Choice, Choice], models: Decisions) -> EventMention:
        """The event with its parties, status, date and place."""
        source, target = (c.candidate.phrase for c in parties)
        event.source, event.target = (p.party if p else None for p in (source, target))
        for side, c in zip(SIDES, parties, strict=True):
            why = f" ({', '.join(c.why)})" if c.why else ""
            event.because.append(f"{side} by role {c.candidate.role}, {c.share:.0%}{why}")
        _circumstances(slot.text, slot.number, slot.at, slot.trigger, event, models)
        return event


def _told_below(text: Text) -> bool:
    """Whether the events of a headline are left out: the text below tells them better."""
    return text.analysed.document.has_title and any(s.view.sentence.kind != "headline" for s in text.sentences)


def _accept(
    proposals: Sequence[Proposal], models: Decisions, text: Text, trace: list[str] | None
) -> list[tuple[Proposal, str]]:
    """The proposals that are events, with their type: one of each type a sentence, a second where it is likely and stands
    apart; one statement a speaker and document."""
    found: dict[tuple[int, str], list[tuple[float, Proposal]]] = {}
    for p in proposals:
        column = 1 + int(p.probabilities[1:].argmax())
        name = models.classes[column]
        share, least = float(p.probabilities[column]), models.thresholds.get(name, 0.5)
        if share < least:
            if trace is not None and share > NEARLY * least:
                word = text.sentences[p.number].view.tokens[p.at].text
                none = float(p.probabilities[models.classes.index(NONE)])
                trace.append(f"rejected «{word}» as {name}: {share:.0%} is below {least:.0%}; no event {none:.0%}")
            continue
        found.setdefault((p.number, name), []).append((share, p))
    accepted = [
        (p, "" if name == STATEMENT else name)
        for (_, name), inside in found.items()
        for p in _apart(inside, SURE * models.thresholds.get(name, 0.5))
    ]
    accepted.sort(key=lambda x: (x[0].number, x[0].at))
    return _one_statement(accepted, text)


def _apart(found: Sequence[tuple[float, Proposal]], sure: float) -> list[Proposal]:
    """The likeliest proposal of a sentence and type, and others that are at least `sure` and far from those taken."""
    kept: list[Proposal] = []
    for share, p in sorted(found, key=lambda x: (-x[0], x[1].at)):
        if not kept or (share >= sure and all(abs(p.at - k.at) >= APART for k in kept)):
            kept.append(p)
    return kept


def _one_statement(accepted: list[tuple[Proposal, str]], text: Text) -> list[tuple[Proposal, str]]:
    said: set[str] = set()
    out = []
    for p, plover in accepted:
        if not plover:
            sentence = text.sentences[p.number]
            who = next((party_key(s.speaker) for s in sentence.speeches if s.verb == p.at and s.speaker), "")
            if who in said:
                continue
            said.add(who)
        out.append((p, plover))
    return out


def _sense(sentence: Prepared, at: int, plover: str) -> Match | None:
    """The most specific sense of the lexicon that has the decided type."""
    return next((m for m in sentence.matches.get(at, ()) if m.trigger.plover == plover), None)


def _code(sentence: Prepared, p: Proposal, plover: str, match: Match | None, models: Decisions) -> str:
    if match is not None:
        return match.trigger.cameo
    return models.codes.get(f"{plover} {lemma_of(sentence.view, p.at)}", DEFAULT_CODE[plover])


def _weighed(p: Proposal, plover: str, models: Decisions) -> list[str]:
    column = models.classes.index(plover or STATEMENT)
    weights = [f"{f} {w:+.1f}" for f, w in models.triggers[0].reasons(p.features, column)]
    return [f"{plover or 'statement'} with {float(p.probabilities[column]):.0%}; weighed most: {', '.join(weights)}"]


def _telling(sentence: Prepared, at: int, match: Match | None, plover: str, cameo: str) -> EventMention:
    """An event with its trigger and codes."""
    view = sentence.view
    first, last = match.span if match and match.span[1] - match.span[0] <= 3 else (at, at)
    begin, end = view.tokens[first].start, view.tokens[last].end
    text = " ".join(t.text for t in view.tokens[first : last + 1])
    code = look_up(cameo)
    trigger = match.trigger if match else None
    return EventMention(
        sentence_no=view.sentence.no, trigger_start=begin, trigger_end=end, trigger_text=text, cameo_code=cameo,
        plover_type=plover, plover_mode=mode_of(view, at, plover, trigger.mode if trigger else ""),
        plover_contexts=contexts_of(view), quad_class=code.quad_class, goldstein=code.goldstein,
        rule_id=trigger.id if trigger else "learned", confidence=RULES_ONLY,
        because=[f"«{text}» is {trigger.id} in the lexicon ({trigger.gloss})" if trigger else f"«{text}» was a trigger in training"],
    )  # fmt: skip


def _circumstances(
    text: Text, n: int, at: int, trigger: Trigger | None, event: EventMention, models: Decisions | None
) -> None:
    """Status, date, place and attribution of an event (in place)."""
    sentence = text.sentences[n]
    view = sentence.view
    cues = find_cues(view, at, sentence.cues)
    event.status, cue = by_rule(cues, trigger.status if trigger else "")
    why = f" because of «{cue}»" if cue else ""
    if models is not None:
        shares = models.status.probabilities([status_features(cues, event.plover_type, view, at)])[0]
        event.status = models.status.classes[int(shares.argmax())]
        why = f" ({float(shares.max()):.0%}" + (f", cue «{cue}»)" if cue else ")")
    when = _when(text, n, at, event, models)
    event.event_date, event.date_precision = when.value, when.precision
    where = _where(text, n, at, event, models)
    event.location = where.entity
    if event.plover_type == "ASSAULT":
        event.killed, event.wounded = casualties(view)
    speech = speaker_of(sentence.speeches, at)
    event.attributed_to = speech.speaker.party if speech and speech.speaker else None
    event.because += [
        f"status {event.status}{why}",
        *([f"date from «{when.why}»"] if when.why else []),
        *([where.why] if where.why else []),
    ]


def _when(text: Text, n: int, at: int, event: EventMention, models: Decisions | None) -> When:
    options = dates(text, n, at, event.plover_type, event.status)
    if models is None:
        return min(options, key=lambda o: o.cost)
    none = next(i for i, o in enumerate(options) if o.value is None and not o.why)
    return options[models.option(models.date, [o.features for o in options], none)[0]]


def _where(text: Text, n: int, at: int, event: EventMention, models: Decisions | None) -> Where:
    options = place_options(text, n, at, event.plover_type, event.source, event.target)
    if models is None:
        return min(options, key=lambda o: o.cost)
    return options[models.option(models.place, [o.features for o in options], len(options) - 1)[0]]


def _best_of_type(found: list[EventMention], trace: list[str] | None) -> list[EventMention]:
    """One telling of each type a sentence: the one with both parties, else the first."""
    best: dict[str, EventMention] = {}
    for e in found:
        key = e.plover_type or e.cameo_code
        old = best.get(key)
        if old is None or _parties(e) > _parties(old):
            best[key] = e
            e = old or e
        if trace is not None and e is not best[key]:
            trace.append(f"left out «{e.trigger_text}»: the sentence tells {key} better by «{best[key].trigger_text}»")
    return sorted(best.values(), key=lambda e: e.trigger_start)


def _parties(event: EventMention) -> int:
    return (event.source is not None) + (event.target is not None)
