"""Whether a model still does what it was taken for: its losses beside others', race by race.

Needs no NumPy, so that whoever only wants to know need not load it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from predictor.errors import F1Error

__all__ = ["BOUND", "FALSE_ALARM_RATE", "ConceptReport", "concept_drift"]

# Nats of place log loss; larger differences of one race count as this. Of the 756 differences
# between published forecasts and grid frequency in 2014-2025, 69 are larger, all in favour of
# the forecast.
BOUND = 0.5
FALSE_ALARM_RATE = 0.05  # of a whole series, however often it is looked at
# Shares of the wealth that are bet at once: small ones see small losses, large ones see soon.
_BETS = tuple(k / 10 for k in range(1, 10))


@dataclass(frozen=True, slots=True)
class ConceptReport:
    """What a series of paired losses says.

    Attributes
    ----------
    n_races : int
    mean, se : float, nats
        Of the difference, model minus the other; below 0 the model is better. 0 without
        races, and for the error with fewer than two.
    evidence : float
        Largest e-value so far: against a model that is no worse it reaches 20 in no more than
        1 of 20 series. 1 says nothing.
    alarm_race : int or None
        1-based, the first race at which the evidence was enough for an alarm.
    """

    n_races: int
    mean: float
    se: float
    evidence: float
    alarm_race: int | None

    @property
    def is_alarm(self) -> bool:
        """Whether the model has become worse than the other."""
        return self.alarm_race is not None


def concept_drift(
    losses: Sequence[float], other_losses: Sequence[float], *, rate: float = FALSE_ALARM_RATE
) -> ConceptReport:
    """Test, race after race, whether a model is worse than something simpler.

    Parameters
    ----------
    losses : sequence of float, nats
        Place log loss of the model in each race, oldest first, all out of sample.
    other_losses : sequence of float, nats
        Of the grid baseline, or of the filter, in the same races.
    rate : float, between 0 and 1
        Probability of ever an alarm while the model is, before every race, expected to be no
        worse than the other (differences beyond `BOUND` counted as `BOUND`).

    Returns
    -------
    ConceptReport

    Raises
    ------
    F1Error
        If the series differ in length or hold a number that is not finite.

    Source
    ------
    Bets against "not worse", each race's wealth multiplied by 1 + bet * difference / bound:
    Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting", JRSS B
    86 (2024), section 4. Wealth is averaged over bets and over the race at which betting began,
    race j with weight 1 / (j (j + 1)), so that a change in mid-season is seen: a mixture of
    e-processes is one (Shin, Ramdas and Rinaldo, "E-detectors", NEJSDS 2 (2024)). An alarm at
    1 / rate keeps the rate by Ville's inequality. What it does on past seasons is in
    docs/ml-layer.md.
    """
    _check(losses, other_losses)
    differences = [ours - theirs for ours, theirs in zip(losses, other_losses, strict=True)]
    largest, alarm = 1.0, None
    begun: list[list[float]] = []  # wealth by bet, of those who began at race 1, 2, ...
    for race, difference in enumerate(differences, start=1):
        step = max(-BOUND, min(BOUND, difference)) / BOUND
        begun.append([1.0] * len(_BETS))
        for wealth in begun:
            for i, bet in enumerate(_BETS):
                wealth[i] *= 1.0 + bet * step
        evidence = 1.0 / (race + 1)  # of those who have not begun
        for j, wealth in enumerate(begun, start=1):
            evidence += math.fsum(wealth) / len(_BETS) / (j * (j + 1))
        largest = max(largest, evidence)
        if alarm is None and evidence >= 1.0 / rate:
            alarm = race
    mean, se = _mean_and_error(differences)
    return ConceptReport(len(differences), mean, se, largest, alarm)


def _check(losses: Sequence[float], other_losses: Sequence[float]) -> None:
    numbers = (*losses, *other_losses)
    if len(losses) == len(other_losses) and all(map(math.isfinite, numbers)):
        return
    raise F1Error(
        "losses cannot be compared race by race",
        where="concept_drift",
        got=f"{len(losses)} and {len(other_losses)} losses, "
        f"{sum(not math.isfinite(number) for number in numbers)} of them not finite",
        expected="finite losses of the same races in the same order",
    )


def _mean_and_error(values: Sequence[float]) -> tuple[float, float]:
    n = len(values)
    if not n:
        return 0.0, 0.0
    mean = math.fsum(values) / n
    if n < 2:
        return mean, 0.0
    return mean, math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (n - 1) / n)
