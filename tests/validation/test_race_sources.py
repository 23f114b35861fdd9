"""What simulations start from: the scenario that came, and the forecast's or the real pace."""

from __future__ import annotations

import numpy as np
import pytest

from predictor.vocabulary import Scenario
from services.settings.model_constants import read_model
from tests.circuit_fit.builders import race
from tests.validation.lap_charts import real_chart
from tests.validation.race_sources import forecast_inputs, real_pace_inputs


def given(source, *races, n_sims=3):
    return list(source(races, [real_chart(one) for one in races], read_model(), n_sims))


def test_real_pace_inputs__the_cars_median_laps_in_the_scenario_that_came():
    quick, slow = race(20, 60, circuit="monza"), race(20, 60, circuit="monza", round=2)
    slow.time_s[3] += 0.5
    behind_safety_car = race(20, 60, circuit="monza", round=3, safety_cars=((3, 2),))
    dry, slower, neutralised = given(real_pace_inputs, quick, slow, behind_safety_car)
    assert dry.inputs.pace_s.shape == (3, 20)
    assert slower.inputs.pace_s[:, 3] == pytest.approx(0.5)
    assert dry.inputs.conditions.name is Scenario.DRY
    assert dry.inputs.circuit.other_safety_cars == 0.0
    assert neutralised.inputs.conditions.force_safety_car
    assert 0.0 < dry.p_safety_car < 1.0


@pytest.mark.slow
def test_forecast_inputs__the_events_own_forecast_and_no_other():
    # The first race that there is, whatever laps stand for it here.
    wanted = race(20, 57, circuit="melbourne", season=2014)
    found = next(iter(forecast_inputs([wanted], [real_chart(wanted)], read_model(), 3)))
    assert found.race == 201401
    assert "2014" in found.inputs.event
    assert found.inputs.n_sims == 3
    assert found.inputs.conditions.name is Scenario.DRY
    assert (np.sort(found.inputs.grid, axis=1) == np.arange(1, 23)).all()
