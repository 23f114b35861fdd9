"""Published forecasts and learned models' forecasts of the same races, brought together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from predictor.evaluate.model_scores import ModelsOfRace, model_scores
from predictor.evaluate.race_forecast import RaceForecast
from predictor.learn.monitoring.promotion import LOSSES, RaceLosses
from predictor.learn.outcome.evidence import RaceEvidence, choose_weight, race_evidence
from predictor.learn.outcome.past_forecasts import PastForecast
from predictor.learn.outcome.pool import pooled

__all__ = ["FILTER", "GRID", "blend_walked_forward", "evidence_of_races", "joined", "race_losses"]

Floats = NDArray[np.float64]

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


def evidence_of_races(races: Sequence[ModelsOfRace], model: str) -> tuple[RaceEvidence, ...]:
    """Give what the races say for and against pooling a model with the published forecast.

    A race without a date is left out: nobody can say before which others it was run.
    """
    return tuple(
        race_evidence(
            race.event_id,
            race.season,
            race.horizon,
            race.date,
            published=race.p_position[FILTER],
            model=race.p_position[model],
            grid=race.p_position[GRID],
        )
        for race in races
        if race.date
    )


def blend_walked_forward(
    races: Sequence[ModelsOfRace], model: str, seasons: Collection[int]
) -> Iterator[tuple[ModelsOfRace, Floats, float]]:
    """Pool a model with the published forecast, race by race, by the weight known before it.

    Parameters
    ----------
    races : sequence of ModelsOfRace
        Those of earlier seasons too: they are what the weights rest on.
    model : str
    seasons : collection of int
        Whose races are blended.

    Yields
    ------
    (ModelsOfRace, float64[D, D], float)
        Race, blend, weight of the model in it.
    """
    evidence = evidence_of_races(races, model)
    for race in races:
        if race.season not in seasons:
            continue
        earlier = [one for one in evidence if one.horizon == race.horizon and one.date < race.date]
        weight = choose_weight(earlier).weight
        yield race, pooled(race.p_position[FILTER], race.p_position[model], weight), weight


def race_losses(
    races: Sequence[ModelsOfRace], model: str, largest_weight: float
) -> tuple[RaceLosses, ...]:
    """Give the losses that a later version will be compared by.

    Parameters
    ----------
    races : sequence of ModelsOfRace
    model : str
    largest_weight : float
        That a blend may give a model.
    """

    def losses(p_position: Floats) -> dict[str, float]:
        scores = model_scores(p_position)
        return {name: scores[name] for name in LOSSES}

    return tuple(
        RaceLosses(
            event_id=race.event_id,
            season=race.season,
            date=race.date,
            horizon=race.horizon,
            alone=losses(race.p_position[model]),
            pooled=losses(pooled(race.p_position[FILTER], race.p_position[model], largest_weight)),
            published=losses(race.p_position[FILTER]),
        )
        for race in races
    )
