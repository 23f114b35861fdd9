"""A training as the daemon sees it: what it is asked, and which limits it has broken."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from services.daemon.child_process import ChildProcess
from services.daemon.messages import TrainingAnswer, TrainingRequest, read_training_answer
from services.settings.limits import ModelLimits

__all__ = ["TrainingProcess"]

_NICE = 19  # behind everything else on the machine


class TrainingProcess:
    """One training for as long as it runs; checkpoints are whole whenever it is killed.

    Parameters
    ----------
    folder : Path
        The output folder.
    request : TrainingRequest
    on_answer : callable
        Called from another thread with the answer, and with None when the process is gone.
    clock : callable
        Monotonic, s.

    Raises
    ------
    WorkerLost
        If the system has no room for another process.
    """

    def __init__(
        self,
        folder: Path,
        request: TrainingRequest,
        on_answer: Callable[[TrainingProcess, TrainingAnswer | None], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._started = clock()
        self.child: ChildProcess[TrainingAnswer] = ChildProcess(
            "services.daemon.training",
            folder,
            log="worker-train.log",
            read=read_training_answer,
            on_answer=lambda answer: on_answer(self, answer),
            nice=_NICE,
            has_children=True,
        )
        self.child.send(request)

    def running_s(self) -> float:
        """Return the seconds since it was started."""
        return self._clock() - self._started

    def breach(self, limits: ModelLimits) -> str:
        """Say which limit it has broken, or nothing."""
        if self.running_s() > limits.train_s:
            return f"took longer than {limits.train_s} s"
        if self.child.memory_bytes() > limits.train_bytes:
            return f"grew above {limits.train_bytes / 2**20:.0f} MiB"
        return ""
