from dataclasses import replace

import numpy as np

from predictor.bayes.online import FilterConfig, initial_state
from predictor.fingerprint import digest
from predictor.learn.features.examples import fold_races, learn_races, race_examples
from predictor.learn.features.ledger import empty_ledger
from predictor.vocabulary import EventStatus, Horizon

from .small import FIRST, SECOND, THIRD, season_of

A, B, C = Horizon
CONFIG = FilterConfig()
CANCELLED = replace(SECOND, event_id="2025-off", status=EventStatus.CANCELLED, sessions=())


def test_learn_races__are_those_that_were_run_in_order():
    states = [season_of(replace(FIRST, event_id="2026-one", season=2026), season=2026),
              season_of(FIRST, CANCELLED, SECOND, THIRD)]  # fmt: skip
    races = learn_races(states)
    assert [race.weekends[0].event_id for race in races] == ["2025-one", "2025-two", "2026-one"]
    assert [len(learn_races(states, before=year)) for year in (2025, 2026, 2027)] == [0, 2, 3]


def test_race_examples__are_one_for_every_horizon_that_the_files_hold():
    found = race_examples(learn_races([season_of(FIRST, SECOND)]), CONFIG)
    seen = [(one.table.event_id, one.table.horizon, one.date) for one in found]
    assert seen == [
        *(("2025-one", horizon, "2025-03-02") for horizon in Horizon),
        *(("2025-two", horizon, "2025-03-16") for horizon in Horizon),
    ]
    unseen = replace(FIRST, sessions=FIRST.sessions[-1:])
    bare = replace(unseen.sessions[0], results=tuple(
        replace(row, grid=None) for row in unseen.sessions[0].results))  # fmt: skip
    nothing = learn_races([season_of(replace(unseen, sessions=(bare,)))])
    assert [one.table.horizon for one in race_examples(nothing, CONFIG)] == [A]


def test_race_examples__horizons_do_not_hang_on_each_other():
    races = learn_races([season_of(FIRST, SECOND)])
    every = {(e.table.event_id, e.table.horizon): e.table for e in race_examples(races, CONFIG)}
    for horizon in Horizon:
        for one in race_examples(races, CONFIG, (horizon,)):
            assert digest(one.table) == digest(every[one.table.event_id, horizon])


def test_race_examples__the_first_race_that_is_known_has_no_past():
    first, *_ = race_examples(learn_races([season_of(FIRST)]), CONFIG, (A,))
    assert np.isfinite(first.table.values).sum() < first.table.values.size / 2
    assert np.isfinite(first.table.base_strength).all()
    assert first.outcome.order == (1, 0, 3)


def test_fold_races__goes_on_from_where_it_stopped():
    races = learn_races([season_of(FIRST, SECOND)])
    state, ledger = fold_races(races[:1], CONFIG)
    assert digest(fold_races(races[1:], CONFIG, state, ledger)) == digest(fold_races(races, CONFIG))
    nothing = (initial_state(), empty_ledger())
    assert digest(fold_races((), CONFIG)) == digest(nothing)
