"""Constants found by simulation: planted first laps are recognised."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from predictor.circuit_fit.race_laps import SAFETY_CAR
from predictor.circuit_fit.simulated_moments import (
    first_lap_of,
    invert,
    match_first_lap,
    match_passes,
    passes_on_track,
    places_moved,
    race_inputs_of,
)
from predictor.simulator.race_inputs import default_circuit, default_strategies
from predictor.simulator.simulate import simulate
from tests.circuit_fit.builders import race


def inputs(given, n_sims):
    return race_inputs_of(
        given,
        n_sims,
        circuit=default_circuit(),
        strategies=default_strategies,
        p_failure=0.05,
        p_accident=0.05,
    )


def paced(circuit, season):
    """Cars with the pace of their grid slots, a tenth apart."""
    given = race(circuit=circuit, season=season)
    given.time_s[:] = 90.0 + 0.1 * np.arange(20)[:, None]
    return given


def test_passes_on_track__swaps_away_from_the_pits():
    given = race(n_cars=4, n_laps=5)
    given.place[[0, 1], 2:] = given.place[[1, 0], 2:]  # one pass on lap 3
    given.place[[2, 3], 4] = given.place[[3, 2], 4]  # one on lap 5, but a car is in the pits
    given.pit_in[2, 4] = True
    assert passes_on_track(given) == 1


def test_places_moved__needs_the_places_of_most_cars():
    given = race()
    assert places_moved(given) == 0.0
    given.place[:8, 0] = np.nan
    assert np.isnan(places_moved(given))


def test_race_inputs_of__grid_and_pace_as_they_were():
    given = race_inputs_of(
        replace(paced("a", 2024), grid=np.array([np.nan, *range(2, 21)])),
        3,
        circuit=default_circuit(),
        strategies=default_strategies,
        p_failure=0.1,
        p_accident=0.1,
    )
    assert list(given.grid[0]) == [20, *range(1, 20)]  # from the pit lane: last
    np.testing.assert_allclose(given.pace_s[0], 0.1 * np.arange(20), atol=1e-5)
    assert given.lap_s == pytest.approx(90.0)


def test_match_first_lap__finds_the_planted_disorder():
    races = []
    for circuit, factor in (("calm", 0.6), ("usual", 1.0), ("wild", 2.0)):
        for season in range(2001, 2031):
            given = paced(circuit, season)
            once = first_lap_of(replace(inputs(given, 1), event=f"planted-{circuit}-{season}"))
            usual = default_circuit()
            planted = replace(
                once,
                circuit=replace(
                    usual,
                    start_noise_s=usual.start_noise_s * factor,
                    p_first_lap_setback=usual.p_first_lap_setback * factor,
                ),
            )
            ended = simulate(planted)
            given.place[:, 0] = np.where(ended.retired[0], np.nan, ended.position[0])
            races.append(given)
    found, usual = match_first_lap(races, inputs, 40)
    # Thirty races tell the spread of the places moved to about a tenth.
    assert found["calm"].number == pytest.approx(0.6, rel=0.35)
    assert found["usual"].number == pytest.approx(1.0, rel=0.35)
    assert found["wild"].number == pytest.approx(2.0, rel=0.35)
    assert found["calm"].number < usual.number < found["wild"].number


def test_match_passes__fewer_passes_mean_a_higher_threshold():
    draw = np.random.default_rng(2)

    def swapped(circuit, season, n_swaps):
        given = paced(circuit, season)
        for _ in range(n_swaps):
            lap, car = int(draw.integers(1, 60)), int(draw.integers(0, 19))
            given.place[[car, car + 1], lap:] = given.place[[car + 1, car], lap:]
        return given

    races = [swapped("easy", 2001 + n, 60) for n in range(5)]
    races += [swapped("hard", 2001 + n, 6) for n in range(5)]
    found, _ = match_passes(races, inputs, 20)
    assert found["hard"].number > 1.5 * found["easy"].number


def test_invert__meets_a_falling_curve_between_its_points():
    # Linear in the logarithm: half way between 1 and 4 is 2.
    assert invert((1.0, 4.0), np.array([10.0, 6.0]), 8.0) == pytest.approx(2.0)
    assert invert((1.0, 4.0), np.array([6.0, 10.0]), 8.0) == pytest.approx(2.0)
    assert invert((1.0, 4.0), np.array([10.0, 6.0]), 99.0) == pytest.approx(1.0)


def test_match_passes__a_circuit_without_passes_is_beyond_any_other():
    """On the mean curve of all circuits it would be at the end of what was tried."""
    # The quickest start last, and are up to 6 s a lap quicker than those they do not pass.
    turned = np.arange(20.0, 0.0, -1.0)
    silent = [replace(paced("silent", 2001 + n), grid=turned) for n in range(5)]
    for given in silent:
        given.time_s[:] = 90.0 + 0.3 * np.arange(20)[:, None]
        given.place[[0, 1], 30:] = given.place[[1, 0], 30:]
    draw = np.random.default_rng(3)
    lively = []
    for n in range(20):
        given = paced("lively", 2001 + n)
        for lap, car in zip(draw.integers(3, 60, 50), draw.integers(0, 19, 50), strict=True):
            given.place[[car, car + 1], lap:] = given.place[[car + 1, car], lap:]
        lively.append(given)
    found, usual = match_passes(silent + lively, inputs, 30)
    made = [
        simulate(replace(given, circuit=replace(
            given.circuit, overtaking_threshold_s=found["silent"].number))).passes
        for given in (inputs(one, 100) for one in silent)
    ]  # fmt: skip
    assert np.median(made) <= 3
    assert found["silent"].number > 5.0
    assert found["lively"].number < usual.number < found["silent"].number


def test_passes_on_track__the_start_and_flags_are_no_racing():
    given = race(n_cars=4, n_laps=8)
    given.place[[0, 1], 1:] = given.place[[1, 0], 1:]  # on lap 2
    given.place[[2, 3], 5:] = given.place[[3, 2], 5:]  # on lap 6, behind the safety car
    given.flags[:, 5] = SAFETY_CAR
    assert passes_on_track(given) == 0
