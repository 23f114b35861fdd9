"""A worker as the daemon sees it: what it is asked, and which limits it has broken."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from services.daemon.child_process import ChildProcess
from services.daemon.messages import Answer, BuildRequest, CancelRequest, read_answer
from services.settings.limits import DaemonLimits

__all__ = ["WorkerProcess"]


class WorkerProcess:
    """One worker for as long as it lives.

    Parameters
    ----------
    limits : DaemonLimits
    folder : Path
        The output folder.
    on_answer : callable
        Called from another thread with every answer, and with None when the worker is gone.
    nice : int
        How far its priority is lowered, 0 to 19.
    clock : callable
        Monotonic, s.

    Raises
    ------
    WorkerLost
        If the system has no room for another process.
    """

    def __init__(
        self,
        limits: DaemonLimits,
        folder: Path,
        on_answer: Callable[[WorkerProcess, Answer | None], None],
        *,
        nice: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limits = limits
        self._clock = clock
        self._started = self._heard = clock()
        self.request: BuildRequest | None = None  # the one it is at work on
        self.child: ChildProcess[Answer] = ChildProcess(
            "services.daemon.worker",
            folder,
            log=f"worker{'-verify' if nice else ''}.log",
            read=read_answer,
            on_answer=lambda answer: on_answer(self, answer),
            nice=nice,
        )

    @property
    def is_busy(self) -> bool:
        """Whether it has a request to answer."""
        return self.request is not None

    def ask(self, request: BuildRequest) -> None:
        """Send a request; a worker that is gone shows as an answer of None."""
        self.request = request
        self._limits = request.limits.daemon
        self._started = self._heard = self._clock()
        self.child.send(request)

    def cancel(self) -> None:
        """Have the request at work stopped at the next stage boundary."""
        if self.request is not None:
            self.child.send(CancelRequest(self.request.number))

    def heard(self) -> None:
        """Note that the worker has shown life."""
        self._heard = self._clock()

    def finished(self) -> None:
        """Note that the request has been answered."""
        self.request = None
        self._heard = self._clock()

    def breach(self) -> str:
        """Say which limit the worker has broken, or nothing."""
        limits, now = self._limits, self._clock()
        if self.is_busy and now - self._started > limits.build_s:
            return f"took longer than {limits.build_s} s"
        if self.is_busy and now - self._heard > limits.silence_s:
            return f"finished no stage in {limits.silence_s} s"
        if self.child.memory_bytes() > limits.worker_bytes:
            # Without the size: the same failure is told once only if its words are the same.
            return f"grew above {limits.worker_bytes / 2**20:.0f} MiB"
        return ""

    def idle_s(self) -> float:
        """Give the seconds since it was last at work."""
        return 0.0 if self.is_busy else self._clock() - self._heard

    def stop(self) -> None:
        """End a worker: kindly if it is idle, else at once. Returns when it is gone."""
        if self.is_busy:
            self.child.kill()
        else:
            self.child.leave()
