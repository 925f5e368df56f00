import numpy as np
import pytest

from tasks.events.decisions import pack_model
from tasks.events.model import Model


@pytest.fixture
def model():
    sparse = np.array([[0, 0], [2, -2], [-1, 1]], np.float32)
    zero = np.zeros(2, np.float32)
    return Model(
        ("no", "yes"),
        {"": 0, "a": 1, "b": 2},
        sparse,
        zero,
        np.zeros((0, 2), np.float32),
        np.zeros((0, 0), np.float32),
        zero,
        1.0,
    )


def test_scores_add_up_known_features_and_rows_do_not_mix(model):
    assert model.scores([["a"], ["unknown"], ["a", "b"], []]).tolist() == [[2, -2], [0, 0], [1, -1], [0, 0]]


def test_probabilities_sum_to_one_and_heat_flattens(model):
    cold = model.probabilities([["a"]])[0]
    model.temperature = 4.0
    warm = model.probabilities([["a"]])[0]
    assert cold.sum() == pytest.approx(1)
    assert warm[0] < cold[0]


def test_packing_keeps_scores(model):
    again = Model.load(pack_model(model, "m"), "m")
    assert again.classes == model.classes
    assert np.allclose(again.scores([["a"], ["b"]]), model.scores([["a"], ["b"]]), atol=0.05)


def test_reasons_name_the_features_that_pushed(model):
    assert model.reasons(["a", "b"], 0)[0][0] == "a"
