"""Fill the archive with what would have been published of past seasons, and how good it was."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from predictor.vocabulary import Horizon
from services.archive.backfilled import PastRun, add_past_season, runs_backfilled
from services.archive.place import StorePlace
from services.archive.run_values import Backfilled
from services.archive.writer import Reference
from services.backtesting.season_tasks import apart, season_tasks
from services.backtesting.walk_season import WalkedSeason, WalkTask, walk_season
from services.engine.progress import bar_of_tasks
from services.execution.executor import Executor, Task
from services.settings import environment
from services.settings.limits import Limits
from services.settings.run_request import RunRequest

if TYPE_CHECKING:
    from predictor.learn.learned_layer import Layer

__all__ = ["FilledSeason", "backfill"]

_STORES = Path(".cache") / "backfill"  # below the output folder


@dataclass(frozen=True, slots=True)
class FilledSeason:
    """What a backfill of one season came to."""

    season: int
    added: int  # runs
    known: int  # steps that an earlier backfill had made
    notes: tuple[str, ...]
    left_out: tuple[str, ...]


def backfill(
    data: Path,
    seasons: Sequence[int],
    horizons: Sequence[Horizon],
    settings: RunRequest,
    limits: Limits,
    place: StorePlace,
    executor: Executor,
    layers: Mapping[int, Layer] | None = None,
) -> Iterator[FilledSeason]:
    """Walk through past seasons, each in a process of its own, and archive each when it is done.

    Called again after a kill it goes on: steps that are archived and would say the same are not
    made again, and a season that was not done uses what its stages had come to.

    Parameters
    ----------
    data : Path
        With one folder per season, called by its year.
    seasons, horizons : sequence
    settings : RunRequest
        Options of the forecasts; its folder is where results of stages are kept meanwhile.
    limits : Limits
    place : StorePlace
        Of the archive.
    executor : Executor
    layers : mapping of season to Layer, optional
        As `services.backtesting.season_tasks.season_tasks`.

    Yields
    ------
    FilledSeason
        As they end.

    Raises
    ------
    UsageError
        If a season is not there.
    ArchiveUnusable
        If the archive cannot be written.
    F1Error
        As `services.forecasting.build.build`.
    """
    done = runs_backfilled(place)
    folder = settings.folder
    tasks = season_tasks(data, seasons, horizons, settings, limits, layers)[
        ::-1
    ]  # the longest first
    environment.use_one_blas_thread()
    environment.keep_kernels_in(folder / ".cache" / "numba")
    n_threads = executor.threads_each(len(tasks))
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
        walks = [
            Task(
                str(task.season),
                WalkTask(
                    apart(task, Path(scratch) / str(task.season), n_threads),
                    folder.resolve() / _STORES / str(task.season),
                    done,
                ),
            )
            for task in tasks
        ]
        on_progress = stack.enter_context(bar_of_tasks([one.name for one in walks]))
        for index, answer in executor.map(walk_season, walks, on_progress):
            walked = msgspec.msgpack.decode(answer, type=WalkedSeason)
            yield _archived(walked, place)
            shutil.rmtree(walks[index].value.store, ignore_errors=True)


def _archived(walked: WalkedSeason, place: StorePlace) -> FilledSeason:
    runs = (
        PastRun(Backfilled(one.of, one.horizon), zlib.decompress(one.document))
        for one in walked.runs
    )
    references = [
        Reference(
            one.event_id,
            one.horizon,
            one.model,
            dict(zip(one.drivers, one.p_position, strict=True)),
        )
        for one in walked.references
    ]
    added = add_past_season(place, walked.season, runs, references)
    return FilledSeason(walked.season, added, walked.n_known, walked.notes, walked.left_out)
