from __future__ import annotations

import random
from itertools import combinations

import numpy as np

from tasks.reading import duplicates

WORDS = [a + b for a in "بتثجحخدذرزسشصضطظعغفقكلمنهوي" for b in ("اب", "ور", "يم", "ول", "اس", "ند", "كر", "مل")]


def text(seed: int, sentences: int = 8) -> list[str]:
    chosen = random.Random(seed)
    return [" ".join(chosen.choices(WORDS, k=14)) + "." for _ in range(sentences)]


def joined(sentences: list[str]) -> str:
    return "\n".join(sentences)


def edits(seed: int) -> list[str]:
    """One article, cut, in another order, with an agency line, in another spelling."""
    base = text(seed)
    return [
        joined(base),
        joined(base[:5]),
        joined([base[0], *reversed(base[1:])]),
        joined(["بيروت (وكالة) - " + base[0], *base[1:], "شارك في التغطية مراسلنا."]),
        joined(base).replace("ا", "أ"),
    ]


def test_edited_articles_are_found_and_others_are_not() -> None:
    texts = [t for seed in range(40) for t in edits(seed)]
    signatures, bands = duplicates.signatures(texts)
    assert signatures.shape == (200, 128) and signatures.dtype == np.uint32
    assert bands.shape == (200, 42) and bands.dtype == np.uint64
    found = {p for p in duplicates.candidates(bands, signatures) if duplicates.verify(texts[p[0]], texts[p[1]])}
    wanted = {(i, j) for i, j in combinations(range(200), 2) if i // 5 == j // 5}
    assert not found - wanted
    assert len(found) >= 0.95 * len(wanted)


def test_signatures_do_not_depend_on_the_batch() -> None:
    texts = [t for seed in range(5) for t in edits(seed)]
    whole, keys = duplicates.signatures(texts)
    one, key = duplicates.signatures(texts[7:8])
    assert (whole[7] == one[0]).all() and (keys[7] == key[0]).all()
    assert int(keys[0, 0]) != int(keys[0, 1])


def test_the_estimate_is_near_the_truth() -> None:
    base = text(1, 20)
    half = joined(base[:10] + text(2, 10))
    signatures, _ = duplicates.signatures([joined(base), half])
    exact, _ = duplicates.similarity(joined(base), half)
    assert abs(float(duplicates.estimate(signatures[0], signatures[1])) - exact) < 0.15


def test_texts_without_words_share_nothing() -> None:
    _, bands = duplicates.signatures(["", "", "؟!"])
    assert not duplicates.candidates(bands)
    signatures, bands = duplicates.signatures([])
    assert signatures.shape == (0, 128) and bands.shape == (0, 42)


def test_text_key_ignores_layout_and_spelling_only() -> None:
    assert duplicates.text_key("أعلن الوزير،  الخبر") == duplicates.text_key("اعلن\nالوزير الخبر.")
    assert duplicates.text_key("أعلن الوزير") != duplicates.text_key("أعلن المدير")


def test_stories_do_not_depend_on_order() -> None:
    pairs = [("b", "a"), ("c", "b"), ("e", "d")]
    rank = {x: x for x in "abcde"}
    expected = {"a": "a", "b": "a", "c": "a", "d": "d", "e": "d"}
    for seed in range(5):
        random.Random(seed).shuffle(pairs)
        assert duplicates.stories(pairs, rank) == expected
