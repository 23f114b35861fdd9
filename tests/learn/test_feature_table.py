from dataclasses import replace

import numpy as np
import pytest

from predictor.bayes.online import FilterConfig, advance, initial_state, outlook
from predictor.errors import F1Error
from predictor.features.weekend import race_outcome, weekend_of
from predictor.fingerprint import decode, digest, encode
from predictor.learn.features.definitions import FEATURE_NAMES, FEATURES
from predictor.learn.features.feature_table import FeatureTable, feature_table
from predictor.learn.features.ledger import advance_ledger, empty_ledger
from predictor.learn.features.moments import moment_of
from predictor.vocabulary import Horizon, SessionKind, SprintFormat

from .small import FIRST, SECOND, SWAPPED, THIRD, event, practice, qualifying, row, session

A, B, C = Horizon
CONFIG = FilterConfig()
NAN = float("nan")
RUN = (
    practice(91.0, 92.0, 93.0, 94.0, laps=(30, 30, 9, 30)),
    qualifying(92.0, 94.76, 93.0, 93.0, ids=("ann", "ben", "cay", "dot")),
    session(
        "race",
        row("ann", position=1, grid=1),
        row("cay", position=2, grid=2),
        row("dot", position=3, grid=3),
        row("ben", position=4, pit_lane_start=True),
    ),
)
AT_HAND = replace(THIRD, sessions=RUN)


def table_of(target, horizon=None, past=(FIRST, SECOND), steps=1.0):
    state, ledger = initial_state(), empty_ledger()
    for one in past:
        weekend, outcome = weekend_of(one), race_outcome(one)
        ledger = advance_ledger(ledger, moment_of(one), weekend, outcome)
        state = advance(state, weekend, outcome, CONFIG)
    weekend = weekend_of(target, horizon)
    ahead = outlook(state, weekend, steps, CONFIG)
    return feature_table(ledger, ahead, moment_of(target, horizon), weekend, CONFIG)


def column(table, name):
    return table.values[:, FEATURE_NAMES.index(name)].astype(float)


def known(table, name):
    return table.known_at[:, FEATURE_NAMES.index(name)]


# Worked out from the lines of the two races in `test_race_lines` and `test_ledger`; in the order
# of ann, ben, cay, dot. In the second race, by classified cars: ann .5, cay -.5; qualifying gaps
# of 0, 1, 1, 2 % are 1, 0, 0, -1 from the middle; best laps are alike.
DECAYED = 1.0 + 0.85 + 2.0
FORM = {
    "driver_finish_3": [0.25, 0.5, -0.5, -0.5],
    "driver_finish_10": [0.25, 0.5, -0.5, -0.5],
    "driver_finish_decayed": [0.5 / DECAYED, 0.85 * 0.5 / 2.85, -0.5 / 3, -0.85 * 0.5 / 2.85],
    "driver_finish_spread": [NAN] * 4,
    "driver_gain_5": [-0.25, 0.5, 0.0, 0.0],
    "driver_points_5": [(18 / 25 + 1) / 2, 0.5, 18 / 25 / 2, 0.3],
    "driver_podiums_10": [1.0, 0.5, 0.5, 0.5],
    "driver_retired_5": [0.0, 0.5, 0.5, 0.0],
    "driver_finish_gap_5": [0.125, 0.5, -0.25, -1.0],
    "driver_race_lap": [0.0, 0.85 / 2.85, 0.0, -0.85 / 2.85],
    "driver_qualifying_5": [1.25, 0.25, -0.25, -1.25],
    "driver_season_points": [1.0, 25 / 43, 18 / 43, 15 / 43],
    # One accident in eight starts; ann: none in two races.
    "driver_accidents": [-0.125 * 1.85 / DECAYED, (0.875 - 0.85 * 0.125) / DECAYED,
                         -0.125 * 1.85 / DECAYED, -0.125 * 1.85 / DECAYED],
    # ann lost to ben and beat nobody known; ben's later race says nothing, nor do the blues'.
    "team_mate_finishes": [-0.85 * 0.5 / 2.85, 0.85 * 0.5 / 2.85, NAN, NAN],
    # 1 and -1 in the first race; ann is 2 % ahead of dot, ben and cay are level in the second.
    "team_mate_qualifying": [2.85 / DECAYED, -0.85 / DECAYED, 0.85 / DECAYED, -2.85 / DECAYED],
    "driver_starts": list(np.log([3.0] * 4)),
    "team_starts": list(np.log([3.0, 2.0, 3.0, 2.0])),
}  # fmt: skip
# red: .25 then ann's .5; blue: -.5 twice.
TEAMS = {
    "team_finish_5": [0.375, -0.5],
    "team_finish_trend": [0.0, 0.0],
    "team_qualifying_trend": [0.0, 0.0],
    "team_points_10": [(0.86 + 0.5) / 2, (0.3 + 0.36) / 2],
    "team_failures_10": [0.0, 0.25],
    "team_race_lap": [0.85 * 0.5 / DECAYED, -0.85 / DECAYED],
    "team_season_points": [1.0, 33 / 68],
}
# One race at circuit "one": a third of the field changed places, a quarter retired; disturbance
# is 11.1 there and 10 at "two", whose cars kept their places and whose ben retired.
CIRCUIT = {
    "circuit_place_changes": (1 / 3 - (1 / 3 + 0.0) / 2) / 3,
    "circuit_retirements": 0.0,
    "circuit_disturbance": (100 / 9 - (100 / 9 + 10.0) / 2) / 3,
    "race_laps": 50.0,
    "season_round": 2.0,
    "days_since_race": 14.0,
    "regulation_age": (365 + 365 + 366 + 31 + 28 + 29) / 365.25,
    "sprint_weekend": 0.0,
}


