"""The name tagger: its model file, its numpy network against slow reference code, what it finds in plain sentences."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from tasks.entities import tagger_network as network
from tasks.entities.tagger import ModelError, Tagger, lookup
from tasks.entities.tagger_features import (
    FLAGS,
    TAGS,
    WORD_CHARS,
    beginnings,
    characters,
    flags,
    openers,
    phrase_flags,
    stems,
    unpack,
    word_key,
)


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger.load()


def names(tagger: Tagger, text: str) -> list[tuple[str, str]]:
    """(kind, words) of the names found in a text whose tokens are separated by spaces."""
    words = text.split()
    found: list[tuple[str, str]] = []
    for word, (tag, _) in zip(words, tagger.tag([words])[0], strict=True):
        if tag.startswith("B-"):
            found.append((tag[2:], word))
        elif tag.startswith("I-"):
            found[-1] = (found[-1][0], f"{found[-1][1]} {word}")
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("وصل الرئيس الفرنسي إيمانويل ماكرون إلى بغداد مساء الأحد .", [("PERS", "إيمانويل ماكرون"), ("LOC", "بغداد")]),
        ("قال وزير النفط إن الأسعار سترتفع هذا العام .", []),
        ("وغادر الوفد القاهرة متوجها الى دمشق وعمان", [("LOC", "القاهرة"), ("LOC", "دمشق"), ("LOC", "وعمان")]),
        ("اجتمع مجلس الأمن الدولي في نيويورك أمس", [("ORG", "مجلس الأمن الدولي"), ("LOC", "نيويورك")]),
    ],
)
def test_finds_plain_names(tagger: Tagger, text: str, expected: list[tuple[str, str]]) -> None:
    assert names(tagger, text) == expected


def test_spelling_of_hamza_and_marks_does_not_matter(tagger: Tagger) -> None:
    a = ["أكد", "أمين", "عام", "الأمم", "المتحدة", "أنطونيو", "غوتيريش", "في", "إسطنبول"]
    b = ["اكّد", "امين", "عام", "الامم", "المتحدة", "انطونيو", "غوتيريش", "في", "اسطنبـول"]
    assert tagger.tag([a]) == tagger.tag([b])


def test_result_does_not_depend_on_the_batch(tagger: Tagger) -> None:
    short = ["زار", "الوزير", "بيروت"]
    long = ("قال مسؤول في الحكومة إن الاجتماع مع وفد ايطاليا تأجل الى الغد " * 4).split()
    alone = [tagger.tag([s])[0] for s in (short, long, [])]
    together = tagger.tag([short, long, []])
    assert [[t for t, _ in s] for s in together] == [[t for t, _ in s] for s in alone]
    for a, b in zip(itertools.chain(*together), itertools.chain(*alone), strict=True):
        assert a[1] == pytest.approx(b[1], abs=1e-4)
    assert tagger.tag([short, long, []]) == together
    assert tagger.tag([]) == []


def test_tags_are_well_formed_and_probabilities_too(tagger: Tagger) -> None:
    words = [
        "«",
        "&",
        "12,5",
        "%",
        "CNN",
        "نيويورك",
        "-",
        "ـ",
        "ّ",
        "x",
        "أ.ف.ب",
        "(",
        "دبي",
        ")",
        ":",
        "محمد",
        "بن",
        "راشد",
        "آل",
        "مكتوم",
    ]
    before = "O"
    for tag, probability in tagger.tag([words])[0]:
        assert tag in TAGS
        assert 0 <= probability <= 1.0001
        assert not tag.startswith("I-") or before[2:] == tag[2:]
        before = tag


def test_forgets_words_when_too_many_were_met(tagger: Tagger, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = Tagger.load()
    monkeypatch.setattr("tasks.entities.tagger._CACHED", 4)
    sentences = [["سافر", "الملك", "الى", "لندن"], ["وعاد", "من", "باريس", "الى", "الرباط"]]
    assert [fresh.tag([s]) for s in sentences] == [tagger.tag([s]) for s in sentences]


def test_model_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no name tagger's model"):
        Tagger.load(tmp_path / "missing.npz")
    text = tmp_path / "text.npz"
    text.write_text("not a model", encoding="utf-8")
    with pytest.raises(ModelError):
        Tagger.load(text)
    old = tmp_path / "old.npz"
    np.savez(old, meta=np.frombuffer(b'{"format": 0}', np.uint8))
    with pytest.raises(ModelError, match="train-ner"):
        Tagger.load(old)


def test_word_keys_fold_spelling() -> None:
    assert word_key("إلـى") == word_key("الي")
    assert word_key("مدرسة") == word_key("مدرسه")
    assert word_key("2009") == word_key("12") == "0"
    assert word_key("ترامپ") != word_key("ترامب")


def test_stems_and_lookup() -> None:
    assert stems("وبغداد")[:2] == ["وبغداد", "بغداد"]
    assert stems("ودع") == ["ودع"]
    rows = {"بغداد": 7}
    assert lookup("بغداد", rows) == (7, False)
    assert lookup("وبغداد", rows) == (7, True)
    assert lookup("دمشق", rows) == (1, False)


def test_characters_are_padded_and_cut() -> None:
    assert len(characters("ب")) == len(characters("ب" * 40)) == WORD_CHARS
    assert characters("بً") == characters("ب")
    assert characters("سنة") != characters("سنه")
    assert characters("xY") == characters("aA") != characters("aa")


def test_flags_of_words_and_phrases() -> None:
    country, person = 1 << FLAGS.index("country"), 1 << FLAGS.index("person")
    assert flags("والعراق", {"عراق": country}) == country
    assert flags("كتاب", {"عراق": country}) == 0
    phrases = {"سعد الدين العثماني": person, "جنوب السودان": country}
    heads = frozenset(p.split()[0] for p in phrases)
    keys = ["زار", "سعد", "الدين", "العثماني", "وجنوب", "السودان"]
    found = phrase_flags(keys, [openers(k, heads) for k in keys], phrases, beginnings(phrases))
    assert found.tolist() == [0, person, person, person, country, country]
    assert beginnings(phrases) == {"سعد الدين": 3, "جنوب السودان": 2}
    assert unpack(found).shape == (6, len(FLAGS))


def test_viterbi_and_marginals_agree_with_enumeration() -> None:
    rng = np.random.default_rng(3)
    tags, lengths = len(TAGS), np.array([4, 2])
    scores = rng.normal(size=(4, 2, tags)).astype(np.float32)
    drawn = rng.normal(size=(tags + 1, tags)).astype(np.float32)
    weights = {"transitions": drawn[1:], "first": drawn[0]}
    transitions, first = network.allowed(weights)
    last = rng.normal(size=tags).astype(np.float32)
    path = network.viterbi(scores, lengths, transitions, first, last)
    sure = network.marginals(scores, lengths, transitions, first, last)
    for column, length in enumerate(lengths.tolist()):
        weight = {}
        for tagging in itertools.product(range(tags), repeat=length):
            steps = itertools.pairwise(tagging)
            emitted = sum(scores[t, column, k] for t, k in enumerate(tagging))
            ends = first[tagging[0]] + last[tagging[-1]]
            weight[tagging] = float(ends + emitted + sum(transitions[a, b] for a, b in steps))
        assert tuple(path[:length, column].tolist()) == max(weight, key=lambda k: weight[k])
        total = sum(np.exp(w) for w in weight.values())
        for t in range(length):
            for k in range(tags):
                share = sum(np.exp(w) for tagging, w in weight.items() if tagging[t] == k) / total
                assert sure[t, column, k] == pytest.approx(share, abs=1e-4)


def letter_weights(rng: np.random.Generator) -> dict[str, np.ndarray]:
    shapes = {"chars.weight": (6, 4), "conv.weight": (5, 4, 3), "conv.bias": (5,)}
    return {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


def test_letter_shapes_agree_with_the_textbook(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(7)
    weights = letter_weights(rng)
    codes = rng.integers(0, 6, (5, 7)).astype(np.uint8)
    ready = network.prepared(weights | lstm_weights(rng, 3, 2))
    monkeypatch.setattr(network, "_WORDS", 2)
    found = network.letter_shapes(codes, ready)
    for word, shapes in zip(codes, found, strict=True):
        seen = np.pad(weights["chars.weight"][word], ((1, 1), (0, 0)))
        windows = [np.einsum("kc,fck->f", seen[i : i + 3], weights["conv.weight"]) for i in range(7)]
        assert shapes == pytest.approx(np.maximum(np.max(windows, 0) + weights["conv.bias"], 0), abs=1e-5)


def lstm_weights(rng: np.random.Generator, size: int, units: int) -> dict[str, np.ndarray]:
    weights = {"out.weight": np.eye(2 * units, dtype=np.float32), "out.bias": np.zeros(2 * units, np.float32)}
    for direction in ("", "_reverse"):
        weights[f"lstm.weight_ih_l0{direction}"] = rng.normal(size=(4 * units, size)).astype(np.float32)
        weights[f"lstm.weight_hh_l0{direction}"] = rng.normal(size=(4 * units, units)).astype(np.float32)
        weights[f"lstm.bias{direction}"] = rng.normal(size=4 * units).astype(np.float32)
    return weights


def test_lstm_agrees_with_the_textbook() -> None:
    rng = np.random.default_rng(5)
    size, units, lengths = 3, 2, np.array([4, 2])
    seen = rng.normal(size=(4, 2, size)).astype(np.float32)
    weights = letter_weights(rng) | lstm_weights(rng, size, units)
    ready = network.prepared(weights)
    tables = network.entries(seen.reshape(-1, size), ready)
    found = network.emissions(tables, np.arange(8).reshape(4, 2), lengths, ready)
    for sentence, length in enumerate(lengths.tolist()):
        for direction, columns in (("", slice(0, units)), ("_reverse", slice(units, None))):
            state = cell = np.zeros(units)
            for t in range(length)[:: -1 if direction else 1]:
                z = weights[f"lstm.weight_ih_l0{direction}"] @ seen[t, sentence] + weights[f"lstm.bias{direction}"]
                entry, forget, new, output = np.split(z + weights[f"lstm.weight_hh_l0{direction}"] @ state, 4)
                cell = cell / (1 + np.exp(-forget)) + np.tanh(new) / (1 + np.exp(-entry))
                state = np.tanh(cell) / (1 + np.exp(-output))
                assert found[t, sentence, columns] == pytest.approx(state, abs=1e-5)
