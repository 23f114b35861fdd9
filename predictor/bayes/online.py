"""The fast online filter: everything believed about the field, race by race.

`advance` folds one race into the belief, `outlook` looks ahead to a later
event. Both are pure, so that a chain of states can be stored and continued.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from predictor.bayes import hazard, qualifying, race_form, strength
from predictor.bayes.gaussian import NamedGaussian
from predictor.bayes.hazard import HazardBelief, HazardConfig
from predictor.bayes.qualifying import QualifyingConfig, SessionGaps
from predictor.bayes.race_form import RaceFormBelief, RaceFormConfig
from predictor.bayes.strength import StrengthConfig
from predictor.features.weekend import RaceOutcome, Weekend

__all__ = [
    "FilterConfig",
    "FormState",
    "Outlook",
    "advance",
    "drifted",
    "expected_practice",
    "filled_gap",
    "initial_state",
    "outlook",
    "race_covariates",
    "strength_design",
]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FilterConfig:
    """All constants of the online filter.

    Source: new regulations by the FIA's technical rules; four races for stickiness from the
    study named in docs/decisions/0012, its prior weight by judgement.
    """

    qualifying: QualifyingConfig = QualifyingConfig()
    strength: StrengthConfig = StrengthConfig()
    hazard: HazardConfig = HazardConfig()
    race_form: RaceFormConfig = RaceFormConfig()
    new_regulations: tuple[int, ...] = (2014, 2017, 2022, 2026)
    stickiness_races: int = 4  # latest races at a circuit that count
    stickiness_prior_races: float = 2.0


@dataclass(frozen=True, slots=True)
class FormState:
    """Belief after some race; the values a chain of races passes on."""

    season: int | None = None
    qualifying: NamedGaussian = field(default_factory=NamedGaussian.empty)
    strength: NamedGaussian = field(default_factory=NamedGaussian.empty)
    hazard: HazardBelief = HazardBelief()
    race_form: RaceFormBelief = RaceFormBelief()
    stickiness: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is believed of one event before its race, drivers in the weekend's order.

    Attributes
    ----------
    strength_mean, strength_cov : float64[D + 8], float64[D + 8, D + 8]
        Log-strengths, then the weights of the regressors.
    gap_mean, gap_cov : float64[D], float64[D, D], %
        Pace over one lap, with all that the weekend's sessions have shown of it.
    team_weekend_sd : float, %
        What team-mates share on the weekend beyond that; 0 once a session has shown it.
    predicted_gap : float64[D], %
        The same before the weekend: a regressor of its own.
    race_form : float64[D], %
        How far in front of the field a driver finished in his car of late: another.
    hazard : float64[D]
    accident_share, stickiness : float
    """

    strength_mean: Floats
    strength_cov: Floats
    gap_mean: Floats
    gap_cov: Floats
    team_weekend_sd: float
    predicted_gap: Floats
    race_form: Floats
    hazard: Floats
    accident_share: float
    stickiness: float


def initial_state() -> FormState:
    """Give the belief before the first race that is known."""
    return FormState()


def advance(
    state: FormState,
    weekend: Weekend,
    outcome: RaceOutcome,
    config: FilterConfig,
    *,
    steps: float = 1.0,
) -> FormState:
    """Fold one finished event into the belief.

    Parameters
    ----------
    steps : float
        Events since the last one in the belief; more than one after a gap in the data.
        Without any grid the race teaches nothing of strength, only of retirements.
    """
    state = drifted(state, weekend.season, steps, config)
    grid_known = bool(np.isfinite(weekend.grid).all())
    drivers, teams, q = weekend.driver_ids, weekend.lineages, config.qualifying
    return replace(
        state,
        strength=_learn_strength(state, weekend, outcome, config) if grid_known else state.strength,
        qualifying=qualifying.observe_weekend(
            state.qualifying,
            drivers,
            teams,
            [
                SessionGaps(weekend.qualifying_gap, q.noise_sd, 0.0),
                SessionGaps(weekend.practice_gap, q.practice_noise_sd, q.practice_team_sd),
            ],
            q,
        ),
        hazard=hazard.observe_retirements(
            state.hazard, drivers, teams, outcome.retired, outcome.accident, config.hazard
        ),
        race_form=race_form.observe_finish(
            state.race_form, drivers, teams, outcome.finish_gap, config.race_form
        ),
        stickiness=_with_correlation(state, weekend, outcome, config)
        if grid_known
        else state.stickiness,
    )


def _learn_strength(
    state: FormState, weekend: Weekend, outcome: RaceOutcome, config: FilterConfig
) -> NamedGaussian:
    drivers, teams = weekend.driver_ids, weekend.lineages
    x = race_covariates(state, weekend, config)
    return strength.observe_order(state.strength, drivers, teams, x, outcome.order, config.strength)


def strength_design(
    state: FormState, weekend: Weekend, outcome: RaceOutcome, config: FilterConfig
) -> tuple[NamedGaussian, Floats]:
    """Give what `advance` updates strength with: the belief on every name, and float64[F, n].

    Neither walks nor winters are added: see `drifted`.
    """
    drivers, teams = weekend.driver_ids, weekend.lineages
    x = race_covariates(state, weekend, config)
    return strength.race_design(state.strength, drivers, teams, x, outcome.order, config.strength)


def race_covariates(state: FormState, weekend: Weekend, config: FilterConfig) -> Floats:
    """Give the regressors of an event's race, as `strength.covariates` has them."""
    ahead = outlook(state, weekend, 0.0, config)
    # Learnt with slots and gaps as they are: with earned ones strong cars that come through
    # the field count for less, and forecasts before qualifying are the worse for it.
    return strength.covariates(
        weekend.grid,
        weekend.grid,
        filled_gap(weekend, config),
        ahead.predicted_gap,
        expected_practice(weekend, ahead.gap_mean),
        weekend.sprint_place,
        ahead.race_form,
        stickiness=ahead.stickiness,
        config=config.strength,
    )