@pytest.mark.parametrize("name", FORM)
def test_feature_table__form_of_drivers_is_as_worked_out_by_hand(name):
    assert column(table_of(THIRD), name) == pytest.approx(FORM[name], nan_ok=True)


@pytest.mark.parametrize("name", TEAMS)
def test_feature_table__form_of_teams_goes_to_who_drives_for_them_now(name):
    red, blue = TEAMS[name]
    assert column(table_of(THIRD), name) == pytest.approx([red, blue, blue, red])


@pytest.mark.parametrize("name", CIRCUIT)
def test_feature_table__circuit_and_calendar_are_the_same_for_all(name):
    assert column(table_of(THIRD), name) == pytest.approx([CIRCUIT[name]] * 4)


# 91 to 94 s of practice against predictions that are the belief's; qualifying of 92, 94.76, 93
# and 93 s, and ben is sent to the pit lane.
SESSIONS = {
    "grid_place": [0.0, 1.0, 1 / 3, 2 / 3],
    "log_grid": list(-np.log([1.5, 4.5, 2.5, 3.5])),
    "grid_drop": [0.0, 0.0, -1 / 6, 1 / 6],  # cay and dot were equally fast
    "team_mate_grid": list(np.log([3.5 / 1.5, 2.5 / 4.5, 4.5 / 2.5, 1.5 / 3.5])),
    "pit_lane_start": [0.0, 1.0, 0.0, 0.0],
    "qualifying_gap": [0.0, 3.0, 100 / 92, 100 / 92],
    "qualifying_to_team_mate": [-100 / 92, 3.0 - 100 / 92, 100 / 92 - 3.0, 100 / 92],
    "qualifying_slowness": [100 / 91] * 4,
    "practice_gap": [-150 / 91, -50 / 91, 50 / 91, 150 / 91],
    "practice_to_front": [0.0, 100 / 91, 200 / 91, 300 / 91],
    "practice_to_team_mate": [-300 / 91, -100 / 91, 100 / 91, 300 / 91],
    "practice_laps": [0.0, 0.0, np.log(10 / 31), 0.0],
    "sprint_qualifying_gap": [NAN] * 4,
    "sprint_place": [NAN] * 4,
}


@pytest.mark.parametrize("name", SESSIONS)
def test_feature_table__sessions_are_as_worked_out_by_hand(name):
    # Four cars are too few for the middle of a practice field, so it is put in by hand.
    weekend = replace(weekend_of(AT_HAND), practice_gap=np.array(SESSIONS["practice_gap"]))
    ahead = outlook(initial_state(), weekend, 1.0, CONFIG)
    table = feature_table(empty_ledger(), ahead, moment_of(AT_HAND), weekend, CONFIG)
    assert column(table, name) == pytest.approx(SESSIONS[name], nan_ok=True, abs=1e-6)


