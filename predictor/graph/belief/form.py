"""The filter's belief before a season, and after each of its races."""

from __future__ import annotations

from predictor.bayes.online import FilterConfig, FormState, advance, initial_state
from predictor.bayes.pre_season import with_tests
from predictor.features.weekend import RaceOutcome, Weekend
from predictor.graph.belief.past_races import PastRace

__all__ = ["form_after", "form_before"]


def form_before(races: tuple[PastRace, ...], config: FilterConfig) -> FormState:
    """Fold the history into the belief with which a season begins."""
    state = initial_state()
    for race in races:
        state = advance(with_tests(state, race.tests, config), race.weekend, race.outcome, config)
    return state


def form_after(
    before: FormState, weekend: Weekend, outcome: RaceOutcome, steps: int, config: FilterConfig
) -> FormState:
    """Fold one race of the season into the belief, ``steps`` events after the last one."""
    return advance(before, weekend, outcome, config, steps=float(steps))