def drifted(state: FormState, season: int, steps: float, config: FilterConfig) -> FormState:
    """Drift the belief ``steps`` events ahead, over winters where they lie between."""
    q, s, form, risk = state.qualifying, state.strength, state.race_form, state.hazard
    if state.season is None:
        risk = hazard.open_season(risk, new_regulations=season in config.new_regulations)
    else:
        for year in range(state.season + 1, season + 1):
            new = year in config.new_regulations
            q = qualifying.open_season(q, new_regulations=new, config=config.qualifying)
            s = strength.open_season(s, new_regulations=new, config=config.strength)
            form = race_form.open_season(form, config.race_form)
            risk = hazard.open_season(risk, new_regulations=new)
    return replace(
        state,
        season=season,
        qualifying=qualifying.walk(q, steps, config.qualifying),
        strength=strength.walk(s, steps, config.strength),
        # A race makes rules older as it is folded in: these are the races that lie between.
        hazard=hazard.grown_old(risk, max(steps - 1.0, 0.0), config.hazard),
        race_form=form,
    )


def outlook(state: FormState, weekend: Weekend, steps: float, config: FilterConfig) -> Outlook:
    """Look ahead to an event ``steps`` events after the last one in the belief."""
    state = drifted(state, weekend.season, steps, config)
    drivers, teams = weekend.driver_ids, weekend.lineages
    q = config.qualifying
    predicted, belief_cov = qualifying.predict_gaps(state.qualifying, drivers, teams, q)
    gap_mean, gap_cov, team_sd = predicted, belief_cov, q.team_weekend_sd
    seen = [
        SessionGaps(weekend.practice_gap, q.practice_noise_sd, q.practice_team_sd),
        SessionGaps(weekend.sprint_qualifying_gap, q.noise_sd, q.sprint_team_sd),
    ]
    is_one_session = np.array_equal(
        weekend.qualifying_gap, weekend.sprint_qualifying_gap, equal_nan=True
    )
    if not np.isfinite(weekend.practice_gap).all() and not is_one_session:
        # Practice that is not there is drawn, from a pace that qualifying has shown better. One
        # session sets both gaps in 2021-22, and of a sprint: it must not count for two.
        seen.append(SessionGaps(weekend.qualifying_gap, q.noise_sd, 0.0))
    for gaps, noise, session_team_sd in seen:
        if np.isfinite(gaps).sum() < 2:  # one car's time says nothing without another's
            continue
        if team_sd:
            same_team = np.equal.outer(np.array(teams), np.array(teams))
            gap_cov, team_sd = gap_cov + team_sd**2 * same_team, 0.0
        gap_mean, gap_cov = qualifying.condition(
            gap_mean, gap_cov, gaps, teams, noise_sd=noise, team_sd=session_team_sd, config=q
        )
    mean, cov = strength.predict_strength(state.strength, drivers, teams, config.strength)
    return Outlook(
        mean,
        cov,
        gap_mean,
        gap_cov,
        team_sd,
        predicted,
        race_form.race_form(state.race_form, drivers, teams, config.race_form),
        hazard.hazard(state.hazard, drivers, teams, config.hazard),
        hazard.accident_share(state.hazard, config.hazard),
        _stickiness(state, weekend.circuit_id, config),
    )


def filled_gap(weekend: Weekend, config: FilterConfig) -> Floats:
    """Give the qualifying gaps with a back-of-the-field value where there is no time."""
    gap = weekend.qualifying_gap
    return np.where(np.isfinite(gap), gap, config.strength.gap_cap)


def expected_practice(weekend: Weekend, pace: Floats) -> Floats:
    """Give the practice gaps; where there is none, what the car's pace lets expect.

    Parameters
    ----------
    pace : float64[..., D], %
        Relative to anything.
    """
    middle = np.median(pace, axis=-1, keepdims=True)
    return np.where(np.isfinite(weekend.practice_gap), weekend.practice_gap, pace - middle)


def _stickiness(state: FormState, circuit_id: str, config: FilterConfig) -> float:
    """Give how much more than elsewhere the grid decides here, shrunk to nought."""
    # By name: a stored belief comes back in that order, and a sum hangs on it in its last digit.
    everywhere = [r for _, races in sorted(state.stickiness.items()) for r in races]
    if not everywhere:
        return 0.0
    mean = float(np.mean(everywhere))
    here = state.stickiness.get(circuit_id, ())
    return (sum(here) - len(here) * mean) / (len(here) + config.stickiness_prior_races)


def _with_correlation(
    state: FormState, weekend: Weekend, outcome: RaceOutcome, config: FilterConfig
) -> Mapping[str, tuple[float, ...]]:
    order = list(outcome.order)
    if len(order) < 6:  # a correlation of five cars says nothing of a circuit
        return state.stickiness
    correlation = _rank_correlation(weekend.grid[order])
    seen = (*state.stickiness.get(weekend.circuit_id, ()), correlation)
    return {**state.stickiness, weekend.circuit_id: seen[-config.stickiness_races :]}


def _rank_correlation(by_finish: Sequence[float] | Floats) -> float:
    """Give Spearman's correlation of grid slots in finishing order with the finish."""
    rank = np.argsort(np.argsort(np.asarray(by_finish), kind="stable"), kind="stable")
    return float(np.corrcoef(rank, np.arange(len(rank)))[0, 1])
