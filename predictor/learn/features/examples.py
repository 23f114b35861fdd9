"""Past races as examples to learn from: one fold through the filter and the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from predictor.bayes.online import FilterConfig, FormState, advance, initial_state, outlook
from predictor.bayes.pre_season import with_tests
from predictor.features.pre_season import PreSeason, pre_season
from predictor.features.weekend import RaceOutcome, Weekend, race_outcome, weekend_of
from predictor.learn.features.feature_table import FeatureTable, feature_table
from predictor.learn.features.ledger import Ledger, advance_ledger, empty_ledger
from predictor.learn.features.moments import RaceMoment, moment_of
from predictor.season.state import SeasonState
from predictor.vocabulary import Horizon

__all__ = [
    "LearnRace",
    "RaceExample",
    "RaceMoment",
    "fold_races",
    "learn_races",
    "moment_of",
    "race_examples",
]


@dataclass(frozen=True, slots=True)
class LearnRace:
    """One race that has been run, ready to learn from.

    Attributes
    ----------
    weekends, moments : tuple, one per horizon in the order of `Horizon`
        The last ones hold all that was known before the race.
    """

    weekends: tuple[Weekend, ...]
    moments: tuple[RaceMoment, ...]
    outcome: RaceOutcome
    tests: PreSeason | None = None  # before the season; at its first race


@dataclass(frozen=True, slots=True)
class RaceExample:
    """The features of a race at one horizon, and how it ended."""

    table: FeatureTable
    outcome: RaceOutcome
    date: str  # of the race, YYYY-MM-DD; "" where it is not known


def learn_races(states: Sequence[SeasonState], before: int | None = None) -> tuple[LearnRace, ...]:
    """Give the races that have been run, in order.

    Parameters
    ----------
    states : sequence of SeasonState
    before : int, optional
        Leave this season and later ones out.
    """
    found = []
    for state in sorted(states, key=lambda one: one.season):
        if before is not None and state.season >= before:
            continue
        tests = pre_season(state)
        for event in state.events:
            outcome = race_outcome(event)
            if outcome is not None:
                weekends = tuple(weekend_of(event, horizon) for horizon in Horizon)
                moments = tuple(moment_of(event, horizon) for horizon in Horizon)
                found.append(LearnRace(weekends, moments, outcome, tests))
                tests = None
    return tuple(found)


def race_examples(
    races: Sequence[LearnRace],
    config: FilterConfig,
    horizons: Sequence[Horizon] = tuple(Horizon),
) -> tuple[RaceExample, ...]:
    """Give every race at every horizon asked for, each from what was known before it.

    Returns
    -------
    tuple of RaceExample
        Race by race, in the order of ``horizons``. A horizon whose sessions a race's files
        do not hold is left out.
    """
    state, ledger = initial_state(), empty_ledger()
    found = []
    for race in races:
        state = with_tests(state, race.tests, config)
        for weekend, moment, horizon in zip(race.weekends, race.moments, Horizon, strict=True):
            if horizon not in horizons or weekend.horizon is not horizon:
                continue
            ahead = outlook(state, weekend, 1.0, config)
            table = feature_table(ledger, ahead, moment, weekend, config)
            found.append(RaceExample(table, race.outcome, moment.date or ""))
        state, ledger = fold_races((race,), config, state, ledger)
    return tuple(found)


def fold_races(
    races: Sequence[LearnRace],
    config: FilterConfig,
    state: FormState | None = None,
    ledger: Ledger | None = None,
) -> tuple[FormState, Ledger]:
    """Fold races into belief and ledger, from nothing unless both are given."""
    state = initial_state() if state is None else state
    ledger = empty_ledger() if ledger is None else ledger
    for race in races:
        weekend, moment = race.weekends[-1], race.moments[-1]
        state = advance(with_tests(state, race.tests, config), weekend, race.outcome, config)
        ledger = advance_ledger(ledger, moment, weekend, race.outcome)
    return state, ledger
