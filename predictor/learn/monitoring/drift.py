"""Whether the features of the running season are distributed as in training.

Three statistics per feature compare the season's latest races with the training data. What is
usual is found by permuting seasons: each season of the training data takes the place of the
running one in turn, with its races at the same time of the year. Single races cannot change
places, for those of a season share cars, drivers and rules: permuting them calls half of the
features drifted in any season.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from predictor.errors import F1Error
from predictor.learn.features.feature_counts import (
    DriftReference,
    FeatureRows,
    count_races,
    drift_reference,
    reference_counts,
)
from predictor.learn.monitoring.drift_report import STATISTICS, DriftReport, FeatureDrift
from predictor.vocabulary import Horizon

__all__ = [
    "FALSE_ALARM_RATE",
    "ROUND",
    "STATISTICS",
    "DriftReference",
    "DriftReport",
    "FeatureDrift",
    "drift_reference",
    "feature_drift",
    "ks",
    "psi",
    "statistics",
]

Floats = NDArray[np.float64]

ROUND = "season_round"  # the feature that tells a season's races in order
FALSE_ALARM_RATE = 0.05  # of all features together, in a whole season
_PSEUDO_CARS = 1.0
# Chosen on 2015-2021, each season against the others: with these the standardised statistics of
# features that know no calendar had Student's tails (.8 times 1 %, 1.1 times .1 %).
_OFFSET = 0.05  # added before the logarithm: differences below say nothing
_LOOKS = 5.0  # a season's races in fives, which share no race with each other
_PRIOR_FREEDOM = 4.0  # seasons that the spread of a typical feature counts for
_LATEST = 5  # races of the running season that are compared; with fewer there is no test
_FEWEST_SEASONS = 4  # of the training data


def feature_drift(
    reference: DriftReference,
    tables: Sequence[FeatureRows],
    *,
    features_digest: str | None = None,
    rate: float = FALSE_ALARM_RATE,
) -> DriftReport:
    """Compare a season's latest races with the training data.

    Parameters
    ----------
    reference : DriftReference
    tables : sequence of FeatureRows
        Of the running season, those with the grid known; in its order where `ROUND` is no
        feature, else in any.
    features_digest : str, optional
        Of the definitions that the tables follow, to make sure that they are the reference's.
    rate : float
        Probability of an alarm for any feature in an ordinary season, looked at after every race.

    Returns
    -------
    DriftReport
        A feature is an alarm if a statistic is too far from its mean over the seasons of the
        training data, each in the running one's place: on a logarithmic scale, in units of their
        spread pulled to a typical feature's, beyond Student's quantile for ``rate`` shared among
        all statistics and a season's races in fives (Bonferroni).

    Raises
    ------
    F1Error
        If the reference is damaged, or was made for other features.

    Source
    ------
    Pulled spreads: Smyth, "Linear models and empirical Bayes methods for assessing differential
    expression", SAGMB 3 (2004), with fixed prior weight.
    """
    counts = reference_counts(reference).astype(np.float64)
    if features_digest is not None and features_digest != reference.features_digest:
        raise F1Error(
            "the distribution of features in training is of other features",
            where="feature_drift",
            got=reference.features_digest[:19],
            expected=features_digest[:19],
            do="train the model again",
        )
    seasons = np.array(reference.seasons)
    years = np.unique(seasons)
    used = [table for table in tables if table.horizon is Horizon.AFTER_QUALIFYING]
    if ROUND in reference.features:
        # A stage has its inputs by name, and which are the latest must not hang on that.
        used.sort(key=lambda table: float(table.values[0, reference.features.index(ROUND)]))
    latest = count_races(used[-_LATEST:], reference.edges).sum(axis=0, dtype=np.float64)
    report = DriftReport(max((one.season for one in used), default=0), len(used), len(years))
    if len(used) < _LATEST or len(years) < _FEWEST_SEASONS:
        return _untested(report)
    whole = counts.sum(axis=0)
    current = statistics(whole, latest)
    swapped = np.stack([_swapped(whole, counts[seasons == year], len(used)) for year in years])
    p = np.minimum(_LOOKS * current.size * _probability(swapped, current), 1.0)
    highest = swapped.max(axis=0)
    is_alarm = p < rate
    worst = np.argmin(np.where(is_alarm, p, np.inf), axis=0)
    alarms = [
        FeatureDrift(
            reference.features[f],
            STATISTICS[worst[f]],
            float(current[worst[f], f]),
            float(highest[worst[f], f]),
            float(p[worst[f], f]),
        )
        for f in np.flatnonzero(is_alarm.any(axis=0))
    ]
    # A feature that only a new season can have, as the age of the regulations, is no drift.
    unusual = np.where(current > highest, current, 0.0)
    largest = unusual.max(axis=1)
    return DriftReport(
        report.season,
        report.n_races,
        report.n_seasons,
        float(largest[0]),
        float(largest[1]),
        float(largest[2]),
        reference.features[int(unusual[0].argmax())] if largest[0] else "",
        tuple(sorted(alarms, key=lambda one: (one.p, one.name))),
    )


def psi(reference: Floats, current: Floats) -> Floats:
    """Give the population stability index of binned counts.

    The sum over bins of (p - q) ln(p / q), p and q being the shares. Each side gets one more
    car, spread as both together are: an empty bin must not weigh infinitely.

    Parameters
    ----------
    reference, current : float64[..., B]

    Returns
    -------
    float64[...]
        0 for equal shares, or where one side has no car.

    Source
    ------
    Siddiqi, "Credit Risk Scorecards" (2006), chapter 6; it is Jeffreys' divergence.
    """
    n, m = reference.sum(axis=-1, keepdims=True), current.sum(axis=-1, keepdims=True)
    both = (reference + current) / np.maximum(n + m, 1.0)
    p = (reference + _PSEUDO_CARS * both) / (n + _PSEUDO_CARS)
    q = (current + _PSEUDO_CARS * both) / (m + _PSEUDO_CARS)
    ratio = np.divide(p, q, out=np.ones_like(p), where=both > 0.0)
    known = (n[..., 0] > 0.0) & (m[..., 0] > 0.0)
    return np.where(known, ((p - q) * np.log(ratio)).sum(axis=-1), 0.0)


def ks(reference: Floats, current: Floats) -> Floats:
    """Give the largest difference between two cumulative distributions, at the ends of bins.

    Parameters
    ----------
    reference, current : float64[..., B]
        Counts.

    Returns
    -------
    float64[...]
        Kolmogorov and Smirnov's D; 0 where one side has no car.
    """
    n, m = reference.sum(axis=-1), current.sum(axis=-1)
    shares = [
        np.cumsum(counts, axis=-1) / np.maximum(total, 1.0)[..., None]
        for counts, total in ((reference, n), (current, m))
    ]
    largest = np.abs(shares[0] - shares[1]).max(axis=-1)
    return np.where((n > 0.0) & (m > 0.0), largest, 0.0)


def statistics(reference: Floats, current: Floats) -> Floats:
    """Compare two sets of races, feature by feature.

    Parameters
    ----------
    reference, current : float64[..., F, N_BINS + 1]
        Counts, summed over races.

    Returns
    -------
    float64[..., 3, F]
        In the order of `STATISTICS`; the last is by how much the share without a value differs.
    """
    unknown = [
        counts[..., -1] / np.maximum(counts.sum(axis=-1), 1.0) for counts in (reference, current)
    ]
    return np.stack(
        (
            psi(reference[..., :-1], current[..., :-1]),
            ks(reference[..., :-1], current[..., :-1]),
            np.abs(unknown[0] - unknown[1]),
        ),
        axis=-2,
    )


def _untested(report: DriftReport) -> DriftReport:
    if report.n_races < _LATEST:
        note = f"{report.n_races} races are too few to compare features with those of training"
    else:
        note = f"{report.n_seasons} seasons of training data are too few to know what is usual"
    return DriftReport(report.season, report.n_races, report.n_seasons, note=note)


def _swapped(whole: Floats, year: Floats, n_races: int) -> Floats:
    """Give the statistics of a training season's races up to its n-th against other seasons."""
    last = min(n_races, len(year))
    return statistics(whole - year.sum(axis=0), year[max(last - _LATEST, 0) : last].sum(axis=0))


