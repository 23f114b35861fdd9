"""The seasons of a backtest as pieces of work, and how they are run: one process each."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from predictor.vocabulary import Horizon
from services.backtesting.folders import season_folder
from services.backtesting.season import SeasonTask
from services.engine.progress import progress_bar
from services.execution.local_processes import Report, run_in_processes
from services.settings import environment
from services.settings.limits import Limits
from services.settings.run_request import RunRequest

if TYPE_CHECKING:
    from services.engine.runner import Progress

__all__ = ["run_tasks", "season_tasks"]


def season_tasks(
    data: Path,
    seasons: Sequence[int],
    horizons: Sequence[Horizon],
    settings: RunRequest,
    limits: Limits,
) -> list[SeasonTask]:
    """Give one piece of work per season of a folder of seasons.

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
        )
        for season in seasons
    ]


def _earlier(data: Path, season: int) -> tuple[str, ...]:
    names = sorted(path.name for path in data.iterdir() if path.is_dir())
    return tuple(name for name in names if name.isdigit() and int(name) < season)


def run_tasks(
    work: Callable[[SeasonTask, Report], bytes], tasks: Sequence[SeasonTask], jobs: int | None
) -> list[bytes]:
    """Do every season in a process of its own; answers do not depend on ``jobs``.

    Parameters
    ----------
    work : callable
        A function of a module, as `services.backtesting.season.forecast_season`.
    tasks : sequence of SeasonTask
    jobs : int, optional
        Processes at the same time; None: one per processor.

    Raises
    ------
    F1Error
        As `services.execution.local_processes.run_in_processes`.
    """
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
            work,
            latest_first,
            n_processes=n_processes,
            on_progress=_Total(latest_first, bar).tell if bar else None,
        )
    return answers[::-1]


def _apart(settings: RunRequest, scratch: Path, threads: int) -> RunRequest:
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
