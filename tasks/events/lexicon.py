"""The trigger lexicon: entries by folded lemma and part of speech, told apart by what follows in the clause."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import seeds
from tasks.events.clause import BREAKS, View, is_passive
from tasks.events.ontology import PLOVER
from tasks.language.normalize import fold, fold_word

_CLASSES = {
    "V": ("V",),
    "P": ("V",),
    "N": ("N",),
    "A": ("A", "N"),
}  # participles are nouns or adjectives to the dictionary
_OTHERS = {"V": "NA", "N": "AV", "A": "NV", "F": "VNA", "?": "VAN"}  # classes to try when the chosen one has no sense
STATUSES = ("", "occurred", "planned", "negated", "possible")
PAIR = 3  # tokens between a trigger and its object up to which both are one trigger's text
_CACHE_LIMIT = 200_000  # forms
REACH = 12  # tokens after the trigger in which its object must stand


@dataclass(slots=True, frozen=True)
class Trigger:
    """One sense of one word: what it codes, and what must or must not follow it."""

    id: str
    words: tuple[str, ...]  # folded lemma, or the folded words of a fixed phrase
    pos: str  # V verb, P passive verb, N noun, A adjective or participle
    objects: tuple[tuple[str, ...], ...]  # one of these phrases must follow
    preps: tuple[str, ...]  # one of these prepositions must follow
    vetoes: tuple[tuple[str, ...], ...]  # none of these phrases may follow
    cameo: str
    plover: str  # "" for a bare public statement
    mode: str
    source: tuple[str, ...]  # roles in order of preference: subj, obj, idafa, prep:X, by, none
    target: tuple[str, ...]
    reciprocal: bool
    status: str
    example: str
    gloss: str

    @property
    def weight(self) -> int:
        """How specific the sense is: a required object outweighs a preposition, a longer phrase a shorter."""
        return 4 * (len(self.words) - 1) + 3 * bool(self.objects) + 2 * bool(self.preps) + bool(self.vetoes)


def _phrases(cell: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(fold(w) for w in part.split()) for part in cell.split("|") if part.strip())


def _alternatives(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def parse(row: dict[str, str], where: str = "seeds/lexicon") -> Trigger:
    """A trigger from one CSV row.

    Raises:
        seeds.SeedError: when the part of speech, PLOVER type or status is unknown.
    """
    plover = "" if row["plover"] in ("-", "") else row["plover"]
    if row["pos"] not in ("V", "N", "A", "P"):
        raise seeds.SeedError(f"{where}: {row['id']}: pos {row['pos']!r} is none of V, N, A, P")
    if plover and plover not in PLOVER:
        raise seeds.SeedError(f"{where}: {row['id']}: {plover!r} is no PLOVER type")
    if row.get("status", "") not in STATUSES:
        raise seeds.SeedError(f"{where}: {row['id']}: {row['status']!r} is no status")
    return Trigger(
        id=row["id"], words=tuple(fold(w) for w in row["lemma"].split()), pos=row["pos"], objects=_phrases(row["object"]),
        preps=_alternatives(row["prep"]), vetoes=_phrases(row["veto"]), cameo=row["cameo"], plover=plover,
        mode=row.get("mode", ""), source=_alternatives(row["source"]), target=_alternatives(row["target"]),
        reciprocal=row.get("reciprocal", "").lower() in ("1", "y", "yes", "true"), status=row.get("status", ""),
        example=row.get("example", ""), gloss=row.get("gloss", ""),
    )  # fmt: skip


@dataclass(slots=True, frozen=True)
class Match:
    """A lexicon entry found at token `at`; `span` is the first and last token of trigger and object."""

    trigger: Trigger
    at: int
    span: tuple[int, int]
    prep: str = ""
    kind: str = ""  # word class in which token `at` fits: V, N or A
    words: int = 0  # words of the object phrase

    @property
    def weight(self) -> int:
        """How specific the match is: that of its trigger, and more for a longer object phrase."""
        return self.trigger.weight + max(0, self.words - 1)


_Entry = tuple[Trigger, frozenset[str]]  # with the first words of its objects


class Lexicon:
    """All triggers, indexed by the folded lemma of their first word and its word class."""

    def __init__(self, triggers: Iterable[Trigger]) -> None:
        self.triggers = tuple(triggers)
        self._index: dict[tuple[str, str], list[Trigger]] = {}
        for t in self.triggers:
            for kind in _CLASSES[t.pos]:
                self._index.setdefault((kind, t.words[0]), []).append(t)
        for entries in self._index.values():
            entries.sort(key=lambda t: (-t.weight, t.id))

        single = [(kind, t) for t in self.triggers if len(t.words) == 1 for kind in _CLASSES[t.pos]]
        self._entries: dict[str, dict[str, tuple[_Entry, ...]]] = {}
        self._bare = {(kind, t.words[0]) for kind, t in single if not t.objects}

    def is_light(self, m: Match) -> bool:
        """Whether the word of a match is no trigger without its object, as أجرى and شن are not: the pair is one trigger."""
        t = m.trigger
        return bool(t.objects) and all((kind, t.words[0]) not in self._bare for kind in _CLASSES[t.pos])

    def one_each(self, matches: dict[int, list[Match]]) -> dict[int, list[Match]]:
        """Matches without those inside a longer phrase, or on a near object that a word needs or shares its type with."""
        inside: set[int] = set()
        for i, found in sorted(matches.items()):
            best = found[0]
            phrase = i + len(best.trigger.words) - 1
            inside.update(range(i + 1, phrase + 1))
            if i in inside or best.span[1] - i > PAIR:
                continue
            for k in range(best.span[1] + 1 - best.words, best.span[1] + 1):
                other = matches[k][0].trigger if k in matches else None
                if other and (other.plover == best.trigger.plover or (self.is_light(best) and not other.objects)):
                    inside.add(k)
        return {i: found for i, found in matches.items() if i not in inside}

    def lookup(self, kind: str, lemmas: Iterable[str]) -> list[Trigger]:
        """Entries of a word class for any of some folded lemmas."""
        return [t for lemma in lemmas for t in self._index.get((kind, lemma), ())]

    def known(self, view: View) -> list[int]:
        """Tokens of whose form the lexicon has entries."""
        found = [self._entries.get(token.form.word) for token in view.tokens]
        return [i for i, entries in enumerate(found) if (self._entries_of(view, i) if entries is None else entries)]

    def match(self, view: View, i: int) -> list[Match]:
        """Senses that fit token i, the most specific first; those of another word class where the chosen one has none."""
        kind = view.pos[i]
        if kind not in _OTHERS or not self._entries_of(view, i):
            return []
        found = self._senses(view, i, kind)
        for other in _OTHERS[kind]:
            found = found or [m for m in self._senses(view, i, other) if _may_be(view, m)]
        if kind == "N" and found and found[0].kind == "V" and not _opens(view, i):
            return [
                replace(m, kind="N") for m in found
            ]  # عقد, شن before their object: the verbal noun is spelt as the verb
        return found

    def _entries_of(self, view: View, i: int) -> dict[str, tuple[_Entry, ...]]:
        """Entries of a token's form by word class, remembered by form; most forms have none."""
        word = view.tokens[i].form.word
        found = self._entries.get(word)
        if found is None:
            if len(self._entries) > _CACHE_LIMIT:
                self._entries.clear()
            by_class = {
                kind: tuple((t, frozenset(phrase[0] for phrase in t.objects)) for t in self.lookup(kind, lemmas))
                for kind, lemmas in view.keys[i].by_class.items()
            }
            found = self._entries[word] = {kind: entries for kind, entries in by_class.items() if entries}
        return found

    def _senses(self, view: View, i: int, kind: str) -> list[Match]:
        entries = self._entries_of(view, i).get(kind)
        if entries is None:
            return []
        passive, here = kind == "V" and is_passive(view, i), view.places().keys()
        fitting = [t for t, objects in entries if not objects or not here.isdisjoint(objects)]
        found = [m for t in fitting if (m := _fit(view, i, t, kind))]
        if kind == "V" and not passive and any(m.trigger.pos == "V" for m in found):
            found = [m for m in found if m.trigger.pos == "V"]
        return sorted(found, key=lambda m: (kind == "V" and (m.trigger.pos == "P") != passive, -m.weight, m.trigger.id))


