from dataclasses import replace

import numpy as np
import pytest

from predictor.errors import F1Error
from predictor.features.weekend import race_outcome, weekend_of
from predictor.fingerprint import decode, digest, encode
from predictor.learn.features.ledger import Ledger, advance_ledger, decayed_mean, empty_ledger
from predictor.learn.features.moments import moment_of
from predictor.learn.features.race_lines import DRIVER_LINE, TEAM_LINE

from .small import FIRST, SECOND, event

FINISH, RETIRED = DRIVER_LINE.index("finish"), DRIVER_LINE.index("retired")


def after(*events):
    ledger = empty_ledger()
    for one in events:
        ledger = advance_ledger(ledger, moment_of(one), weekend_of(one), race_outcome(one))
    return ledger


def test_advance_ledger__the_latest_race_comes_first():
    ann = after(FIRST, SECOND).drivers.of(("ann",))
    assert ann.lines[0, :2, FINISH].tolist() == [0.5, 0.0]
    assert np.isnan(ann.lines[0, 2:, FINISH]).all()
    assert ann.starts.tolist() == [2]
    assert ann.points.tolist() == [43.0]


def test_advance_ledger__a_driver_takes_his_past_along_and_a_team_keeps_its_own():
    ledger = after(FIRST, SECOND)
    dot, blue = ledger.drivers.of(("dot",)), ledger.teams.of(("blue",))
    assert dot.lines[0, 1, FINISH] == -0.5  # for blue
    assert np.isnan(dot.lines[0, 0, FINISH])  # disqualified for red
    assert ledger.stints["dot"] == {"blue": 1, "red": 1}
    # dot and cay in the first race, cay and ben in the second; one finished each time
    finish = TEAM_LINE.index("finish")
    assert blue.lines[0, :2, finish].tolist() == [-0.5, -0.5]
    assert blue.points.tolist() == [15.0 + 18.0]


def test_advance_ledger__a_renamed_team_keeps_its_past():
    renamed = replace(
        SECOND, entries=tuple(replace(e, team_id="new", team="New") for e in SECOND.entries)
    )
    assert digest(after(FIRST, renamed)) == digest(after(FIRST, SECOND))


def test_advance_ledger__points_begin_anew_with_a_season():
    next_year = replace(SECOND, season=2026, event_id="2026-two")
    ledger = after(FIRST, next_year)
    assert ledger.drivers.of(("ann", "ben")).points.tolist() == [25.0, 0.0]
    assert ledger.teams.of(("blue",)).points.tolist() == [18.0]
    assert ledger.drivers.of(("ben",)).starts.tolist() == [2]


def test_advance_ledger__a_circuit_remembers_who_did_better_there_than_his_form():
    again = replace(FIRST, event_id="2025-again", date="2025-05-01")
    assert after(FIRST).circuits["one"].drivers == {}  # nobody had a form yet
    ledger = after(FIRST, SECOND, again)
    # ann: 0 in the first race, .5 in the second, 0 again; a form of (.5 + .85 * 0) / (1 + .85 + 2)
    form = 0.5 / 3.85
    assert ledger.circuits["one"].drivers["ann"] == pytest.approx((0.0 - form, 1.0))
    assert ledger.circuits["one"].lines.shape[0] == 2
    third = replace(again, event_id="2025-thrice", date="2025-06-01")
    later = (0.0 + 0.85 * 0.5 + 0.0) / (1 + 0.85 + 0.85**2 + 2)
    twice = after(FIRST, SECOND, again, third).circuits["one"].drivers["ann"]
    assert twice == pytest.approx((-0.8 * form - later, 1.8))


def test_advance_ledger__a_circuit_remembers_teams_by_their_form_before_the_race():
    again = replace(FIRST, event_id="2025-again", date="2025-05-01")
    here = after(FIRST, SECOND, again).circuits["one"]
    # red finished at .25, .5 and .25, and was 1, 0 and 1 % in front in qualifying.
    assert here.team_finish["red"] == pytest.approx((0.25 - (0.5 + 0.85 * 0.25) / 3.85, 1.0))
    assert here.team_qualifying["red"] == pytest.approx((1.0 - 0.85 / 3.85, 1.0))


def test_advance_ledger__two_races_at_one_circuit_in_a_season_are_two():
    header = replace(FIRST, event_id="2025-second-header", date="2025-03-09")
    ledger = after(FIRST, header)
    assert ledger.circuits["one"].lines.shape[0] == 2
    assert ledger.drivers.of(("ann",)).starts.tolist() == [2]


def test_advance_ledger__who_did_not_start_has_no_line():
    race = FIRST.sessions[-1]
    outcome = race_outcome(FIRST)
    without_cay = replace(outcome, ranking=outcome.ranking[:-1])
    ledger = advance_ledger(empty_ledger(), moment_of(FIRST), weekend_of(FIRST), without_cay)
    assert len(race.results) == 4
    assert ledger.drivers.names == ("ann", "ben", "dot")


def test_advance_ledger__keeps_no_more_than_ten_races():
    races = [replace(FIRST, event_id=f"2025-{n}") for n in range(12)]
    ledger = after(*races)
    assert ledger.drivers.of(("ann",)).starts.tolist() == [12]
    assert np.isfinite(ledger.drivers.lines[:, :, RETIRED]).all()
    assert ledger.drivers.lines.shape[1] == 10


def test_advance_ledger__leaves_the_ledger_before_as_it_was():
    before = after(FIRST)
    kept = digest(before)
    advance_ledger(before, moment_of(SECOND), weekend_of(SECOND), race_outcome(SECOND))
    assert digest(before) == kept


def test_advance_ledger__goes_on_from_stored_bytes_as_from_the_value():
    stored = decode(encode(after(FIRST)), Ledger)
    moment, weekend, outcome = moment_of(SECOND), weekend_of(SECOND), race_outcome(SECOND)
    assert digest(advance_ledger(stored, moment, weekend, outcome)) == digest(after(FIRST, SECOND))


def test_advance_ledger__refuses_a_moment_of_another_event():
    with pytest.raises(F1Error, match="different events"):
        advance_ledger(empty_ledger(), moment_of(FIRST), weekend_of(SECOND), race_outcome(SECOND))


def test_advance_ledger__a_new_lineage_begins_with_nothing():
    ledger = after(FIRST)
    assert np.isnan(ledger.teams.of(("green",)).lines).all()
    assert ledger.teams.of(("green",)).starts.tolist() == [0]
    joined = event(
        "two",
        2,
        "2025-03-16",
        team_of={"ann": "green", "eve": "green"},
        sessions=SECOND.sessions[:0],
    )
    assert race_outcome(joined) is None


def test_decayed_mean__pulls_to_nought_and_passes_over_what_is_unknown():
    values = np.array([[1.0, np.nan, 1.0], [np.nan] * 3])
    mean = decayed_mean(values)
    weight = 1.0 + 0.85**2
    assert mean[0] == pytest.approx(weight / (weight + 2.0))
    assert np.isnan(mean[1])
