"""When a model should be trained anew: reasons, from what is known of it and of the season.

Needs no NumPy. Whether and when to train is for others to decide.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

__all__ = [
    "Reason",
    "ReasonKind",
    "RetrainingRules",
    "SeasonSeen",
    "accuracy_is_below",
    "retraining_reasons",
]

_DAYS_A_MONTH = 30.4375  # a twelfth of 365.25


class ReasonKind(StrEnum):
    """What kind of reason there is to train."""

    SEASON = "season"
    REGULATIONS = "regulations"
    SCHEDULE = "schedule"
    FEATURE_DRIFT = "feature_drift"
    CONCEPT_DRIFT = "concept_drift"
    ACCURACY = "accuracy"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason to train.

    Attributes
    ----------
    kind : ReasonKind
    key : str
        The same for as long as it is the same reason: who has acted on a key once need not act
        on it again.
    text : str
        For people, with the figures.
    """

    kind: ReasonKind
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class RetrainingRules:
    """What counts as a reason.

    Attributes
    ----------
    after_months : float
        Between training and the latest race; 0: no schedule.
    after_races : int
        New races without which no schedule and no change of regulations is a reason: from the
        same races the same model comes out.
    accuracy_floor : float
        Share of races whose winner is among the three that the forecast thought most likely,
        with the grid known. It takes evidence of a share below: see `accuracy_is_below`.
    accuracy_level : float
        Probability of taking chance for evidence, at the floor itself.
    new_regulations : tuple of int
        Years whose technical rules made old cars worth little.
    """

    after_months: float = 1.0
    after_races: int = 4
    accuracy_floor: float = 0.8
    accuracy_level: float = 0.01
    new_regulations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SeasonSeen:
    """What has been seen of the running season and of the model in it.

    Attributes
    ----------
    season : int
    race_dates : tuple of str
        ISO dates of the races run so far, in order.
    is_over : bool
        Whether no race is left.
    trained_until : str
        ISO date of the last race that the model has learned from.
    in_top_3 : tuple of bool
        Of each race run since then, with the grid known: whether the winner was among the three
        most likely. The oldest first.
    drifted : tuple of str
        Names of features whose distribution in this season is not that of the training data.
    worse_than : tuple of str
        What the model has become worse than: "grid baseline", "filter".
    version : str
        Of the model, so that a successor is judged anew.
    """

    season: int
    race_dates: tuple[str, ...]
    is_over: bool
    trained_until: str
    in_top_3: tuple[bool, ...] = ()
    drifted: tuple[str, ...] = ()
    worse_than: tuple[str, ...] = ()
    version: str = ""


def retraining_reasons(seen: SeasonSeen, rules: RetrainingRules) -> tuple[Reason, ...]:
    """Give every reason there is to train a new model now.

    Parameters
    ----------
    seen : SeasonSeen
    rules : RetrainingRules

    Returns
    -------
    tuple of Reason
        In the order of `ReasonKind`; empty where the model may stay. All times are those of
        the data, so that the same data give the same reasons on any day.
    """
    found = (
        _season(seen),
        _regulations(seen, rules),
        _schedule(seen, rules),
        _feature_drift(seen),
        _concept_drift(seen),
        _accuracy(seen, rules),
    )
    return tuple(reason for reason in found if reason is not None)


def accuracy_is_below(hits: Sequence[bool], floor: float, level: float) -> bool:
    """Whether so few hits would be rare if the true share were just the floor.

    A share of 20 races below .8 is no evidence by itself: with a true share of .9 one season in
    25 has it. So the binomial probability of as few hits at the floor must be below ``level``.
    """
    n, n_hits = len(hits), sum(hits)
    probability = math.fsum(
        math.comb(n, k) * floor**k * (1.0 - floor) ** (n - k) for k in range(n_hits + 1)
    )
    return n > 0 and probability < level


def _season(seen: SeasonSeen) -> Reason | None:
    new = _races_since(seen)
    if seen.is_over and new:
        key = f"season {seen.season} over"
        words = f"the season {seen.season} is over, {new} of its races are new to the model"
    elif new and _year(seen.trained_until) < seen.season - 1:
        # Of the season before it knows nothing: it was over before anybody looked.
        key = f"season {seen.season - 1} over"
        words = f"the model has seen no race since {seen.trained_until}, a season and more ago"
    else:
        return None
    return Reason(ReasonKind.SEASON, key, words)


def _regulations(seen: SeasonSeen, rules: RetrainingRules) -> Reason | None:
    new = _races_since(seen)
    is_new_to_it = _year(seen.trained_until) < seen.season
    if seen.season not in rules.new_regulations or not is_new_to_it or new < rules.after_races:
        return None
    words = f"new regulations in {seen.season}: {new} races under them are new to the model"
    return Reason(ReasonKind.REGULATIONS, f"regulations {seen.season}", words)


def _schedule(seen: SeasonSeen, rules: RetrainingRules) -> Reason | None:
    new = _races_since(seen)
    if not rules.after_months or new < max(rules.after_races, 1):
        return None
    age = date.fromisoformat(seen.race_dates[-1]) - date.fromisoformat(seen.trained_until)
    if age < timedelta(days=rules.after_months * _DAYS_A_MONTH):
        return None
    words = f"{new} races in {age.days} days since the last race that the model has seen"
    # A training that failed or was not promoted is due again with as many races more.
    step = (new // max(rules.after_races, 1)) * max(rules.after_races, 1)
    return Reason(ReasonKind.SCHEDULE, f"schedule {seen.trained_until} +{step}", words)


def _feature_drift(seen: SeasonSeen) -> Reason | None:
    if not seen.drifted:
        return None
    shown = ", ".join(seen.drifted[:3])
    more = f" and {len(seen.drifted) - 3} more" if len(seen.drifted) > 3 else ""
    return Reason(
        ReasonKind.FEATURE_DRIFT,
        f"feature drift {seen.season} {seen.version}",
        f"features are distributed otherwise than in training: {shown}{more}",
    )


def _concept_drift(seen: SeasonSeen) -> Reason | None:
    if not seen.worse_than:
        return None
    whom = " and ".join(seen.worse_than)
    return Reason(
        ReasonKind.CONCEPT_DRIFT,
        f"concept drift {seen.season} {seen.version}",
        f"the model has become worse than the {whom}",
    )


def _accuracy(seen: SeasonSeen, rules: RetrainingRules) -> Reason | None:
    hits = seen.in_top_3
    if not accuracy_is_below(hits, rules.accuracy_floor, rules.accuracy_level):
        return None
    return Reason(
        ReasonKind.ACCURACY,
        f"accuracy {seen.season} {seen.version}",
        f"the winner was among the three most likely in {sum(hits)} of {len(hits)} races, "
        f"the floor is {rules.accuracy_floor:.0%}",
    )


def _races_since(seen: SeasonSeen) -> int:
    return sum(day > seen.trained_until for day in seen.race_dates)


def _year(day: str) -> int:
    return date.fromisoformat(day).year
