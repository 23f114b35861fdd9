"""Published forecasts and learned models' forecasts of the same races, brought together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from predictor.evaluate.model_scores import ModelsOfRace
from predictor.evaluate.race_forecast import RaceForecast
from predictor.learn.past_forecasts import PastForecast

__all__ = ["FILTER", "GRID", "joined"]

FILTER = "filter"  # the forecast that the product published
GRID = "grid"
_BASELINE = "grid_frequency"


def joined(
    published: Sequence[RaceForecast], learned: Mapping[str, Sequence[PastForecast]]
) -> tuple[ModelsOfRace, ...]:
    """Give the races and horizons that all of them forecast, in the published order.

    Parameters
    ----------
    published : sequence of RaceForecast
        One that could know less than its horizon allows is left out.
    learned : mapping of str to sequence of PastForecast
        By name of the model.
    """
    by_race = {
        name: {(one.event_id, one.horizon): one for one in forecasts}
        for name, forecasts in learned.items()
    }
    found = []
    for race in published:
        at = (race.event_id, race.horizon)
        if race.known is not race.horizon or not all(at in one for one in by_race.values()):
            continue
        matrices = {name: one[at].in_order(race.driver_ids) for name, one in by_race.items()}
        whole = {name: matrix for name, matrix in matrices.items() if matrix is not None}
        if len(whole) < len(matrices):
            continue
        date = next((one[at].date for one in by_race.values()), "")
        both = {GRID: race.baselines[_BASELINE], FILTER: race.p_position}
        found.append(
            ModelsOfRace(race.event_id, race.season, date, race.horizon, {**both, **whole})
        )
    return tuple(found)