def test_feature_table__surprises_are_what_was_predicted_minus_what_was_shown():
    table = table_of(AT_HAND)
    predicted, gap = column(table, "predicted_gap"), column(table, "qualifying_gap")
    shown = column(table, "qualifying_surprise")
    assert shown == pytest.approx(predicted - (gap - np.median(gap)), abs=1e-6)
    assert np.ptp(predicted) > 0.1


def test_feature_table__a_car_without_a_time_is_behind_those_with_one_in_qualifying():
    two = session("qualifying", row("cay", q1_s=90.0), row("ann", q1_s=91.0))
    no_time = replace(AT_HAND, sessions=(RUN[0], two, RUN[2]))
    # By times cay, ann, then dot and ben as they stand on the grid: ann, cay, dot, ben.
    drop = column(table_of(no_time), "grid_drop")
    assert drop == pytest.approx([-1 / 3, 0.0, 1 / 3, 0.0])


def test_feature_table__of_a_sprint_weekend_has_places_in_the_sprint():
    sprint = session("sprint", row("cay", position=1), row("ann", position=4))
    weekend = replace(
        AT_HAND, sprint_format=SprintFormat.SPRINT_SHOOTOUT, sessions=(*RUN[:1], sprint, *RUN[1:])
    )
    table = table_of(weekend)
    assert column(table, "sprint_weekend").tolist() == [1.0] * 4
    assert column(table, "sprint_place") == pytest.approx([1.0, NAN, 0.0, NAN], nan_ok=True)


@pytest.mark.parametrize("horizon", Horizon)
def test_feature_table__knows_of_a_feature_from_its_horizon_on(horizon):
    everything = session("sprint-qualifying", row("ann", q1_s=90.0), row("ben", q1_s=91.0))
    sprint = session("sprint", row("ann", position=1), row("ben", position=2))
    weekend = replace(
        AT_HAND,
        sprint_format=SprintFormat.SPRINT_SHOOTOUT,
        sessions=(RUN[0], everything, sprint, *RUN[1:]),
    )
    values = table_of(weekend, horizon).values
    for i, feature in enumerate(FEATURES):
        if feature.known > horizon:
            assert np.isnan(values[:, i]).all(), feature.name
        elif feature.known == horizon and feature.name.startswith(("grid", "sprint_", "qual")):
            assert np.isfinite(values[:, i]).any(), feature.name


def test_feature_table__before_any_race_knows_no_past():
    table = table_of(FIRST, A, past=())
    past = ("driver_", "team_finish", "team_points", "team_starts", "circuit_place", "days")
    for name in FEATURE_NAMES:
        if name.startswith(past):
            assert np.isnan(column(table, name)).all(), name
    assert np.isfinite(table.base_strength).all()
    opened = np.datetime64("2025-01-01T00:00:00")
    assert set(known(table, "strength").tolist()) == {opened.item()}


def test_feature_table__a_newcomer_has_no_form_but_no_starts_either():
    teams = {**SWAPPED, "eve": "green"}
    table = table_of(event("third", 3, "2025-03-30", circuit="new", team_of=teams))
    eve = dict(zip(FEATURE_NAMES, table.values[4], strict=True))
    assert eve["driver_starts"] == eve["team_starts"] == 0.0
    unknown = ("driver_finish_3", "team_finish_5", "team_mate_qualifying", "driver_circuit_finish",
               "circuit_place_changes", "strength_to_team_mate")  # fmt: skip
    assert np.isnan([eve[name] for name in unknown]).all()
    assert np.isfinite([eve[name] for name in ("strength", "pace", "hazard")]).all()
    assert np.isfinite(column(table, "driver_finish_3")[:4]).all()


def test_feature_table__values_are_known_from_the_latest_of_their_facts():
    table = table_of(AT_HAND, past=(FIRST, SECOND))
    second = np.datetime64("2025-03-17T12:00:00")
    assert (known(table, "driver_finish_3") == second).all()
    assert (known(table, "skill") == second).all()
    assert (known(table, "race_laps") == np.datetime64("2025-01-01T00:00:00")).all()
    assert (known(table, "practice_laps") == np.datetime64("2025-03-29T00:00:00")).all()
    assert (known(table, "log_grid") == np.datetime64("2025-03-30T00:00:00")).all()
    assert (known(table, "strength") == np.datetime64("2025-03-30T00:00:00")).all()
    # Circuit "one" was last raced at in the first race.
    first = np.datetime64("2025-03-03T12:00:00")
    assert (known(table, "driver_circuit_starts") == first).all()


