"""Backtest: forecasts of past seasons, each from earlier races alone, and how good they were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from predictor.errors import NoUsableInput
from predictor.vocabulary import Horizon
from services.backtesting.layer_facts import layer_facts
from services.backtesting.season import SeasonForecasts, SeasonTask, forecast_season
from services.backtesting.season_tasks import run_tasks, season_tasks
from services.execution.local_processes import LocalProcesses
from services.settings import environment
from services.settings.limits import Limits, read_settings
from services.settings.run_request import RunRequest

if TYPE_CHECKING:
    from predictor.evaluate.race_forecast import RaceForecast
    from predictor.learn.learned_layer import Layer

__all__ = ["Backtest", "backtest_folder", "backtest_seasons"]


@dataclass(frozen=True, slots=True)
class Backtest:
    """Forecasts of all races, season by season and horizon by horizon, and their summary."""

    settings: Mapping[str, Any]  # what it was asked for, for a reader of the figures
    forecasts: tuple[RaceForecast, ...]
    horizons: Mapping[str, Mapping[str, Any]]  # horizon -> `predictor.evaluate.summary`
    notes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()  # files that could not be used


def backtest_seasons(
    data: Path,
    seasons: Sequence[int],
    horizons: Sequence[Horizon],
    settings: RunRequest,
    limits: Limits | None = None,
    layers: Mapping[int, Layer] | None = None,
) -> Backtest:
    """Forecast seasons of a folder of seasons.

    Parameters
    ----------
    data : Path
        With one folder per season, called by its year.
    seasons, horizons : sequence
    settings : RunRequest
        Options of the forecasts; its folder, horizon and output are not looked at.
    limits : Limits, optional
    layers : mapping of season to Layer, optional
        As `services.backtesting.season_tasks.season_tasks`.

    Raises
    ------
    UsageError
        If a season is not there.
    NoUsableInput
        If none of the races has been run.
    F1Error
        As `services.forecasting.build.build`.
    """
    tasks = season_tasks(data, seasons, horizons, settings, limits or read_settings(), layers)
    return _summed_up(_run(tasks, settings.jobs), str(data), settings, horizons, layers or {})


def backtest_folder(
    settings: RunRequest, horizons: Sequence[Horizon], limits: Limits | None = None
) -> Backtest:
    """Forecast the one season in ``settings.train_data``; see `backtest_seasons`."""
    task = SeasonTask(settings, tuple(horizons), limits or read_settings())
    found = _run([task], settings.jobs)
    return _summed_up(found, str(settings.train_data), settings, horizons, {})


def _run(tasks: Sequence[SeasonTask], jobs: int | None) -> list[SeasonForecasts]:
    answers = run_tasks(forecast_season, tasks, LocalProcesses(jobs))
    return [msgspec.msgpack.decode(answer, type=SeasonForecasts) for answer in answers]


def _summed_up(
    found: Sequence[SeasonForecasts],
    data: str,
    settings: RunRequest,
    horizons: Sequence[Horizon],
    layers: Mapping[int, Layer],
) -> Backtest:
    from predictor.evaluate.race_forecast import RaceForecast  # noqa: PLC0415 - NumPy loads here
    from predictor.evaluate.summary import summarise  # noqa: PLC0415
    from predictor.fingerprint import decode  # noqa: PLC0415

    forecasts: list[RaceForecast] = []
    for season in found:
        forecasts += decode(season.forecasts, tuple[RaceForecast, ...])
    if not forecasts:
        raise NoUsableInput(
            "no race to score",
            where=data,
            got="no finished race in " + ", ".join(str(season.season) for season in found),
            do="name seasons with finished races",
        )
    by_horizon = {
        horizon.value: [one for one in forecasts if one.horizon == horizon] for horizon in horizons
    }
    return Backtest(
        settings={
            **{
                name: value for name, value in settings.configuration().items() if name != "horizon"
            },
            "data": data,
            "history": str(settings.history) if settings.history else None,
            "seasons": [season.season for season in found],
            "horizons": list(by_horizon),
            "code": environment.code_digest(),
            **layer_facts(layers, {season.season: season.layer_weights for season in found}),
        },
        forecasts=tuple(forecasts),
        horizons={horizon: summarise(races) for horizon, races in by_horizon.items()},
        notes=tuple(f"{season.season}: {note}" for season in found for note in season.notes),
        left_out=tuple(dict.fromkeys(line for season in found for line in season.left_out)),
    )
