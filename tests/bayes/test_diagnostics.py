import numpy as np
import pytest

from predictor.bayes.diagnostics import (
    FitDiagnostics,
    GateConfig,
    complaints,
    diagnose,
    effective_size,
    r_hat,
)

GOOD = FitDiagnostics(1.01, 500.0, 0, 2000, 2, 100, finite=True)


def independent(n_chains=2, n=1000, seed=0):
    return np.random.default_rng(seed).normal(size=(n_chains, n, 3))


def autoregressive(rho, n=20_000):
    noise = np.random.default_rng(1).normal(size=(2, n, 1))
    draws = np.zeros_like(noise)
    for t in range(1, n):
        draws[:, t] = rho * draws[:, t - 1] + noise[:, t]
    return draws


def test_r_hat__chains_that_agree_are_near_one_and_those_that_do_not_are_not():
    apart = independent()
    apart[1] += 1.0
    assert np.all(np.abs(r_hat(independent()) - 1.0) < 0.01)
    assert np.all(r_hat(apart) > 1.1)


def test_r_hat__one_chain_that_wanders_is_found_by_splitting():
    wandering = independent()
    wandering[:, :, 0] += np.linspace(0.0, 3.0, 1000)
    assert r_hat(wandering)[0] > 1.2
    assert r_hat(wandering)[1] < 1.01


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
def test_effective_size__is_that_of_an_autoregression(rho):
    # By hand: n (1 - rho) / (1 + rho).
    expected = 40_000 * (1 - rho) / (1 + rho)
    assert effective_size(autoregressive(rho))[0] == pytest.approx(expected, rel=0.1)


def test_r_hat_and_effective_size__agree_with_arviz():
    arviz = pytest.importorskip("arviz")
    draws = np.concatenate([independent(n=500), autoregressive(0.7, 500)], axis=2)
    data = arviz.convert_to_dataset({"x": draws})
    np.testing.assert_allclose(effective_size(draws), arviz.ess(data)["x"], rtol=0.02)
    bulk = arviz.rhat(data, method="z_scale")["x"]
    np.testing.assert_allclose(r_hat(draws), bulk, atol=1e-3)


def test_diagnose__padding_is_not_counted_and_infinity_is_found():
    draws = {"a": independent(), "b": np.zeros((2, 1000, 5))}
    found = diagnose(draws, 3)
    assert (found.n_parameters, found.draws, found.chains, found.divergences) == (3, 2000, 2, 3)
    assert found.finite
    draws["a"][0, 5, 1] = np.inf
    assert not diagnose(draws, 0).finite


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"r_hat_max": 1.06}, "R-hat"),
        ({"ess_min": 199.0}, "effective sample size"),
        ({"divergences": 21}, "divergences"),
        ({"finite": False}, "finite"),
        ({"draws": 0}, "finite"),
    ],
)
def test_complaints__each_has_its_reason(changed, word):
    values = {name: getattr(GOOD, name) for name in GOOD.__dataclass_fields__} | changed
    assert any(word in text for text in complaints(FitDiagnostics(**values), GateConfig()))
    assert complaints(GOOD, GateConfig()) == ()
