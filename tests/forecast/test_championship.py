from dataclasses import replace

import numpy as np
import pytest

from predictor.forecast.assemble import ScenarioForecast
from predictor.forecast.championship import PointsRules, RemainingRace, title_odds
from predictor.season.standings import Standing
from predictor.vocabulary import Scenario

RULES = PointsRules((25.0, 18.0, 15.0))


def forecast(position, fastest=None):
    position = np.array(position, dtype=np.uint8)
    n_sims, n_drivers = position.shape
    return ScenarioForecast(
        ("a", "b", "c")[:n_drivers],
        n_sims,
        np.zeros((n_drivers, n_drivers)),
        np.zeros(n_drivers),
        np.zeros((n_drivers, 2)),
        position,
        np.full(n_sims, 255 if fastest is None else fastest, dtype=np.uint8),
        np.zeros((n_drivers, n_drivers)),
    )


def race(position, rules=RULES, fastest=None, event="2025-x"):
    return RemainingRace(
        event, {Scenario.DRY: forecast(position, fastest)}, {Scenario.DRY: 1.0}, rules,
        ("x", "x", "y"),
    )  # fmt: skip


def standing(**points):
    """Standings by hand: name=points, or name=(points, wins, second places, ...)."""
    rows = {k: v if isinstance(v, tuple) else (v,) for k, v in points.items()}
    return [Standing(i, k, float(v[0]), v[1:]) for i, (k, v) in enumerate(rows.items(), 1)]


def by_name(rows):
    return {row.name: row for row in rows}


def test_title_odds__with_no_race_left_the_leader_is_champion():
    drivers, teams = title_odds(standing(a=100, b=99), standing(x=199), [], seed=1, n_sims=5000)
    assert [row.p_title for row in drivers] == [1.0, 0.0]
    assert drivers[0].p05 == drivers[0].p95 == 100
    assert teams[0].p_title == 1.0


def test_title_odds__counts_each_simulated_season():
    # b trails by 5: he is champion in the sims where he wins and a is second (25 - 18 = 7).
    drivers, teams = title_odds(
        standing(a=30, b=25), [],
        [race([[1, 2, 3], [2, 1, 3], [3, 2, 1], [2, 1, 3]])], seed=1, n_sims=4,
    )  # fmt: skip
    odds = by_name(drivers)
    assert odds["a"].p_title == 0.5
    assert odds["b"].p_title == 0.5
    assert odds["a"].mean == pytest.approx(30 + (25 + 18 + 15 + 18) / 4)
    assert by_name(teams)["x"].mean == pytest.approx((43 * 3 + 33) / 4)


def test_title_odds__ties_go_to_more_wins():
    known = standing(b=(7, 0, 0, 1), a=(0, 0, 1))
    drivers, _ = title_odds(known, [], [race([[1, 2, 3]])], seed=1, n_sims=1)
    odds = by_name(drivers)
    assert odds["a"].mean == odds["b"].mean == 25
    assert odds["a"].p_title == 1.0


def test_title_odds__a_sprint_win_is_no_win():
    known = standing(a=(0, 0, 1), b=(7, 0, 2))
    rules = PointsRules(RULES.by_position, counts_for_countback=False)
    drivers, _ = title_odds(known, [], [race([[1, 2, 3]], rules)], seed=1, n_sims=1)
    assert by_name(drivers)["b"].p_title == 1.0


def test_title_odds__the_fastest_lap_pays_only_in_the_top_ten():
    ids = tuple("abcdefghijk")
    everyone = replace(forecast([range(1, 12)]), driver_ids=ids)
    for place, paid in ((10, 1.0), (11, 0.0)):
        fastest = np.array([place - 1], dtype=np.uint8)
        run = RemainingRace(
            "2025-x", {Scenario.DRY: replace(everyone, fastest_lap=fastest)}, {Scenario.DRY: 1.0},
            PointsRules((25.0,), fastest_lap=1.0), tuple(f"t{d}" for d in ids),
        )  # fmt: skip
        drivers, _ = title_odds([], [], [run], seed=1, n_sims=1)
        assert by_name(drivers)[ids[place - 1]].mean == paid


def test_title_odds__scenarios_come_up_with_their_probability():
    n = 4000
    wet = forecast(np.tile([2, 1, 3], (n, 1)))
    dry = forecast(np.tile([1, 2, 3], (n, 1)))
    mixed = RemainingRace(
        "2025-x", {Scenario.DRY: dry, Scenario.WET: wet}, {Scenario.DRY: 0.8, Scenario.WET: 0.2},
        RULES, ("x", "x", "y"),
    )  # fmt: skip
    drivers, _ = title_odds([], [], [mixed], seed=1, n_sims=n)
    assert by_name(drivers)["b"].p_title == pytest.approx(0.2, abs=0.03)


def test_title_odds__what_countback_leaves_tied_goes_to_whom_the_standings_list_first():
    drivers, _ = title_odds(standing(b=(10, 1), a=(10, 1)), [], [], seed=1, n_sims=1)
    assert [row.name for row in drivers] == ["b", "a"]
    assert drivers[0].p_title == 1.0
