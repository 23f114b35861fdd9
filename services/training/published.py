"""The product's own published forecasts of past seasons, without any learned model in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from predictor.vocabulary import Horizon
from services.backtesting.season import SeasonForecasts, forecast_season
from services.backtesting.season_tasks import season_tasks
from services.settings.limits import Limits
from services.settings.run_request import RunRequest
from services.training.learning_data import DataDigests
from services.training.work import Piece, Workshop

if TYPE_CHECKING:
    from predictor.evaluate.race_forecast import RaceForecast

__all__ = ["published_forecasts", "published_pieces"]


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
