"""Tell systemd, the status file and the terminal how the daemon is doing."""

from __future__ import annotations

from pathlib import Path

import msgspec

from services.daemon.console import Console
from services.daemon.systemd import Notifier
from services.monitoring.status_file import Status, write_status
from services.settings.logs import LOG

__all__ = ["Teller"]


class Teller:
    """Passes a status on when it says something new, and now and then to show life.

    Parameters
    ----------
    folder : Path
        The output folder.
    notifier : Notifier
    """

    def __init__(self, folder: Path, notifier: Notifier) -> None:
        self._folder = folder
        self._notifier = notifier
        self._console = Console(folder)
        self._is_ready = False
        self._told: Status | None = None
        self._next = 0.0
        self._trouble = ""  # why the status file could not be written

    def tell(self, status: Status, now: float, *, every_s: float, is_started: bool) -> None:
        """Take the status of one step of the loop.

        Parameters
        ----------
        status : Status
        now : float
            Monotonic, s.
        every_s : float
            Longest time between two status files.
        is_started : bool
            Whether whoever waits for the daemon's start need wait no longer.
        """
        lasting = _without_what_always_moves(status)
        if lasting != self._told or now >= self._next:
            self._next = now + every_s
            self._write(status)
            if not self._is_ready:
                self._be_ready(is_started=is_started)
        if lasting != self._told:
            self._told = lasting
            self._notifier.status(f"{status.state}; {', '.join(status.degraded) or 'all is well'}")
            self._console.tell(status)

    def reloaded(self) -> None:
        """Say that the configuration has been read again."""
        self._is_ready = self._notifier.ready()

    def stopped(self, status: Status) -> None:
        """Say that the daemon has ended."""
        self._write(status)

    def _write(self, status: Status) -> None:
        trouble = write_status(self._folder, status)
        if trouble and trouble != self._trouble:
            LOG.warning("what the daemon is doing cannot be told in a file: %s", trouble)
        self._trouble = trouble

    def _be_ready(self, *, is_started: bool) -> None:
        if is_started:
            self._is_ready = self._notifier.ready()
        else:
            self._notifier.still_starting()


def _without_what_always_moves(status: Status) -> Status:
    model = status.model and msgspec.structs.replace(status.model, training_s=0.0)
    return msgspec.structs.replace(
        status,
        updated="",
        backlog=[],
        n_backlog=min(status.n_backlog, 1),
        due_in_s=None,
        progress="",
        surveys=0,
        rescans=0,
        worker_bytes=0,
        model=model,
    )
