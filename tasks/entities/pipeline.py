"""Mentions of a batch of analysed documents: recognised, settled by the document, linked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from tasks.entities.candidates import WEAK
from tasks.entities.context import Context, context_of
from tasks.entities.cues import cue_words
from tasks.entities.document import full_names, short_mentions
from tasks.entities.gazetteer import Gazetteer, load
from tasks.entities.link import link, unlinked
from tasks.entities.match import Words, clitic_forms
from tasks.entities.offices import office_table
from tasks.entities.recognize import Tags, propose, propose_names
from tasks.entities.settle import body_entity, doubtful, epithet_spans, leaders_bodies, supported
from tasks.entities.spans import Span
from tasks.entities.spelling import Spellings
from tasks.entities.titles import Titles
from tasks.entities.types import Entity, Mention
from tasks.language.morphology import Morphology
from tasks.language.types import Analysed

_REPORT = 4  # words between a verb of reporting and the outlet
TagSentences = Callable[[Sequence[Sequence[str]]], list[list[tuple[str, float]]]]


class EntityPipeline:
    """Recognition and linking with everything loaded; make one a process.

    Args:
        morphology: the analyser that the documents were analysed with.
        cache_dir: folder for what CAMeL Tools needs, see `prepare_camel`.
        user_gazetteers: CSV files of the user's own actors, whose names win over ours, and folders of imported names.
        recognizer: ``embedded`` (our tagger) or ``camel`` (CAMeL Tools' NERecognizer).
        camel_model: folder of the CAMeL model, None for the installed default.
        names_only: mentions are proper names alone, as in corpora tagged for names: no titles of office, no organs of
            state (for comparison with them; the events want both).
        tag: in place of the recogniser's tagger, for tests; `no_tags` for none.
    """

    def __init__(
        self,
        morphology: Morphology | None = None,
        cache_dir: Path | None = None,
        user_gazetteers: Sequence[Path] = (),
        recognizer: str = "embedded",
        camel_model: str | None = None,
        tag: TagSentences | None = None,
        names_only: bool = False,
    ) -> None:
        self.gazetteer: Gazetteer = load(user_gazetteers)
        self.offices = office_table()
        self.spellings = Spellings(self.gazetteer)
        self._names_only = names_only
        self._tag = tag or tagger_of(recognizer, camel_model, cache_dir)

    def mentions(self, analysed: Sequence[Analysed]) -> list[list[Mention]]:
        """The mentions of every document, in the order of its text; each has an entity."""
        sentences = [[token.text for token in s.tokens] for item in analysed for s in item.sentences]
        tags = iter(self._tag(sentences))
        return [self._document(item, [next(tags) for _ in item.sentences]) for item in analysed]

    def _document(self, item: Analysed, tags: Sequence[Tags]) -> list[Mention]:
        words = [Words(sentence) for sentence in item.sentences]
        vocabulary = frozenset(key for w in words for key in w.keys)
        find = propose_names if self._names_only else propose
        spans = [s for n, w in enumerate(words) for s in find(n, w, self.gazetteer, tags[n] or None, vocabulary)]
        document = item.document
        context = context_of(words, spans, document.published_on, document.source_country)
        self._link(spans, words, context, document.document_id)
        spans = [s for s in spans if not doubtful(s) or supported(s, words[s.sentence], context)]
        spans = self._with_short_forms(spans, words)
        spans.extend(list(epithet_spans(words, spans, context, self.gazetteer)))
        if not self._names_only:
            spans = self._with_titles(spans, words, context, document.document_id)
        return _mentions(item, words, spans)

    def _with_short_forms(self, spans: list[Span], words: Sequence[Words]) -> list[Span]:
        """The spans with those of the document's second pass, which replace loose single names."""
        short = list(short_mentions(full_names(spans, words), words, spans))
        if self._names_only:  # the tagger decides what is a name; the document only whose
            tagged = {(s.sentence, s.first, s.last) for s in spans}
            short = [(s, full) for s, full in short if (s.sentence, s.first, s.last) in tagged]
        taken = {(s.sentence, s.first): s.last for s, _ in short}
        kept = [s for s in spans if taken.get((s.sentence, s.first), -1) < s.last]
        for span, full in short:
            span.entity, span.kind = full.entity, full.kind
            kept.append(span)
        return kept

    def _with_titles(self, spans: list[Span], words: Sequence[Words], context: Context, document_id: str) -> list[Span]:
        """The spans with titles of office and what is named by its leader; titles settle who unknown names are."""
        titles = Titles(self.offices, self.gazetteer, context)
        found = list(spans)
        by_sentence: dict[int, list[Span]] = {}
        for span in spans:
            by_sentence.setdefault(span.sentence, []).append(span)
        for number, sentence in enumerate(words):
            names = by_sentence.get(number, [])
            borne = list(titles.resolve(number, sentence, names))
            people = [s for s in names if s.kind == "PERSON"]
            found.extend(borne)
            found.extend(leaders_bodies(number, sentence, people, borne, document_id))
        for span in found:
            settled = titles.entity(span)
            if settled is not span.entity:
                span.entity, span.reason = settled, "the title before the name says who or whose"
        return found

    def _link(self, spans: Iterable[Span], words: Sequence[Words], context: Context, document_id: str) -> None:
        for span in spans:
            if span.method == "body":
                span.entity = body_entity(span, words[span.sentence], context, self.gazetteer)
            else:
                if not span.candidates and span.method == "tagger":
                    self._respell(span, words[span.sentence])
                link(span, context, self.offices)
            if span.entity is None:
                sentence = words[span.sentence]
                text = sentence_text(sentence, span)
                span.entity = unlinked(span.kind, span.phrase(sentence), text, document_id, span.country, span.sector)
                span.reason = span.reason or "a name that no list has"

    def _respell(self, span: Span, words: Words) -> None:
        span.candidates = self.spellings.candidates(span.phrase(words), span.kind)
        if span.kind == "PERSON" and span.words == 1:  # ميلينا may be Melania, where the document speaks for her
            span.candidates = tuple(c._replace(strength=WEAK) for c in span.candidates)
        if span.candidates:
            span.reason = f"another spelling of {span.candidates[0].name}"


def no_tags(sentences: Sequence[Sequence[str]]) -> list[list[tuple[str, float]]]:
    """No tags at all: recognition by gazetteer and rules alone."""
    return [[] for _ in sentences]


def tagger_of(recognizer: str, camel_model: str | None, cache_dir: Path | None = None) -> TagSentences:
    """The tagging function of a recogniser.

    Raises:
        ValueError: when there is no such recogniser.
    """
    if recognizer == "camel":
        from tasks.entities.camel import CamelTagger

        return CamelTagger.load(camel_model, cache_dir).tag
    if recognizer != "embedded":
        raise ValueError(f"recognizer {recognizer!r} is none of embedded, camel")
    from tasks.entities.tagger import Tagger

    return Tagger.load().tag


def sentence_text(words: Words, span: Span) -> str:
    """Text of a span, words joined by blanks, clitic off."""
    tokens = [words.token(i).text for i in range(span.first, span.last + 1)]
    return " ".join((tokens[0][span.consumed :], *tokens[1:]))


def _mentions(item: Analysed, words: Sequence[Words], spans: Iterable[Span]) -> list[Mention]:
    found: dict[tuple[int, int], Mention] = {}
    for span in spans:
        entity: Entity | None = span.entity
        if entity is None:
            continue
        start, end = words[span.sentence].span(span.first, span.last, span.consumed)
        mention = Mention(
            sentence_no=item.sentences[span.sentence].no, start=start, end=end, text=item.text_of(start, end),
            kind=span.kind, entity=entity, method=span.method, score=round(span.score, 4), reason=span.reason,
            role_sector=span.sector, is_source=_is_source(span, words[span.sentence], entity),
        )  # fmt: skip
        before = found.get((start, end))
        if before is None or before.score < mention.score:
            found[start, end] = mention
    return [found[place] for place in sorted(found)]


def _is_source(span: Span, words: Words, entity: Entity) -> bool:
    """Whether a name is that of an agency or paper that tells the news here, and so is no party to it."""
    keys, first = words.keys, span.first
    media = entity.sector == "MED" or (first > 0 and keys[first - 1] in cue_words("media"))
    if span.kind != "ORGANIZATION" or not media:
        return False
    if words.sentence.kind == "dateline" or (first and keys[first - 1] == "(") or keys[first][: span.consumed] == "ل":
        return True
    return any(
        form.core in cue_words("report") for key in keys[max(0, first - _REPORT) : first] for form in clitic_forms(key)
    )
