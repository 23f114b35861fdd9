"""All features of one race at one horizon: the same call for training and for a forecast.

A table is made from the ledger and the filter's outlook before the race and from what the
weekend has shown so far. Nothing else goes in, so nothing later can.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from predictor.bayes.online import FilterConfig, Outlook
from predictor.errors import F1Error
from predictor.features.weekend import Weekend
from predictor.learn.features.definitions import FEATURE_NAMES
from predictor.learn.features.expectation import expected
from predictor.learn.features.ledger import Ledger, instant
from predictor.learn.features.moments import RaceMoment
from predictor.learn.features.past_columns import circuit_columns, driver_columns, team_columns
from predictor.learn.features.weekend_columns import (
    belief_columns,
    calendar_columns,
    known_of,
    session_columns,
)
from predictor.vocabulary import Horizon

__all__ = ["FeatureTable", "feature_table"]


@dataclass(frozen=True, slots=True)
class FeatureTable:
    """The features of D drivers before one race.

    Attributes
    ----------
    driver_ids : tuple of str, length D
        In the weekend's order.
    values : float32[D, 64]
        In the order of `FEATURES`; NaN is unknown.
    known_at : datetime64[s][D, 64]
        UTC moment of the latest fact a value rests on; NaT where the value is unknown, or its
        facts have no date.
    base_strength : float64[D]
        The filter's own expected log-strength at this horizon; the mean of the field is 0.
    base_hazard : float64[D]
        The filter's own probability of a retirement.
    """

    event_id: str
    season: int
    circuit_id: str
    horizon: Horizon
    driver_ids: tuple[str, ...]
    values: NDArray[np.float32]
    known_at: NDArray[np.datetime64]
    base_strength: NDArray[np.float64]
    base_hazard: NDArray[np.float64]


def feature_table(
    ledger: Ledger,
    outlook: Outlook,
    moment: RaceMoment,
    weekend: Weekend,
    config: FilterConfig = FilterConfig(),  # noqa: B008 - frozen
) -> FeatureTable:
    """Give the features of one race at the horizon of its weekend.

    Parameters
    ----------
    ledger : Ledger
        After the last race that is known; it may lie several events back.
    outlook : Outlook
        Of the filter after the same race, drifted to this event.
    moment, weekend
        Of this event, at the same horizon.
    config : FilterConfig
        That the outlook was made with.

    Raises
    ------
    F1Error
        If moment and weekend are of different events or horizons.
    """
    if (moment.event_id, moment.horizon) != (weekend.event_id, weekend.horizon):
        raise F1Error(
            "moment and weekend are not of one event and horizon",
            where="predictor.learn.features.feature_table.feature_table",
            got=f"{moment.event_id} ({moment.horizon.value})",
            expected=f"{weekend.event_id} ({weekend.horizon.value})",
            do="make both from one EventState for one horizon",
        )
    own = expected(outlook, weekend, config)
    known = known_of(moment, weekend, ledger.known_at)
    columns = {
        **belief_columns(outlook, own, weekend, known),
        **session_columns(outlook, moment, weekend, known),
        **calendar_columns(moment, weekend, known, ledger.date, config.new_regulations),
        **driver_columns(ledger, weekend),
        **team_columns(ledger, weekend),
        **circuit_columns(ledger, weekend),
    }
    shape = (len(weekend.driver_ids), len(FEATURE_NAMES))
    values = np.empty(shape, dtype=np.float32)
    known_at = np.empty(shape, dtype="datetime64[s]")
    for i, name in enumerate(FEATURE_NAMES):
        values[:, i] = columns[name].values
        known_at[:, i] = columns[name].known_at
    known_at[~np.isfinite(values)] = instant(None)
    return FeatureTable(
        weekend.event_id,
        weekend.season,
        weekend.circuit_id,
        weekend.horizon,
        weekend.driver_ids,
        values,
        known_at,
        own.strength,
        own.hazard,
    )
