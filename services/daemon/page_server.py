"""The server of pages as a child of the daemon: started again when it ends, ended with it."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from services.settings.child_environment import DATABASE, TOKEN, environment_of_child
from services.settings.logs import LOG

__all__ = ["PageServer"]

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 1.0, 60.0  # before it is started again, doubled each time
_WELL_S = 60.0  # one that has lived so long starts again at once
_EXIT_S = 8.0  # it ends kindly when its standard input does, else it is killed


class PageServer:
    """Keeps ``serve`` running, in a process that a fault of ours cannot take the daemon with.

    Parameters
    ----------
    folder : Path
        The output folder.
    arguments : sequence of str
        Of ``serve``, beside the folder; None for no server.
    clock : callable
        Monotonic, s.
    """

    def __init__(
        self,
        folder: Path,
        arguments: Sequence[str] | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._command: list[str] = []
        if arguments is not None:
            program = [sys.executable, "-m", "services", "serve", "--ends-with-parent"]
            self._command = [*program, "--output-folder", str(folder), *arguments]
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._pause_s = _FIRST_PAUSE_S
        self._next_start = clock()
        self.problem = ""

    @property
    def pid(self) -> int | None:
        """Of the server that runs; None for none."""
        return None if self._process is None else self._process.pid

    def check(self) -> None:
        """Start it if it is due; note if it has ended."""
        if not self._command:
            return
        now = self._clock()
        if self._process is None:
            if now >= self._next_start:
                self._start(now)
        elif (code := self._process.poll()) is not None:
            self._close_stdin()
            self._process = None
            self._plan(now, f"exit code {code}" if code >= 0 else f"signal {-code}")
        elif self.problem and now - self._started > _FIRST_PAUSE_S:
            self.problem = ""

    def stop(self) -> None:
        """End it, kindly if it can be; returns when it is gone."""
        if self._process is None:
            return
        self._close_stdin()
        try:
            self._process.wait(_EXIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _start(self, now: float) -> None:
        self._started = now
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                self._command,
                env=environment_of_child(keep=(TOKEN, *DATABASE)),
                stdin=subprocess.PIPE,
            )
        except OSError as error:
            self._plan(now, error.strerror or str(error))

    def _plan(self, now: float, how: str) -> None:
        """Have it started again, later each time it does not last."""
        if now - self._started > _WELL_S:
            self._pause_s = _FIRST_PAUSE_S
        self._next_start = now + self._pause_s
        self._pause_s = min(2 * self._pause_s, _LONGEST_PAUSE_S)
        self.problem = f"the server of pages has ended ({how}) and is started again"
        LOG.error("%s in %.0f s", self.problem, self._next_start - now)

    def _close_stdin(self) -> None:
        stdin = self._process.stdin if self._process is not None else None
        with contextlib.suppress(OSError):
            if stdin is not None:
                stdin.close()
