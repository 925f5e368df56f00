"""Silver data: unlabelled news, tagged by the first networks and made consistent within each document.

The second round of training learns from it what one sentence does not show but the document does: a surname that is a
person because the full name stands two sentences earlier, a club that is told from its city.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from seeds.build.train_ner.measure import spans
from seeds.build.train_ner.texts import Tagged, corpus_documents, split_sentences, tokenize, without_clitics
from tasks.entities import tagger_dictionary
from tasks.entities.tagger import Tagger
from tasks.entities.tagger_features import FLAGS, LONGEST_NAME, word_key

SURE = 0.6  # least probability of any tag in a sentence that is kept
_CONFIDENT = 0.85  # of a name that speaks for its like in the document
_DECISIVE = 0.75  # share of the votes that one kind needs
_SETTLED = 0.9  # probability given to a tag that the document decides
_KEEP_EMPTY = 0.3  # share of the sentences without a name that is kept
_SHORTEST, _LONGEST = 5, 80  # tokens of a sentence

Votes = dict[tuple[str, ...], Counter[str]]


@dataclass(slots=True)
class Sentence:
    """A sentence of a document with the tags as they stand and their probabilities."""

    words: list[str]
    tags: list[str]
    sure: list[float]

    @property
    def keys(self) -> list[str]:
        """Spelling keys of the words."""
        return [word_key(w) for w in self.words]


def make(shared: Path, tagger: Tagger, count: int, seed: int = 3) -> list[Tagged]:
    """Sentences of `count` random corpus documents that the tagger is sure of, once each document has been settled."""
    documents = list(corpus_documents(shared))
    random.Random(seed).shuffle(documents)
    chance = random.Random(seed)
    kept: list[Tagged] = []
    for text in documents[:count]:
        sentences = read(tagger, [tokenize(s) for s in split_sentences(text)])
        settle(sentences)
        for s in sentences:
            named = any(t != "O" for t in s.tags)
            fits = _SHORTEST <= len(s.words) <= _LONGEST and min(s.sure) >= SURE
            if fits and (named or chance.random() < _KEEP_EMPTY):
                kept.append(list(zip(s.words, s.tags, strict=True)))
    return kept


def read(tagger: Tagger, sentences: list[list[str]]) -> list[Sentence]:
    """The sentences of a document as the tagger sees them."""
    return [
        Sentence(words, [t for t, _ in found], [p for _, p in found])
        for words, found in zip(sentences, tagger.tag(sentences), strict=True)
    ]


def settle(sentences: list[Sentence]) -> None:
    """Let the names that the tagger is sure of decide about the same words elsewhere in the document, in place."""
    votes = _votes(sentences)
    for sentence in sentences:
        keys = sentence.keys
        at = 0
        while at < len(keys):
            length, kind = next(_agreed(keys, at, votes), (0, ""))
            if length and _may_change(sentence, at, at + length):
                tags = [f"B-{kind}"] + [f"I-{kind}"] * (length - 1)
                if sentence.tags[at : at + length] != tags:
                    sentence.tags[at : at + length] = tags
                    sentence.sure[at : at + length] = [_SETTLED] * length
            at += max(1, length)


def _votes(sentences: list[Sentence]) -> Votes:
    """How often each confident name of the document was found as which kind; full names vote for their surname too."""
    votes: Votes = defaultdict(Counter)
    for sentence in sentences:
        keys = sentence.keys
        for start, end, kind in spans(sentence.tags):
            if min(sentence.sure[start:end]) < _CONFIDENT:
                continue
            votes[tuple(keys[start:end])][kind] += 1
            if kind == "PERS" and end - start > 1:
                votes[(keys[end - 1],)][kind] += 1
    return votes


def _agreed(keys: list[str], at: int, votes: Votes) -> Iterator[tuple[int, str]]:
    """(Length, kind) of the names that start here by the document's votes, longest first."""
    for length in range(min(LONGEST_NAME, len(keys) - at), 0, -1):
        for first in without_clitics(keys[at]):
            found = votes.get((first, *keys[at + 1 : at + length]))
            if not found:
                continue
            (kind, most), total = found.most_common(1)[0], found.total()
            if most >= _DECISIVE * total and (length > 1 or total > 1 or not _common(first)):
                yield length, kind


def _common(key: str) -> bool:
    """Whether the dictionary knows the word as an ordinary one."""
    return bool(tagger_dictionary.flags(key, tagger_dictionary.load()) & 1 << FLAGS.index("common"))


def _may_change(sentence: Sentence, start: int, end: int) -> bool:
    """No name reaches in from outside, and the tagger was not sure of something else."""
    reaches = sentence.tags[start].startswith("I-") or (
        end < len(sentence.tags) and sentence.tags[end].startswith("I-")
    )
    return not reaches and min(sentence.sure[start:end]) < _CONFIDENT + 0.1
