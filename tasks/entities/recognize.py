"""Names in a sentence: what gazetteer, organs of state and tagger propose, and what stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tasks.entities.bodies import bodies
from tasks.entities.candidates import CAPITAL_PROMINENCE, KNOWN_PROMINENCE, PARTIAL, SURE, WEAK, Candidate
from tasks.entities.cues import common_words, cue_words
from tasks.entities.gazetteer import Gazetteer
from tasks.entities.homographs import other_word
from tasks.entities.match import Hit, Words, clitic_forms, same_hamza, without_article
from tasks.entities.nations import nations
from tasks.entities.patterns import head_patterns
from tasks.entities.series import series
from tasks.entities.spans import Span, choose, group, moved
from tasks.language.types import Token

Tags = Sequence[tuple[str, float]]
"""BIO tag and probability of every token of a sentence."""

_PLACES = frozenset({"GPE", "LOCATION", "FACILITY"})
KIND_OF_TAG = {"PERS": "PERSON", "LOC": "GPE", "ORG": "ORGANIZATION"}
_LEAST_PROBABILITY = 0.5
_WHOLE = frozenset({"noun_prop", "noun", "adj"})
_PROPER = frozenset({"noun_prop", "foreign", "abbrev"})
_NEARLY_SURE = 0.9
_LEAST_BELIEF = 0.02
_LEAST_BELIEF_PARTIAL = 0.05
_LEAST_BELIEF_CUE = 0.2
_LEAST_SINGLE = 0.55
_LEAST_ORDINARY = 0.9
_KIN_REACH = 4
_SHORTEST_JOINED = 4
_CLOSING = frozenset("؟!:؛،")
_LEADING = frozenset({"في", "من", "الي", "عن", "ان", "او", "ثم"})
_NO_NAME = frozenset({"verb", "prep", "conj", "adv", "part", "part_neg", "part_fut", "pron", "pron_rel", "pron_dem"})


def propose(
    number: int,
    words: Words,
    gazetteer: Gazetteer,
    tags: Tags | None = None,
    vocabulary: frozenset[str] = frozenset(),
) -> list[Span]:
    """The names of a sentence (place `number` in its document) that stand after overlaps are settled.

    Spans of strength WEAK are among them: whether they are names is for the document to say. `vocabulary` holds the
    folded words of the document, which tell a clitic from the first letter of an unknown name.
    """
    inside = None if tags is None else [1 - p if tag == "O" else p for tag, p in tags]
    spans = [*_listed(number, words, gazetteer, inside), *_organs(number, words)]
    spans.extend(list(head_patterns(number, words, spans)))
    if tags is not None and inside is not None:
        spans = _with_tags(number, words, gazetteer, tags, inside, vocabulary, spans)
    chosen = _joined(choose(_extended(span, words) for span in spans))
    return sorted([*chosen, *_nested(words, chosen, spans)], key=lambda s: (s.first, -s.last))


def propose_names(
    number: int,
    words: Words,
    gazetteer: Gazetteer,
    tags: Tags | None = None,
    vocabulary: frozenset[str] = frozenset(),
) -> list[Span]:
    """As `propose`, for proper names alone, as corpora tagged for names have them: the tagger decides on borders.

    No organs of state, no names built from head words; a listed name that the tagger does not mark as one counts only where its probabilities nearly say so.
    """
    tags = tags or []
    found = []
    for span in (part for whole in _tagged(number, words, tags, 0.0) for part in _parted(whole, words, gazetteer)):
        span.consumed = _clitic(span, words, gazetteer, vocabulary)
        span.candidates = gazetteer.candidates(span.phrase(words))
        same = tuple(c for c in span.candidates if group(c.entity.kind) == group(span.kind))
        span.candidates = same
        found.append(span)
    taken = {i for s in found for i in range(s.first, s.last + 1)}
    inside = [1 - p if tag == "O" else p for tag, p in tags]
    for span in _listed(number, words, gazetteer, inside) if tags else ():
        places = range(span.first, span.last + 1)
        span.belief = sum(inside[words.tokens[i]] for i in places) / len(places)
        if span.belief >= _NEARLY_SURE and taken.isdisjoint(places):
            found.append(span)
    return sorted(found, key=lambda s: s.first)


def _nested(words: Words, chosen: Sequence[Span], spans: Sequence[Span]) -> Iterator[Span]:
    """Names inside the name of an organ: ``جيش مالي`` names Mali too, ``شرطة الإنتربول`` Interpol."""
    outer = [s for s in chosen if s.kind == "ORGANIZATION" and s.words > 1 and s.method != "gazetteer"]
    around = {i: o for o in outer for i in range(o.first + 1, o.last + 1)}
    for span in spans:
        if span.strength < SURE or span.first not in around or span.last > around[span.first].last:
            continue
        country = (
            span.kind == "GPE" and not span.consumed and span.method == "gazetteer" and not _adjective(words, span)
        )
        if country or (span.kind == "ORGANIZATION" and span.method in ("gazetteer", "body")):
            yield span


def _adjective(words: Words, span: Span) -> bool:
    """``السعودية`` of ``السفارة السعودية``: the country's name as the adjective of a definite noun."""
    key, before = words.keys[span.first], words.keys[span.first - 1]
    return without_article(key) in nations().adjectives and "ال" in before[:3]


