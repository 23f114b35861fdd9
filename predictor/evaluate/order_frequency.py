"""Reference models: how often each place in an order known before the weekend has led to each.

Two orders: that of the last race, and that of the championship. Neither looks at a session of
the weekend, so all horizons get the same odds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from predictor.evaluate.place_counts import no_counts, place_odds
from predictor.features.weekend import RaceOutcome, Weekend
from predictor.season.points import race_points

__all__ = ["OrderFrequency", "forecast", "learn_last_race", "learn_points"]

Floats = NDArray[np.float64]
Merit = tuple[float, float]

_NOBODY: Merit = (-np.inf, -np.inf)


@dataclass(frozen=True, slots=True)
class OrderFrequency:
    """Counts of finishing position by place in the order, and the order.

    Attributes
    ----------
    counts : float64[40, 40]
        Row place in the order, column position.
    merit : mapping of str to (float, float)
        By driver; who has more is ahead. Who is not in it comes last, in the order of ids.
    season : int
        That the merit is of.
    """

    counts: Floats = field(default_factory=no_counts)
    merit: Mapping[str, Merit] = field(default_factory=dict)
    season: int = 0


def forecast(state: OrderFrequency, weekend: Weekend) -> Floats:
    """Give the position probabilities of every driver, float64[D, D]; all alike without an order.

    Before the first race of a season the order is that of the end of the season before.
    """
    n_drivers = len(weekend.driver_ids)
    if not state.merit:
        return np.full((n_drivers, n_drivers), 1.0 / n_drivers)
    return place_odds(state.counts, n_drivers)[_places(state, weekend)]


def learn_last_race(
    state: OrderFrequency, weekend: Weekend, outcome: RaceOutcome
) -> OrderFrequency:
    """Count a finished race; its order is that of the next one."""
    merit = {
        weekend.driver_ids[driver]: (-float(place), 0.0)
        for place, driver in enumerate(outcome.ranking)
    }
    return OrderFrequency(_counted(state, weekend, outcome), merit, weekend.season)


def learn_points(state: OrderFrequency, weekend: Weekend, outcome: RaceOutcome) -> OrderFrequency:
    """Count a finished race, and add what it paid in full; points of sprints are not looked at.

    Of drivers with as many points, who has the best finish is ahead.
    """
    counts = _counted(state, weekend, outcome)
    merit = dict(state.merit) if state.season == weekend.season else {}
    paid = race_points(weekend.season, event_id=weekend.event_id)
    for place, driver in enumerate(outcome.ranking):
        name = weekend.driver_ids[driver]
        points, best = merit.get(name, (0.0, -np.inf))
        earned = float(paid[place]) if place < min(len(paid), len(outcome.order)) else 0.0
        merit[name] = (points + earned, max(best, -float(place)))
    return replace(state, counts=counts, merit=merit, season=weekend.season)


def _counted(state: OrderFrequency, weekend: Weekend, outcome: RaceOutcome) -> Floats:
    counts = state.counts.copy()
    if state.merit:
        places = _places(state, weekend)[list(outcome.ranking)]
        counts[places, np.arange(len(places))] += 1.0
    return counts


def _places(state: OrderFrequency, weekend: Weekend) -> NDArray[np.int64]:
    """Rank the drivers of a weekend in the order, from 0."""
    merits = [state.merit.get(name, _NOBODY) for name in weekend.driver_ids]
    ahead = sorted(range(len(merits)), key=lambda one: merits[one], reverse=True)
    places = np.empty(len(merits), dtype=np.int64)
    places[ahead] = np.arange(len(merits))
    return places
