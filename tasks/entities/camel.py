"""The CAMeL profile: names by CAMeL Tools' NERecognizer (a BERT model on torch, some 400 MB), for who has its data.

Imported only where that profile is chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tasks.language.database import prepare_camel

_BATCH = 32  # sentences run through the model together
_CHUNK = 512  # sentences whose scores are held at once
_PROBABILITY = 0.9  # NERecognizer gives none
_KINDS = ("PERS", "LOC", "ORG")
_INSTALL = "install it with: camel_data -i ner-arabert (542 MB), or name the folder of a model (MARSAD_CAMEL_MODEL)"


class CamelModelError(RuntimeError):
    """The recogniser's model or library is not there; the message says what to install."""


class CamelTagger:
    """NERecognizer with the interface of our own tagger; make one with `load`."""

    def __init__(self, recognizer: Any) -> None:
        self._recognizer = recognizer
        self._pieces: dict[str, bool] = {}

    @classmethod
    def load(cls, model: str | Path | None = None, cache: Path | None = None) -> CamelTagger:
        """The recogniser over a model.

        Args:
            model: folder of a fine-tuned BERT (config.json with id2label, weights, vocab.txt); None for the installed
                ``ner-arabert``.
            cache: folder for an empty catalogue where the user has none, see `prepare_camel`.

        Raises:
            CamelModelError: when the model, torch or transformers is not there.
        """
        if model is not None and not (Path(model) / "config.json").is_file():
            raise CamelModelError(f"{model}: no model folder (config.json is missing); {_INSTALL}")
        prepare_camel(cache or Path.home() / ".cache" / "marsad")
        try:
            from camel_tools.ner import NERecognizer
        except ImportError as error:
            raise CamelModelError(f"CAMeL Tools' recogniser needs torch and transformers ({error})") from error
        if model is not None:
            return cls(NERecognizer(str(model), use_gpu=False))
        try:
            return cls(NERecognizer.pretrained(use_gpu=False))
        except (KeyError, OSError, AttributeError) as error:
            raise CamelModelError(f"CAMeL Tools' model for names is not installed; {_INSTALL}") from error

    def tag(self, sentences: Sequence[Sequence[str]]) -> list[list[tuple[str, float]]]:
        """BIO tag (PERS, LOC, ORG) and probability for every token; labels of other kinds become ``O``."""
        tagged: list[list[tuple[str, float]]] = []
        for start in range(0, len(sentences), _CHUNK):
            tagged.extend(self._tag_chunk(sentences[start : start + _CHUNK]))
        return tagged

    def _tag_chunk(self, sentences: Sequence[Sequence[str]]) -> list[list[tuple[str, float]]]:
        # a word without any word piece gets no label and would shift those of all that follow
        kept = [[i for i, word in enumerate(sentence) if self._has_pieces(word)] for sentence in sentences]
        full = [n for n, places in enumerate(kept) if places]
        labels = self._recognizer.predict([[sentences[n][i] for i in kept[n]] for n in full], batch_size=_BATCH)
        tagged = [[("O", 1.0)] * len(sentence) for sentence in sentences]
        for n, found in zip(full, labels, strict=True):
            for i, label in zip(kept[n], found, strict=False):
                if label[2:] in _KINDS:
                    tagged[n][i] = (label, _PROBABILITY)
        return tagged

    def _has_pieces(self, word: str) -> bool:
        found = self._pieces.get(word)
        if found is None:
            found = self._pieces[word] = bool(self._recognizer.tokenizer.tokenize(word))
        return found
