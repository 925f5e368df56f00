"""Analysed documents without the morphological database: words, folded forms and offsets only."""

from __future__ import annotations

from datetime import date

from tasks.entities.match import Words
from tasks.language.normalize import dediac, fold
from tasks.language.segment import split_sentences, tokenize
from tasks.language.types import Analysed, Document, Form


def form(word: str) -> Form:
    return Form(dediac(word), fold(word))


def analysed(text: str, on: str = "2021-02-09", title: bool = False, document_id: str = "d1") -> Analysed:
    document = Document(document_id, text, date.fromisoformat(on), has_title=title)
    sentences = split_sentences(document)
    for sentence in sentences:
        sentence.tokens = tokenize(text, sentence.start, sentence.end, form)
    return Analysed(document, sentences)


def words(text: str) -> Words:
    return Words(analysed(text).sentences[0])
