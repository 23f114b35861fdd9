"""The daemon's end of a training process: start it, watch over it, end it with all its children."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from services.daemon.messages import TrainingAnswer, read_training_answer
from services.daemon.worker_process import path_with_root
from services.disk.regular_file import open_own, read_regular
from services.errors import WorkerLost
from services.settings.limits import ModelLimits

__all__ = ["TrainingProcess"]

_NICE = 19  # behind everything else on the machine
_EXIT_S = 2.0
_LAST_BYTES = 2000


class TrainingProcess:
    """One training for as long as it runs.

    Parameters
    ----------
    folder : Path
        The output folder.
    models : Path
        Folder of the models.
    options : sequence of str
        Of ``models train``.
    promotes : bool
        Whether what passes the paired test is to serve.
    on_answer : callable
        Called from another thread, once: with the answer, or with None if it ended without one.
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
        models: Path,
        options: Sequence[str],
        *,
        promotes: bool,
        on_answer: Callable[[TrainingProcess, TrainingAnswer | None], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._started = clock()
        self._on_answer = on_answer
        self._words = folder / ".cache" / "worker-train.log"
        kernels = folder.resolve() / ".cache" / "numba"
        places = ["--models", str(models.resolve()), "--kernels", str(kernels)]
        promote = ["--promote"] if promotes else []
        self._process = self._start(["--nice", str(_NICE), *places, *promote, "--", *options])
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def pid(self) -> int:
        """Process id, and that of its group."""
        return self._process.pid

    def running_s(self) -> float:
        """Give the seconds since it was started."""
        return self._clock() - self._started

    def breach(self, limits: ModelLimits) -> str:
        """Say which limit it has broken, or nothing."""
        if self.running_s() > limits.train_s:
            return f"took longer than {limits.train_s} s"
        if self.memory_bytes() > limits.train_bytes:
            return f"grew above {limits.train_bytes / 2**20:.0f} MiB"
        return ""

    def memory_bytes(self) -> int:
        """Give the resident memory of it and its children; 0 where the system does not tell."""
        return sum(map(_resident, _with_descendants(self.pid)))

    def kill(self) -> None:
        """End it at once, and its children; checkpoints are whole."""
        with contextlib.suppress(OSError):
            if os.name == "posix":
                os.killpg(self.pid, signal.SIGKILL)
            else:
                self._process.kill()
        self._process.wait()

    def last_words(self) -> str:
        """Give how it ended and the end of what it wrote to stderr, for the log."""
        try:
            code = self._process.wait(_EXIT_S)
        except subprocess.TimeoutExpired:  # it lives, but what it says makes no sense
            self.kill()
            code = self._process.wait()
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        with contextlib.suppress(OSError):
            text = read_regular(self._words)[-_LAST_BYTES:].decode(errors="replace").strip()
            return f"{how}; its last words:\n{text}" if text else how
        return how

    def _start(self, options: list[str]) -> subprocess.Popen[bytes]:
        with contextlib.ExitStack() as stack:
            errors: IO[bytes] | int = subprocess.DEVNULL
            with contextlib.suppress(OSError):  # a cache that fails costs its last words only
                self._words.parent.mkdir(parents=True, exist_ok=True)
                descriptor = open_own(self._words, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
                errors = stack.enter_context(os.fdopen(descriptor, "wb"))
            try:
                return subprocess.Popen(  # noqa: S603 - our own program
                    [sys.executable, "-m", "services.daemon.training", *options],
                    env=os.environ | {"PYTHONPATH": path_with_root()},
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    start_new_session=True,  # a group of its own, to be ended as one
                )
            except OSError as error:
                raise WorkerLost(
                    "the training cannot be started", got=error.strerror or str(error)
                ) from error

    def _listen(self) -> None:
        stdout = self._process.stdout
        answer = None
        if stdout is not None:
            with contextlib.suppress(OSError, ValueError), stdout:
                answer = read_training_answer(stdout)
        self._on_answer(self, answer)


def _with_descendants(pid: int) -> list[int]:
    """Give a process and all below it; itself alone where the system does not tell."""
    found = [pid]
    for one in found:  # grows meanwhile
        with contextlib.suppress(OSError, ValueError):
            text = Path(f"/proc/{one}/task/{one}/children").read_text(encoding="ascii")
            found += map(int, text.split())
    return found


def _resident(pid: int) -> int:
    with contextlib.suppress(OSError, ValueError, IndexError):
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
    return 0
