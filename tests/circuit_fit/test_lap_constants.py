"""A circuit's racing speed is that of its present layout; compounds keep their order."""

from __future__ import annotations

import numpy as np
import pytest

from predictor.circuit_fit.lap_constants import racing_speed, tyre_constants
from predictor.simulator.race_inputs import default_circuit
from tests.circuit_fit.builders import race, with_stops


def raced(circuit, season, length_km, kmh):
    given = race(circuit=circuit, season=season, length_km=length_km)
    given.time_s[:] = 3600.0 * length_km / kmh
    return given


def test_racing_speed__only_races_since_the_last_change_of_layout_count():
    # The first layout's length comes back by chance in another: those years stay out.
    races = [raced("a", 2018, 4.66, 190.0), raced("a", 2019, 4.68, 195.0)]
    races += [raced("a", year, 4.66, 205.0) for year in (2020, 2021)]
    races += [raced("b", year, 5.0, 155.0) for year in (2020, 2021)]
    at = racing_speed(races)
    assert at("a").number == pytest.approx(205.0)
    assert at("b").number == pytest.approx(155.0)
    assert (at("a").races, at("a").source) == (2, "laps")
    assert at("elsewhere").number == pytest.approx(180.0)


def test_racing_speed__a_circuit_measured_anew_is_the_same_one():
    races = [raced("a", 2024, 4.318, 220.0), raced("a", 2025, 4.326, 220.0)]
    assert racing_speed(races)("a").races == 2


def test_racing_speed__without_a_green_lap_the_usual_one():
    silent = race()
    silent.time_s[:] = np.nan
    assert racing_speed([silent])("monza").source == "judgement"


def test_tyre_constants__a_soft_that_was_kept_on_where_it_lasted_is_no_better_than_a_hard():
    """Laps as they come out when softs are taken off early: flatter and slower when new."""
    stops = {car: ((15 + car, (car + 1) % 3), (40 + car // 2, (car + 2) % 3)) for car in range(20)}
    given = race()
    given.compound[:] = np.arange(20)[:, None] % 3
    given = with_stops(given, stops)
    slope, offset = np.array([0.02, 0.05, 0.04]), np.array([0.3, 0.0, 0.2])
    given.time_s[:] += offset[given.compound] + slope[given.compound] * given.age
    read = tyre_constants([given], default_circuit())
    found = read["tyre_slope_s"]("monza").value
    assert found[0] >= found[1] >= found[2]
    assert found[0] == pytest.approx(found[2])  # all one block
    assert read["tyre_offset_s"]("monza").value[:3] == pytest.approx((0.0, 0.0, 0.2), abs=1e-6)
