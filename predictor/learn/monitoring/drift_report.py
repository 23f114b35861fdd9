"""What the test for drift of features finds, in plain values. Needs no NumPy."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["STATISTICS", "DriftReport", "FeatureDrift"]

# Population stability index; Kolmogorov and Smirnov's D; by how much the share of cars without
# a value differs.
STATISTICS = ("psi", "ks", "unknown")


@dataclass(frozen=True, slots=True)
class FeatureDrift:
    """One statistic of one feature, and what is usual.

    Attributes
    ----------
    name : str
        Of the feature.
    statistic : str
        One of `STATISTICS`.
    value, usual : float
        In this season; the largest that any season of the training data has.
    p : float
        Probability of so large a value for any feature in a season, by Student's distribution.
    """

    name: str
    statistic: str
    value: float
    usual: float
    p: float


@dataclass(frozen=True, slots=True)
class DriftReport:
    """How the features of a season compare with the training data.

    Attributes
    ----------
    season, n_races, n_seasons : int
        The running season and its races so far; the seasons of the training data.
    psi_max, ks_max, unknown_max : float
        Largest in the latest races of the features where it is larger than in every season of
        the training data, whether or not that could be chance; 0 if there are none.
    psi_feature : str
        Whose the largest PSI is; "" for nobody's.
    alarms : tuple of FeatureDrift
        One per feature that has drifted, the least probable first.
    note : str
        Why there was no test; "" if there was one.
    """

    season: int
    n_races: int
    n_seasons: int
    psi_max: float = 0.0
    ks_max: float = 0.0
    unknown_max: float = 0.0
    psi_feature: str = ""
    alarms: tuple[FeatureDrift, ...] = ()
    note: str = ""
