"""Safety cars, their causes, and how often cars retire, counted by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from predictor.circuit_fit.race_control import fit_race_control, hazard_multipliers, spells
from predictor.circuit_fit.race_laps import RED, SAFETY_CAR, VSC, flag_bits, is_dry, lap_flags
from tests.circuit_fit.builders import race, retired


def test_spells__one_flag_for_an_accident_of_two_cars():
    given = retired(race(), {3: (11, 1.0), 4: (11, 1.0)}, safety_cars=((12, 3),))
    (spell,) = spells(given)
    assert (spell.kind, spell.lap, spell.laps, spell.cause) == (SAFETY_CAR, 12, 4, "accident")


def test_spells__a_second_flag_needs_a_retirement_of_its_own():
    given = retired(race(), {3: (11, 1.0)}, safety_cars=((12, 3), (13, 2)))
    assert [spell.cause for spell in spells(given)] == ["accident", "other"]


def test_spells__without_a_list_what_most_cars_were_shown():
    given = replace(race(), safety_cars=None, red_flags=None)
    given.flags[:, 9:14] = SAFETY_CAR
    given.flags[:, 29:32] = VSC
    given.flags[:4, 49] = RED  # four of twenty cars had begun the lap
    found = [(spell.kind, spell.lap, spell.laps) for spell in spells(given)]
    assert found == [(SAFETY_CAR, 10, 4), (VSC, 30, 2)]


def test_spells__a_vsc_that_becomes_a_safety_car_is_none():
    given = replace(race(), safety_cars=((32, 2),))
    given.flags[:, 29:32] = VSC
    assert [spell.kind for spell in spells(given)] == [SAFETY_CAR]


def test_fit_race_control__counts_by_hand():
    # Ten accidents, four with a safety car; ten failures, two with a VSC.
    races = []
    for n in range(10):
        one = retired(race(), {3: (11, 1.0), 4: (40, 0.0)}, safety_cars=((12, 3),) * (n < 4))
        if n < 2:
            one.flags[:, 40:43] = VSC
        races.append(one)
    control = fit_race_control(races)
    assert control.shares["p_safety_car_after_accident"].counts["monza"] == (4, 10)
    assert control.shares["p_safety_car_after_accident"].mean == pytest.approx(4.5 / 11)
    assert control.shares["p_vsc_after_failure"].counts["monza"] == (2, 10)
    assert control.shares["accident_lap1_share"].counts["monza"] == (0, 10)
    assert control.rates["other_safety_cars"].mean == 0.0
    # Four laps of 90 s, each time.
    assert control.seconds["safety_car_laps"] == pytest.approx((360.0,) * 16)


def test_hazard_multipliers__a_circuit_twice_as_bad_and_one_with_none():
    crash = {3: (11, 1.0), 4: (20, 1.0)}
    races = [retired(race(circuit="bad"), crash) for _ in range(10)]
    races += [retired(race(circuit="good"), {}) for _ in range(10)]
    found = hazard_multipliers(races)["accident"]
    # The season's rate is 20 of 400; no race of a circuit differs from another, so none shrinks.
    assert found.value == pytest.approx({"bad": 2.0, "good": 0.0}, abs=1e-6)


def test_hazard_multipliers__an_unknown_reason_is_half_of_each():
    races = [retired(race(circuit=c), {3: (11, np.nan)}) for c in ("a", "b")]
    found = hazard_multipliers(races)
    assert found["accident"].mean == found["failure"].mean == pytest.approx(1.0)


def test_flag_bits__codes_of_a_lap():
    assert flag_bits("1") == 0
    assert flag_bits("126") == flag_bits("12") | VSC
    assert flag_bits("45") == SAFETY_CAR | RED
    assert flag_bits("67") == VSC


def test_lap_flags__needs_half_of_the_cars():
    given = race()
    given.flags[:10, 5] = SAFETY_CAR
    given.flags[:9, 6] = SAFETY_CAR
    assert list(lap_flags(given)[5:7]) == [SAFETY_CAR, 0]


def test_is_dry__not_in_rain_and_not_a_race_of_two_laps():
    wet = race()
    wet.compound[:, 10:20] = 3
    assert is_dry(race())
    assert not is_dry(wet)
    assert not is_dry(replace(race(n_laps=2), scheduled_laps=44))
