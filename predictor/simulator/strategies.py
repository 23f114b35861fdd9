"""Stop plans: on which laps a car means to stop, and for which tyres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from predictor.errors import F1Error
from predictor.vocabulary import Compound

__all__ = ["MAX_STOPS", "StopPlan", "Strategies", "default_strategies", "no_stop_strategies"]

MAX_STOPS = 3
"""Planned stops per car; a stop under a red flag uses up a planned one."""


@dataclass(frozen=True, slots=True)
class StopPlan:
    """One plan: the tyres in order, and where in the race they are changed."""

    compounds: tuple[Compound, ...]  # at the start, then after each stop
    at: tuple[float, ...] = ()  # stops as increasing shares of the race distance, 0 < x < 1

    def __post_init__(self) -> None:
        stops = len(self.at)
        increasing = all(a < b for a, b in zip((0.0, *self.at), (*self.at, 1.0), strict=True))
        if len(self.compounds) != stops + 1 or stops > MAX_STOPS or not increasing:
            raise F1Error(
                "a stop plan does not hang together",
                where="StopPlan",
                got=f"{len(self.compounds)} compounds, stops at {self.at}",
                expected=f"one more compound than stops, at most {MAX_STOPS} stops, rising in 0..1",
                do="correct the plan",
            )


@dataclass(frozen=True, slots=True)
class Strategies:
    """The plans of a race and how likely each driver is to follow each of them."""

    plans: tuple[StopPlan, ...]
    shares: npt.NDArray[np.float64]  # float64[D, P], rows sum to one
    jitter: float = 0.06  # a stop moves by up to this share of the distance either way
    # How far apart the cars of one race choose: 1 each on its own, 0 all the same rank of the
    # shares. With plans ordered by stops, a race then has few stops or many.
    spread: float = 1.0
    shared_jitter: float = 0.0  # likewise, but all stops of one race alike
    first_stop: float = 0.0  # share of the distance before which no first stop is planned

    def __post_init__(self) -> None:
        shares = self.shares
        if shares.ndim != 2 or shares.shape[1] != len(self.plans) or not self.plans:
            raise F1Error(
                "the shares do not match the plans",
                where="Strategies.shares",
                got=f"shape {shares.shape}",
                expected=f"(drivers, {len(self.plans)})",
            )
        limits = {"spread": 1.0, "jitter": 0.5, "shared_jitter": 0.5, "first_stop": 0.5}
        for name, most in limits.items():
            value = getattr(self, name)
            if not 0.0 <= value <= most:  # NaN fails too
                raise F1Error(
                    "the plans cannot be spread like this",
                    where=f"Strategies.{name}",
                    got=str(value),
                    expected=f"0 to {most:g}",
                )
        if (shares < 0).any() or not np.allclose(shares.sum(axis=1), 1.0, atol=1e-6):
            raise F1Error(
                "a driver's plans do not have shares that sum to one",
                where="Strategies.shares",
                got=f"row sums from {shares.sum(axis=1).min()} to {shares.sum(axis=1).max()}",
                expected="1",
            )

    def within(self, n_laps: int) -> Strategies:
        """Give the plans that a race of so many laps has room for: fewer stops than laps.

        Their shares keep their proportions; where no plan is left, nobody stops.
        """
        fits = np.array([len(plan.at) < n_laps for plan in self.plans])
        if fits.all():
            return self
        shares = self.shares[:, fits]
        total = shares.sum(axis=1, keepdims=True)
        if not fits.any() or (total <= 0).any():
            return no_stop_strategies(len(self.shares))
        kept = tuple(plan for plan in self.plans if len(plan.at) < n_laps)
        return replace(self, plans=kept, shares=shares / total)


def default_strategies(n_drivers: int, *, stops_mean: float = 1.75) -> Strategies:
    """Give the plans of a dry race, mixed so that their mean is ``stops_mean``.

    Parameters
    ----------
    n_drivers : int
    stops_mean : float
        Planned stops per car, 1 to 3.

    Source
    ------
    Stop laps are the usual shares of the distance in the dry races of 2018-2025
    (one stop near 0.42; two near 0.30 and 0.65).
    """
    soft, medium, hard = Compound.SOFT, Compound.MEDIUM, Compound.HARD
    plans = (
        StopPlan((medium, hard), (0.42,)),
        StopPlan((hard, medium), (0.58,)),
        StopPlan((soft, hard), (0.33,)),
        StopPlan((medium, hard, medium), (0.28, 0.66)),
        StopPlan((soft, medium, hard), (0.24, 0.58)),
        StopPlan((soft, medium, medium, hard), (0.20, 0.45, 0.72)),
    )
    mean = min(max(stops_mean, 1.0), 3.0)
    three = max(0.0, mean - 2.0)
    two = mean - 1.0 - 2.0 * three
    one = 1.0 - two - three
    row = np.array([0.6 * one, 0.22 * one, 0.18 * one, 0.65 * two, 0.35 * two, three])
    return Strategies(plans, np.tile(row / row.sum(), (n_drivers, 1)))


def no_stop_strategies(
    n_drivers: int, compounds: Sequence[Compound] = (Compound.MEDIUM, Compound.SOFT)
) -> Strategies:
    """Give the plans of a sprint: nobody stops; compounds are equally likely."""
    plans = tuple(StopPlan((compound,)) for compound in compounds)
    return Strategies(plans, np.full((n_drivers, len(plans)), 1.0 / len(plans)))
