from __future__ import annotations

import numpy as np
import pytest

from predictor.errors import F1Error
from predictor.learn.outcome.inputs import CONTEXT, fit_input_scale, network_inputs
from predictor.learn.outcome.network import NetworkShape, check_weights, forward, weight_shapes
from predictor.vocabulary import Horizon
from tests.learn.races import N_FEATURES, SIGNAL, table

N_INPUTS = 2 * N_FEATURES + len(CONTEXT)
SHAPE = NetworkShape(N_INPUTS, width=16, layers=2, heads=4, feed_forward=24)
DOCUMENTS = NetworkShape(N_INPUTS, width=256, layers=6, heads=8, feed_forward=512)


def random_weights(shape, seed=0):
    rng = np.random.default_rng(seed)
    return {
        name: (rng.normal(size=size) * (size[-1] ** -0.5)).astype(np.float32)
        + ("norm" in name and name.endswith("weight"))
        for name, size in weight_shapes(shape).items()
    }


def inputs(n_cars, seed=0):
    return np.random.default_rng(seed).normal(size=(n_cars, N_INPUTS)).astype(np.float32)


@pytest.mark.parametrize("n_cars", [2, 3, 20, 32])
def test_forward__does_not_hang_on_the_order_of_cars(n_cars):
    weights, x = random_weights(SHAPE), inputs(n_cars)
    turned = np.random.default_rng(1).permutation(n_cars)
    whole = forward(weights, SHAPE, x)
    assert whole.shape == (n_cars, 3)
    assert whole.dtype == np.float32
    assert forward(weights, SHAPE, x[turned]) == pytest.approx(whole[turned], abs=2e-5)


def test_forward__lets_cars_see_each_other():
    weights, x = random_weights(SHAPE), inputs(6)
    other = x.copy()
    other[5] += 1.0
    assert np.abs(forward(weights, SHAPE, other)[0] - forward(weights, SHAPE, x)[0]).max() > 1e-4


@pytest.mark.parametrize("shape", [SHAPE, DOCUMENTS], ids=["small", "document"])
def test_forward__is_what_pytorch_computes(shape):
    torch = pytest.importorskip("torch")
    from predictor.learn.training.torch_network import Learner, RaceArrays, Regularisation  # noqa: PLC0415

    learner = Learner(shape, Regularisation(0.0, 0.0, 0.0, 1.0, 1.0, 1.0), 1, "test", "cpu")
    weights = random_weights(shape)
    flat = np.concatenate([weights[name].ravel() for name in weight_shapes(shape)])
    nothing = np.zeros_like(flat)
    learner.restore({"flat": flat, "mean": nothing, "square": nothing, "n_steps": np.array([0])})
    x = np.zeros((2, 7, N_INPUTS), dtype=np.float32)
    x[0], x[1, :5] = inputs(7), inputs(5, 1)  # the second race is padded
    car = np.array([[True] * 7, [True] * 5 + [False] * 2])
    plain = np.zeros((2, 7), dtype=np.float32)
    constants = np.ones((2, 6), dtype=np.float32)
    races = RaceArrays(x, car, np.array([5, 5]), plain, plain, constants)
    found = learner.outputs(races)
    assert torch.get_num_threads() >= 1
    for row, n_cars in ((0, 7), (1, 5)):
        ours = forward(weights, shape, x[row, :n_cars])
        assert np.abs(ours - found[row, :n_cars]).max() < 1e-5 * (1.0 + np.abs(ours).max())


def test_check_weights__refuses_what_does_not_fit():
    weights = random_weights(SHAPE)
    check_weights(weights, SHAPE, "w")
    for change in (
        {"out.weight": weights["out.weight"][:2]},
        {"extra": weights["out.bias"]},
        {"in.bias": weights["in.bias"].astype(np.float64)},
    ):
        with pytest.raises(F1Error, match="do not fit"):
            check_weights(weights | change, SHAPE, "w")
    with pytest.raises(F1Error, match="do not fit"):
        check_weights({k: v for k, v in weights.items() if k != "norm.bias"}, SHAPE, "w")


def test_network_inputs__mark_what_is_not_known():
    tables = [table(seed) for seed in range(8)]
    scale = fit_input_scale(tables)
    one = tables[0]
    x = network_inputs(one, scale)
    unknown = np.isnan(one.values)
    assert x.shape == (8, N_INPUTS)
    assert np.isfinite(x).all()
    assert np.array_equal(x[:, N_FEATURES : 2 * N_FEATURES], unknown.astype(np.float32))
    assert (x[:, :N_FEATURES][unknown] == 0.0).all()
    every = np.concatenate([t.values for t in tables])
    column = every[:, SIGNAL]
    expected = (one.values[:, SIGNAL] - column.mean()) / column.std()
    assert x[:, SIGNAL] == pytest.approx(np.clip(expected, -4, 4), abs=1e-5)
    assert x[:, -3:].tolist() == [[0.0, 0.0, 1.0]] * 8  # the grid is known
    early = network_inputs(table(0, horizon=Horizon.BEFORE_WEEKEND), scale)
    assert early[:, -3:].tolist() == [[1.0, 0.0, 0.0]] * 8


def test_network_inputs__a_feature_that_never_changed_says_nothing():
    one = table(1, unknown=0.0)
    one.values[:, 5], one.values[:, 6] = 7.0, np.nan
    scale = fit_input_scale([one])
    later = table(2, unknown=0.0)
    later.values[:, 5], later.values[:, 6] = 9.0, 100.0
    x = network_inputs(later, scale)
    assert np.abs(x[:, 5:7]).max() < 1e-3
