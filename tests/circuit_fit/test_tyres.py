"""Planted wear, fuel and noise come out of the laps again."""

from __future__ import annotations

import numpy as np
import pytest

from predictor.circuit_fit.race_laps import SAFETY_CAR, YELLOW
from predictor.circuit_fit.tyres import fit_tyres, green_rows
from tests.circuit_fit.builders import race, with_stops

SLOPE, OFFSET, FUEL, NOISE = np.array([0.09, 0.06, 0.03]), np.array([0.0, 0.3, 0.7]), 0.05, 0.35


def planted(noise=NOISE):
    """Cars that change from any compound to another at different laps."""
    draw = np.random.default_rng(1)
    stops = {car: ((15 + car, (car + 1) % 3), (40 + car // 2, (car + 2) % 3)) for car in range(20)}
    plain = race()
    plain.compound[:] = np.arange(20)[:, None] % 3
    plain = with_stops(plain, stops)
    lap = np.arange(1.0, 61.0)
    worn = OFFSET[plain.compound] + SLOPE[plain.compound] * plain.age
    time = 90.0 + draw.normal(0, 1.0, (20, 1)) + worn - FUEL * lap
    plain.time_s[:] = time + draw.normal(0.0, noise, time.shape)
    return plain


def test_fit_tyres__finds_what_was_planted():
    fit = fit_tyres(planted())
    np.testing.assert_allclose(fit.slope_s, SLOPE, atol=0.008)
    np.testing.assert_allclose(fit.step_s, np.diff(OFFSET), atol=0.15)
    assert fit.fuel_s == pytest.approx(FUEL, abs=0.005)
    assert fit.noise_s == pytest.approx(NOISE, rel=0.08)


def test_fit_tyres__errors_are_as_large_as_the_misses():
    fit = fit_tyres(planted())
    assert (np.abs(fit.slope_s - SLOPE) < 4 * fit.slope_error).all()
    assert fit.slope_error.max() < 0.01


def test_fit_tyres__a_few_wild_laps_change_little():
    given = planted()
    given.time_s[::5, 10] += 4.0
    assert fit_tyres(given).noise_s == pytest.approx(NOISE, rel=0.1)


def test_fit_tyres__a_compound_that_hardly_anybody_used_is_not_known():
    given = with_stops(race(), {0: ((30, 2),)})
    given.time_s[:] += np.random.default_rng(1).normal(0, 0.3, given.time_s.shape)
    fit = fit_tyres(given)
    assert np.isnan(fit.slope_s[[0, 2]]).all()
    assert np.isfinite(fit.noise_s)


def test_green_rows__leaves_out_flags_pits_start_and_slow_laps():
    given = with_stops(race(n_cars=2), {0: ((20, 2),)})
    given.flags[:, 9] = YELLOW
    given.flags[:, 39] = SAFETY_CAR
    given.time_s[1, 49] = 120.0
    rows = green_rows(given)
    laps = {car: set(rows.lap[rows.car == car]) for car in (0, 1)}
    # Lap 41 is the restart after the safety car of lap 40.
    assert laps[0] == set(range(2, 61)) - {10, 20, 21, 40, 41}
    assert laps[1] == set(range(2, 61)) - {10, 40, 41, 50}
