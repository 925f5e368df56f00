"""Write trained networks as the model file that the tagger reads: vectors in 8 bits, weights in 16."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from seeds.build.train_ner.fit import weights_of
from seeds.build.train_ner.names import Names
from seeds.build.train_ner.network import Network
from tasks.entities.tagger import FORMAT

_SHARED = ("words", "vectors", "names", "name_flags", "phrases", "phrase_flags")


def save(
    file: Path,
    networks: Sequence[Network],
    words: Sequence[str],
    vectors: NDArray[np.float32],
    names: Names,
    about: Mapping[str, object],
) -> None:
    """Write the model; the same inputs give the same bytes.

    Args:
        vectors: one row a word, float32.
        about: what the model file says of itself (scores, settings), JSON.
    """
    scales = (np.abs(vectors).max(1) / 127).astype(np.float16)
    scales[scales == 0] = 1
    listed, phrases = sorted(names.words.items()), sorted(names.phrases.items())
    arrays: dict[str, NDArray[np.generic]] = {
        "meta": _bytes(json.dumps({"format": FORMAT, **about}, ensure_ascii=False, sort_keys=True)),
        "words": _bytes("\n".join(words)),
        "vectors": np.clip(np.rint(vectors / scales.astype(np.float32)[:, None]), -127, 127).astype(np.int8),
        "vector_scales": scales,
        "names": _bytes("\n".join(k for k, _ in listed)),
        "name_flags": np.array([v for _, v in listed], np.uint16),
        "phrases": _bytes("\n".join(k for k, _ in phrases)),
        "phrase_flags": np.array([v for _, v in phrases], np.uint16),
    }
    for number, network in enumerate(networks):
        arrays |= {f"{number}/{k}": v.astype(np.float16) for k, v in weights_of(network).items()}
    np.savez_compressed(file, allow_pickle=False, **arrays)


def join(file: Path, other: Path) -> None:
    """Add the networks of another model file, of the same words and names, to a model file.

    Raises:
        ValueError: when the files differ in words or names.
    """
    with np.load(file, allow_pickle=False) as own, np.load(other, allow_pickle=False) as more:
        arrays = {k: own[k] for k in own.files}
        if any(not np.array_equal(own[k], more[k]) for k in _SHARED):
            raise ValueError(f"{other}: other words or names than {file}")
        count = sum(k.endswith("/transitions") for k in own.files)
        for key in more.files:
            number, slash, name = key.partition("/")
            if slash:
                arrays[f"{count + int(number)}/{name}"] = more[key]
    np.savez_compressed(file, allow_pickle=False, **arrays)


def _bytes(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode(), np.uint8)