def _with_tags(
    number: int,
    words: Words,
    gazetteer: Gazetteer,
    tags: Tags,
    inside: Sequence[float],
    vocabulary: frozenset[str],
    spans: list[Span],
) -> list[Span]:
    """The listed spans that the tagger does not rule out, with those that it finds; `inside` holds its beliefs."""
    for span in spans:
        places = words.tokens[span.first : span.last + 1]
        span.belief = sum(inside[i] for i in places) / len(places)
    kept = [span for span in spans if span.belief >= _least_belief(span)]
    found: list[Span] = []
    for span in _tagged(number, words, tags):
        for part in _parted(span, words, gazetteer):
            part.consumed = _clitic(part, words, gazetteer, vocabulary) or _joining(found, part, words)
            part.kind = _kind_of_place(part, words)
            if part.kind == "PERSON":
                _untitle(part, words)
                _start_at_listed(part, words, gazetteer)
            elif part.words > 1 and words.keys[part.first][part.consumed :] in _heads(part):
                part.first, part.consumed = part.first + 1, 0
            _fit(part, words, gazetteer)
            if _plausible(part, words) and words.keys[part.first][part.consumed :] not in cue_words("generic"):
                found.append(part)
    found.extend(series(number, words, gazetteer))
    starts = {s.first: s.last for s in found if s.kind == "ORGANIZATION"}
    kept = [s for s in kept if s.method != "cue" or starts.get(s.first, s.last) >= s.last]
    return kept + found


def _joining(found: Sequence[Span], span: Span, words: Words) -> int:
    """One letter, و, where a person's name follows another's at once: the dictionary need not know the second."""
    before, key = found[-1] if found else None, words.keys[span.first]
    follows = before is not None and before.kind == span.kind == "PERSON" and before.last + 1 == span.first
    return int(follows and key[0] == "و" and len(key) > _SHORTEST_JOINED)


def _heads(span: Span) -> frozenset[str]:
    """Words that are no part of a name of the span's kind, though they stand at its head."""
    return cue_words("type") | cue_words("admin") if span.kind in _PLACES else cue_words("type")


def _kind_of_place(span: Span, words: Words) -> str:
    """The tagger knows places alone; their first word tells a mosque or a river from a town."""
    if span.kind == "GPE" and span.words > 1:
        head = words.keys[span.first][span.consumed :]
        for cue, kind in (("facility", "FACILITY"), ("nature", "LOCATION")):
            if head in cue_words(cue):
                return kind
    return span.kind


def _least_belief(span: Span) -> float:
    if span.method == "cue":
        return _LEAST_BELIEF_CUE
    if span.method != "gazetteer" or (span.words > 1 and span.strength == SURE):
        return 0.0
    return _LEAST_BELIEF if span.strength == SURE else _LEAST_BELIEF_PARTIAL


def _parted(span: Span, words: Words, gazetteer: Gazetteer) -> Iterator[Span]:
    """A tagged span cut where another name is joined on with و, or the place of an organisation with ب."""
    first = span.first
    for i in range(span.first + 1, span.last + 1):
        key = words.keys[i]
        if span.kind == "ORGANIZATION" and i > first + 1 and _place_after_nationality(words, i, gazetteer):
            yield moved(span, first=first, last=i - 1)
            return
        if key[0] not in "وب" or len(key) < 4 or key in gazetteer.index.heads:
            continue
        if key[0] == "ب" and span.kind == "ORGANIZATION":
            if gazetteer.index.at(words.keys, i) and gazetteer.candidates(moved(span, last=i - 1).phrase(words)):
                yield moved(span, first=first, last=i - 1)
                return
        elif key[0] == "و" and _joins_on(span, words, i, gazetteer):
            yield moved(span, first=first, last=i - 1)
            first = i
    yield moved(span, first=first)


