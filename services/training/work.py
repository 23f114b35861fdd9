"""Long work in pieces: each in a process of its own, each result kept, so that a kill costs little.

A piece's key holds all that its result depends on: files, constants, code, environment, options.
What is stored under it need not be done again, whoever asks: `train` and `evaluate` share it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from predictor.fingerprint import digest
from services.backtesting.season import SeasonTask
from services.engine.progress import progress_bar
from services.engine.store import Store
from services.execution.local_processes import Report, run_in_processes
from services.settings import environment
from services.settings.limits import Limits

__all__ = ["Piece", "Workshop"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of work.

    Attributes
    ----------
    name : str
        For the progress bar, as ``small 2019``.
    work : callable
        A function of a module, called with ``task`` and a report in another process.
    task : object
        Plain values.
    depends : object
        All that the result depends on beside code and environment; plain values.
    """

    name: str
    work: Callable[..., bytes]
    task: object
    depends: object

    def key(self, libraries: str = "") -> str:
        """Give the key of its result."""
        salt = environment.salt()
        place = f"{self.work.__module__}.{self.work.__qualname__}"
        parts = [place, self.depends, salt.code, salt.environment, libraries]
        return digest(parts).removeprefix("sha256:")


@dataclass(frozen=True, slots=True)
class _Kept:
    """A piece as its process gets it: with the place of its result."""

    piece: Piece
    key: str
    folder: Path
    max_bytes: int


class Workshop:
    """Does pieces of work and keeps their results below a folder.

    Parameters
    ----------
    folder : Path
        May be deleted at any time; only time is lost.
    limits : Limits
    jobs : int, optional
        Processes at a time; None: one per processor.
    """

    def __init__(self, folder: Path, limits: Limits, jobs: int | None = None) -> None:
        self.folder = folder
        self._max_bytes = limits.store.max_bytes
        self._store = Store(folder, self._max_bytes)
        self._jobs = jobs or environment.available_cpus()
        self.n_done = 0  # pieces that were not there already

    def results(self, pieces: Sequence[Piece]) -> list[bytes]:
        """Give the results of pieces of work in their order.

        Raises
        ------
        F1Error
            As `services.execution.local_processes.run_in_processes`; what had ended is kept.
        """
        keys = [piece.key(_libraries()) for piece in pieces]
        found = {key: self._store.get(key) for key in keys}
        missing = [
            _Kept(piece, key, self.folder, self._max_bytes)
            for piece, key in zip(pieces, keys, strict=True)
            if found[key] is None
        ]
        if missing:
            answers = self._do(missing)
            found |= {one.key: answer for one, answer in zip(missing, answers, strict=True)}
            self.n_done += len(missing)
            self._store.prune()
        return [answer for key in keys if (answer := found[key]) is not None]

    def _do(self, missing: Sequence[_Kept]) -> list[bytes]:
        # Read by NumPy and numba when the processes import them.
        environment.use_one_blas_thread()
        environment.keep_kernels_in(self.folder / "numba")
        done = [0.0] * len(missing)
        with tempfile.TemporaryDirectory() as scratch, progress_bar() as bar:
            apart = [_apart(one, Path(scratch) / str(i)) for i, one in enumerate(missing)]

            def on_progress(index: int, n_done: int, total: int, what: str) -> None:
                if bar is not None:
                    done[index] = 100.0 * n_done / total
                    name = f"{missing[index].piece.name} {what}"
                    bar(round(sum(done)), 100 * len(missing), name, True)

            return run_in_processes(
                _work, apart, n_processes=min(self._jobs, len(apart)), on_progress=on_progress
            )


def _work(kept: _Kept, report: Report) -> bytes:
    """Do a piece and keep its result at once, whatever becomes of the other pieces."""
    answer = kept.piece.work(kept.piece.task, report)
    Store(kept.folder, kept.max_bytes).put(kept.key, answer)
    return answer


def _apart(kept: _Kept, scratch: Path) -> _Kept:
    """Give a season's task settings that touch nothing of the user's."""
    task = kept.piece.task
    if not isinstance(task, SeasonTask):
        return kept
    settings = replace(task.settings, output=scratch.resolve() / "season.json", jobs=1)
    return replace(kept, piece=replace(kept.piece, task=replace(task, settings=settings)))


def _libraries() -> str:
    """Give the versions of what trains models."""
    return environment.learner_versions()
