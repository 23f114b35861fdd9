import numpy as np
import pytest

from predictor.report.rows import Pays, driver_rows, rounded
from predictor.season.state import Entry

ENTRIES = tuple(
    Entry(d, d.upper(), i, d.title(), f"t{i}", f"Team {i}", f"t{i}") for i, d in enumerate("abcd")
)
P = np.array(
    [[0.7, 0.1, 0.1, 0.1], [0.2, 0.6, 0.1, 0.1], [0.1, 0.2, 0.6, 0.1], [0.0, 0.1, 0.2, 0.7]]
)
FORECAST = (P, np.array([0.1, 0.2, 0.3, 0.4]), np.full((4, 2), 0.25))
PAYS = Pays(np.array([25.0, 18.0]), 1.0)


# Of ten races: a is 1st in five and 2nd in four; b always comes in; c and d never.
FINISHES = np.array(
    [[0.5, 0.4, 0.0, 0.0], [0.04, 0.06, 0.84, 0.06], [0.0, 0.0, 0.0, 0.0], [0.0] * 4]
)


def rows(*, in_full=True, forecast=FORECAST, pays=PAYS):
    return driver_rows(ENTRIES, forecast, FINISHES, pays, in_full=in_full)


def test_driver_rows__numbers_by_hand():
    a = rows()[0]
    assert (a["driver"], a["driver_id"], a["name"], a["team"]) == ("A", "a", "A", "Team 0")
    assert a["p_win"] == 0.7
    assert a["p_podium"] == 0.9
    assert a["p_points"] == pytest.approx(0.8)  # two positions pay
    assert a["p_dnf"] == 0.1
    assert a["expected_position"] == pytest.approx(0.7 + 0.2 + 0.3 + 0.4)
    assert a["expected_points"] == pytest.approx(0.7 * 25 + 0.1 * 18 + 0.25)
    assert a["interval_90"] == [1, 4]
    assert a["p_fastest_lap_point"] == 0.25


@pytest.mark.parametrize("in_full", [True, False])
def test_driver_rows__place_and_interval_of_the_races_that_he_finishes(in_full):
    found = {
        row["driver_id"]: (row["expected_position_if_finished"], row["interval_90_if_finished"])
        for row in rows(in_full=in_full)
    }
    assert found == {
        "a": (round((0.5 * 1 + 0.4 * 2) / 0.9, 3), [1, 2]),
        "b": (0.04 * 1 + 0.06 * 2 + 0.84 * 3 + 0.06 * 4, [2, 4]),
        "c": (None, None),
        "d": (None, None),
    }


def test_driver_rows__the_fastest_lap_is_left_out_where_it_pays_nothing():
    row = rows(pays=Pays(PAYS.by_position, 0.0))[0]
    assert "p_fastest_lap_point" not in row
    assert row["expected_points"] == pytest.approx(0.7 * 25 + 0.1 * 18)


def test_driver_rows__the_likeliest_winner_comes_first_and_the_hopeless_by_position():
    p = np.array(
        [
            [0.0001, 0, 0, 0.9999],
            [0.0, 0, 0.9999, 0.0001],
            [0.2, 0.8, 0, 0],
            [0.7999, 0.2, 0.0001, 0],
        ]
    )
    order = [row["driver_id"] for row in rows(forecast=(p, *FORECAST[1:]))]
    assert order == ["d", "c", "b", "a"]


def test_driver_rows__scenario_rows_leave_names_to_the_headline():
    assert not {"name", "team", "number"} & rows(in_full=False)[0].keys()


def test_rounded__never_gives_minus_zero():
    assert str(rounded(-1e-9)) == "0.0"
