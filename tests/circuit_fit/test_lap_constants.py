"""A circuit's racing speed is that of its present layout."""

from __future__ import annotations

import numpy as np
import pytest

from predictor.circuit_fit.lap_constants import racing_speed
from tests.circuit_fit.builders import race


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
