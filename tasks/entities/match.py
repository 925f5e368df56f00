"""Finding known phrases in a sentence: clitics off the first word, quotation marks and joining hyphens overlooked.

A phrase is a string of folded words (`tasks.language.normalize.fold`) with one blank between them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Generic, NamedTuple, Protocol, TypeVar

from tasks.language.normalize import dediac, fold
from tasks.language.segment import TOKEN_RE
from tasks.language.types import Sentence, Token

T = TypeVar("T")
S_co = TypeVar("S_co", covariant=True)

QUOTES = frozenset("\"'«»“”‘’„‹›`´")
_HAMZA = frozenset("أإآ")
HYPHENS = frozenset("-‐‑–—_")
_NO_WORDS = QUOTES | HYPHENS | {""}
_CACHE_LIMIT = 300_000  # words; a night's news has fewer, a year of it must not grow the process


class Clitics(NamedTuple):
    """One way to read a word: `consumed` letters of clitics, then `core`."""

    consumed: int
    core: str


class Hit(NamedTuple, Generic[T]):
    """A phrase found: places in `Words`, letters of clitic before it, what the index holds for it."""

    first: int
    last: int
    consumed: int
    phrase: str
    value: T


@lru_cache(maxsize=_CACHE_LIMIT)
def clitic_forms(key: str) -> tuple[Clitics, ...]:
    """Ways to read a folded word with و ف ب ل ك and their pairs taken off, the word as it stands first.

    ``للسعوديه`` reads as ``السعوديه`` with nothing consumed: the fused form stays in a mention as written.
    """
    forms = [Clitics(0, key)]
    starts = (0, 1) if len(key) > 3 and key[0] in "وف" else (0,)
    for at in starts:
        rest = key[at:]
        if at:
            forms.append(Clitics(1, rest))
        if rest.startswith("لل") and len(rest) > 4:
            forms.append(Clitics(at, "ال" + rest[2:]))
        if len(rest) > 3 and rest[0] in "بلك":
            forms.append(Clitics(at + 1, rest[1:]))
    return tuple(forms)


def without_article(key: str) -> str:
    """A folded word without ال or لل."""
    return key[2:] if len(key) > 4 and key.startswith(("ال", "لل")) else key


@lru_cache(maxsize=_CACHE_LIMIT)
def _bare_forms(key: str) -> tuple[Clitics, ...]:
    """As `clitic_forms`, each without its article."""
    return tuple([Clitics(consumed, without_article(core)) for consumed, core in clitic_forms(key)])


def letter_offset(token: Token, consumed: int) -> int:
    """Document offset of the letter that follows `consumed` folded letters of a token."""
    if not consumed or len(token.text) == len(token.key):
        return token.start + consumed
    at = consumed  # marks stand between the letters: go on until enough letters are behind
    while at < len(token.text) and len(fold(token.text[:at])) < consumed:
        at += 1
    while at < len(token.text) and not fold(token.text[at]):
        at += 1
    return token.start + at


def same_hamza(written: str, name: str) -> bool:
    """Whether a word with clitics may be a spelling of a name: a bare ا stands for any hamza, a written أ or إ for itself."""
    if _HAMZA.isdisjoint(written):
        return True
    return all(
        a == b or (a in _HAMZA) + (b in _HAMZA) < 2
        for a, b in zip(reversed(dediac(written)), reversed(dediac(name)), strict=False)
    )


def phrase_of(name: str) -> str:
    """A name as a phrase: its folded words as the tokeniser cuts them, quotation marks, hyphens and commas gone."""
    words = (fold(match[0]) for match in TOKEN_RE.finditer(name))
    return " ".join(w for w in words if w and w not in QUOTES and w not in HYPHENS and w not in ",،")


class Words:
    """The words of a sentence that phrases are made of: no quotation marks, no hyphens that join two words.

    `keys[i]` is the folded form of word i, `tokens[i]` its place in `sentence.tokens`.
    """

    __slots__ = ("_bare", "keys", "sentence", "tokens")

    def __init__(self, sentence: Sentence) -> None:
        self.sentence = sentence
        keys = [token.form.key for token in sentence.tokens]
        self.keys: list[str] = keys
        self.tokens: list[int] = list(range(len(keys)))
        self._bare: list[str] | None = None
        if not _NO_WORDS.isdisjoint(keys):
            kept = [i for i, key in enumerate(keys) if key not in _NO_WORDS or not _left_out(sentence.tokens, i, key)]
            self.keys, self.tokens = [keys[i] for i in kept], kept

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def bare(self) -> list[str]:
        """The keys without articles."""
        if self._bare is None:
            self._bare = [without_article(key) for key in self.keys]
        return self._bare

    def token(self, word: int) -> Token:
        """The token of a word."""
        return self.sentence.tokens[self.tokens[word]]

    def span(self, first: int, last: int, consumed: int = 0) -> tuple[int, int]:
        """Document offsets of words first..last, without `consumed` letters; closes a quotation opened inside."""
        start, end = letter_offset(self.token(first), consumed), self.token(last).end
        tokens = self.sentence.tokens
        after = self.tokens[last] + 1
        inside = sum(t.key in QUOTES for t in tokens[self.tokens[first] + 1 : after])
        if inside % 2 and after < len(tokens) and tokens[after].key in QUOTES:
            end = tokens[after].end
        return start, end


def _left_out(tokens: Sequence[Token], i: int, key: str) -> bool:
    return key not in HYPHENS or _joins(tokens, i)


def _joins(tokens: Sequence[Token], i: int) -> bool:
    return 0 < i < len(tokens) - 1 and tokens[i - 1].end == tokens[i].start and tokens[i].end == tokens[i + 1].start


class MoreNames(Protocol[S_co]):
    """Further phrases behind an index, too many for a dict."""

    def lengths(self, word: str) -> int:
        """Bit mask of how many words the phrases have that begin with a word."""

    def begins(self, pair: str) -> bool:
        """Whether some phrase may begin with two words; may be wrong about a yes, never about a no."""

    def get(self, phrase: str) -> S_co | None:
        """What is held for a phrase."""


class Start(NamedTuple, Generic[T]):
    """A reading of a word that begins phrases: how many words they have, most first, and what the word alone is."""

    consumed: int
    core: str
    lengths: tuple[int, ...]  # without 1
    alone: T | None


class PhraseIndex(Generic[T]):
    """Phrases to values, looked up longest first at any word of a sentence."""

    def __init__(self) -> None:
        self.names: dict[str, T] = {}
        self.heads: dict[str, int] = {}  # first word: bit mask of how many words its phrases have
        self.more: list[MoreNames[T]] = []
        self._pairs: set[str] = set()  # first two words of the phrases that have two or more
        self._starts: dict[str, tuple[Start[T], ...]] = {}

    def __len__(self) -> int:
        return len(self.names)

    def add(self, phrase: str, value: T) -> None:
        """Store a value; an earlier one of the same phrase is replaced."""
        self.names[phrase] = value
        words = phrase.split(" ", 2)
        self.heads[words[0]] = self.heads.get(words[0], 0) | 1 << (phrase.count(" ") + 1)
        if len(words) > 1:
            self._pairs.add(f"{words[0]} {words[1]}")
        self._starts.clear()

    def get(self, phrase: str) -> T | None:
        """What is held for a phrase; this index before the further ones."""
        found = self.names.get(phrase)
        if found is None and self.more:
            return next((f for m in self.more if (f := m.get(phrase)) is not None), None)
        return found

    def starts(self, key: str) -> tuple[Start[T], ...]:
        """Readings of a word that begin some phrase."""
        found = self._starts.get(key)
        if found is None:
            if len(self._starts) > _CACHE_LIMIT:
                self._starts.clear()
            found = self._starts[key] = tuple(self._readings(key))
        return found

    def beginnings(self, keys: Sequence[str]) -> list[int]:
        """Words of a sentence at which some phrase may begin."""
        known = self._starts.get
        return [i for i, key in enumerate(keys) if (self.starts(key) if (s := known(key)) is None else s)]

    def _readings(self, key: str) -> Iterator[Start[T]]:
        for consumed, core in self._forms(key):
            if not self.more and core not in self.heads:
                continue
            lengths, alone = self._lengths(core), self.get(core)
            if lengths or alone is not None:
                yield Start(consumed, core, lengths, alone)

    def _forms(self, key: str) -> tuple[Clitics, ...]:
        return clitic_forms(key)

    def _lengths(self, word: str) -> tuple[int, ...]:
        mask = self.heads.get(word, 0)
        for more in self.more:
            mask |= more.lengths(word)
        if mask < 4:  # nothing, or the word alone
            return ()
        return tuple(n for n in range(mask.bit_length() - 1, 1, -1) if mask >> n & 1)

    def at(self, keys: Sequence[str], i: int, first: str = "") -> Hit[T] | None:
        """The longest phrase that begins at word i; of equals the one with fewest letters taken off.

        Args:
            first: the word i as written, where `keys` holds a changed form of it.
        """
        key = first or keys[i]
        starts = self._starts.get(key)
        if starts is None:
            starts = self.starts(key)
        best: Hit[T] | None = None
        for consumed, core, lengths, alone in starts:
            if lengths and i + 1 < len(keys):
                pair = f"{core} {keys[i + 1]}"
                if pair in self._pairs or (self.more and self._more_begin(pair)):
                    best = self._longest(keys, i, consumed, core, lengths, best)
            if best is None and alone is not None:
                best = Hit(i, i, consumed, core, alone)
        return best

    def _more_begin(self, pair: str) -> bool:
        return any(more.begins(pair) for more in self.more)

    def _longest(
        self, keys: Sequence[str], i: int, consumed: int, core: str, lengths: tuple[int, ...], best: Hit[T] | None
    ) -> Hit[T] | None:
        for length in lengths:
            if i + length > len(keys):
                continue
            if best is not None and i + length - 1 <= best.last:
                break
            phrase = core + " " + " ".join(keys[i + 1 : i + length])
            value = self.get(phrase)
            if value is not None:
                return Hit(i, i + length - 1, consumed, phrase, value)
        return best

    def scan(self, keys: Sequence[str]) -> Iterator[Hit[T]]:
        """Longest hits from left to right; a hit inside an earlier one is left out."""
        done = -1
        for i in self.beginnings(keys):
            hit = self.at(keys, i) if i > done else None
            if hit is not None:
                yield hit
                done = hit.last


class BareIndex(PhraseIndex[T]):
    """Phrases looked up without any article: ``وزير خارجيه`` finds ``وزير الخارجية`` and ``وزير خارجية``."""

    def _forms(self, key: str) -> tuple[Clitics, ...]:
        return _bare_forms(key)

    def add(self, phrase: str, value: T) -> None:
        """Store a value under a phrase, whose articles are taken off."""
        super().add(bare(phrase), value)

    def at_word(self, words: Words, i: int) -> Hit[T] | None:
        """The longest phrase at word i of a sentence."""
        return self.at(words.bare, i, words.keys[i])


def bare(phrase: str) -> str:
    """A phrase without its articles."""
    return " ".join(without_article(word) for word in phrase.split())
