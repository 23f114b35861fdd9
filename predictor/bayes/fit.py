"""A sampled season as the filter can use it: one normal belief, rates, learned walks, a verdict."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from predictor.bayes import model
from predictor.bayes.diagnostics import FitDiagnostics, GateConfig, complaints, diagnose
from predictor.bayes.gaussian import NamedGaussian
from predictor.bayes.hazard import HazardConfig, driver_rate, field_rate, team_rate
from predictor.bayes.online import FilterConfig, FormState
from predictor.bayes.season_data import RaceSeen, SeasonData, drift_of, pad, season_data

__all__ = [
    "FitConfig",
    "FitPosterior",
    "FitReport",
    "Rates",
    "SeasonFit",
    "fit_season",
    "posterior_of",
    "report_fits",
    "trouble_of",
]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FitConfig:
    """Constants of the sampled posterior and of its sampler.

    Source: all by judgement. Scales are log-normal about the filter's constants (``scale_sd`` .5:
    two thirds within a factor of 1.6) or about the ``hazard_*_sd``, the latter with a log-sd of 1.
    """

    refit_every: int = 6  # races; Laplace steps between: a refit costs seconds, a step milliseconds
    draws: int = 1000  # per chain
    tune: int = 500
    chains: int = 2
    scale_sd: float = 0.5
    hazard_field_sd: float = 0.3  # log-odds
    hazard_driver_sd: float = 0.2
    hazard_team_sd: float = 0.2
    hazard_race_sd: float = 0.4
    gate: GateConfig = GateConfig()


@dataclass(frozen=True, slots=True)
class Rates:
    """Probabilities of retiring, averaged over draws and races."""

    field: float
    drivers: Mapping[str, float]
    teams: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class FitPosterior:
    """What an accepted fit says after its last race.

    Attributes
    ----------
    strength : NamedGaussian
        Mean and covariance of the draws, over every name of the filter's belief.
    walk_ratio : mapping of str to float
        By kind of name: learned sd of a walk's step over the filter's constant.
    """

    strength: NamedGaussian
    walk_ratio: Mapping[str, float]
    rates: Rates


@dataclass(frozen=True, slots=True)
class SeasonFit:
    """One fit; without posterior the filter's belief stays.

    Attributes
    ----------
    fit_id : str
        Season and event of its last race.
    events : tuple of str
        Ids of the races it rests on.
    complaints : tuple of str
        Why it was not accepted.
    error : str
        Class of the error that ended it; then the fit is tried again by the next run.
    detail : str
        What the error said, for the log.
    """

    fit_id: str
    events: tuple[str, ...] = ()
    posterior: FitPosterior | None = None
    diagnostics: FitDiagnostics = FitDiagnostics()
    complaints: tuple[str, ...] = ()
    error: str = ""
    detail: str = ""

    @property
    def accepted(self) -> bool:
        """Whether forecasts rest on it."""
        return self.posterior is not None


@dataclass(frozen=True, slots=True)
class FitReport:
    """What is published of a fit."""

    fit_id: str
    events: tuple[str, ...]
    accepted: bool
    diagnostics: FitDiagnostics
    complaints: tuple[str, ...]
    error: str


def trouble_of(fit: SeasonFit) -> str:
    """Return what went wrong that may go well another time; empty if nothing did."""
    return f"sampled posterior up to {fit.fit_id}: {fit.error}: {fit.detail}" if fit.error else ""


def report_fits(order: Sequence[str], fits: Mapping[str, SeasonFit]) -> tuple[FitReport, ...]:
    """Give what is published of all fits, in the order of their stages."""
    return tuple(
        FitReport(fit.fit_id, fit.events, fit.accepted, fit.diagnostics, fit.complaints, fit.error)
        for fit in (fits[name] for name in order)
    )


def fit_season(
    before: FormState,
    races: Sequence[RaceSeen],
    *,
    seed: int,
    config: FilterConfig,
    fit: FitConfig,
) -> SeasonFit:
    """Sample a season from its first race to the last of ``races``.

    Parameters
    ----------
    before : FormState
        Belief before the season.
    seed : int
        Of the run; the sampler's own depends on it and on the races' ids alone.
    """
    events = tuple(race.weekend.event_id for race in races)
    season = season_data(before, races, config)
    try:
        draws, divergences = model.sample(
            pad(season, config),
            temperature=config.strength.temperature,
            scale_sd=fit.scale_sd,
            hazard_sd=(
                fit.hazard_field_sd, fit.hazard_driver_sd, fit.hazard_team_sd, fit.hazard_race_sd
            ),
            draws=fit.draws,
            tune=fit.tune,
            chains=fit.chains,
            seed=_seed(seed, events),
        )  # fmt: skip
        judged = _without_padding(draws, season)
        found = diagnose(judged, divergences)
    except Exception as error:  # noqa: BLE001 - whatever the sampler does, the filter goes on
        return SeasonFit(
            events[-1],
            events,
            error=type(error).__name__,
            detail=" ".join(str(error).split())[:400],
        )
    wrong = complaints(found, fit.gate)
    posterior = None if wrong else posterior_of(judged, season, config)
    return SeasonFit(events[-1], events, posterior, found, wrong)


def posterior_of(
    draws: Mapping[str, Floats], season: SeasonData, config: FilterConfig
) -> FitPosterior:
    """Match moments of draws float64[C, K, ...], padding taken out."""
    flat = {name: values.reshape(-1, *values.shape[2:]) for name, values in draws.items()}
    # Variances add up along a walk, so it is their mean that a step of the filter needs.
    ratio = np.sqrt(np.mean(np.exp(2.0 * flat["log_scale"]), axis=0))
    return FitPosterior(
        _with_the_rest(flat["start"], flat["end"], season, config),
        {kind: float(ratio[i]) for i, kind in enumerate(season.kinds)},
        _rates(flat["field"], flat["effect"], flat["of_race"], season, config.hazard),
    )


def _without_padding(draws: Mapping[str, Floats], season: SeasonData) -> dict[str, Floats]:
    n_w, n_s = len(season.walkers), len(season.statics)
    padded = draws["effect"].shape[2]  # walkers of the model
    names = [*range(n_w), *range(padded, padded + n_s)]
    n_hazards = len(season.hazard_drivers) + len(season.hazard_teams)
    return {
        "start": draws["start"][:, :, names],
        "end": draws["end"][:, :, names],
        "log_scale": draws["log_scale"][:, :, : len(season.kinds)],
        "field": draws["field"],
        "effect": draws["effect"][:, :, :n_hazards],
        "of_race": draws["of_race"][:, :, : len(season.designs)],
        "log_sd": draws["log_sd"],
    }


def _with_the_rest(
    start: Floats, end: Floats, season: SeasonData, config: FilterConfig
) -> NamedGaussian:
    """Give mean and covariance of ``end`` [K, n], and of all names that the season did not see.

    Who was absent is believed to be what he was before the season given those who were there:
    a regression on their start, and on the level that centring took from their kind.
    """
    belief, prior = season.start.strength, season.prior
    absent = tuple(name for name in belief.names if name not in set(prior.names))
    rest, known = belief.index(absent), [n for n in prior.names if n in set(belief.names)]
    at, column = belief.index(known), prior.index(known)
    cross = belief.cov[np.ix_(rest, at)]
    gain = np.linalg.solve(
        belief.cov[np.ix_(at, at)] + 1e-9 * np.eye(len(at)), cross.T
    ).T  # fmt: skip
    drawn = belief.mean[rest] + (start[:, column] - belief.mean[at]) @ gain.T
    for kind in season.kinds:
        own = [i for i, name in enumerate(season.walkers) if name.startswith(f"{kind}:")]
        mine = [i for i, name in enumerate(absent) if name.startswith(f"{kind}:")]
        if own and mine:
            drawn[:, mine] -= start[:, own].mean(axis=1, keepdims=True)
    keep, walked = drift_of(absent, float(season.steps.sum()), config)
    left_over = (belief.cov[np.ix_(rest, rest)] - gain @ cross.T) * keep[:, None] * keep
    both = np.concatenate([end, drawn * keep], axis=1)
    cov = np.atleast_2d(np.cov(both, rowvar=False))
    n = end.shape[1]
    cov[n:, n:] += (left_over + left_over.T) / 2
    cov[range(n, len(cov)), range(n, len(cov))] += walked
    return NamedGaussian((*prior.names, *absent), both.mean(axis=0), (cov + cov.T) / 2)


def _rates(
    field_draws: Floats,
    effect: Floats,
    of_race: Floats,
    season: SeasonData,
    config: HazardConfig,
) -> Rates:
    """Average over draws and over the season's own races, which differ by their race effects."""
    before = season.start.hazard
    base = field_rate(before, config)
    around = field_draws[:, None] + of_race

    def mean_rate(rate: float, own: Floats | float) -> float:
        odds = np.log(rate / (1.0 - rate))
        shift = own[:, None] if isinstance(own, np.ndarray) else own
        return float(np.mean(1.0 / (1.0 + np.exp(-(odds + around + shift)))))

    n_drivers = len(season.hazard_drivers)
    drivers = {
        name: mean_rate(_bounded(driver_rate(before, name, config)), effect[:, i])
        for i, name in enumerate(season.hazard_drivers)
    }
    teams = {
        name: mean_rate(_bounded(team_rate(before, name, config)), effect[:, n_drivers + i])
        for i, name in enumerate(season.hazard_teams)
    }
    return Rates(mean_rate(_bounded(base), 0.0), drivers, teams)


def _bounded(rate: float) -> float:
    return float(np.clip(rate, 1e-3, 0.9))


def _seed(seed: int, events: Sequence[str]) -> int:
    text = "\x1f".join((str(seed), "season-fit", *events))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest(), "little")
