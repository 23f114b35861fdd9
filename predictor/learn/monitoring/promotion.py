"""Whether a candidate may take an active model's place: paired losses over the races of both.

Judged is what a forecast could at most become: the published forecast pooled with the model at
the largest weight that a blend may give it. The published forecast is one and the same for both.
Races are taken as independent.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from predictor.vocabulary import Horizon

__all__ = [
    "LOSSES",
    "LOSS_TITLES",
    "Contender",
    "Paired",
    "RaceLosses",
    "Verdict",
    "paired",
    "verdict",
]

LOSS_TITLES = {
    "place_log_loss": "place log loss",
    "winner_log_loss": "winner log loss",
    "podium_log_loss": "podium log loss",
    "rps": "RPS",
}
LOSSES = tuple(LOSS_TITLES)
# A gain is asked for in one loss, so that none is found by looking at many: the one of the whole
# table, by which weights are earned too. The others may not pay for it.
_GAINS_IN = "place_log_loss"
_FEWEST_RACES = 20
# Of any loss. The same training on another processor differs by some 1e-7, always a little.
_NEGLIGIBLE = 1e-5


@dataclass(frozen=True, slots=True)
class RaceLosses:
    """Losses of one race at one horizon by a model that had not seen it.

    Attributes
    ----------
    alone, pooled, published : mapping of str to float
        By name, LOSSES: of the model by itself, of its pool with the published forecast at the
        largest weight, and of the published forecast.
    """

    event_id: str
    season: int
    date: str
    horizon: Horizon
    alone: Mapping[str, float]
    pooled: Mapping[str, float]
    published: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Contender:
    """What the test needs of a version.

    Attributes
    ----------
    recipe : str
        Equal if kind, settings and features are: then only the races learnt from differ.
    races : tuple of RaceLosses
        All beside the forecast that the other's are beside.
    """

    version: str
    trained_until: str
    recipe: str
    races: tuple[RaceLosses, ...]


@dataclass(frozen=True, slots=True)
class Paired:
    """A mean difference over races, second minus first, and its standard error."""

    n_races: int
    mean: float
    se: float  # infinite with fewer than two races

    @property
    def is_gain(self) -> bool:
        """Whether the second is better by more than one standard error."""
        return self.mean < -max(self.se, _NEGLIGIBLE)

    @property
    def is_harm(self) -> bool:
        """Whether it is worse by more than one."""
        return self.mean > max(self.se, _NEGLIGIBLE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether to promote, why, and the figures.

    Attributes
    ----------
    overall : mapping of str to Paired
        By loss, over all horizons together.
    by_horizon : mapping of str to mapping of str to Paired
        By horizon and loss.
    n_races : int
        In common.
    n_after_both : int
        Of these, run after the last race that either had learnt from: forecast by the very
        models. The others are forecast by models of their recipes.
    """

    is_better: bool
    reason: str
    overall: Mapping[str, Paired]
    by_horizon: Mapping[str, Mapping[str, Paired]]
    n_races: int
    n_after_both: int


def paired(differences: Sequence[float]) -> Paired:
    """Give mean and standard error of differences."""
    n = len(differences)
    if n == 0:
        return Paired(0, 0.0, math.inf)
    mean = math.fsum(differences) / n
    if n == 1:
        return Paired(1, mean, math.inf)
    spread = math.fsum((one - mean) ** 2 for one in differences) / (n - 1)
    return Paired(n, mean, math.sqrt(spread / n))


def verdict(candidate: Contender, active: Contender | None) -> Verdict:
    """Judge a candidate against the active model; without one, against the published forecast.

    Returns
    -------
    Verdict
        Better is a candidate that

        * against an active model is worse by more than one standard error nowhere, in none of
          LOSSES at any horizon or over all, and gains more than one in place log loss over all
          horizons; or that is made by the same recipe from later races too, and is worse nowhere:
          what such a one knows more of, no past race can show;
        * where none is active: is at no horizon worse than the published forecast in place log
          loss by more than one. Its weight is still 0 until earlier races bear out another.

        With fewer than 20 races in common nothing is shown.
    """
    pairs = _pairs(candidate, active)
    by_horizon = {
        horizon.value: of_losses
        for horizon in Horizon
        if (of_losses := _by_loss([race for race in pairs if race[0].horizon is horizon]))
    }
    overall = _by_loss(pairs)
    seen = max(candidate.trained_until, active.trained_until if active else "")
    n_races = len({race.event_id for race, _ in pairs})
    n_after_both = len({race.event_id for race, _ in pairs if race.date > seen})
    over = f"over {n_races} races, {n_after_both} of them later than all that either has seen"
    if n_races < _FEWEST_RACES:
        is_better, reason = False, f"only {n_races} races in common, {_FEWEST_RACES} are needed"
    else:
        is_better, reason = _judged(candidate, active, overall, by_horizon)
        reason = f"{reason}; {over}"
    return Verdict(is_better, reason, overall, by_horizon, n_races, n_after_both)


def _judged(
    candidate: Contender,
    active: Contender | None,
    overall: Mapping[str, Paired],
    by_horizon: Mapping[str, Mapping[str, Paired]],
) -> tuple[bool, str]:
    other = f"version {active.version}" if active else "the published forecast"
    losses = LOSSES if active else (_GAINS_IN,)
    of_all = overall[_GAINS_IN]
    shown = f"{LOSS_TITLES[_GAINS_IN]} {_figure(of_all)}"
    places = {"over all horizons": overall} | {f"at ({one})": by_horizon[one] for one in by_horizon}
    worse = [
        f"{LOSS_TITLES[loss]} {place} {_figure(found[loss])}"
        for place, found in places.items()
        for loss in losses
        if found[loss].is_harm
    ]
    if worse:
        return False, f"worse than {other}: {', '.join(worse)}"
    if active is None:
        return True, f"at no horizon worse than {other}: {shown}"
    if of_all.is_gain:
        return True, f"better than {other}, and in no loss worse: {shown}"
    is_renewed = candidate.trained_until > active.trained_until
    if is_renewed and candidate.recipe == active.recipe:
        return True, (
            f"the recipe of {other} with races to {candidate.trained_until} instead of "
            f"{active.trained_until}, and in no loss worse: {shown}"
        )
    return False, f"no gain over {other}: {shown}"


def _pairs(
    candidate: Contender, active: Contender | None
) -> list[tuple[RaceLosses, Mapping[str, float]]]:
    """Give every race that both have out of sample, and what the candidate's is taken against."""
    if active is None:
        return [(race, race.published) for race in candidate.races]
    before = {(one.event_id, one.horizon): one.pooled for one in active.races}
    return [
        (race, before[race.event_id, race.horizon])
        for race in candidate.races
        if (race.event_id, race.horizon) in before
    ]


def _by_loss(pairs: Iterable[tuple[RaceLosses, Mapping[str, float]]]) -> dict[str, Paired]:
    """Give every loss's difference; a race counts once, as its horizons share their luck."""
    of_race: dict[str, list[dict[str, float]]] = {}
    for race, other in pairs:
        differences = {loss: race.pooled[loss] - other[loss] for loss in LOSSES}
        of_race.setdefault(race.event_id, []).append(differences)
    if not of_race:
        return {}
    return {
        loss: paired([math.fsum(one[loss] for one in of) / len(of) for of in of_race.values()])
        for loss in LOSSES
    }


def _figure(difference: Paired) -> str:
    return f"{difference.mean:+.5f} ± {difference.se:.5f}"
