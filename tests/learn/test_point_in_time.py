"""Features of a race are what was known before it, on the seasons that ship."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from predictor.bayes.online import FilterConfig, FormState, advance, outlook
from predictor.features.horizons import as_of
from predictor.features.weekend import race_outcome, weekend_of
from predictor.fingerprint import decode, digest, encode
from predictor.learn.features.definitions import FEATURE_NAMES
from predictor.learn.features.examples import LearnRace, fold_races, learn_races, race_examples
from predictor.learn.features.feature_table import feature_table
from predictor.learn.features.ledger import Ledger, advance_ledger
from predictor.learn.features.moments import moment_of
from predictor.season.known import season_with
from predictor.vocabulary import Horizon, SessionKind

from .real_seasons import YEARS, files_of, season, spoil_after

CONFIG = FilterConfig()
EVENTS = [event.event_id for year in YEARS for event in season(year).events]
A, B, C = Horizon


@cache
def clean(first, last):
    """The tables of some seasons, by event and horizon."""
    return tables([season(year) for year in range(first, last + 1)])


def tables(states):
    found = race_examples(learn_races(states), CONFIG)
    return {(one.table.event_id, one.table.horizon): one.table for one in found}


def is_before(key, event_id, horizon):
    place = {event: i for i, event in enumerate(EVENTS)}
    return (place[key[0]], key[1]) <= (place[event_id], horizon)


@pytest.mark.slow
@settings(max_examples=6)
@given(event_id=st.sampled_from(EVENTS), horizon=st.sampled_from(list(Horizon)))
@example(event_id="2021-great-britain", horizon=B)  # the first sprint
@example(event_id="2022-austria", horizon=C)
@example(event_id="2023-azerbaijan", horizon=B)  # qualifying before the sprint
@example(event_id="2024-china", horizon=B)  # and after it
@example(event_id="2020-70th-anniversary", horizon=A)  # a week after the race before, there too
def test_race_examples__nothing_after_a_moment_is_in_the_tables_up_to_it(event_id, horizon):
    year = int(event_id[:4])
    first, last = max(year - 1, YEARS[0]), year
    states = [season(one) for one in range(first, last + 1)]
    other = tables(spoil_after(states, event_id, horizon))
    n_changed = 0
    for key, table in clean(first, last).items():
        if is_before(key, event_id, horizon):
            assert digest(other[key]) == digest(table), key
        else:
            n_changed += digest(other[key]) != digest(table)
    if event_id != season(year).events[-1].event_id:
        assert n_changed


def test_race_examples__every_value_was_known_before_the_race_and_by_the_forecasts_cut_off():
    events = {event.event_id: event for year in YEARS for event in season(year).events}
    found = clean(YEARS[0], YEARS[-1])
    assert len(found) == 3 * len(EVENTS)
    for (event_id, horizon), table in found.items():
        event = events[event_id]
        cut = np.datetime64(as_of(event, horizon).removesuffix("Z"), "s")
        start = dict(event.session_times).get(SessionKind.RACE)
        start = np.datetime64((start or f"{event.date}T00:00:01Z").removesuffix("Z"), "s")
        known = table.known_at[np.isfinite(table.values)]
        assert not np.isnat(known).any()
        assert known.max() <= cut < start, (event_id, horizon)
        assert np.isnat(table.known_at[np.isnan(table.values)]).all()


@pytest.mark.parametrize("year", [2021, 2025])
def test_feature_table__is_the_same_in_a_season_that_runs_as_in_one_that_is_past(year):
    """As stages do it: stored bytes between them, and no file of a later event."""
    past = season(year - 1)
    form, ledger = fold_races(stored(learn_races([past], before=year)), CONFIG)
    offline = clean(year - 1, year)
    ids = [event.event_id for event in season(year).events]
    n_live = 0
    for place, event_id in enumerate(ids):
        form, ledger = decode(encode(form), FormState), decode(encode(ledger), Ledger)
        if place % 5 == 2:
            before = season_with(files_of(year), year, ids[:place]).event(event_id)
            table = live_table(form, ledger, before, A)
            if before.entries == season(year).event(event_id).entries:
                n_live += 1
                assert digest(table) == digest(offline[event_id, A])
            known = season_with(files_of(year), year, ids[: place + 1]).event(event_id)
            for horizon in Horizon:
                table = live_table(form, ledger, known, horizon)
                assert digest(table) == digest(offline[event_id, horizon]), (event_id, horizon)
        event = season(year).event(event_id)
        weekend, outcome = weekend_of(event), race_outcome(event)
        form = advance(form, weekend, outcome, CONFIG, steps=1.0)
        ledger = advance_ledger(ledger, moment_of(event), weekend, outcome)
    assert n_live


def live_table(form, ledger, event, horizon, steps=1.0):
    weekend = weekend_of(event, horizon)
    ahead = outlook(form, weekend, steps, CONFIG)
    return feature_table(ledger, ahead, moment_of(event, horizon), weekend, CONFIG)


def stored(races):
    return decode(encode(races), tuple[LearnRace, ...])


def test_feature_table__of_every_event_to_come_rests_on_what_has_been_run():
    done = [event.event_id for event in season(2025).events[:6]]
    running = season_with(files_of(2025), 2025, done)
    form, ledger = fold_races(learn_races([season(2024), running]), CONFIG)
    last = np.datetime64(moment_of(running.event(done[-1])).result_at.removesuffix("Z"), "s")
    for steps, event in enumerate(running.events[6:], start=1):
        table = live_table(form, ledger, event, A, float(steps))
        assert len(table.driver_ids) == 20
        assert np.isfinite(table.values[:, : FEATURE_NAMES.index("grid_place")]).all()
        # A cut-off may stand before the last result only where an event is days after it.
        assert table.known_at[np.isfinite(table.values)].max() == last


def test_race_examples__the_order_of_the_drivers_does_not_matter():
    rng = np.random.default_rng(7)

    def shuffled(event):
        order = rng.permutation(len(event.entries))
        return replace(event, entries=tuple(event.entries[i] for i in order))

    state = season(2021)
    other = tables([replace(state, events=tuple(map(shuffled, state.events)))])
    for key, table in tables([state]).items():
        again = other[key]
        rows = [again.driver_ids.index(driver) for driver in table.driver_ids]
        assert rows != sorted(rows)
        np.testing.assert_allclose(again.values[rows], table.values, rtol=2e-5, atol=2e-6)
        np.testing.assert_array_equal(again.known_at[rows], table.known_at)
        np.testing.assert_allclose(again.base_strength[rows], table.base_strength, atol=1e-9)


def test_race_examples__who_changed_team_takes_his_own_past_and_finds_the_teams():
    spain, monaco = (clean(2015, 2016)[f"2016-{name}", A] for name in ("spain", "monaco"))
    verstappen = monaco.driver_ids.index("max-verstappen")  # his second race for Red Bull
    ricciardo = monaco.driver_ids.index("daniel-ricciardo")
    team = [i for i, name in enumerate(FEATURE_NAMES) if name.startswith("team_finish")]
    np.testing.assert_array_equal(monaco.values[verstappen, team], monaco.values[ricciardo, team])
    starts = FEATURE_NAMES.index("team_starts")
    assert monaco.values[verstappen, starts] == pytest.approx(np.log(2.0))
    first = spain.values[spain.driver_ids.index("max-verstappen")]
    assert first[starts] == 0.0
    assert first[FEATURE_NAMES.index("driver_starts")] == pytest.approx(np.log(24.0))


def test_race_examples__a_team_that_was_renamed_over_the_winter_has_its_past():
    opening = clean(2020, 2021)["2021-bahrain", A]
    vettel = opening.values[opening.driver_ids.index("sebastian-vettel")]  # came to Aston Martin
    assert np.isfinite(vettel[FEATURE_NAMES.index("team_points_10")])
    assert vettel[FEATURE_NAMES.index("team_starts")] == 0.0
