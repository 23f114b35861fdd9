"""The seasons of a backtest as pieces of work, and how an executor does them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from predictor.vocabulary import Horizon
from services.backtesting.folders import season_folder
from services.backtesting.season import SeasonTask
from services.engine.progress import bar_of_tasks
from services.execution.executor import Executor, Report, Task, answers_in_order
from services.settings import environment
from services.settings.limits import Limits
from services.settings.run_request import RunRequest

if TYPE_CHECKING:
    from predictor.learn.learned_layer import Layer

__all__ = ["apart", "run_tasks", "season_tasks"]


def season_tasks(
    data: Path,
    seasons: Sequence[int],
    horizons: Sequence[Horizon],
    settings: RunRequest,
    limits: Limits,
    layers: Mapping[int, Layer] | None = None,
) -> list[SeasonTask]:
    """Give one piece of work per season of a folder of seasons.

    Parameters
    ----------
    data : Path
    seasons, horizons : sequence
    settings : RunRequest
    limits : Limits
    layers : mapping of season to Layer, optional
        With the ML layer: the models that each season is forecast with. None of them may have
        seen a race of it.

    Raises
    ------
    UsageError
        If a season is not there.
    NoUsableInput
        If the folder cannot be read.
    """
    if settings.history is not None and settings.history.resolve() == data.resolve():
        settings = replace(settings, history=None)  # the earlier years beside each season
    return [
        SeasonTask(
            replace(settings, train_data=season_folder(data, season)),
            tuple(horizons),
            limits,
            _earlier(data, season),
            season,
            (layers or {}).get(season),
        )
        for season in seasons
    ]


def _earlier(data: Path, season: int) -> tuple[str, ...]:
    names = sorted(path.name for path in data.iterdir() if path.is_dir())
    return tuple(name for name in names if name.isdigit() and int(name) < season)


def run_tasks(
    work: Callable[[SeasonTask, Report], bytes],
    tasks: Sequence[SeasonTask],
    executor: Executor,
) -> list[bytes]:
    """Do every season apart; answers do not depend on how many run at a time.

    Parameters
    ----------
    work : callable
        A function of a module, as `services.backtesting.season.forecast_season`.
    tasks : sequence of SeasonTask
    executor : Executor

    Raises
    ------
    F1Error
        As `services.execution.executor.Executor.map`.
    """
    # Read by NumPy and numba when the workers import them.
    environment.use_one_blas_thread()
    environment.keep_kernels_in(tasks[0].settings.folder / ".cache" / "numba")
    n_threads = executor.threads_each(len(tasks))
    with tempfile.TemporaryDirectory() as scratch:
        # The latest seasons have the longest history: begun first, none is left alone at the end.
        latest_first = [
            Task(_name(task), apart(task, Path(scratch) / str(number), n_threads))
            for number, task in reversed(list(enumerate(tasks)))
        ]
        with bar_of_tasks([task.name for task in latest_first]) as on_progress:
            answers = answers_in_order(executor.map(work, latest_first, on_progress))
    return answers[::-1]


def apart(task: SeasonTask, scratch: Path, n_threads: int) -> SeasonTask:
    """Give a task that touches nothing of the user's: no document, no cache, no table."""
    output = scratch.resolve() / "season.json"
    return replace(task, settings=replace(task.settings, output=output, jobs=n_threads))


def _name(task: SeasonTask) -> str:
    return str(task.season) if task.season else str(task.settings.train_data)
