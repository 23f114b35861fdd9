"""Pre-season testing in the belief: what tests say of one-lap pace before the first race."""

from __future__ import annotations

from dataclasses import replace

from predictor.bayes import qualifying
from predictor.bayes.online import FilterConfig, FormState, drifted
from predictor.bayes.qualifying import SessionGaps
from predictor.features.pre_season import PreSeason

__all__ = ["with_tests"]


def with_tests(state: FormState, tests: PreSeason | None, config: FilterConfig) -> FormState:
    """Fold the tests before a season into the belief, the winter before them first.

    Parameters
    ----------
    state : FormState
        Of an earlier season. One that is of the season has its tests already and stays as it
        is, as it does without any.
    """
    if tests is None or (state.season is not None and state.season >= tests.season):
        return state
    state = drifted(state, tests.season, 0.0, config)
    c = config.qualifying
    trust = c.testing_new_rules if tests.season in config.new_regulations else 1.0
    belief = state.qualifying
    for test in tests.tests:
        sessions = [
            SessionGaps(test.best_gap, trust * c.testing_noise_sd, trust * c.testing_team_sd),
            SessionGaps(test.long_run_gap, trust * c.long_run_noise_sd, trust * c.long_run_team_sd),
        ]
        belief = qualifying.observe_weekend(belief, test.driver_ids, test.lineages, sessions, c)
    return replace(state, qualifying=belief)
