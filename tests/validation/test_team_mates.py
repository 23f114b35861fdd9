"""The ruler of team-mates: pairs, who of them is likelier, and its slope, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from predictor.bayes.online import FilterConfig
from predictor.forecast.championship import FinalPoints
from predictor.vocabulary import SessionKind
from tests.season.builders import event_state, rows, session
from tests.validation.team_mates import Pair, as_forecast, changed, line_up, slope_of


def pairs(p, n_ahead, n=100):
    names = [(f"a-{number}", f"b-{number}") for number in range(n)]
    return [
        Pair(2020, "0", one, p, at < n_ahead, True, (0.0, 0.0), (0.0, 0.0), 0.0)
        for at, one in enumerate(names)
    ]


@pytest.mark.parametrize(
    ("n_ahead", "slope"),
    [(80, 1.0), (50, 0.0), (94, np.log(94 / 6) / np.log(4))],
    ids=["true", "said too surely", "said too weakly"],
)
def test_slope_of__is_what_the_log_odds_would_have_to_be_multiplied_by(n_ahead, slope):
    found, error = slope_of(pairs(0.8, n_ahead))
    assert found == pytest.approx(slope, abs=1e-9)
    assert 0.0 < error < 1.0


def test_slope_of__cuts_of_one_pair_are_not_evidence_of_their_own():
    apart = pairs(0.8, 80)
    _, error = slope_of(apart)
    found, again = slope_of([one for one in apart for _ in range(4)])
    assert found == pytest.approx(1.0)
    assert again == pytest.approx(error)


def test_as_forecast__the_likelier_man_comes_first_and_ties_count_half():
    points = np.array([[10.0, 20.0], [10.0, 20.0], [30.0, 20.0], [20.0, 20.0]])
    drivers = FinalPoints(
        ("a", "b"), np.array([5.0, 3.0]), points, np.zeros((4, 2, 1), dtype=np.int64)
    )
    found = as_forecast(drivers, 2020, "3", ("a", "b"), {"a": 25.0, "b": 20.0}, stayed=True)
    assert found.names == ("b", "a")
    assert found.p == pytest.approx(1.0 - (1 + 0.5 + 0.5) / 5)
    assert (found.ahead, found.lead) == (False, -2.0)
    assert found.points == (20.0, 17.5)


def test_line_up__gives_who_shares_a_team_and_nobody_who_drives_alone():
    state = event_state(
        session(None, SessionKind.RACE, rows("lando-norris", "oscar-piastri", "max-verstappen"))
    )
    assert line_up(state) == [("lando-norris", "oscar-piastri")]


def test_changed__sets_one_constant_and_leaves_the_rest():
    usual = FilterConfig()
    found = changed(usual, ["strength.driver_sd=0.3"])
    assert found.strength.driver_sd == 0.3
    assert found.strength.team_sd == usual.strength.team_sd
    assert found.qualifying == usual.qualifying
