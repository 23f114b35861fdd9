"""Features counted in bins, race by race: all that the test for drift needs of training data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from predictor.errors import F1Error
from predictor.learn.features.definitions import FEATURE_NAMES, features_digest
from predictor.vocabulary import Horizon

__all__ = [
    "N_BINS",
    "DriftReference",
    "FeatureRows",
    "count_races",
    "drift_reference",
    "reference_counts",
]

Floats = NDArray[np.float64]
Counts = NDArray[np.uint8]

N_BINS = 10  # at the deciles of the training data, as usual for the PSI
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_MOST_CARS = len(_DIGITS) - 1  # of a race
_NO_DIGIT = 255
_VALUE_OF = np.full(256, _NO_DIGIT, dtype=np.uint8)
_VALUE_OF[np.frombuffer(_DIGITS.encode(), dtype=np.uint8)] = np.arange(len(_DIGITS), dtype=np.uint8)


class FeatureRows(Protocol):
    """What a feature table must have to be counted."""

    @property
    def event_id(self) -> str:
        """Event, ``2025-monaco``."""

    @property
    def season(self) -> int:
        """Year."""

    @property
    def horizon(self) -> Horizon:
        """What the values rest on."""

    @property
    def values(self) -> NDArray[np.float32]:
        """float32[D, F], NaN where unknown."""


@dataclass(frozen=True, slots=True)
class DriftReference:
    """The training data's distribution of every feature, race by race, in plain values.

    Attributes
    ----------
    features : tuple of str, length F
    features_digest : str
        Of the definitions they were computed by.
    edges : tuple of tuple of float, length F
        Upper ends of a feature's bins, themselves inside; one more bin lies above the last.
    events : tuple of str, length R
    seasons : tuple of int, length R
    counts : tuple of str, length R
        Of a race: for every feature in turn, the cars in each of `N_BINS` bins and those without a
        value, a digit each (``0`` to ``z``, 35).
    """

    features: tuple[str, ...]
    features_digest: str
    edges: tuple[tuple[float, ...], ...]
    events: tuple[str, ...]
    seasons: tuple[int, ...]
    counts: tuple[str, ...]


def drift_reference(
    tables: Sequence[FeatureRows],
    features: Sequence[str] = FEATURE_NAMES,
    digest: str | None = None,
) -> DriftReference:
    """Take the distribution of every feature from training tables.

    Parameters
    ----------
    tables : sequence of FeatureRows
        Those at `Horizon.AFTER_QUALIFYING` are counted, for only they hold every feature, and a
        race counts once. The first season is left out if there are others: nothing was known of
        anybody's past then.
    features : sequence of str, optional
        Their names, in the order of the columns.
    digest : str, optional
        Of their definitions; `definitions.features_digest` unless given.

    Raises
    ------
    F1Error
        If no table has that horizon, or one has another number of columns.
    """
    used = _whole(tables, len(features))
    if not used:
        raise F1Error(
            "there is no race to take the distribution of features from",
            where="drift_reference",
            got=f"{len(tables)} tables, none with the grid known",
            expected="at least one table at horizon (c)",
        )
    used.sort(key=lambda table: table.season)  # within a season they come in its order
    used = [table for table in used if table.season > used[0].season] or used
    rows = np.concatenate([table.values for table in used]).astype(np.float64)
    edges = tuple(_edges(column) for column in rows.T)
    return DriftReference(
        tuple(features),
        features_digest() if digest is None else digest,
        edges,
        tuple(table.event_id for table in used),
        tuple(table.season for table in used),
        tuple(_written(race) for race in count_races(used, edges)),
    )


def reference_counts(reference: DriftReference) -> Counts:
    """Give the counts of a reference as numbers, uint8[R, F, N_BINS + 1].

    Raises
    ------
    F1Error
        If they are not what `drift_reference` writes.
    """
    n_races, n_features = len(reference.events), len(reference.features)
    n_digits = n_features * (N_BINS + 1)
    digits = np.frombuffer("".join(reference.counts).encode("ascii", "replace"), dtype=np.uint8)
    counts = _VALUE_OF[digits]
    fits = (
        all(len(race) == n_digits for race in reference.counts)
        and n_races == len(reference.seasons) == len(reference.counts)
        and n_races > 0
        and len(reference.edges) == n_features
        and all(len(edges) < N_BINS for edges in reference.edges)
        and not (counts == _NO_DIGIT).any()
    )
    if not fits:
        raise F1Error(
            "the distribution of features in training cannot be read",
            where="DriftReference",
            got=f"{n_races} events, {len(reference.seasons)} seasons, counts of "
            f"{len(reference.counts)}, bins of {len(reference.edges)} of {n_features} features",
            expected=f"{n_digits} digits, 0 to z, for each of as many races",
            do="train the model again",
        )
    return counts.reshape(n_races, n_features, N_BINS + 1)


def count_races(tables: Sequence[FeatureRows], edges: Sequence[Sequence[float]]) -> Counts:
    """Count the cars of every race in every feature's bins.

    Parameters
    ----------
    tables : sequence of FeatureRows
        Of any horizon; R of them.
    edges : sequence of sequence of float, length F
        As `DriftReference` has them.

    Returns
    -------
    uint8[R, F, N_BINS + 1]
        The last column is of cars without a value.
    """
    n_features = len(edges)
    ends = np.full((n_features, N_BINS - 1), np.inf)
    for feature, finite in enumerate(edges):
        ends[feature, : len(finite)] = finite
    counts = np.zeros((len(tables), n_features, N_BINS + 1), dtype=np.uint8)
    for race, table in enumerate(tables):
        values = np.asarray(table.values, dtype=np.float64)
        # Bin k holds edge[k-1] < x <= edge[k]: as many edges lie below a value as its bin says.
        place = (values[:, :, None] > ends).sum(axis=2)
        place = np.where(np.isnan(values), N_BINS, place)
        for k in range(N_BINS + 1):
            counts[race, :, k] = (place == k).sum(axis=0)
    return counts


def _whole(tables: Sequence[FeatureRows], n_features: int) -> list[FeatureRows]:
    """Give the tables with the grid known; refuse what cannot be counted."""
    used = [table for table in tables if table.horizon is Horizon.AFTER_QUALIFYING]
    for table in used:
        n_cars, n_columns = table.values.shape
        if n_columns != n_features or n_cars > _MOST_CARS:
            raise F1Error(
                "a feature table cannot be counted",
                where=table.event_id,
                got=f"{n_columns} columns, {n_cars} cars",
                expected=f"{n_features} columns, at most {_MOST_CARS} cars",
            )
    return used


def _edges(values: Floats) -> tuple[float, ...]:
    """Give the distinct deciles of the values that are known."""
    known = values[np.isfinite(values)]
    if not len(known):
        return ()
    # Of values that occur, so that one of two whole numbers never lies on both sides.
    at = np.linspace(0.0, 1.0, N_BINS + 1)[1:-1]
    distinct = np.unique(np.quantile(known, at, method="inverted_cdf"))
    return tuple(float(edge) for edge in distinct)


def _written(race: Counts) -> str:
    return "".join(_DIGITS[count] for count in race.ravel())