def _place_after_nationality(words: Words, i: int, gazetteer: Gazetteer) -> bool:
    """Whether a country or capital at word i is no part of a name that a nationality ends: ``وزارة الصحة القطرية الدوحة``."""
    if nations().adjective_at(words.keys, i - 1, definite=True) is None:
        return False
    return any(c.entity.prominence >= CAPITAL_PROMINENCE for c in gazetteer.candidates(words.keys[i]))


def _joins_on(span: Span, words: Words, i: int, gazetteer: Gazetteer) -> bool:
    """Whether word i of a span, which begins with و, begins another name."""
    if span.kind == "ORGANIZATION" and words.keys[i][1:] in cue_words("construct"):
        return True
    listed = gazetteer.index.at(words.keys, i)
    if listed is not None and listed.consumed == 1 and (listed.last > listed.first or span.kind != "ORGANIZATION"):
        return True
    return span.kind == "PERSON" and i < span.last and _has_conjunction(words.token(i))


def _has_conjunction(token: Token) -> bool:
    return bool(token.form.analyses) and all(a.conj for a in token.form.analyses)


def _joined(spans: list[Span]) -> list[Span]:
    """A first name that the tagger found goes with the surname that a list has right after it."""
    joined: list[Span] = []
    for span in spans:
        before = joined[-1] if joined else None
        if (
            before is not None
            and (before.kind, before.method, span.kind, span.consumed) == ("PERSON", "tagger", "PERSON", 0)
            and before.last + 1 == span.first
            and not before.candidates
            and span.words == 1
        ):
            joined[-1] = moved(span, first=before.first, consumed=before.consumed)
        else:
            joined.append(span)
    return joined


def _listed(number: int, words: Words, gazetteer: Gazetteer, inside: Sequence[float] | None) -> Iterator[Span]:
    for hit in gazetteer.index.scan(words.keys):
        candidates = hit.value
        if inside is not None and hit.first == hit.last and inside[words.tokens[hit.first]] < _LEAST_BELIEF:
            continue  # most single words that a large list has too; the rest costs time
        if hit.first == hit.last and other_word(words, hit.first, hit.consumed):
            continue
        if hit.first == hit.last:
            candidates = tuple(c for c in candidates if same_hamza(words.token(hit.first).form.word, c.name))
            if not candidates:
                continue
        strength = max(c.strength for c in candidates)
        if hit.first == hit.last:
            strength = min(strength, _alone(words, hit, candidates))
        kind = next((c.entity.kind for c in candidates if c.strength == strength), candidates[0].entity.kind)
        score = (0.3, 0.7, 0.9)[strength]
        span = Span(number, hit.first, hit.last, hit.consumed, kind, score, "gazetteer", candidates, strength)
        yield _without_type(span, words, gazetteer)


def _alone(words: Words, hit: Hit[tuple[Candidate, ...]], candidates: Sequence[Candidate]) -> int:
    """How surely a single word is a name: ordinary words need evidence, small places a country that the text names."""
    if hit.phrase in common_words() or not _stands_as_name(words, hit):
        return WEAK
    if candidates[0].entity.kind == "PERSON" and without_article(hit.phrase) in nations().adjectives:
        return WEAK
    if all(c.entity.kind == "PERSON" for c in candidates):
        return SURE if _maybe_proper(words.token(hit.first)) else WEAK
    if any(c.entity.kind not in _PLACES or c.entity.prominence >= CAPITAL_PROMINENCE for c in candidates):
        return SURE
    if not _maybe_proper(words.token(hit.first)):
        return WEAK
    return SURE if any(c.entity.prominence >= KNOWN_PROMINENCE for c in candidates) else PARTIAL


def _maybe_proper(token: Token) -> bool:
    """Whether some reading of a word is a proper noun; a word without readings may be one."""
    analyses = token.form.analyses
    return not analyses or any(a.pos in _PROPER for a in analyses)


def _stands_as_name(words: Words, hit: Hit[tuple[Candidate, ...]]) -> bool:
    """Whether a single word can be a name here: no verb or function word, no adjective of the noun before it."""
    token = words.token(hit.first)
    if token.pos in _NO_NAME and not hit.consumed and not _maybe_proper(token):
        return False
    if token.key in nations().adjectives and not hit.consumed and hit.first:  # سورية، مالية: also adjectives
        before = words.token(hit.first - 1)
        return before.pos not in ("noun", "adj") or before.key in cue_words("place")
    return True


