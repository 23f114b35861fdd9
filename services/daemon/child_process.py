"""The daemon's end of a child: start it, send to it, hear it, weigh it, end it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Generic, TypeVar

from services.daemon.messages import Message, write_frame
from services.disk.regular_file import open_own, read_regular
from services.errors import WorkerLost
from services.settings.child_environment import environment_of_child

__all__ = ["ChildProcess"]

Answer = TypeVar("Answer")

_EXIT_S = 2.0  # a child ends when its standard input does; one that does not is killed
_LAST_BYTES = 4000


class ChildProcess(Generic[Answer]):
    """One process of the product for as long as it lives.

    Parameters
    ----------
    module : str
        What it runs; it begins with `services.daemon.child_start.begin`.
    folder : Path
        The output folder; compiled kernels and the child's stderr go below it.
    log : str
        File name of its stderr.
    read : callable
        Reads one message from its stdout; None when there is no further one.
    on_answer : callable
        Called from another thread with every message, and at last with None.
    nice : int
        How far its priority is lowered, 0 to 19.
    has_children : bool
        Whether it leads a group, which is weighed and ended as one.

    Raises
    ------
    WorkerLost
        If the system has no room for another process.
    """

    def __init__(
        self,
        module: str,
        folder: Path,
        *,
        log: str,
        read: Callable[[IO[bytes]], Answer | None],
        on_answer: Callable[[Answer | None], None],
        nice: int = 0,
        has_children: bool = False,
    ) -> None:
        self._errors = folder / ".cache" / log
        self._read = read
        self._on_answer = on_answer
        self._has_children = has_children
        kernels = str(folder.resolve() / ".cache" / "numba")
        self._process = self._start(["-m", module, "--nice", str(nice), "--kernels", kernels])
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def pid(self) -> int:
        """Process id, and that of its group if it leads one."""
        return self._process.pid

    def send(self, message: Message) -> None:
        """Send a message; a child that is gone shows as an answer of None."""
        stdin = self._process.stdin
        with contextlib.suppress(OSError, ValueError):  # ValueError: closed
            if stdin is not None:
                write_frame(stdin, message)

    def memory_bytes(self) -> int:
        """Return the resident memory of it and its children; 0 where the system does not tell."""
        pids = _with_descendants(self.pid) if self._has_children else [self.pid]
        return sum(map(_resident, pids))

    def leave(self) -> None:
        """Have it end by itself, as it does when nobody is there to ask it; else end it."""
        self._close_stdin()
        try:
            self._process.wait(_EXIT_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it at once, and its children; what it has stored is whole."""
        with contextlib.suppress(OSError):
            if self._has_children and os.name == "posix":
                os.killpg(self.pid, signal.SIGKILL)
            else:
                self._process.kill()
        self._process.wait()
        self._close_stdin()

    def last_words(self) -> str:
        """Return how it ended and the end of what it wrote to stderr, for the log."""
        try:
            code = self._process.wait(_EXIT_S)
        except subprocess.TimeoutExpired:  # it lives, but what it says makes no sense
            self.kill()
            code = self._process.wait()
        self._close_stdin()
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        with contextlib.suppress(OSError):
            text = read_regular(self._errors)[-_LAST_BYTES:].decode(errors="replace").strip()
            return f"{how}; its last words:\n{text}" if text else how
        return how

    def _close_stdin(self) -> None:
        stdin = self._process.stdin
        with contextlib.suppress(OSError):  # what was still to be sent: nobody is there to read it
            if stdin is not None:
                stdin.close()

    def _start(self, arguments: list[str]) -> subprocess.Popen[bytes]:
        with contextlib.ExitStack() as stack:
            errors: IO[bytes] | int = subprocess.DEVNULL
            with contextlib.suppress(OSError):  # a cache that fails costs its last words only
                self._errors.parent.mkdir(parents=True, exist_ok=True)
                descriptor = open_own(self._errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
                errors = stack.enter_context(os.fdopen(descriptor, "wb"))
            try:
                return subprocess.Popen(  # noqa: S603 - our own program
                    [sys.executable, *arguments],
                    env=environment_of_child(),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    start_new_session=self._has_children,
                )
            except OSError as error:
                raise WorkerLost(
                    "a process cannot be started",
                    where=" ".join(arguments[:2]),
                    got=error.strerror or str(error),
                ) from error

    def _listen(self) -> None:
        stdout = self._process.stdout
        if stdout is None:
            return
        with contextlib.suppress(OSError, ValueError), stdout:
            while (answer := self._read(stdout)) is not None:
                self._on_answer(answer)
        self._on_answer(None)


def _with_descendants(pid: int) -> list[int]:
    """Return a process and all below it; itself alone where the system does not tell."""
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
