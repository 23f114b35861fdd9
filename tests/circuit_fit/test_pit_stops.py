"""What a stop cost, and how long crews stand, as planted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from predictor.circuit_fit.pit_stops import FIELD, fit_crews, stop_losses
from predictor.circuit_fit.race_laps import RED, SAFETY_CAR, VSC
from tests.circuit_fit.builders import race, with_stops


def test_stop_losses__against_the_laps_on_either_side():
    given = with_stops(race(), {3: ((20, 2),)})
    given.time_s[3, :19] = 91.0  # old tyres
    given.time_s[3, 21:] = 89.0
    given.time_s[3, 19:21] = 96.0, 106.0
    (stop,) = stop_losses(given)
    assert (stop.car, stop.lap, stop.flag) == (3, 20, 0)
    assert stop.loss_s == pytest.approx(96.0 + 106.0 - 91.0 - 89.0)


@pytest.mark.parametrize("flag", [VSC, SAFETY_CAR])
def test_stop_losses__under_a_neutralisation_against_who_stays_out(flag):
    given = with_stops(race(), {3: ((20, 2),)})
    given.flags[:, 19:21] = flag
    given.time_s[:, 19:21] = 130.0
    given.time_s[3, 19:21] = 134.0, 137.0
    (stop,) = stop_losses(given)
    assert (stop.flag, stop.loss_s) == (flag, pytest.approx(11.0))


def test_stop_losses__a_red_flag_and_a_repair_tell_nothing():
    given = with_stops(race(), {3: ((20, 2),), 4: ((30, 2),)})
    given.flags[:, 19:21] = RED
    given.time_s[4, 29] = 190.0
    assert stop_losses(given) == []


def crews_race(season, extra, seed):
    draw = np.random.default_rng(seed)
    odds = draw.uniform(size=(20, 3))
    still = 2.5 * (odds / (1 - odds)) ** (1 / 4.0)
    stops = tuple(
        (car, 10 + 10 * n, 20.0 + still[car, n] + (extra if car < 2 else 0.0))
        for car in range(20)
        for n in range(3)
    )
    return replace(race(season=season), stops=(*stops, (5, 25, 1200.0)))


def test_fit_crews__a_slow_crew_is_found_and_the_rest_are_alike():
    races = [crews_race(2018 + n % 4, 1.0, n) for n in range(40)]
    crews = fit_crews(races, stationary_s=2.5)
    others = [crews[f"team-{n}"]["median_s"].number for n in range(1, 10)]
    assert crews["team-0"]["median_s"].number - np.mean(others) == pytest.approx(1.0, abs=0.2)
    assert crews[FIELD]["median_s"].number == pytest.approx(2.5)
    assert crews[FIELD]["shape"].number == pytest.approx(4.0, abs=0.6)


def test_fit_crews__stops_under_a_safety_car_do_not_count():
    races = [crews_race(2018 + n % 4, 0.0, n) for n in range(20)]
    for given in races:
        given.flags[:, 9] = SAFETY_CAR  # lap 10, the first stop of all
    late = [
        replace(given, stops=tuple((c, lap, t + 30 * (lap == 10)) for c, lap, t in given.stops))
        for given in races
    ]
    assert fit_crews(late, stationary_s=2.5) == fit_crews(races, stationary_s=2.5)


def test_fit_crews__without_stops_there_are_none():
    assert fit_crews([race()], stationary_s=2.5) == {}