def _without_type(span: Span, words: Words, gazetteer: Gazetteer) -> Span:
    """``تنظيم داعش الإرهابي`` as ``داعش``, ``محافظة الحديدة`` as ``الحديدة``: the type word is no part of a mention.

    The entity stays that of the whole: the governorate, not its town. ``شمال سوريا`` is a mention of Syria.
    """
    if span.words == 1:
        return span
    written = words.keys[span.first][span.consumed :]
    head = without_article(written)
    if span.kind in _PLACES:
        if written in cue_words("admin"):  # الإقليم الشمالي keeps it: an adjective is no name
            span.first, span.consumed = span.first + 1, 0
        elif head in cue_words("direction"):
            start = span.first + 1 + (words.keys[span.first + 1] in cue_words("direction") and span.words > 2)
            rest = gazetteer.candidates(" ".join(words.keys[start : span.last + 1]))
            if _is_country(rest) and not _is_country(span.candidates):
                span.first, span.consumed, span.candidates, span.kind = start, 0, rest, rest[0].entity.kind
    elif span.kind == "PERSON":
        _untitle(span, words)
    else:
        typed = words.keys[span.first][span.consumed :] in cue_words("type")
        _trim(span, words, gazetteer, head in cue_words("type"))
        if typed and span.words > 1 and words.keys[span.first][span.consumed :] in cue_words("type"):
            span.first, span.consumed = span.first + 1, 0  # صحيفة، قناة، موقع: never part of the name
    return span


def _untitle(span: Span, words: Words) -> None:
    """Titles off the front of a person's name, as long as a name is left."""
    while span.first < span.last and words.keys[span.first][span.consumed :] in cue_words("title"):
        span.first, span.consumed = span.first + 1, 0


def _start_at_listed(span: Span, words: Words, gazetteer: Gazetteer) -> None:
    """An adjective of the title off the front of a known name: ``البطريرك الماروني بشارة الراعي``."""
    rest = moved(span, first=span.first + 1, consumed=0)
    definite = words.keys[span.first][span.consumed :].startswith("ال")
    if span.words > 2 and definite and not _lists(span, words, gazetteer) and _lists(rest, words, gazetteer):
        span.first, span.consumed = rest.first, 0


def _is_country(candidates: Sequence[Candidate]) -> bool:
    return any(len(c.entity.entity_id) == len("geo:SYR") for c in candidates if c.entity.kind == "GPE")


def _trim(span: Span, words: Words, gazetteer: Gazetteer, typed: bool) -> None:
    """The type word and a nationality off an organisation's name, where a name of the same organisation is left."""
    named = {c.entity.entity_id for c in span.candidates}
    first = span.first + typed
    for last in (span.last, span.last - 1):
        if (first, last) == (span.first, span.last) or last < first:
            continue
        keys = [*words.keys[first : last + 1]]
        keys[0] = keys[0] if typed else keys[0][span.consumed :]
        if keys[0].startswith("ال") and not typed:
            return  # الحرس الثوري الإيراني keeps its adjective
        if any(c.entity.entity_id in named for c in gazetteer.candidates(" ".join(keys))):
            span.first, span.last, span.consumed = first, last, 0 if typed else span.consumed
            return


def _organs(number: int, words: Words) -> Iterator[Span]:
    for body in bodies().find(words):
        score = 0.85 if body.country else 0.5
        span = Span(number, body.first, body.last, body.consumed, body.kind.entity_kind, score, "body", strength=SURE)
        span.country, span.sector, span.reason = body.country, body.kind.sector, body.kind.key
        yield span


def _tagged(number: int, words: Words, tags: Tags, least: float = _LEAST_PROBABILITY) -> Iterator[Span]:
    """Spans of the tagger's labels; its words carry their clitics, which come off here."""
    if all(tag == "O" for tag, _ in tags):
        return
    place = {token: word for word, token in enumerate(words.tokens)}
    start: int | None = None
    for i in range(len(tags) + 1):
        tag = tags[i][0] if i < len(tags) else "O"
        if start is not None and (tag[:1] != "I" or tag[2:] != tags[start][0][2:]):
            span = _tag_span(number, tags, start, _name_end(words, tags[start][0][2:], start, i), place, least)
            if span:
                yield span
            start = None
        if tag != "O" and start is None:
            start = i


def _name_end(words: Words, kind: str, start: int, end: int) -> int:
    """Where a run of tagged tokens stops being one name: no person or place has a preposition in their name."""
    for i in range(start + 1, end):
        token = words.sentence.tokens[i]
        if token.key in _CLOSING or (kind != "ORG" and token.key in _LEADING):
            return i
    return end


def _tag_span(number: int, tags: Tags, start: int, end: int, place: dict[int, int], least: float) -> Span | None:
    inside = [place[i] for i in range(start, end) if i in place]
    probability = sum(tags[i][1] for i in range(start, end)) / (end - start)
    if not inside or probability < least:
        return None
    return Span(
        number, inside[0], inside[-1], 0, KIND_OF_TAG[tags[start][0][2:]], 0.8 * probability, "tagger", strength=PARTIAL
    )


