"""Testing in the belief: seen once, after the winter, and trusted more after new rules."""

from dataclasses import replace

import numpy as np
import pytest

from predictor.bayes.online import FilterConfig, advance, drifted, initial_state, outlook
from predictor.bayes.pre_season import with_tests
from predictor.bayes.qualifying import SessionGaps, observe_weekend
from predictor.bayes.sampled import fit_last_season
from predictor.features.pre_season import PaceInTest, PreSeason
from predictor.fingerprint import digest
from predictor.graph.belief.form import form_before
from predictor.graph.belief.past_races import PastRace
from predictor.learn.features.examples import fold_races, learn_races, race_examples
from predictor.vocabulary import Horizon
from tests.bayes.seasons import CONFIG, DRIVERS, N_DRIVERS, TEAMS, simulated
from tests.learn.small import FIRST, SECOND, season_of

NOTHING = np.full(N_DRIVERS, np.nan)
RISING = np.arange(N_DRIVERS) / 4 - 1.375  # the first team is fast


def pre(season, best=RISING, long_run=NOTHING):
    return PreSeason(season, (PaceInTest(DRIVERS, TEAMS, best, long_run, NOTHING, 3),))


RACES = simulated(3, np.zeros(N_DRIVERS), season=2024)
BEFORE = form_before(tuple(PastRace(r.weekend, r.outcome) for r in RACES), CONFIG)


def gaps(state, weekend):
    found = outlook(state, weekend, 1.0, CONFIG).predicted_gap
    return found - np.median(found)


def weekend_of(season):
    return replace(RACES[0].weekend, season=season, event_id=f"{season}-one")


def test_with_tests__is_a_session_after_the_winter_with_noises_of_its_own():
    c = CONFIG.qualifying
    winter = drifted(BEFORE, 2025, 0.0, CONFIG)
    by_hand = observe_weekend(
        winter.qualifying, DRIVERS, TEAMS,
        [SessionGaps(RISING, c.testing_noise_sd, c.testing_team_sd),
         SessionGaps(-RISING, c.long_run_noise_sd, c.long_run_team_sd)], c,
    )  # fmt: skip
    found = with_tests(BEFORE, pre(2025, RISING, -RISING), CONFIG)
    assert digest(found) == digest(replace(winter, qualifying=by_hand))


def test_with_tests__without_tests_the_belief_is_the_very_same():
    assert with_tests(BEFORE, None, CONFIG) is BEFORE


def test_with_tests__counts_once():
    once = with_tests(BEFORE, pre(2025), CONFIG)
    assert with_tests(once, pre(2025), CONFIG) is once
    later = advance(once, weekend_of(2025), RACES[0].outcome, CONFIG)
    assert with_tests(later, pre(2025), CONFIG) is later


def test_with_tests__a_car_that_is_fast_in_testing_is_expected_to_be():
    before, after = (gaps(one, weekend_of(2025)) for one in
                     (BEFORE, with_tests(BEFORE, pre(2025), CONFIG)))  # fmt: skip
    assert (after[:2] < before[:2]).all()
    assert (after[-2:] > before[-2:]).all()


def test_with_tests__new_regulations_make_it_say_more():
    """By the wider winter, and by noise that is half as large."""
    shift = {
        (year, trust): np.ptp(
            gaps(with_tests(BEFORE, pre(year), trusting(trust)), weekend_of(year))
        )
        for year in (2025, 2026)
        for trust in (0.5, 1.0)
    }
    assert shift[2025, 0.5] == shift[2025, 1.0]
    assert shift[2026, 0.5] > 1.2 * shift[2026, 1.0] > shift[2025, 1.0]


def trusting(factor):
    return replace(CONFIG, qualifying=replace(CONFIG.qualifying, testing_new_rules=factor))


def test_with_tests__goes_before_any_season_that_is_known():
    found = with_tests(initial_state(), pre(2025), CONFIG)
    assert found.season == 2025
    assert gaps(found, weekend_of(2025))[0] < 0


def test_form_before__tests_of_earlier_seasons_are_taken_in_their_place():
    past = tuple(PastRace(r.weekend, r.outcome) for r in RACES)
    first = tuple(PastRace(r.weekend, r.outcome) for r in simulated(2, RISING, season=2023))
    told = (*first, replace(past[0], tests=pre(2024)), *past[1:])
    state = form_before(first, CONFIG)
    state = with_tests(state, pre(2024), CONFIG)
    for race in RACES:
        state = advance(state, race.weekend, race.outcome, CONFIG)
    assert digest(form_before(told, CONFIG)) == digest(state)
    assert digest(form_before((*first, *past), CONFIG)) != digest(state)


def test_fit_last_season__begins_with_the_tests_of_that_season(monkeypatch):
    seen = []
    monkeypatch.setattr("predictor.bayes.sampled.fit_season",
                        lambda before, races, **_: seen.append((before, races)))  # fmt: skip
    first = tuple(PastRace(r.weekend, r.outcome) for r in simulated(2, RISING, season=2023))
    last = tuple(PastRace(r.weekend, r.outcome) for r in RACES)
    races = (*first, replace(last[0], tests=pre(2024)), *last[1:])
    fit_last_season(races, 2025, 1, CONFIG, None, "")
    ((before, fitted),) = seen
    assert digest(before) == digest(with_tests(form_before(first, CONFIG), pre(2024), CONFIG))
    assert [one.weekend for one in fitted] == [race.weekend for race in RACES]


def test_race_examples__see_the_tests_before_the_first_race():
    state = season_of(FIRST, SECOND)
    first, second = learn_races([state])
    ids, teams = first.weekends[0].driver_ids, first.weekends[0].lineages
    pace = PaceInTest(ids, teams, np.array([1.0, 1.0, -1.0, -1.0]), *[np.full(4, np.nan)] * 2, 3)
    told = replace(first, tests=PreSeason(2025, (pace,)))
    config = FilterConfig()
    without, found = (race_examples([one, second], config, [Horizon.BEFORE_WEEKEND])
                      for one in (first, told))  # fmt: skip
    assert digest(found[0].table) != digest(without[0].table)
    assert digest(found[1].table) != digest(without[1].table)
    step, _ = fold_races([told], config)
    by_hand = advance(
        with_tests(initial_state(), told.tests, config), first.weekends[-1], first.outcome, config
    )
    assert digest(step) == digest(by_hand)


@pytest.mark.parametrize("season", [2025, 2026])
def test_with_tests__leaves_strength_to_races(season):
    found = with_tests(BEFORE, pre(season), CONFIG)
    assert digest(found.strength) == digest(drifted(BEFORE, season, 0.0, CONFIG).strength)
