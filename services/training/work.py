"""Long work in pieces: each done apart, each result kept, so that a kill costs little.

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
from services.backtesting.season_tasks import apart
from services.engine.progress import bar_of_tasks
from services.engine.store import Store
from services.execution.executor import Executor, Report, Task
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
        code = salt.code_of(frozenset({self.work.__module__}))
        parts = [place, self.depends, code, salt.environment, libraries]
        return digest(parts).removeprefix("sha256:")


class Workshop:
    """Does pieces of work and keeps their results below a folder.

    Parameters
    ----------
    folder : Path
        May be deleted at any time; only time is lost.
    limits : Limits
    executor : Executor
    """

    def __init__(self, folder: Path, limits: Limits, executor: Executor) -> None:
        self.folder = folder
        self._store = Store(folder, limits.store.max_bytes)
        self._executor = executor
        self.n_done = 0  # pieces that were not there already

    def results(self, pieces: Sequence[Piece]) -> list[bytes]:
        """Give the results of pieces of work in their order.

        Raises
        ------
        F1Error
            As `services.execution.executor.Executor.map`; what had ended is kept.
        """
        environment.keep_kernels_in(self.folder / "numba")  # read by numba, and for the keys
        libraries = environment.learner_versions()
        keys = [piece.key(libraries) for piece in pieces]
        found = {key: self._store.get(key) for key in keys}
        # Two who ask for the same are served by doing it once.
        missing = {
            key: piece for piece, key in zip(pieces, keys, strict=True) if found[key] is None
        }
        if missing:
            found |= self._do(list(missing.items()))
            self.n_done += len(missing)
            self._store.prune()
        return [answer for key in keys if (answer := found[key]) is not None]

    def _do(self, missing: Sequence[tuple[str, Piece]]) -> dict[str, bytes]:
        """Do pieces and keep each result at once, whatever becomes of the other pieces."""
        environment.use_one_blas_thread()  # read by NumPy when the workers import it
        found = {}
        names = [piece.name for _, piece in missing]
        with tempfile.TemporaryDirectory() as scratch, bar_of_tasks(names) as on_progress:
            tasks = [
                Task(piece.name, _apart(piece, Path(scratch) / str(number)))
                for number, (_, piece) in enumerate(missing)
            ]
            for index, answer in self._executor.map(_work, tasks, on_progress):
                key, _ = missing[index]
                self._store.put(key, answer)
                found[key] = answer
        return found


def _work(piece: Piece, report: Report) -> bytes:
    return piece.work(piece.task, report)


def _apart(piece: Piece, scratch: Path) -> Piece:
    """Give a piece whose season, if it has one, touches nothing of the user's."""
    if not isinstance(piece.task, SeasonTask):
        return piece
    return replace(piece, task=apart(piece.task, scratch, 1))