def _plausible(span: Span, words: Words) -> bool:
    """Whether what the tagger found can be a name: a verb or a nationality is none, an ordinary word hardly."""
    if span.words > 1:
        return True
    token = words.token(span.first)
    if other_word(words, span.first, span.consumed) or token.key[span.consumed :] in cue_words("kunya"):
        return False  # أبي alone is my father
    if token.pos == "punc" or len(token.key) - span.consumed < 2:
        return False
    if token.pos in _NO_NAME and not _maybe_proper(token) and span.score < 0.8 * _LEAST_ORDINARY:
        return False
    if token.key in nations().adjectives or without_article(token.key) in nations().adjectives:
        return False
    ordinary = token.pos in ("noun", "adj") and not _maybe_proper(token)
    return span.score >= 0.8 * (_LEAST_ORDINARY if ordinary else _LEAST_SINGLE)


def _clitic(span: Span, words: Words, gazetteer: Gazetteer, vocabulary: frozenset[str]) -> int:
    """Letters of clitic before a name that the tagger found: what a list, the article or the document gives away."""
    key, rest = words.keys[span.first], words.keys[span.first + 1 : span.last + 1]
    heads, forms = gazetteer.index.heads, clitic_forms(words.keys[span.first])[1:]
    if not gazetteer.candidates(" ".join((key, *rest))):
        listed = next((c for c, core in forms if c and gazetteer.candidates(" ".join((core, *rest)))), 0)
        if listed:
            return listed
    if key in heads:
        return 0
    # readings that the dictionary lacks call every word a name, with and without its first letters
    known = [a for a in words.token(span.first).form.analyses if a.number]
    whole = any(not (a.conj or a.prep) and a.pos in _WHOLE for a in known)
    for consumed, core in forms if not whole else ():
        if core in heads or (core.startswith("ال") and len(core) > 4):
            return consumed
    best = words.token(span.first).best
    if best is not None and best in known and best.pos in _WHOLE and (best.conj or best.prep) and not whole:
        return len(best.conj) + (0 if key[len(best.conj) :].startswith("لل") else len(best.prep))
    shorter = next((consumed for consumed, core in forms if core in vocabulary and len(core) > 3), 0)
    if not shorter and key[0] == "و" and len(key) > 4 and not words.token(span.first).form.analyses:
        return 1  # few unknown names begin with و, many follow it
    return shorter


def _fit(span: Span, words: Words, gazetteer: Gazetteer) -> None:
    """A tagged name cut to what a list has of it: no kind of group or place before it, no ``الإرهابية`` after it.

    Where no list has any of it, what is said of the name still goes, and of a place its nationality.
    """
    if span.kind == "PERSON" or span.words == 1 or _lists(span, words, gazetteer):
        return
    nation = nations().adjective_at(words.keys, span.last, definite=True) is not None
    ends = [span.last]
    if nation or words.keys[span.last] in cue_words("stop"):
        ends.append(span.last - 1)
    head = without_article(words.keys[span.first][span.consumed :])
    starts = [(span.first, span.consumed)]
    if any(head in cue_words(cue) for cue in ("type", "construct", "armed", "admin", "facility", "nature")):
        starts.append((span.first + 1, 0))
    for first, consumed in starts:
        for last in ends:
            part = moved(span, first=first, consumed=consumed, last=last)
            if first <= last and _lists(part, words, gazetteer):
                span.first, span.consumed, span.last = first, consumed, last
                return
    if len(ends) > 1 and span.words > 2 and not (nation and span.kind == "ORGANIZATION"):
        span.last -= 1


def _lists(span: Span, words: Words, gazetteer: Gazetteer) -> bool:
    """Whether a list has a name in full, of a kind like the span's."""
    found = gazetteer.candidates(span.phrase(words))
    return any(c.strength == SURE and group(c.entity.kind) == group(span.kind) for c in found)


def _extended(span: Span, words: Words) -> Span:
    """A person's name goes on through بن and آل."""
    if span.kind != "PERSON":
        return span
    kin, keys, last = cue_words("kin"), words.keys, span.last
    while last + 2 < len(keys) + 1 and last + 1 < len(keys) and keys[last + 1] in kin and last - span.last < _KIN_REACH:
        step = 3 if last + 3 < len(keys) and keys[last + 2] in ("عبد", "ابي", "ابو") else 2
        if last + step >= len(keys):
            break
        last += step
    span.last = last
    return span
