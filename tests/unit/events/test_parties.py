"""The choice of parties: the network reads both ways, sides are chosen together, a party named twice counts once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tasks.events.context import Encoder, distance, load_encoder, pack_encoder
from tasks.events.decisions import default_decisions
from tasks.events.parties import _pooled
from tasks.events.prepare import Text
from tasks.events.ranking import Slot, make_slot

SIZE, WIDTH = 5, 3


@pytest.fixture
def encoder() -> Encoder:
    rng = np.random.default_rng(4)

    def some(*shape: int) -> np.ndarray:
        return rng.normal(size=shape).astype(np.float32)

    return Encoder(
        {"": 0}, np.zeros((1, SIZE), np.float32), some(2, SIZE), some(SIZE),
        some(2, SIZE, 4 * WIDTH), some(2, WIDTH, 4 * WIDTH), some(2, 4 * WIDTH),
    )  # fmt: skip


def by_hand(encoder: Encoder, x: np.ndarray, way: int) -> np.ndarray:
    """One direction, one token at a time, as the textbook writes it."""
    h, c, out = np.zeros(WIDTH), np.zeros(WIDTH), []
    for row in x if way == 0 else x[::-1]:
        z = row @ encoder.inward[way] + h @ encoder.onward[way] + encoder.bias[way]
        i, f, g, o = np.split(z, 4)
        c = c / (1 + np.exp(-f)) + np.tanh(g) / (1 + np.exp(-i))
        h = np.tanh(c) / (1 + np.exp(-o))
        out.append(h)
    return np.array(out if way == 0 else out[::-1])


def test_sentences_of_all_lengths_are_read_as_each_alone(encoder: Encoder) -> None:
    rng = np.random.default_rng(5)
    inputs = [rng.normal(size=(n, SIZE)).astype(np.float32) for n in (9, 4, 4, 1)]
    for x, got in zip(inputs, encoder._run(inputs), strict=True):
        want = np.concatenate([by_hand(encoder, x, 0), by_hand(encoder, x, 1)], axis=1)
        np.testing.assert_allclose(got, want, atol=1e-5)


def test_a_far_word_is_seen_in_both_directions(encoder: Encoder) -> None:
    x = np.random.default_rng(6).normal(size=(6, SIZE)).astype(np.float32)
    other = x.copy()
    other[5] += 1
    a, b = encoder._run([x])[0], encoder._run([other])[0]
    np.testing.assert_array_equal(a[:5, :WIDTH], b[:5, :WIDTH])  # what is to come is not known forwards
    assert np.abs(a[0, WIDTH:] - b[0, WIDTH:]).max() > 1e-6  # backwards it is


def test_a_party_named_twice_pools_its_shares() -> None:
    shares = np.array([[0.3, 0.0], [0.0, 0.25], [0.0, 0.2], [0.25, 0.0]])
    assert _pooled(shares, ["IRN", "RUS", "RUS", "USA"], ["TUR", "SYR"]) == ("RUS", "SYR")


def test_nobody_acts_on_himself_where_another_is_there() -> None:
    assert _pooled(np.array([[0.6, 0.1]]), ["IRN"], ["IRN", "RUS"]) == ("IRN", "RUS")
    assert _pooled(np.array([[1.0]]), ["IRN"], ["IRN"]) == ("IRN", "IRN")
    assert _pooled(np.array([[0.9, 0.1]]), [""], ["", "RUS"]) == ("", "")  # nobody named on either side


@pytest.mark.parametrize(
    ("gap", "name"), [(0, "d:R0"), (-1, "d:L1"), (4, "d:R4"), (5, "d:R6"), (-24, "d:L24"), (70, "d:R25")]
)
def test_distances_widen(gap: int, name: str) -> None:
    assert distance(gap) == name


def test_a_packed_network_reads_the_same(encoder: Encoder) -> None:
    again = load_encoder(pack_encoder(encoder, "x"), "x")
    x = np.random.default_rng(7).normal(size=(7, SIZE)).astype(np.float32)
    np.testing.assert_allclose(again.run([x])[0], encoder.run([x])[0], atol=1e-2)  # kept in 16 bits


def slots_of(text: Text) -> list[Slot]:
    """A slot for the best sense of every trigger of the lexicon."""
    return [
        make_slot(text, n, at, matches[0].trigger.plover, matches[0].trigger, False)
        for n, sentence in enumerate(text.sentences)
        for at, matches in sentence.matches.items()
    ]


def test_parties_do_not_depend_on_the_batch(prepared: Callable[..., Text]) -> None:
    decisions = default_decisions()
    assert decisions is not None
    told = (
        "اتهم وزير الخارجية التركي إسرائيل بقصف المستشفى.",  # the Turkish foreign minister accused Israel of shelling the hospital
        "التقى الملك عبد الله في عمان بالرئيس المصري، وبحثا الوضع في غزة.",  # King Abdullah met the Egyptian president in Amman
    )
    slots = [s for t in told for s in slots_of(prepared(t))]
    together = decisions.choose(slots)
    alone = [decisions.choose([s])[0] for s in slots]
    assert [(a.candidate.key, b.candidate.key) for a, b in together] == [
        (a.candidate.key, b.candidate.key) for a, b in alone
    ]
    accused = next(k for k, s in enumerate(slots) if s.plover == "ACCUSE")
    source, target = together[accused]
    assert source.candidate.phrase and source.candidate.phrase.party.text == "وزير الخارجية التركي"
    assert target.candidate.key != source.candidate.key
    assert 0 < source.share <= 1 and 0 < target.share <= 1
