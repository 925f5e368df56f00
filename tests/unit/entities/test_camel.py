"""The CAMeL profile, over a tiny random model that has the real format."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.entities.camel import CamelModelError, CamelTagger
from tasks.entities.pipeline import tagger_of

LABELS = ["O", "B-PERS", "I-PERS", "B-LOC", "I-LOC", "B-ORG", "I-ORG", "B-MISC", "I-MISC"]


def tiny_model(folder: Path) -> Path:
    from transformers import BertConfig, BertForTokenClassification

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "زار", "الوزير", "بيروت", "أمس", ".", "و", "##ت"]
    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    config = BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        id2label=dict(enumerate(LABELS)), label2id={label: i for i, label in enumerate(LABELS)},
    )  # fmt: skip
    BertForTokenClassification(config).save_pretrained(folder)
    return folder


@pytest.mark.slow
def test_a_local_model_tags_every_token(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("transformers")
    tagger = CamelTagger.load(tiny_model(tmp_path / "model"), tmp_path)
    sentences = [["زار", "الوزير", "\u200f", "بيروت"], [], ["أمس", "."]]
    tagged = tagger.tag(sentences)
    assert [len(tags) for tags in tagged] == [4, 0, 2]
    assert tagged[0][2] == ("O", 1.0)  # a mark without a word piece gets no label of its neighbour's
    allowed = {"O", *(label for label in LABELS if "MISC" not in label)}
    assert {tag for tags in tagged for tag, _ in tags} <= allowed


def test_a_missing_model_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(CamelModelError, match="camel_data -i ner-arabert"):
        CamelTagger.load(tmp_path / "nowhere", tmp_path)


def test_an_unknown_recogniser_is_refused() -> None:
    with pytest.raises(ValueError, match="embedded, camel"):
        tagger_of("oracle", None)
