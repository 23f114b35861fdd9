"""The daemon backs up its models once a day; what is due is read from the backups themselves."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from predictor.errors import F1Error
from services.errors import AlreadyRunning
from services.registry.backup import back_up, backups
from services.registry.registry_file import REGISTRY
from services.settings.limits import ModelLimits
from services.settings.logs import LOG

__all__ = ["Backups"]

_AGAIN_S = 600.0  # after somebody else was changing the models


class Backups:
    """One backup at a time, on a thread of its own that nothing waits for.

    A backup is due while none of today's date is there, so a stop or a kill forgets nothing.
    One that fails is noted and tried again the next day; what `services.registry.backup.back_up`
    finds to be the same as in the last one is not written again.

    Parameters
    ----------
    post : callable
        Has the daemon's loop call what it is given; may be called from any thread.
    today : callable
        The day by which backups are named.
    clock : callable
        Monotonic, s.
    """

    def __init__(
        self,
        post: Callable[[Callable[[], None]], None],
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.problem = ""
        self.last = ""  # day of the last backup, as far as it has been looked for
        self.is_running = False
        self._post = post
        self._today = today
        self._clock = clock
        self._settled: date | None = None  # the day for which nothing more is to do
        self._next = 0.0

    def is_due(self, models: Path) -> bool:
        """Whether a backup is to be started.

        Parameters
        ----------
        models : Path
            Folder of the models; without a registry in it there is nothing to back up.
        """
        today = self._today()
        if self.is_running or self._settled == today or self._clock() < self._next:
            return False
        if not os.path.lexists(models / REGISTRY):  # nor is there one that cannot be looked at
            return False
        there = [path.stem for path in backups(models)]
        self.last = there[-1] if there else ""
        if today.isoformat() in there:
            self._settled = today
        return self._settled != today

    def start(self, models: Path, limits: ModelLimits) -> None:
        """Start a backup; its end is posted to the loop."""
        self.is_running = True
        today = self._today()
        # A thread is enough: a backup that is cut off with the process leaves no part of itself.
        threading.Thread(target=self._make, args=(models, limits, today), daemon=True).start()

    def _make(self, models: Path, limits: ModelLimits, today: date) -> None:
        try:
            path, is_new = back_up(models, limits, today)
        except Exception as error:  # noqa: BLE001 - the thread's edge: the loop is told of it
            failure = error
            self._post(lambda: self._failed(today, failure))
        else:
            self._post(lambda: self._made(today, path, is_new=is_new))

    def _made(self, today: date, path: Path, *, is_new: bool) -> None:
        self.is_running = False
        self._settled, self.last, self.problem = today, path.stem, ""
        if is_new:
            LOG.info("the models are backed up: %s", path.name)

    def _failed(self, today: date, error: Exception) -> None:
        self.is_running = False
        if isinstance(error, AlreadyRunning):
            self._next = self._clock() + _AGAIN_S  # somebody changes them just now
            return
        foreseen = isinstance(error, F1Error)
        words = error.what if isinstance(error, F1Error) else f"{type(error).__name__}: {error}"
        self._settled = today
        self.problem = f"the models are not backed up: {words}"
        LOG.error("%s", error if foreseen else self.problem, exc_info=None if foreseen else error)
