import numpy as np
import pytest

from predictor.bayes.diagnostics import FitDiagnostics, GateConfig, complaints, diagnose

pytest.importorskip("arviz")
GOOD = FitDiagnostics(1.01, 500.0, 0, 2000, 2, 100, finite=True)


def independent(n_chains=2, n=1000, seed=0):
    return np.random.default_rng(seed).normal(size=(n_chains, n, 3))


def autoregressive(rho, n=20_000):
    noise = np.random.default_rng(1).normal(size=(2, n, 1))
    draws = np.zeros_like(noise)
    for t in range(1, n):
        draws[:, t] = rho * draws[:, t - 1] + noise[:, t]
    return draws


def judged(draws):
    return diagnose({"a": draws}, 0)


def test_diagnose__chains_that_agree_have_r_hat_near_one_and_those_that_do_not_have_not():
    apart = independent()
    apart[1, :, 2] += 1.0
    assert 0.99 < judged(independent()).r_hat_max < 1.01
    assert judged(apart).r_hat_max > 1.1


def test_diagnose__one_chain_that_wanders_is_found_by_splitting():
    wandering = independent()
    wandering[:, :, 0] += np.linspace(0.0, 3.0, 1000)
    assert judged(wandering).r_hat_max > 1.2
    assert judged(wandering[:, :, 1:]).r_hat_max < 1.01


def test_diagnose__chains_of_the_same_middle_and_another_spread_do_not_agree():
    draws = independent()
    draws[1, :, 0] *= 3.0
    assert judged(draws).r_hat_max > 1.1


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
def test_diagnose__effective_size_is_that_of_an_autoregression(rho):
    # By hand: n (1 - rho) / (1 + rho).
    expected = 40_000 * (1 - rho) / (1 + rho)
    assert judged(autoregressive(rho)).ess_min == pytest.approx(expected, rel=0.1)


def test_diagnose__the_worst_quantity_counts():
    both = np.concatenate([autoregressive(0.0, 1000), autoregressive(0.9, 1000)], axis=2)
    assert judged(both).ess_min == judged(both[:, :, 1:]).ess_min < 300


def test_complaints__chains_that_stand_still_apart_are_not_believed():
    still = np.repeat([[[0.0]], [[1.0]]], 1000, axis=1)
    found = judged(still)
    assert not found.finite
    assert "finite" in complaints(found, GateConfig())[0]
    assert (found.r_hat_max, found.ess_min) == (0.0, 0.0)  # published, and JSON knows no NaN


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
        ({"r_hat_max": np.nan}, "R-hat"),
        ({"ess_min": 199.0}, "effective sample size"),
        ({"ess_min": np.nan}, "effective sample size"),
        ({"divergences": 21}, "divergences"),
        ({"finite": False}, "finite"),
        ({"draws": 0}, "finite"),
    ],
)
def test_complaints__each_has_its_reason(changed, word):
    values = {name: getattr(GOOD, name) for name in GOOD.__dataclass_fields__} | changed
    assert any(word in text for text in complaints(FitDiagnostics(**values), GateConfig()))
    assert complaints(GOOD, GateConfig()) == ()
