"""What the Arabic analysis hands on: documents cut into sentences, tokens and word analyses.

All offsets count Unicode characters into ``Document.text`` (headline line, when there is one, then the body).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(slots=True, frozen=True)
class Document:
    """One news item as the transform sees it: no clock, no file, only this."""

    document_id: str
    text: str
    published_on: date | None = None
    has_title: bool = False  # the first line of text is the headline
    language: str = "ar"
    source_id: str = ""
    source_name: str = ""  # the outlet as people call it, in Arabic or English
    source_country: str = ""  # ISO alpha-3 of the outlet, "" if unknown


@dataclass(slots=True, frozen=True)
class Analysis:
    """One morphological reading of a word form. Lemma and root are undiacritised, hamza kept (``التقى``, ``اجتماع``)."""

    lemma: str
    pos: str  # verb, noun, noun_prop, adj, adv, prep, conj, part, part_neg, part_fut, pron, pron_rel, pron_dem, digit, punc, foreign, abbrev
    root: str = ""
    gloss: str = ""
    conj: str = ""  # attached و or ف
    prep: str = ""  # attached ب ل ك, or س (future) before a verb
    article: bool = False  # ال or لل
    enclitic: str = ""  # attached pronoun as written: ه ها هم هما نا ي ك كم ...
    aspect: str = ""  # p perfect, i imperfect, c imperative; "" when no verb
    voice: str = ""  # a active, p passive
    person: str = ""  # 1 2 3
    gender: str = ""  # m f
    number: str = ""  # s d p
    vocalised: str = ""  # the whole form with diacritics


Option = tuple[int, float, Analysis, bool]
"""Class of a reading, its cost out of context, the reading, and whether it begins a clause."""


@dataclass(slots=True)
class Form:
    """A word form with all its readings, shared by all its tokens (cached by word)."""

    word: str  # as written, without diacritics and tatweel
    key: str  # folded: bare alif, ي for ى, ه for ة, ک and ی mapped; see normalize.fold
    analyses: tuple[Analysis, ...] = ()  # likeliest first, out of context
    options: tuple[Option, ...] = ()  # for rank.py: the best reading of each class


@dataclass(slots=True)
class Token:
    """A word, number or punctuation mark of the text."""

    start: int
    end: int
    text: str
    form: Form
    best: Analysis | None = None  # the reading chosen in this sentence

    @property
    def key(self) -> str:
        """Folded form, see `Form.key`."""
        return self.form.key

    @property
    def pos(self) -> str:
        """Part of speech of the chosen reading, "" when there is none."""
        return self.best.pos if self.best else ""

    @property
    def lemma(self) -> str:
        """Lemma of the chosen reading, else the folded form."""
        return self.best.lemma if self.best else self.form.key


@dataclass(slots=True)
class Sentence:
    """A sentence with exact offsets; ``kind`` is headline, dateline or body; ``no`` 0 is the headline if there is one, else bodies start at 1."""

    no: int
    start: int
    end: int
    kind: str
    tokens: list[Token] = field(default_factory=list)


@dataclass(slots=True)
class Analysed:
    """A document with its sentences."""

    document: Document
    sentences: list[Sentence] = field(default_factory=list)

    def text_of(self, start: int, end: int) -> str:
        """The characters between two offsets."""
        return self.document.text[start:end]


@dataclass(slots=True, frozen=True)
class DateMention:
    """A date expression and what it resolves to relative to publication."""

    start: int
    end: int
    text: str
    value: date | None  # first day of the period
    precision: str  # day, month, year, none
    kind: str = "date"  # date, range, duration, set (every ...), time
    background: bool = False  # history: منذ 2011, anniversaries