def _may_be(view: View, m: Match) -> bool:
    """Whether a token may be of the word class of a match that was not chosen for it."""
    chosen, i, t = view.pos[m.at], m.at, m.trigger
    beside = m.span[1] == i + m.words > i or (i + 1 < len(view.words) and fold_word(m.prep or " ") == view.words[i + 1])
    if chosen == "F":  # عبر, قبل, مثل: only with what the sense asks for
        return beside or (m.kind == "V" and bool(t.objects and t.preps))
    if m.kind == "V":
        return chosen == "?" or _opens(view, i) or (bool(t.objects) and beside)
    if chosen == "A":  # an adjective after its noun
        return i == 0 or view.pos[i - 1] not in ("N", "A") or bool((best := view.tokens[i].best) and best.prep)
    return True


def _opens(view: View, i: int) -> bool:
    """Whether a verb is at home at token i: first in the sentence, after a comma or stop, or after قد, أن, who and not."""
    if i == 0 or view.words[i - 1] == "قد":
        return True
    best = view.tokens[i].best
    if best is not None and (best.article or best.prep):
        return False
    return view.tokens[i - 1].text in BREAKS or view.roles[i - 1] in ("that", "rel", "neg", "clause", "may")


def _fit(view: View, i: int, trigger: Trigger, kind: str) -> Match | None:
    last = i + len(trigger.words) - 1
    if last >= len(view.tokens):
        return None
    if last > i and any(w not in view.keys[i + k].every for k, w in enumerate(trigger.words) if k):
        return None
    stop = _stop(view, last) if trigger.objects or trigger.vetoes or trigger.preps else last
    if trigger.vetoes and any(_find(view, phrase, last + 1, stop) >= 0 for phrase in trigger.vetoes):
        return None
    end, words = last, 0
    if trigger.objects:
        found = [(e, -len(phrase)) for phrase in trigger.objects if (e := _find(view, phrase, last + 1, stop)) >= 0]
        if not found:
            return None
        end, words = min(found)
        words = -words
    prep = ""
    if trigger.preps:
        prep = next((p for p in trigger.preps if governs(view, p, last, stop)), "")
        if not prep:
            return None
    return Match(trigger, i, (i, end), prep, kind, words)


