"""Documents in, analysed sentences out."""

from __future__ import annotations

from collections.abc import Sequence

from tasks.language.morphology import Morphology
from tasks.language.rank import choose
from tasks.language.segment import split_sentences, tokenize
from tasks.language.types import Analysed, Document
from tasks.language.voice import settle_voice


def analyse(documents: Sequence[Document], morphology: Morphology) -> list[Analysed]:
    """Sentences, tokens and the chosen reading of every token, for a batch of documents, in their order."""
    return [analyse_document(document, morphology) for document in documents]


def analyse_document(document: Document, morphology: Morphology) -> Analysed:
    """As `analyse`, for one document."""
    sentences = split_sentences(document)
    for sentence in sentences:
        sentence.tokens = tokenize(document.text, sentence.start, sentence.end, morphology.form)
        choose(sentence.tokens)
        settle_voice(sentence.tokens)
    return Analysed(document, sentences)
