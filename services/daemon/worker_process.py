"""The daemon's end of a worker: start it, ask it, watch over it, kill it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from services.daemon.messages import (
    Answer,
    BuildRequest,
    CancelRequest,
    Request,
    read_answer,
    write_frame,
)
from services.disk.program import ROOT
from services.disk.regular_file import open_own, read_regular
from services.errors import WorkerLost
from services.settings.limits import DaemonLimits

__all__ = ["WorkerProcess", "path_with_root"]

_EXIT_S = 2.0  # a worker ends when its standard input does; one that does not is killed


class WorkerProcess:
    """One worker process for as long as it lives.

    Parameters
    ----------
    limits : DaemonLimits
    folder : Path
        The output folder; compiled kernels and the worker's stderr go below it.
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
        self._on_answer = on_answer
        self._started = self._heard = clock()
        self.request: BuildRequest | None = None  # the one it is at work on
        self._errors = folder / ".cache" / f"worker{'-verify' if nice else ''}.log"
        kernels = str(folder.resolve() / ".cache" / "numba")
        self._process = self._start(["--nice", str(nice), "--kernels", kernels])
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    @property
    def is_busy(self) -> bool:
        """Whether it has a request to answer."""
        return self.request is not None

    def ask(self, request: BuildRequest) -> None:
        """Send a request; a worker that is gone shows as an answer of None."""
        self.request = request
        self._limits = request.limits.daemon
        self._started = self._heard = self._clock()
        self._send(request)

    def cancel(self) -> None:
        """Have the request at work stopped at the next stage boundary."""
        if self.request is not None:
            self._send(CancelRequest(self.request.number))

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
        if self.memory_bytes() > limits.worker_bytes:
            # Without the size: the same failure is told once only if its words are the same.
            return f"grew above {limits.worker_bytes / 2**20:.0f} MiB"
        return ""

    def memory_bytes(self) -> int:
        """Give its resident memory; 0 where the system does not tell."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            pages = Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1]
            return int(pages) * os.sysconf("SC_PAGE_SIZE")
        return 0

    def idle_s(self) -> float:
        """Give the seconds since it was last at work."""
        return 0.0 if self.is_busy else self._clock() - self._heard

    def stop(self) -> None:
        """End a worker: kindly if it is idle, else at once. Returns when it is gone."""
        stdin = self._process.stdin
        with contextlib.suppress(OSError):
            if stdin is not None:
                stdin.close()
        if not self.is_busy:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_EXIT_S)
                return
        self.kill()

    def kill(self) -> None:
        """End it at once; what it has stored is whole."""
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
            text = read_regular(self._errors)[-4000:].decode(errors="replace").strip()
            return f"{how}; its last words:\n{text}" if text else how
        return how

    def _start(self, options: list[str]) -> subprocess.Popen[bytes]:
        with contextlib.ExitStack() as stack:
            errors: IO[bytes] | int = subprocess.DEVNULL
            with contextlib.suppress(OSError):  # a cache that fails costs its last words only
                self._errors.parent.mkdir(parents=True, exist_ok=True)
                descriptor = open_own(self._errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
                errors = stack.enter_context(os.fdopen(descriptor, "wb"))
            try:
                return subprocess.Popen(  # noqa: S603 - our own program
                    [sys.executable, "-m", "services.daemon.worker", *options],
                    env=os.environ | {"PYTHONPATH": path_with_root()},
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                )
            except OSError as error:
                raise WorkerLost(
                    "the worker cannot be started", got=error.strerror or str(error)
                ) from error

    def _send(self, request: Request) -> None:
        stdin: IO[bytes] | None = self._process.stdin
        with contextlib.suppress(OSError, ValueError):  # ValueError: closed
            if stdin is not None:
                write_frame(stdin, request)

    def _listen(self) -> None:
        stdout = self._process.stdout
        if stdout is None:
            return
        with contextlib.suppress(OSError, ValueError), stdout:
            while (answer := read_answer(stdout)) is not None:
                self._on_answer(self, answer)
        self._on_answer(self, None)


def path_with_root() -> str:
    """Give the path for imports of a child: the product's own first."""
    return os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
