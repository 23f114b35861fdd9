import math

import numpy as np
import pytest

from predictor.evaluate.race_forecast import RaceForecast
from predictor.evaluate.scores import podium_brier
from predictor.evaluate.summary import mean_and_error, summarise
from predictor.vocabulary import Horizon

C = Horizon.AFTER_QUALIFYING
EVEN = np.full((4, 4), 0.25)
# The winner was thought 50 % likely; all else alike.
THIRD = 0.5 / 3
KNOWING = np.array([[0.5, *[THIRD] * 3], *[[THIRD, *[(1 - THIRD) / 3] * 3]] * 3])


def race(number, p_position, **baselines):
    n = len(p_position)
    ids = tuple("abcdefgh"[:n])
    return RaceForecast(2025, number, f"2025-{number}", C, C, ids, p_position,
                        np.zeros(n), np.zeros(n), np.zeros(n, bool), np.zeros(n, bool),
                        baselines)  # fmt: skip


def test_podium_brier__a_uniform_forecast_by_hand():
    assert podium_brier(EVEN) == pytest.approx((3 * 0.25**2 + 0.75**2) / 4)


def test_mean_and_error__by_hand():
    # deviations -2, -1, 3: variance 14 / 2
    found = mean_and_error(np.array([1.0, 2.0, 6.0]))
    assert found == {"mean": 3.0, "se": pytest.approx(math.sqrt(7.0 / 3.0))}
    assert mean_and_error(np.array([4.0])) == {"mean": 4.0, "se": None}


def test_summarise__differences_are_paired_race_by_race():
    races = [race(1, KNOWING, even=EVEN), race(2, EVEN, even=EVEN)]
    found = summarise(races)["differences"]["even"]["winner_log_loss"]
    gain = math.log(2.0) - math.log(4.0)  # in the first race, and none in the second
    assert found["mean"] == pytest.approx(gain / 2.0)
    # unpaired, the spread of both would count; paired it is that of the two differences
    assert found["se"] == pytest.approx(abs(gain) / 2.0)


def test_summarise__calibration_is_pooled_over_races():
    found = summarise([race(1, KNOWING, even=EVEN), race(2, KNOWING, even=EVEN)])
    # win: .5 twice and true; 1/6 six times and false
    assert found["ece"]["product"]["win"] == pytest.approx((2 * 0.5 + 6 / 6) / 8)
    assert found["bins"]["win"][5]["count"] == 2
    assert found["ece"]["even"]["win"] == pytest.approx(0.0)
    # podium: everybody .75, three of four true
    assert found["ece"]["even"]["podium"] == pytest.approx(0.0)
    assert found["races"] == 2


def test_summarise__keeps_every_race_and_fields_of_any_size():
    found = summarise([race(1, EVEN, even=EVEN), race(2, np.full((6, 6), 1 / 6), even=np.eye(6))])
    assert [one["starters"] for one in found["per_race"]] == [4, 6]
    assert found["per_race"][1]["scores"]["product"]["winner_log_loss"] == pytest.approx(
        math.log(6)
    )
    assert found["per_race"][1]["scores"]["even"]["rps"] == 0.0
    assert found["coverage"]["0.5"]["mean"] == pytest.approx(0.5)


def test_summarise__points_and_retirements_are_told_by_the_result():
    ids = tuple("abcd")
    paid, out = np.array([1, 1, 0, 0], bool), np.array([0, 0, 0, 1], bool)
    one = RaceForecast(2025, 1, "2025-1", C, C, ids, EVEN, np.array([0.95, 0.5, 0.5, 0.05]),
                       np.full(4, 0.15), paid, out, {})  # fmt: skip
    bins = summarise([one])["bins"]
    points = {b["lower"]: (b["count"], b["frequency"]) for b in bins["points"] if b["count"]}
    assert points == {0.0: (1, 0.0), 0.5: (2, 0.5), 0.9: (1, 1.0)}
    assert (bins["dnf"][1]["count"], bins["dnf"][1]["frequency"]) == (4, 0.25)
