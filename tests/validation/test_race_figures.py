"""Figures of hand-made races: three or four cars, ten laps, counted on fingers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from predictor.simulator.circuit import COMPOUND_ORDER
from predictor.vocabulary import Compound
from tests.validation.lap_charts import GREEN, RED, SAFETY_CAR, VSC, LapChart
from tests.validation.race_figures import (
    FIGURES,
    fastest_lap,
    finish,
    first_lap_and_lead,
    measure,
    pace_spread,
    passes,
)
from tests.validation.stop_figures import odd_stops, stint_lengths, stop_counts, stop_round

SOFT, HARD = COMPOUND_ORDER.index(Compound.SOFT), COMPOUND_ORDER.index(Compound.HARD)


def procession(n_cars=3, n_laps=10):
    """Nobody passes, stops or retires; the cars lap in 90, 91, 92 s, and are a second apart."""
    cars = np.arange(1.0, n_cars + 1)
    return LapChart(
        grid=cars,
        place=np.tile(cars[:, None], n_laps),
        time_s=np.tile(89.0 + cars[:, None], n_laps),
        behind_s=np.tile(cars[:, None] - 1.0, n_laps),
        compound=np.full((n_cars, n_laps), SOFT),
        changed=np.zeros((n_cars, n_laps), bool),
        flag=np.full(n_laps, GREEN),
        n_safety_cars=0,
        n_vscs=0,
        n_reds=0,
        neutralised_laps=0.0,
        result=cars,
        retired=np.zeros(n_cars, bool),
        laps_down=np.zeros(n_cars),
        gap_s=cars - 1.0,
    )


def with_stops(chart, *stops):
    """The same race with stops on (car, lap), the lap from 1."""
    changed = chart.changed.copy()
    for car, lap in stops:
        changed[car, lap - 1] = True
    return replace(chart, changed=changed)


def swap(chart, lap, a=0, b=1):
    """Two cars change places on a lap and stay so."""
    place = chart.place.copy()
    place[[a, b], lap - 1 :] = place[[b, a], lap - 1 :]
    return replace(chart, place=place)


def flagged(chart, lap, kind):
    flag = chart.flag.copy()
    flag[lap - 1] = kind
    return replace(chart, flag=flag)


def test_measure__gives_every_figure():
    found = measure(procession())
    assert found.shape == (len(FIGURES),)


def test_passes__one_swap_on_green_laps_is_one():
    assert passes(procession()) == 0
    assert passes(swap(procession(), 5)) == 1
    assert passes(swap(swap(procession(), 5), 7)) == 2


@pytest.mark.parametrize("lap", [1, 2])
def test_passes__the_first_two_laps_do_not_count(lap):
    assert passes(swap(procession(), lap)) == 0


def test_passes__lap_three_counts():
    assert passes(swap(procession(), 3)) == 1


@pytest.mark.parametrize("stop", [3, 4, 5])
def test_passes__a_swap_near_a_stop_is_none(stop):
    assert passes(with_stops(swap(procession(), 5), (0, stop))) == 0


@pytest.mark.parametrize("stop", [2, 6])
def test_passes__a_stop_further_away_does_not_matter(stop):
    assert passes(with_stops(swap(procession(), 5), (0, stop))) == 1


@pytest.mark.parametrize("kind", [VSC, SAFETY_CAR, RED])
@pytest.mark.parametrize("lap", [4, 5])
def test_passes__both_laps_are_green(kind, lap):
    assert passes(flagged(swap(procession(), 5), lap, kind)) == 0


def test_passes__a_retirement_passes_nobody():
    chart = procession()
    place = chart.place.copy()
    place[0, 4:], place[1:, 4:] = np.nan, place[1:, 4:] - 1
    assert passes(replace(chart, place=place)) == 0


def test_finish__gaps_and_lapped_cars():
    chart = procession(10)
    down = np.zeros(10)
    down[8:] = 1, 2
    gap = np.where(down > 0, np.nan, chart.gap_s + np.where(chart.grid > 1, 30.0, 0.0))
    place = chart.place.copy()
    place[9, 8:] = np.nan
    line = chart.behind_s.copy()
    line[9, 7] = 123.0
    found = finish(replace(chart, place=place, behind_s=line, laps_down=down, gap_s=gap))
    assert found["margin"] == 31.0
    assert found["margin>30"] == 1.0
    assert found["P10 gap"] == 123.0  # at the end of its eighth lap, its last
    assert found["P10 lapped"] == 1.0
    assert found["lapped"] == 2.0
    assert found["moved"] == 0.0


def test_finish__no_tenth_car_tells_nothing():
    found = finish(procession())
    assert np.isnan(found["P10 gap"])
    assert np.isnan(found["P10 lapped"])
    assert found["margin>30"] == 0.0


def test_pace_spread__percentiles_of_medians_without_slow_laps():
    chart = procession(n_laps=20)
    time = chart.time_s.copy()
    time[0, 2:8], time[0, 8:14] = 110.0, 90.5  # six slow ones move the median of what is left
    time[0, 14:] = 90.0
    # 5th and 95th percentile of 90, 91, 92: 90.1 and 91.9.
    assert pace_spread(replace(chart, time_s=time)) == pytest.approx(100 * 1.8 / 91)


def test_pace_spread__laps_under_a_flag_and_after_it_do_not_count():
    chart = procession(n_laps=20)
    time = chart.time_s.copy()
    time[0, 1:14] = 95.0
    chart = replace(chart, time_s=time, flag=np.array([GREEN] + [VSC] * 12 + [GREEN] * 7))
    assert np.isnan(pace_spread(chart))  # seven laps are left, six of them behind a green one


def test_stop_counts__of_finishers_and_without_red_flags():
    chart = with_stops(procession(), (0, 4), (1, 3), (1, 7), (2, 2), (2, 4), (2, 6))
    found = stop_counts(flagged(chart, 4, RED))
    assert found == {"stops": 4 / 3, "one stop": 0.0, "two stops": 2 / 3, "three stops": 0.0}
    gone = replace(chart, retired=np.array([False, False, True]))
    assert stop_counts(gone)["stops"] == 1.5


def test_odd_stops__an_early_first_stop_from_the_front():
    chart = with_stops(procession(6, 40), (0, 5), (1, 6), (5, 5))
    found = odd_stops(chart)
    # .15 of 40 laps is lap 6, which is not before it; the sixth car is not of the first five.
    assert found["early P1-5"] == 1.0
    assert found["early all"] == 3.0
    assert odd_stops(flagged(chart, 5, VSC))["early P1-5"] == 0.0


def test_odd_stops__a_stop_after_a_change_under_red_is_no_first_one():
    chart = flagged(with_stops(procession(6, 40), (0, 2), (0, 5)), 2, RED)
    assert odd_stops(chart)["early P1-5"] == 0.0


def test_odd_stops__late_ones_count_from_the_place_before():
    chart = with_stops(swap(procession(6, 40), 33), (0, 33), (1, 34), (5, 39), (2, 32))
    found = odd_stops(chart)
    # Laps 33 to 40 are the last eight: car 0 leads until 33, car 1 from then.
    assert found["late P1"] == 2.0
    assert found["late P1-5"] == 2.0
    assert odd_stops(flagged(chart, 34, SAFETY_CAR))["late P1"] == 1.0


def test_odd_stops__again_within_eight_laps():
    chart = with_stops(procession(4, 40), (0, 10), (0, 18), (1, 10), (1, 19), (2, 10), (2, 14))
    assert odd_stops(chart)["again"] == 2.0
    assert odd_stops(flagged(chart, 14, SAFETY_CAR))["again"] == 1.0


def test_stint_lengths__end_with_any_change():
    chart = with_stops(procession(2), (0, 4))
    compound = chart.compound.copy()
    compound[0, 4:] = HARD
    found = stint_lengths(replace(chart, compound=compound))
    assert found["soft"] == pytest.approx((0.4 + 1.0) / 2)
    assert found["hard"] == pytest.approx(0.6)
    assert np.isnan(found["medium"])


def test_stop_round__an_undercut_that_works():
    chart = with_stops(swap(procession(), 5), (1, 4), (0, 5))
    found = stop_round(chart)
    assert found == {"round": 1.0, "undercut": 1.0}


def test_stop_round__whoever_stops_behind_and_stays_behind():
    chart = with_stops(procession(), (1, 4), (0, 5), (2, 5))
    found = stop_round(chart)
    # Pairs 0-1 and 1-2; in the first alone the car behind stopped first.
    assert found == {"round": 0.0, "undercut": 0.0}


@pytest.mark.parametrize("stops", [[(1, 1), (0, 5)], [(0, 5)], [(1, 1), (0, 10)]])
def test_stop_round__nothing_to_compare(stops):
    assert all(np.isnan(value) for value in stop_round(with_stops(procession(), *stops)).values())


def test_stop_round__of_neighbours_in_the_first_ten_alone():
    apart = with_stops(procession(12), (0, 4), (2, 5))
    behind = with_stops(procession(12), (9, 4), (10, 5))
    last = with_stops(procession(12), (8, 4), (9, 5))
    assert np.isnan(stop_round(apart)["round"])
    assert np.isnan(stop_round(behind)["round"])
    assert stop_round(last)["round"] == 0.0


def test_stop_round__a_stop_under_a_flag_answers_nobody():
    chart = with_stops(procession(), (0, 4), (1, 5))
    assert np.isnan(stop_round(flagged(chart, 4, VSC))["round"])


def test_stop_round__more_than_eight_laps_apart_is_another_race():
    near = with_stops(procession(n_laps=20), (0, 4), (1, 12))
    far = with_stops(procession(n_laps=20), (0, 4), (1, 13))
    assert stop_round(near)["round"] == 0.0
    assert np.isnan(stop_round(far)["round"])


@pytest.mark.parametrize(
    ("car", "who"), [(0, "FL winner"), (1, "FL P2-10"), (9, "FL P2-10"), (10, "FL others")]
)
def test_fastest_lap__by_place(car, who):
    chart = procession(11)
    time = chart.time_s.copy()
    time[car, 6] = 80.0
    found = fastest_lap(replace(chart, time_s=time))
    assert [name for name, value in found.items() if value] == [who]


def test_fastest_lap__in_laps_flags_and_lap_one_do_not_count():
    chart = with_stops(procession(), (1, 5))
    time = chart.time_s.copy()
    time[1, 4], time[2, 7], time[2, 0] = 70.0, 70.0, 70.0
    found = fastest_lap(flagged(replace(chart, time_s=time), 8, VSC))
    assert found["FL winner"] == 1.0


def test_first_lap_and_lead__who_leads_and_for_how_long():
    chart = procession()
    assert first_lap_and_lead(chart) == {
        "L1 wins": 1.0, "pole leads": 1.0, "lap 1": 0.0, "lead": 0.0,
    }  # fmt: skip
    swapped = first_lap_and_lead(swap(swap(chart, 1), 6))
    # Pole is second after lap 1 and leads from lap 6; moves of +1, -1, 0.
    assert swapped["L1 wins"] == 0.0
    assert swapped["pole leads"] == 0.0
    assert swapped["lap 1"] == pytest.approx((2 / 3) ** 0.5)
    assert swapped["lead"] == 1.0


def test_first_lap_and_lead__from_the_pit_lane_nobody_moved():
    chart = swap(procession(), 1)
    found = first_lap_and_lead(replace(chart, grid=np.array([np.nan, 2.0, 3.0])))
    assert found["lap 1"] == pytest.approx(np.std([-1, 0]))
    assert np.isnan(found["pole leads"])