def _probability(usual: Floats, current: Floats) -> Floats:
    """Give the probability of each statistic to be so large by chance, float64[3, F].

    At most a half: what lies below the mean is not looked at.

    Parameters
    ----------
    usual : float64[S, 3, F]
        Of every season of the training data.
    current : float64[3, F]
    """
    n_seasons = len(usual)
    log_usual, log_current = np.log(usual + _OFFSET), np.log(current + _OFFSET)
    variance = log_usual.var(axis=0, ddof=1)
    freedom = n_seasons - 1 + _PRIOR_FREEDOM
    # Shares of unknown values mostly do not vary at all, so they lean on the other two as well.
    pooled = np.median(variance[:2])
    pulled = (_PRIOR_FREEDOM * pooled + (n_seasons - 1) * variance) / freedom
    # The mean of the seasons is not known exactly either: hence the second term.
    sd = np.sqrt(pulled * (1.0 + 1.0 / n_seasons))
    away = log_current - log_usual.mean(axis=0)
    # Without any spread of any feature every difference is infinitely far away.
    z = np.where(away > 0.0, away / np.maximum(sd, 1e-12), 0.0)
    return _student_tail(z, freedom)


def _student_tail(z: Floats, freedom: float) -> Floats:
    """Give Student's upper tail probability, by quadrature; ``z`` not below 0.

    With x = sqrt(freedom) tan(a) the density becomes one of cos(a) ** (freedom - 1), which
    Gauss and Legendre's rule integrates from atan(z / sqrt(freedom)) to a right angle.
    """
    nodes, weights = np.polynomial.legendre.leggauss(64)
    start = np.arctan(z / math.sqrt(freedom))
    half = (math.pi / 2.0 - start) / 2.0
    angle = start[..., None] + half[..., None] * (nodes + 1.0)
    scale = math.gamma((freedom + 1.0) / 2.0) / math.gamma(freedom / 2.0) / math.sqrt(math.pi)
    return scale * half * (np.cos(angle) ** (freedom - 1.0) @ weights)
