"""Sets of races by hand: means, medians, ranges, and what does not tell."""

from __future__ import annotations

import numpy as np
import pytest

from predictor.vocabulary import Scenario
from tests.circuit_fit.builders import race
from tests.validation.lap_charts import real_chart
from tests.validation.race_cells import Measured, cells_of, scenario_of, together, why
from tests.validation.race_figures import FIGURES
from tests.validation.race_goals import goals
from tests.validation.race_realism import main

NAMES = list(FIGURES)
RETIRED, PASSES, MARGIN = (NAMES.index(name) for name in ("retired", "passes", "margin"))


def measured(season, real, simulated):
    """One race whose every figure is ``real``, and its simulations."""
    given = race(3, 20, season=season)
    many = np.tile(np.array(simulated, float)[:, None], len(FIGURES))
    return Measured(given, real_chart(given), np.full(len(FIGURES), float(real)), many)


def test_together__means_and_medians():
    values = np.zeros((1, 3, len(FIGURES)))
    values[0, :, RETIRED] = values[0, :, PASSES] = 1.0, 2.0, 9.0
    found = together(values)[0]
    assert found[RETIRED] == 4.0
    assert found[PASSES] == 2.0


def test_together__what_is_not_known_does_not_count():
    values = np.full((1, 2, len(FIGURES)), np.nan)
    values[0, 0, RETIRED] = values[0, 0, PASSES] = 3.0
    found = together(values)[0]
    assert found[RETIRED] == found[PASSES] == 3.0
    assert np.isnan(found[MARGIN])


def test_cells_of__the_real_value_against_sets_of_as_many_races():
    sims = np.arange(101)
    cells = cells_of([measured(2020, 50.0, sims), measured(2021, 60.0, sims)])
    assert cells.n_races == 2
    assert cells.real[RETIRED] == 55.0
    assert cells.mean[RETIRED] == pytest.approx(50.0, abs=3.0)
    # The mean of two uniform numbers on 0 to 100 is below 15.8 in one of twenty cases.
    assert cells.ranges[[0, -1], RETIRED] == pytest.approx([15.8, 84.2], abs=4.0)
    assert cells.inside[RETIRED]
    assert cells.own[RETIRED] == pytest.approx(0.9, abs=0.02)


def test_cells_of__outside_is_outside():
    cells = cells_of([measured(2020, 99.0, np.arange(90))])
    assert not cells.inside.any()
    assert cells.told.all()


def test_cells_of__a_race_that_does_not_tell_is_left_out_of_the_simulated_sets_too():
    silent, telling = measured(2020, np.nan, [1.0] * 9), measured(2021, 5.0, [5.0] * 9)
    cells = cells_of([silent, telling])
    assert cells.real[RETIRED] == cells.mean[RETIRED] == 5.0
    assert not cells_of([silent]).told.any()


def test_why__names_the_races_on_the_side_of_the_miss():
    races = [measured(2020, 9.0, [1.0]), measured(2021, 1.0, [2.0])]
    assert why(races, RETIRED, cells_of(races)) == "more than simulated, 1 of 2: 2020 9 (1)"


def test_scenario_of__what_came():
    assert scenario_of(real_chart(race(3, 20))) is Scenario.DRY
    assert scenario_of(real_chart(race(3, 20, safety_cars=((3, 2),)))) is Scenario.SAFETY_CAR
    assert scenario_of(real_chart(race(3, 20, red_flags=((3, 0),)))) is Scenario.SAFETY_CAR


def test_goals__limits_by_hand():
    races = [measured(season, real, [11.0]) for season, real in enumerate((8.0, 9.0, 10.0), 2020)]
    found = {goal.text: goal for goal in goals(races, {"monza": races * 2, "monaco": races})}
    lapped = found["lapped, no safety car"]
    assert (lapped.real, lapped.simulated, lapped.met) == (9.0, 11.0, False)
    assert (lapped.low, lapped.high) == pytest.approx((7.2, 10.8))
    wide = found["margin>30, no safety car"]
    assert (wide.low, wide.high) == pytest.approx((8.97, 9.03))
    assert found["early P1-5"].high == 0.15
    # Eight of ten of 8, 8, 9, 9, 10, 10; three races at Monaco are too few.
    assert (found["passes, monza"].low, found["passes, monza"].high) == (8.0, 10.0)
    assert "passes, monaco" not in found


def test_goals__monaco_has_a_limit_of_its_own():
    races = [measured(2020, 3.0, [8.0])] * 5
    assert {goal.text: goal for goal in goals([], {"monaco": races})}["passes, monaco"].met


def test_main__without_laps_says_so(tmp_path, capsys):
    assert main([str(tmp_path)]) == 0
    assert "skipped: no laps.parquet" in capsys.readouterr().out
