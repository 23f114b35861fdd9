from dataclasses import replace

import numpy as np
import pytest

from predictor.features.weekend import race_outcome, weekend_of
from predictor.learn.features.moments import moment_of
from predictor.learn.features.race_lines import (
    DRIVER_LINE,
    TEAM_LINE,
    championship_points,
    circuit_line,
    driver_lines,
    mean_where_known,
    of_team_mates,
    team_lines,
)

from .small import FIRST, SECOND

NAN = float("nan")
# ann, ben, cay (gearbox), dot; ben won from second, ann and dot followed.
EXPECTED = {
    "finish": [0.0, 0.5, NAN, -0.5],
    "gain": [-0.5, 0.5, NAN, 0.0],
    "points": [18 / 25, 1.0, 0.0, 15 / 25],
    "podium": [1.0, 1.0, 0.0, 1.0],
    "retired": [0.0, 0.0, 1.0, 0.0],
    "accident": [0.0, 0.0, 0.0, 0.0],
    "failure": [0.0, 0.0, 1.0, 0.0],
    "finish_gap": [0.0, 0.5, NAN, -1.0],  # 25 and 75 s of 5000 s are .5 and 1.5 %
    "race_lap": [0.0, 1.0, NAN, -1.0],  # 80.0, 80.8, 81.6 s
    "qualifying": [1.5, 0.5, -0.5, -1.5],
    "mate_finish": [0.0, 1.0, NAN, NAN],
    "mate_qualifying": [1.0, -1.0, 1.0, -1.0],
}


def lines_of(event):
    return driver_lines(weekend_of(event), race_outcome(event))


@pytest.mark.parametrize("name", DRIVER_LINE)
def test_driver_lines__are_those_worked_out_by_hand(name):
    column = lines_of(FIRST)[:, DRIVER_LINE.index(name)]
    assert column == pytest.approx(EXPECTED[name], nan_ok=True)


def test_driver_lines__a_disqualified_car_neither_finished_nor_retired():
    lines = dict(zip(DRIVER_LINE, lines_of(SECOND)[3], strict=True))
    assert np.isnan(lines["finish"])
    assert lines["retired"] == lines["points"] == lines["accident"] == lines["failure"] == 0.0


def test_driver_lines__a_retirement_nobody_explained_is_neither_accident_nor_failure():
    outcome = race_outcome(FIRST)
    unknown = replace(outcome, accident=np.full(4, np.nan))
    lines = dict(zip(DRIVER_LINE, driver_lines(weekend_of(FIRST), unknown)[2], strict=True))
    assert lines["retired"] == 1.0
    assert np.isnan([lines["accident"], lines["failure"]]).all()


def test_driver_lines__who_did_not_start_has_none():
    outcome = race_outcome(FIRST)
    without = replace(outcome, ranking=outcome.ranking[:-1], retired=np.zeros(4, bool))
    line = dict(zip(DRIVER_LINE, driver_lines(weekend_of(FIRST), without)[2], strict=True))
    assert np.isnan([line["points"], line["podium"], line["retired"], line["accident"]]).all()


def test_driver_lines__of_a_race_with_one_classified_car_say_nothing_of_places():
    outcome = race_outcome(FIRST)
    lines = driver_lines(weekend_of(FIRST), replace(outcome, order=(1,)))
    assert np.isnan(lines[:, [DRIVER_LINE.index("finish"), DRIVER_LINE.index("gain")]]).all()


def test_driver_lines__without_laps_or_times_are_unknown_there():
    outcome = race_outcome(FIRST)
    bare = replace(outcome, finish_gap=np.full(4, np.nan), best_lap_s=np.zeros(0))
    lines = driver_lines(weekend_of(FIRST), bare)
    columns = [DRIVER_LINE.index(name) for name in ("finish_gap", "race_lap")]
    assert np.isnan(lines[:, columns]).all()


def test_team_lines__are_means_of_the_cars_that_are_known():
    weekend = weekend_of(FIRST)
    lines = team_lines(lines_of(FIRST), weekend.lineages, ["blue", "red"])
    blue, red = (dict(zip(TEAM_LINE, line, strict=True)) for line in lines)
    assert red == pytest.approx(
        {"finish": 0.25, "points": 0.86, "failure": 0.0, "race_lap": 0.5, "qualifying": 1.0}
    )
    assert blue == pytest.approx(
        {"finish": -0.5, "points": 0.3, "failure": 0.5, "race_lap": -1.0, "qualifying": -1.0}
    )


def test_circuit_line__is_of_the_whole_field():
    outcome, moment = race_outcome(FIRST), moment_of(FIRST)
    line = circuit_line(lines_of(FIRST), moment, outcome)
    # The winner's laps took 100 s each, the best lap of the weekend 90 s.
    assert line == pytest.approx([1 / 3, 0.25, 100 * (100 / 90 - 1)])
    unknown = circuit_line(lines_of(FIRST), moment, replace(outcome, mean_lap_s=np.zeros(0)))
    assert np.isnan(unknown[2])


def test_circuit_line__a_red_flag_counts_for_no_more_than_a_wet_race():
    outcome = race_outcome(FIRST)
    stopped = replace(outcome, mean_lap_s=3.0 * outcome.mean_lap_s)
    assert circuit_line(lines_of(FIRST), moment_of(FIRST), stopped)[2] == 25.0


def test_championship_points__are_those_of_race_and_sprint():
    weekend, outcome = weekend_of(FIRST), race_outcome(FIRST)
    assert championship_points(weekend, outcome).tolist() == [18.0, 25.0, 0.0, 15.0]
    sprint = replace(weekend, sprint_place=np.array([1.0, np.nan, 8.0, 9.0]))
    assert championship_points(sprint, outcome).tolist() == [26.0, 25.0, 1.0, 15.0]


def test_championship_points__before_2010_are_counted_by_the_rules_of_2010():
    old = replace(weekend_of(FIRST), season=2008)
    assert championship_points(old, race_outcome(FIRST)).max() == 25.0


def test_of_team_mates__is_the_mean_of_the_other_cars():
    values = np.array([1.0, 3.0, 5.0, 7.0])
    assert of_team_mates(values, ("x", "x", "x", "y")) == pytest.approx([4, 3, 2, NAN], nan_ok=True)


def test_mean_where_known__of_nothing_is_unknown():
    assert np.isnan(mean_where_known(np.full(3, np.nan)))
    assert mean_where_known(np.array([1.0, np.nan, 3.0])) == 2.0
