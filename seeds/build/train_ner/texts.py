"""The texts that the tagger learns from, cut into tokens as the pipeline cuts them.

Three sources lie beside the project (the shared folder): ANERcorp (tagged token by token), our own annotated articles
(names listed by surface form, projected on the text here) and the unlabelled news corpus.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tasks.entities.tagger_features import word_key
from tasks.language import segment
from tasks.language.segment import TOKEN_RE
from tasks.language.types import Document

Tagged = list[tuple[str, str]]  # (token, BIO tag)
T = TypeVar("T")

_CLITICS = "و ف ب ل ك وب ول وك فب فل".split()  # noqa: SIM905
_LONGEST = 120
_KIND = {"PERSON": "PERS", "ORGANIZATION": "ORG", "GPE": "LOC", "LOCATION": "LOC", "FACILITY": "LOC"}
_ROLES = frozenset(
    word_key(w)
    for w in """
    رئيس الرئيس للرئيس رئيسة الرئيسة وزير الوزير وزيرة المتحدث المتحدثة متحدث الناطق زعيم الزعيم ولي قائد القائد
    العاهل عاهل للعاهل نائب النائب الأمين أمين مدير المدير مديرة سفير السفير سفيرة محامي المدعي المبعوث مبعوث
    المستشارة المستشار مستشار مستشارة مندوب مندوبة حاكم مسؤول بابا زوجة منسق المنسق نقيب الملك ملك أمير إمام السيدة
    المفوض مفوض المرشد ممثل ممثلة القس الداعية خادم عمدة الأب محافظ سكرتير كبير عضو
    """.split()  # noqa: SIM905  first words of a mention by office (the president, the spokesman …)
)


@dataclass(frozen=True, slots=True)
class Fold:
    """Which contiguous part of the tagged corpus is held out: part `number` of `of`."""

    number: int
    of: int

    def split(self, items: list[T]) -> tuple[list[T], list[T]]:
        """The items without the part, and the part."""
        start, end = len(items) * self.number // self.of, len(items) * (self.number + 1) // self.of
        return items[:start] + items[end:], items[start:end]


def tokenize(text: str) -> list[str]:
    """Words (diacritics kept), numbers and single punctuation marks, as the pipeline cuts them."""
    return [m[0] for m in TOKEN_RE.finditer(text)]


def split_sentences(text: str) -> list[str]:
    """The sentences of a headline, newline, body text, as the pipeline cuts them."""
    document = Document("", text, has_title=True)
    return [text[s.start : s.end] for s in segment.split_sentences(document)]


def anercorp(shared: Path) -> list[Tagged]:
    """Sentences of the ANERcorp training split; MISC names are O."""
    text = (shared / "ner" / "anercorp_train.txt").read_text(encoding="utf-8").strip()
    sentences = []
    for block in re.split(r"\n\s*\n", text):
        tagged: Tagged = []
        for line in block.split("\n"):
            word, tag = line.rsplit(" ", 1)
            tagged += _retokenize(word, "O" if tag.endswith("MISC") else tag)
        sentences.append(tagged)
    return sentences


def _retokenize(word: str, tag: str) -> Tagged:
    """A corpus token such as ``(د`` as our tokens: punctuation around a name is no part of it."""
    pieces = tokenize(word)
    named = [i for i, p in enumerate(pieces) if p[0].isalnum()]
    if tag == "O" or not named:
        return [(p, "O") for p in pieces]
    out: Tagged = []
    for i, piece in enumerate(pieces):
        inside = named[0] <= i <= named[-1]
        out.append((piece, (tag if i == named[0] else "I" + tag[1:]) if inside else "O"))
    return out


def chunks(sentence: Tagged) -> Iterator[Tagged]:
    """A sentence in pieces of at most 120 tokens, for training."""
    for start in range(0, len(sentence), _LONGEST):
        yield sentence[start : start + _LONGEST]


def articles(shared: Path, which: str = "train") -> list[list[Tagged]]:
    """Our annotated articles, each a list of tagged sentences, in order of their names."""
    out = []
    for file in sorted((shared / "gold" / which).glob("*.json")):
        gold = json.loads(file.read_text(encoding="utf-8"))
        document = json.loads((file.parent / "docs" / file.name).read_text(encoding="utf-8"))
        surfaces = _surfaces(gold["entities"])
        text = f"{document.get('title') or ''}\n{document['text']}"
        out.append([project(tokenize(s), surfaces) for s in split_sentences(text)])
    return out


def _surfaces(entities: list[dict[str, object]]) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """First word to (words, kind) of the listed names, longest first; role mentions of a person are left out."""
    found: dict[str, dict[tuple[str, ...], str]] = {}
    for entity in entities:
        kind = _KIND[str(entity["kind"])]
        own = {word_key(w) for w in tokenize(str(entity["name"]))}
        mentions = entity["mentions"]
        assert isinstance(mentions, list)
        for mention in mentions:
            words = tuple(word_key(w) for w in tokenize(mention))
            role = kind == "PERS" and words and words[0] in _ROLES and not own & set(words)
            if words and not role:
                found.setdefault(words[0], {})[words] = kind
    return {k: sorted(v.items(), key=lambda item: -len(item[0])) for k, v in found.items()}


def project(tokens: list[str], surfaces: dict[str, list[tuple[tuple[str, ...], str]]]) -> Tagged:
    """Tag every occurrence of the listed names in a sentence, longest first, clitics allowed before the first word."""
    keys = [word_key(t) for t in tokens]
    tags = ["O"] * len(tokens)
    i = 0
    while i < len(keys):
        best = max((m for c in without_clitics(keys[i]) for m in _matches(c, keys, i, surfaces)), default=None)
        if best is None:
            i += 1
            continue
        length, kind = best
        tags[i : i + length] = [f"B-{kind}"] + [f"I-{kind}"] * (length - 1)
        i += length
    return list(zip(tokens, tags, strict=True))


def without_clitics(key: str) -> list[str]:
    """The word as it stands, without a clitic, and with its article where للـ has swallowed it."""
    forms = [key, *(key[len(c) :] for c in _CLITICS if key.startswith(c) and len(key) - len(c) >= 2)]
    return (
        forms
        + ["ال" + f[1:] for f in forms if f.startswith("ل") and len(f) > 3]
        + ["ال" + key[n:] for n, start in ((2, "لل"), (3, "ولل")) if key.startswith(start)]
    )


def _matches(
    first: str, keys: list[str], at: int, surfaces: dict[str, list[tuple[tuple[str, ...], str]]]
) -> Iterator[tuple[int, str]]:
    for words, kind in surfaces.get(first, ()):
        if tuple(keys[at + 1 : at + len(words)]) == words[1:]:
            yield len(words), kind


def corpus_documents(shared: Path) -> Iterator[str]:
    """Texts (headline, newline, body) of the unlabelled corpus in file order."""
    with gzip.open(shared / "corpus" / "antcorpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            document = json.loads(line)
            yield f"{document['title']}\n{document['text']}"
