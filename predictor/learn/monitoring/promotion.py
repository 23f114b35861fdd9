"""Whether a candidate may take an active model's place: paired losses over the races of both.

Judged is what a forecast could at most become: the published forecast pooled with the model at
the largest weight that a blend may give it. Races are taken as independent.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from predictor.vocabulary import Horizon

__all__ = ["LOSSES", "Contender", "Paired", "RaceLosses", "Verdict", "paired", "verdict"]

LOSSES = ("place_log_loss", "winner_log_loss", "rps")
_JUDGED = "place_log_loss"
_FEWEST_RACES = 20


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
        return self.mean < -self.se

    @property
    def is_harm(self) -> bool:
        """Whether it is worse by more than one."""
        return self.mean > self.se


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether to promote, why, and the figures: of all horizons together and of each."""

    is_better: bool
    reason: str
    overall: Paired
    by_horizon: Mapping[str, Paired]


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

        * against an active model gains more than one standard error over all horizons, and at
          none is worse by more than one; or that is made by the same recipe from later races too,
          and at no horizon is worse by more than one: what such a one knows more of, no past race
          can show;
        * where none is active: is at no horizon worse than the published forecast by more than
          one. Its weight is still 0 until earlier races bear out another.

        With fewer than 20 races in common nothing is shown.
    """
    by_horizon = {}
    means: dict[str, list[float]] = {}
    for horizon, rows in groupby(sorted(_pairs(candidate, active)), key=lambda row: row[0]):
        differences = []
        for _, event_id, difference in rows:
            differences.append(difference)
            means.setdefault(event_id, []).append(difference)
        by_horizon[horizon] = paired(differences)
    # A race counts once, whatever the number of its horizons: they share their luck.
    overall = paired([math.fsum(of_race) / len(of_race) for of_race in means.values()])
    is_better, reason = _judged(candidate, active, overall, by_horizon)
    return Verdict(is_better, reason, overall, by_horizon)


def _judged(
    candidate: Contender,
    active: Contender | None,
    overall: Paired,
    by_horizon: Mapping[str, Paired],
) -> tuple[bool, str]:
    other = f"version {active.version}" if active else "the published forecast"
    shown = f"{overall.mean:+.5f} ± {overall.se:.5f} over {overall.n_races} races"
    if overall.n_races < _FEWEST_RACES:
        return False, f"only {overall.n_races} races in common, {_FEWEST_RACES} are needed"
    worse = [horizon for horizon, one in by_horizon.items() if one.is_harm]
    if worse:
        places = ", ".join(f"({horizon})" for horizon in worse)
        return False, f"place log loss worse than {other} at {places}; overall {shown}"
    if active is None:
        return True, f"place log loss at no horizon worse than {other}: {shown}"
    if overall.is_gain:
        return True, f"place log loss better than {other}: {shown}"
    is_renewed = candidate.trained_until > active.trained_until
    if is_renewed and candidate.recipe == active.recipe:
        return True, (
            f"the recipe of {other} with races to {candidate.trained_until} instead of "
            f"{active.trained_until}; place log loss {shown}"
        )
    return False, f"no gain in place log loss over {other}: {shown}"


def _pairs(candidate: Contender, active: Contender | None) -> list[tuple[str, str, float]]:
    """Give horizon, event and difference of every race that both have out of sample.

    Each is taken against the forecast that it was pooled with: two versions may have been
    measured beside different ones, by other numbers of simulations or before the model changed.
    """
    before = (
        {(one.event_id, one.horizon): _against_published(one) for one in active.races}
        if active
        else {}
    )
    found = []
    for one in candidate.races:
        other = before.get((one.event_id, one.horizon)) if active else 0.0
        if other is not None:
            found.append((one.horizon.value, one.event_id, _against_published(one) - other))
    return found


def _against_published(race: RaceLosses) -> float:
    return race.pooled[_JUDGED] - race.published[_JUDGED]
