"""Reference models for a backtest, walked forward through the races.

They are kept apart from the product's own model on purpose: a yardstick must not change when
what it measures does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from predictor.evaluate import elo, grid_frequency, order_frequency, plain_plackett_luce
from predictor.features.weekend import RaceOutcome, Weekend, with_horizon
from predictor.vocabulary import Horizon

__all__ = ["BASELINES", "BaselineForecast", "FinishedRace", "baseline_forecasts"]

Floats = NDArray[np.float64]


class FinishedRace(Protocol):
    """A weekend, all that is known before its race, and how the race ended."""

    @property
    def weekend(self) -> Weekend:
        """What was known before the race."""

    @property
    def outcome(self) -> RaceOutcome:
        """How it ended."""


@dataclass(frozen=True, slots=True)
class BaselineForecast:
    """What one reference model says of one race, float64[D, D] in the weekend's order."""

    event_id: str
    horizon: Horizon
    name: str
    p_position: Floats


@dataclass(frozen=True, slots=True)
class _Model:
    """A state before the first race, a forecast from it, and what a race teaches."""

    begin: Callable[[], Any]
    forecast: Callable[[Any, Weekend], Floats]
    learn: Callable[[Any, Weekend, RaceOutcome], Any]


def _nothing() -> None:
    return None


def _uniform(_state: None, weekend: Weekend) -> Floats:
    n_drivers = len(weekend.driver_ids)
    return np.full((n_drivers, n_drivers), 1.0 / n_drivers)


def _learn_nothing(_state: None, _weekend: Weekend, _outcome: RaceOutcome) -> None:
    return None


BASELINES: Mapping[str, _Model] = {
    "uniform": _Model(_nothing, _uniform, _learn_nothing),
    "grid_frequency": _Model(
        grid_frequency.GridFrequency, grid_frequency.forecast, grid_frequency.learn
    ),
    "last_race": _Model(
        order_frequency.OrderFrequency, order_frequency.forecast, order_frequency.learn_last_race
    ),
    "points_order": _Model(
        order_frequency.OrderFrequency, order_frequency.forecast, order_frequency.learn_points
    ),
    "elo": _Model(elo.Elo, elo.forecast, elo.learn),
    "reverse_plackett_luce": _Model(
        plain_plackett_luce.PlainForm, plain_plackett_luce.forecast, plain_plackett_luce.learn
    ),
}


def baseline_forecasts(
    past: Sequence[FinishedRace], races: Sequence[FinishedRace], horizons: Sequence[Horizon]
) -> tuple[BaselineForecast, ...]:
    """Forecast a season's finished races by every reference model, each from earlier races.

    Parameters
    ----------
    past : sequence of FinishedRace
        Of the seasons before, in order.
    races : sequence of FinishedRace
        Of the season, in order.
    horizons : sequence of Horizon
    """
    found = []
    for name, model in BASELINES.items():
        state = model.begin()
        for race in past:
            state = model.learn(state, race.weekend, race.outcome)
        for race in races:
            for horizon in horizons:
                known = with_horizon(race.weekend, horizon)
                p_position = model.forecast(state, known)
                found.append(BaselineForecast(known.event_id, horizon, name, p_position))
            state = model.learn(state, race.weekend, race.outcome)
    return tuple(found)
