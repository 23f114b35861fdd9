"""A fitted number with how well it is known and what it was fitted on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from predictor.circuit_fit.pooling import Pooled

__all__ = ["Estimate", "by_judgement", "joined", "pooled_at"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """One constant of one circuit or crew, after partial pooling.

    Attributes
    ----------
    value : float or tuple of float
        In the constant's own unit; a tuple has one number per compound, or per quantile.
    sd : float or tuple of float
        Posterior standard deviation, in the same unit.
    races : int
        Races of this circuit that told something about it; 0 where all is from the others.
    source : str
        What it was read off: "laps", "results", "stops", "flags", "simulated moments".
    """

    value: float | tuple[float, ...]
    sd: float | tuple[float, ...]
    races: int
    source: str

    @property
    def number(self) -> float:
        """The value of an estimate that is no tuple."""
        if isinstance(self.value, tuple):
            raise TypeError("the estimate is a tuple")
        return self.value

    @property
    def spread(self) -> float:
        """The standard deviation of an estimate that is no tuple."""
        if isinstance(self.sd, tuple):
            raise TypeError("the estimate is a tuple")
        return self.sd

    def times(self, factor: float) -> Estimate:
        """Give the estimate in another unit."""
        return Estimate(self.number * factor, self.spread * factor, self.races, self.source)


def pooled_at(
    pooled: Pooled, circuit: str, source: str, *, usual: float, lowest: float = float("-inf")
) -> Estimate:
    """Give a circuit's estimate of a pooled quantity.

    Parameters
    ----------
    usual : float
        What stands in where no race told anything.
    lowest : float
        A bound that the model sets.
    """
    if not np.isfinite(pooled.mean):
        return by_judgement(usual)
    value, sd, races = pooled.at(circuit)
    return Estimate(max(lowest, value), sd, races, source)


def by_judgement(value: float) -> Estimate:
    """Give a constant that no race told anything about, as it is."""
    return Estimate(value, 0.0, 0, "judgement")


def joined(parts: tuple[Estimate, ...]) -> Estimate:
    """Give one estimate of a tuple; the races are those of the best known part."""
    return Estimate(
        tuple(part.number for part in parts),
        tuple(part.spread for part in parts),
        max(part.races for part in parts),
        parts[0].source,
    )
