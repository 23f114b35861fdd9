"""The belief with `--use-bayesian`: the filter's steps between full fits of the season.

A fit replaces strength, retirement rates and the scales of the walks; what the filter knows
beside them (qualifying pace, how sticky grids are) goes on as it is. Without an accepted fit
this is the filter, bit for bit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from predictor.bayes.fit import FitConfig, SeasonFit, fit_season
from predictor.bayes.hazard import restated
from predictor.bayes.online import FilterConfig, FormState, advance, initial_state
from predictor.bayes.pre_season import with_tests
from predictor.bayes.season_data import RaceSeen
from predictor.features.pre_season import PreSeason
from predictor.features.weekend import RaceOutcome, Weekend

__all__ = [
    "HasRace",
    "SampledState",
    "advance_sampled",
    "fit_last_season",
    "fit_this_season",
    "learned",
    "start_sampled",
]


class HasRace(Protocol):
    """A race that has been run, as the history gives it."""

    @property
    def weekend(self) -> Weekend:
        """What was known before it."""

    @property
    def outcome(self) -> RaceOutcome:
        """How it ended."""

    @property
    def tests(self) -> PreSeason | None:
        """The tests before its season, at the season's first race."""


@dataclass(frozen=True, slots=True)
class SampledState:
    """Belief after some race, and the latest accepted fit's walks.

    Attributes
    ----------
    walk_ratio : mapping of str to float
        By kind of name: sd of a walk's step over the filter's constant; empty before any fit.
    """

    form: FormState
    walk_ratio: Mapping[str, float] = field(default_factory=dict)


def fit_last_season(
    races: Sequence[HasRace],
    season: int,
    seed: int,
    config: FilterConfig,
    fit: FitConfig,
    sampler: str,  # noqa: ARG001 - part of the key: another version may draw other numbers
) -> SeasonFit:
    """Sample the season before ``season`` from the belief that the filter had before that."""
    last = tuple(RaceSeen(r.weekend, r.outcome) for r in races if r.weekend.season == season - 1)
    if not last:
        return SeasonFit(str(season - 1), complaints=("no race of that season is known",))
    before = initial_state()
    for race in races:
        before = with_tests(before, race.tests, config)
        if race.weekend.season < season - 1:
            before = advance(before, race.weekend, race.outcome, config)
    return fit_season(before, last, seed=seed, config=config, fit=fit)


def fit_this_season(
    start: SampledState,
    races: Sequence[RaceSeen],
    seed: int,
    config: FilterConfig,
    fit: FitConfig,
    sampler: str,  # noqa: ARG001 - as above
) -> SeasonFit:
    """Sample the season so far from the belief with which it began."""
    return fit_season(start.form, races, seed=seed, config=config, fit=fit)


def start_sampled(
    form: FormState, config: FilterConfig, fit: SeasonFit | None = None
) -> SampledState:
    """Give the belief with which a season begins: the filter's, and last season's fit."""
    return _with_fit(SampledState(form), fit, config)


def advance_sampled(
    before: SampledState,
    weekend: Weekend,
    outcome: RaceOutcome,
    steps: int,
    config: FilterConfig,
    fit: SeasonFit | None = None,
) -> SampledState:
    """Fold one race in by a Laplace step, then take over a fit that ends with this race."""
    now = learned(before, config)
    form = advance(before.form, weekend, outcome, now, steps=float(steps))
    return _with_fit(replace(before, form=form), fit, config)


def learned(state: SampledState, config: FilterConfig) -> FilterConfig:
    """Give the filter's constants with the walks that have been learned."""
    strength = config.strength
    walks = {
        name: ratio * getattr(strength, name)
        for kind, ratio in state.walk_ratio.items()
        # What walks has a step of its own; of what fades, sd and step are one scale.
        for name in (f"{kind}_walk", f"{kind}_sd" if kind.endswith("_lately") else "")
        if hasattr(strength, name)
    }
    return replace(config, strength=replace(strength, **walks)) if walks else config


def _with_fit(state: SampledState, fit: SeasonFit | None, config: FilterConfig) -> SampledState:
    if fit is None or fit.posterior is None:
        return state
    found = fit.posterior
    rates = found.rates
    hazard = restated(state.form.hazard, rates.field, rates.drivers, rates.teams, config.hazard)
    return SampledState(
        replace(state.form, strength=found.strength, hazard=hazard), dict(found.walk_ratio)
    )
