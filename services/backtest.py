"""Backtest: forecasts of past seasons, each from earlier races alone, and how good they were."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from predictor.errors import NoUsableInput
from predictor.vocabulary import Horizon
from services import environment
from services.backtest_folders import season_folder
from services.backtest_season import SeasonForecasts, SeasonTask, forecast_season
from services.job_settings import JobSettings
from services.progress import progress_bar
from services.season_processes import run_in_processes
from services.settings import Settings, read_settings

if TYPE_CHECKING:
    from predictor.evaluate.race_forecast import RaceForecast
    from services.runner import Progress

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
    settings: JobSettings,
    limits: Settings | None = None,
) -> Backtest:
    """Forecast seasons of a folder of seasons.

    Parameters
    ----------
    data : Path
        With one folder per season, called by its year.
    seasons, horizons : sequence
    settings : JobSettings
        Options of the forecasts; its folder, horizon and output are not looked at.

    Raises
    ------
    UsageError
        If a season is not there.
    NoUsableInput
        If none of the races has been run.
    F1Error
        As `services.build.build`.
    """
    limits = limits or read_settings()
    if settings.history is not None and settings.history.resolve() == data.resolve():
        settings = replace(settings, history=None)  # the earlier years beside each season
    tasks = [
        SeasonTask(
            replace(settings, train_data=season_folder(data, season)),
            tuple(horizons),
            limits,
            _earlier(data, season),
            season,
        )
        for season in seasons
    ]
    return _summed_up(_run(tasks, settings.jobs), str(data), settings, horizons)


def backtest_folder(
    settings: JobSettings, horizons: Sequence[Horizon], limits: Settings | None = None
) -> Backtest:
    """Forecast the one season in ``settings.train_data``; see `backtest_seasons`."""
    task = SeasonTask(settings, tuple(horizons), limits or read_settings())
    return _summed_up(_run([task], settings.jobs), str(settings.train_data), settings, horizons)


def _earlier(data: Path, season: int) -> tuple[str, ...]:
    names = sorted(path.name for path in data.iterdir() if path.is_dir())
    return tuple(name for name in names if name.isdigit() and int(name) < season)


def _run(tasks: Sequence[SeasonTask], jobs: int | None) -> list[SeasonForecasts]:
    """Forecast every season in a process of its own; results do not depend on ``jobs``."""
    jobs = jobs or environment.available_cpus()
    n_processes = min(jobs, len(tasks))
    threads = max(1, jobs // n_processes)
    # Read by NumPy and numba when the processes import them.
    environment.use_one_blas_thread()
    environment.keep_kernels_in(tasks[0].settings.folder / ".cache" / "numba")
    with tempfile.TemporaryDirectory() as scratch, progress_bar() as bar:
        # The latest seasons have the longest history: begun first, none is left alone at the end.
        latest_first = [
            replace(task, settings=_apart(task.settings, Path(scratch) / str(number), threads))
            for number, task in reversed(list(enumerate(tasks)))
        ]
        answers = run_in_processes(
            forecast_season,
            latest_first,
            n_processes=n_processes,
            on_progress=_Total(latest_first, bar).tell if bar else None,
        )
    return [msgspec.msgpack.decode(answer, type=SeasonForecasts) for answer in answers[::-1]]


def _apart(settings: JobSettings, scratch: Path, threads: int) -> JobSettings:
    """Give settings that touch nothing of the user's: no document, no cache, no table."""
    return replace(settings, output=scratch.resolve() / "season.json", jobs=threads)


class _Total:
    """The progress of all seasons as one, in per cent of the seasons' own."""

    def __init__(self, tasks: Sequence[SeasonTask], bar: Progress) -> None:
        self._tasks = tasks
        self._bar: Callable[[int, int, str, bool], None] = bar
        self._done = [0.0] * len(tasks)

    def tell(self, index: int, done: int, total: int, what: str) -> None:
        """Take the progress of one season."""
        self._done[index] = 100.0 * done / total
        name = f"{self._tasks[index].settings.train_data.name} {what}"
        self._bar(round(sum(self._done)), 100 * len(self._done), name, True)


def _summed_up(
    found: Sequence[SeasonForecasts], data: str, settings: JobSettings, horizons: Sequence[Horizon]
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
        },
        forecasts=tuple(forecasts),
        horizons={horizon: summarise(races) for horizon, races in by_horizon.items()},
        notes=tuple(f"{season.season}: {note}" for season in found for note in season.notes),
        left_out=tuple(dict.fromkeys(line for season in found for line in season.left_out)),
    )
