"""From an analysed document to its events and quotes.

Rules propose: the lexicon and the reading of the clause give triggers, senses, parties, status, date and place. Learned
models decide where they are there: whether a proposal is an event, of which type, and who did it to whom.
"""

from __future__ import annotations

from collections.abc import Sequence

from tasks.entities.types import Mention
from tasks.events import rules, same
from tasks.events.clause import Reader
from tasks.events.contexts import contexts_of, mode_of
from tasks.events.lexicon import Lexicon, Match, default_lexicon
from tasks.events.ontology import look_up
from tasks.events.prepare import Prepared, Text, prepare
from tasks.events.quotes import as_quotes, speaker_of
from tasks.events.status import by_rule, find_cues
from tasks.events.types import EventMention, Quote
from tasks.events.when_where import choose_date, choose_place
from tasks.language.types import Analysed

Coded = tuple[list[EventMention], list[Quote]]


class EventCoder:
    """Codes documents; made once a process.

    Args:
        morphology: kept for callers that pass it; the coder reads the analyses that documents carry.
        models: learned decisions, None for those in seeds/models, False for rules alone.
        lexicon: triggers, None for those in seeds/lexicon.
    """

    def __init__(self, morphology: object = None, models: object = None, lexicon: Lexicon | None = None) -> None:
        del morphology
        self._lexicon = lexicon or default_lexicon()
        self._reader = Reader()

    def code(self, analysed: Analysed, mentions: Sequence[Mention], trace: list[str] | None = None) -> Coded:
        """Events and quotes of one document; `trace` collects what was proposed, taken and rejected, in plain words."""
        return self._code(self._prepare(analysed, mentions), trace)

    def code_batch(self, analysed: Sequence[Analysed], mentions: Sequence[Sequence[Mention]]) -> list[Coded]:
        """As `code` for many documents, in their order."""
        return [self.code(a, m) for a, m in zip(analysed, mentions, strict=True)]

    def _prepare(self, analysed: Analysed, mentions: Sequence[Mention]) -> Text:
        return prepare(analysed, mentions, self._reader, self._lexicon)

    def _code(self, text: Text, trace: list[str] | None) -> Coded:
        events: list[EventMention] = []
        quotes: list[Quote] = []
        for n, sentence in enumerate(text.sentences):
            quotes.extend(as_quotes(sentence.view, sentence.speeches))
            found = [self._event(text, n, m[0]) for m in sentence.matches.values()]
            events.extend(_best_of_type(found, trace))
        same.group(events)
        return events, quotes

    def _event(self, text: Text, n: int, match: Match) -> EventMention:
        sentence, trigger = text.sentences[n], match.trigger
        view = sentence.view
        source, target, because = rules.participants(sentence, trigger, match.at)
        status, cue = by_rule(find_cues(view, match.at, sentence.cues), trigger.status)
        event = _telling(sentence, match)
        event.source, event.target = source and source.party, target and target.party
        event.status = status
        planned = status in ("planned", "possible")
        published = text.analysed.document.published_on
        event.event_date, event.date_precision, when = choose_date(view, match.at, sentence.dates, (), published, planned)
        place, where = choose_place(view, match.at, sentence.phrases, text.dateline)
        event.location = place.party.entity if place else None
        speech = speaker_of(sentence.speeches, match.at)
        event.attributed_to = speech.speaker.party if speech and speech.speaker else None
        event.because = [
            f"«{event.trigger_text}» is {trigger.id} in the lexicon ({trigger.gloss})", *because,
            f"status {status}" + (f" because of «{cue}»" if cue else ""),
            *([f"date from «{when}»"] if when else []), *([where] if where else []),
        ]  # fmt: skip
        return event


def _telling(sentence: Prepared, match: Match) -> EventMention:
    view, trigger = sentence.view, match.trigger
    first, last = match.span
    code = look_up(trigger.cameo)
    tokens = view.tokens
    end = tokens[last].end if last - first <= 3 else tokens[first].end
    text = sentence.view.sentence
    return EventMention(
        sentence_no=text.no, trigger_start=tokens[first].start, trigger_end=end,
        trigger_text=" ".join(t.text for t in tokens[first : last + 1]) if last - first <= 3 else tokens[first].text,
        cameo_code=trigger.cameo, plover_type=trigger.plover, plover_mode=mode_of(view, match.at, trigger.plover, trigger.mode),
        plover_contexts=contexts_of(view), quad_class=code.quad_class, goldstein=code.goldstein, rule_id=trigger.id,
        confidence=0.5,
    )  # fmt: skip


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
