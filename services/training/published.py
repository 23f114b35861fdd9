"""The product's own published forecasts of past seasons, without any learned model in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from predictor.fingerprint import digest
from predictor.vocabulary import Horizon
from services.backtesting.season import SeasonForecasts, forecast_season
from services.backtesting.season_tasks import season_tasks
from services.settings import environment
from services.settings.limits import Limits
from services.settings.run_request import RunRequest
from services.training.learning_data import DataDigests
from services.training.work import Piece, Workshop

if TYPE_CHECKING:
    from predictor.evaluate.race_forecast import RaceForecast
    from predictor.learn.outcome.ruler import Ruler

__all__ = ["published_forecasts", "published_pieces", "ruler_of"]


def published_pieces(
    seasons: Sequence[int], settings: RunRequest, limits: Limits, digests: DataDigests
) -> list[Piece]:
    """Give one piece of work per season.

    Parameters
    ----------
    seasons : sequence of int
    settings : RunRequest
        Its ``train_data`` is the folder of seasons.

    Raises
    ------
    UsageError
        If a season is not there.
    """
    tasks = season_tasks(settings.train_data, seasons, tuple(Horizon), settings, limits)
    configuration = {k: v for k, v in settings.configuration().items() if k != "horizon"}
    return [
        Piece(
            f"published {season}",
            forecast_season,
            task,
            ["published", season, configuration, digests.up_to(season)],
        )
        for season, task in zip(seasons, tasks, strict=True)
    ]


def published_forecasts(
    workshop: Workshop, pieces: Sequence[Piece]
) -> tuple[tuple[RaceForecast, ...], tuple[str, ...]]:
    """Give the forecasts of all races in order, and what there is to say of their inputs."""
    from predictor.evaluate.race_forecast import RaceForecast  # noqa: PLC0415 - NumPy
    from predictor.fingerprint import decode  # noqa: PLC0415

    forecasts: list[RaceForecast] = []
    notes: list[str] = []
    for answer in workshop.results(pieces):
        season = msgspec.msgpack.decode(answer, type=SeasonForecasts)
        forecasts += decode(season.forecasts, tuple[RaceForecast, ...])
        notes += [f"{season.season}: {note}" for note in season.notes]
    return tuple(forecasts), tuple(dict.fromkeys(notes))


def ruler_of(forecasts: Sequence[RaceForecast], settings: RunRequest) -> Ruler:
    """Say which forecast it is that models are measured beside."""
    from predictor.learn.outcome.ruler import Ruler  # noqa: PLC0415 - with the library's layers

    return Ruler(
        digest=digest(tuple(forecasts)),
        n_simulations=settings.n_simulations,
        seed=settings.seed,
        code=environment.salt().code_of(frozenset({forecast_season.__module__})),
        seasons=tuple(sorted({one.season for one in forecasts})),
        n_races=len({one.event_id for one in forecasts}),
    )