def _stop(view: View, i: int) -> int:
    """End of the stretch in which a trigger's object may stand: its clause, at most `REACH` tokens."""
    stop, limit = i + 1, min(len(view.tokens), i + 1 + REACH)
    while stop < limit and (view.clause[stop] == view.clause[i] or stop == i + 1):
        stop += 1
    return stop


def _find(view: View, phrase: Sequence[str], start: int, stop: int) -> int:
    """Last token of the first place in start..stop-1 where the phrase stands, else -1."""
    for at in view.places().get(phrase[0], ()):
        if (
            start <= at
            and at + len(phrase) <= stop
            and all(w in view.keys[at + k].every for k, w in enumerate(phrase[1:], 1))
        ):
            return at + len(phrase) - 1
    return -1


def governs(view: View, prep: str, i: int, stop: int) -> bool:
    """Whether a preposition (free or attached) follows token i before `stop`."""
    free = fold_word(prep)
    for at in range(i + 1, min(stop + 1, len(view.tokens))):
        best = view.tokens[at].best
        if view.words[at] == free or (best is not None and best.prep == prep):
            return True
        if len(prep) > 1 and view.roles[at] == "" and view.words[at].startswith(free) and view.pos[at] == "F":
            return True  # with an attached pronoun: منه, معه
    return False


@cache
def default_lexicon() -> Lexicon:
    """The lexicon in seeds/lexicon: every triggers_*.csv."""
    files = seeds.names("lexicon", "triggers_*.csv")
    return Lexicon(
        parse(row, f"seeds/{name}")
        for name in files
        for row in seeds.read(name, required=("id", "lemma", "pos", "cameo"), unique="id")
    )