def test_feature_table__with_start_times_sessions_are_known_from_their_own_ends():
    times = (
        (SessionKind.FP1, "2025-03-28T11:30Z"),
        (SessionKind.QUALIFYING, "2025-03-29T14:00Z"),
        (SessionKind.RACE, "2025-03-30T13:00Z"),
    )
    table = table_of(replace(AT_HAND, session_times=times))
    seen = {name: set(known(table, name).astype(str).tolist()) for name in FEATURE_NAMES}
    assert seen["practice_laps"] == {"2025-03-28T13:00:00"}
    assert seen["qualifying_gap"] == seen["pace"] == {"2025-03-29T15:30:00"}
    assert seen["log_grid"] == seen["strength"] == {"2025-03-30T12:59:00"}
    assert seen["skill"] == {"2025-03-17T12:00:00"}


@pytest.mark.parametrize("n_cars", [1, 2])
def test_feature_table__of_the_smallest_fields_is_no_trouble(n_cars):
    few = {"ann": "red", "ben": "red"} if n_cars == 2 else {"ann": "red"}
    for horizon in Horizon:
        cut = tuple(
            replace(s, results=tuple(r for r in s.results if r.driver.driver_id in few))
            for s in RUN
        )
        entries = tuple(one for one in FIRST.entries if one.driver_id in few)
        table = table_of(replace(AT_HAND, entries=entries, sessions=cut), horizon)
        assert np.isfinite(table.base_strength).all()
        assert np.isfinite(column(table, "strength")).all()


def test_feature_table__form_is_as_old_as_the_last_race_of_the_driver():
    without_dot = {d: t for d, t in SWAPPED.items() if d != "dot"}
    second = replace(
        SECOND, entries=tuple(one for one in SECOND.entries if one.driver_id in without_dot),
        sessions=tuple(
            replace(s, results=tuple(r for r in s.results if r.driver.driver_id != "dot"))
            for s in SECOND.sessions
        ),
    )  # fmt: skip
    table = table_of(THIRD, past=(FIRST, second))
    at = known(table, "driver_points_5")
    assert at[3] == np.datetime64("2025-03-03T12:00:00")
    assert at[0] == np.datetime64("2025-03-17T12:00:00")


def test_feature_table__nothing_unknown_has_a_moment_and_all_that_is_known_has_one():
    for horizon in Horizon:
        table = table_of(AT_HAND, horizon)
        assert (np.isnan(table.values) == np.isnat(table.known_at)).all()


def test_feature_table__without_any_date_is_the_same_but_for_the_clock():
    bare = [replace(one, date=None) for one in (FIRST, SECOND, AT_HAND)]
    dated, undated = table_of(AT_HAND), table_of(bare[2], past=bare[:2])
    clock = [FEATURE_NAMES.index(name) for name in ("days_since_race", "regulation_age")]
    assert np.isnan(undated.values[:, clock]).all()
    rest = np.delete(np.arange(64), clock)
    np.testing.assert_array_equal(dated.values[:, rest], undated.values[:, rest])


def test_feature_table__several_events_ahead_rests_on_the_last_result():
    table = table_of(THIRD, past=(FIRST,), steps=2.0)
    assert column(table, "days_since_race").tolist() == [28.0] * 4
    assert (known(table, "driver_points_5") == np.datetime64("2025-03-03T12:00:00")).all()


def test_feature_table__points_of_last_season_are_not_this_ones():
    next_year = replace(THIRD, season=2026, event_id="2026-third", date="2026-03-08")
    table = table_of(next_year)
    assert np.isnan(column(table, "driver_season_points")).all()
    assert np.isfinite(column(table, "driver_points_5")).all()


def test_feature_table__survives_storage():
    table = table_of(AT_HAND)
    stored = decode(encode(table), FeatureTable)
    assert digest(stored) == digest(table)
    assert stored.known_at.dtype == np.dtype("datetime64[s]")
    assert stored.values.dtype == np.float32


@pytest.mark.parametrize("other", [moment_of(SECOND), moment_of(AT_HAND, B)])
def test_feature_table__refuses_a_moment_of_another_event_or_horizon(other):
    weekend = weekend_of(AT_HAND)
    ahead = outlook(initial_state(), weekend, 1.0, CONFIG)
    with pytest.raises(F1Error, match="one event and horizon"):
        feature_table(empty_ledger(), ahead, other, weekend, CONFIG)
