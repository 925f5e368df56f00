"""The second pass over a document: what it says in full once, it may say short everywhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tasks.entities.candidates import PARTIAL, WEAK
from tasks.entities.cues import cue_words
from tasks.entities.match import Words
from tasks.entities.spans import Span
from tasks.language.types import Token

_PREFIXES = ("", "و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل")
_ORDINALS = frozenset(
    {
        "الاول",
        "الثاني",
        "الثالث",
        "الرابع",
        "الخامس",
        "السادس",
        "السابع",
        "الثامن",
        "عشر",
        "الاولي",
        "الثانيه",
        "الثالثه",
    }
)
_JOINED = frozenset(
    {"عبد", "ابو", "ابي", "ابا", "ال", "بن", "ابن", "ولد", "بنت", "ام", "بو", "فان", "دي", "دو", "دا", "لو"}
)


def full_names(spans: Sequence[Span], words: Sequence[Words]) -> dict[str, list[Span]]:
    """Short forms (folded) that full names in the document allow: surnames, and abbreviations in brackets after a name."""
    short: dict[str, list[Span]] = defaultdict(list)
    for span in spans:
        if span.strength == WEAK:
            continue
        keys = span.phrase(words[span.sentence]).split()
        if span.kind == "PERSON" and len(keys) > 1:
            for form in _surnames(keys):
                short[form].append(span)
        elif span.kind == "ORGANIZATION" and len(keys) > 1 and keys[0] in _own_name_heads():
            short[" ".join(keys[1:])].append(span)
    return short


def _surnames(keys: Sequence[str]) -> Iterator[str]:
    """``السبسي`` of ``الباجي قايد السبسي``, ``بن سلمان`` of ``محمد بن سلمان``, ``عبد الله`` of ``عبد الله الثاني``."""
    for start in range(1, len(keys)):
        if keys[start - 1] in _JOINED or (keys[start] in _ORDINALS and start == len(keys) - 1):
            continue  # الثانية alone is not إليزابيث الثانية
        yield " ".join(keys[start:])
    if keys[-1] in _ORDINALS:
        yield " ".join(keys[:-1])


def _own_name_heads() -> frozenset[str]:
    """Heads after which the rest of an organisation's name can stand alone: ``حركة النهضة``, ``صحيفة الحياة``."""
    return cue_words("armed") | cue_words("media") | {"حزب", "جبهه"}


def short_mentions(
    short: dict[str, list[Span]], words: Sequence[Words], spans: Sequence[Span]
) -> Iterator[tuple[Span, Span]]:
    """Where short forms stand in words that no span covers: (the new span, the span of the full name)."""
    if not short:
        return
    covered: dict[int, set[int]] = defaultdict(set)
    for span in spans:
        if span.strength != WEAK and not (_is_loose(span) and span.phrase(words[span.sentence]) in short):
            covered[span.sentence].update(range(span.first, span.last + 1))
    written = _written(short)
    for number, sentence in enumerate(words):
        keys, taken = sentence.keys, covered[number]
        for i, key in enumerate(keys):
            if key not in written or i in taken:
                continue
            for consumed, form in written[key]:
                last = i + form.count(" ")
                if last == i and _function_word(sentence.token(i)):
                    continue
                if keys[i + 1 : last + 1] == form.split()[1:] and taken.isdisjoint(range(i, last + 1)):
                    full = _nearest(short[form], number, i)
                    yield replace_span(full, number, i, last, consumed), full
                    taken.update(range(i, last + 1))
                    break


def _function_word(token: Token) -> bool:
    return len(token.key) < 3 or token.pos in ("conj", "prep", "part", "part_neg", "pron", "pron_rel", "adv")


def _is_loose(span: Span) -> bool:
    """Whether a span is a short name that only the tagger knows: a full name elsewhere may say whose."""
    return span.words <= 2 and span.kind == "PERSON" and not span.candidates and span.method == "tagger"


def replace_span(full: Span, sentence: int, first: int, last: int, consumed: int) -> Span:
    """A span for a short form of a full name."""
    return replace(
        full, sentence=sentence, first=first, last=last, consumed=consumed, method="document", score=0.75,
        strength=PARTIAL, reason="short for a name that the document gives in full",
    )  # fmt: skip


def _written(short: dict[str, list[Span]]) -> dict[str, list[tuple[int, str]]]:
    """First words as they may be written, with clitics: (letters of clitic, short form), longest form first."""
    written: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for form in sorted(short, key=lambda f: -f.count(" ")):
        head = form.split()[0]
        for prefix in _PREFIXES:
            written[prefix + head].append((len(prefix), form))
        if head.startswith("ال"):
            written["لل" + head[2:]].append((0, form))
            written["ولل" + head[2:]].append((1, form))
    return written


def _nearest(full: Sequence[Span], sentence: int, first: int) -> Span:
    """The full name last told before a place, else the first after it."""
    before = [s for s in full if (s.sentence, s.first) < (sentence, first)]
    return max(before, key=lambda s: (s.sentence, s.first)) if before else full[0]
