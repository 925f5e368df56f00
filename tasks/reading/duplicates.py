"""Near-duplicate texts: MinHash signatures over word triples, band keys to find candidates, the last word on a pair.

An agency text printed by nine outlets differs in headline, dateline, cuts and order of paragraphs; its word triples
hardly differ. Spelling differences that carry no meaning (hamza, ى/ي, diacritics) are folded away first. All here
is a pure function of texts: the caller keeps signatures and bands, and joins new bands with those of the last days.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import rensa

from tasks.language import normalize

VERSION = 1  # signatures of different versions must not be compared
PERMUTATIONS = 128  # numbers in a signature: the estimate of a similarity of .5 is off by .044 (one standard deviation)
ROWS = 3  # numbers a band: a pair of similarity s meets in a band with probability s**3
BANDS = PERMUTATIONS // ROWS  # 42: similarity .5 is found with probability .996, .1 with .04
SEED = 20210209
SHINGLE = 3  # words
SAME = 0.5  # Jaccard similarity from which two texts are one
WITHIN, CUT = 0.8, 0.35  # or the share of the shorter text that the longer contains, where they are alike by so much
MAYBE = 0.25  # estimated similarity below which a candidate is not worth reading

Signatures = npt.NDArray[np.uint32]
Bands = npt.NDArray[np.uint64]
_WORDS = re.compile(r"\w+")


def shingles(text: str) -> set[str]:
    """The word triples of a text, folded; its words where it has fewer than three."""
    words = _WORDS.findall(normalize.fold(text).lower())
    if len(words) < SHINGLE:
        return set(words)
    return {" ".join(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)}


def text_key(text: str) -> str:
    """A key that only the same text has: its folded words, hashed (32 hex digits). Layout does not count."""
    words = " ".join(_WORDS.findall(normalize.fold(text)))
    return hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def signatures(texts: Sequence[str]) -> tuple[Signatures, Bands]:
    """MinHash signatures and LSH band keys of a batch.

    Args:
        texts: n article bodies, without headlines.

    Returns:
        Signatures of shape [n, 128] and bands of shape [n, 42]; two texts are candidates when they share a band key (a
        key holds its place already, so one column of keys is enough). A text without words shares none.
    """
    if not texts:
        return np.zeros((0, PERMUTATIONS), np.uint32), np.zeros((0, BANDS), np.uint64)
    sets = [shingles(t) or {f"\x00 {i}"} for i, t in enumerate(texts)]
    digests = np.asarray(rensa.RMinHash.digests_from_token_sets(sets, PERMUTATIONS, SEED), dtype=np.uint32)
    return digests, band_keys(digests)


def band_keys(digests: Signatures) -> Bands:
    """Band keys [n, 42] of signatures [n, 128]: a mixing hash of each band's three numbers and its place."""
    parts = digests[:, : BANDS * ROWS].reshape(len(digests), BANDS, ROWS).astype(np.uint64)
    keys = np.broadcast_to(
        np.arange(1, BANDS + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15), parts.shape[:2]
    ).copy()
    for row in range(ROWS):
        keys ^= parts[:, :, row] + np.uint64(0x632BE59BD9B4E019)
        keys *= np.uint64(0xFF51AFD7ED558CCD)
        keys ^= keys >> np.uint64(32)
    return keys


def estimate(first: Signatures, second: Signatures) -> npt.NDArray[np.float64]:
    """Estimated Jaccard similarity of signatures, row by row ([n, 128] with [n, 128] gives [n])."""
    return np.asarray((first == second).mean(axis=-1), dtype=np.float64)


def similarity(first: str, second: str) -> tuple[float, float]:
    """Exact Jaccard similarity of two texts, and the share of the shorter one's triples that the other has."""
    a, b = shingles(first), shingles(second)
    common = len(a & b)
    return common / max(len(a | b), 1), common / max(min(len(a), len(b)), 1)


def verify(first: str, second: str) -> bool:
    """Whether two texts are one, edited: alike by half, or the one a cut version of the other."""
    jaccard, within = similarity(first, second)
    return jaccard >= SAME or (jaccard >= CUT and within >= WITHIN)


def candidates(bands: Bands, digests: Signatures | None = None, most: int = 200) -> set[tuple[int, int]]:
    """Pairs (i < j) of a batch that share a band key, for joins outside a database.

    Args:
        bands: [n, 42] band keys.
        digests: when given, pairs of a lower estimated similarity than MAYBE are left out.
        most: rows that may share one key; one shared by more is a template, and only neighbours are paired.
    """
    places: defaultdict[int, list[int]] = defaultdict(list)
    for row, keys in enumerate(bands.tolist()):
        for key in keys:
            places[key].append(row)
    pairs: set[tuple[int, int]] = set()
    for rows in places.values():
        span = len(rows) if len(rows) <= most else 2
        pairs.update((rows[i], j) for i in range(len(rows)) for j in rows[i + 1 : i + span] if rows[i] != j)
    if digests is None or not pairs:
        return pairs
    index = np.array(sorted(pairs))
    near = estimate(digests[index[:, 0]], digests[index[:, 1]]) >= MAYBE
    return {(int(i), int(j)) for i, j in index[near]}


def stories(pairs: Iterable[tuple[str, str]], rank: Mapping[str, Any]) -> dict[str, str]:
    """Each document of the pairs with the first document of its story.

    Args:
        pairs: ids of documents that are the same text, in any order, each way once.
        rank: what orders documents (publication, then id): the lowest of a group is its first. Ids must all be in it.

    Returns:
        id → id of the first in its group, for every id in the pairs (the first maps to itself).
    """
    parent: dict[str, str] = {}

    def root(x: str) -> str:
        parent.setdefault(x, x)
        while parent[x] != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        return x

    for a, b in pairs:
        first, second = sorted((root(a), root(b)), key=lambda x: (rank[x], x))
        parent[second] = first
    return {x: root(x) for x in parent}
