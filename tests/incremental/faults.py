"""A run that is killed, or that the disk refuses something, at a chosen moment."""

from __future__ import annotations

import errno
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from predictor.errors import F1Error

__all__ = [
    "DONE",
    "KILLED",
    "REFUSED",
    "disk_full_at",
    "killed_at",
    "no_file_beyond",
    "run_in_child",
]

DONE, REFUSED, UNFORESEEN = 0, 1, 3  # exit codes of the child; REFUSED: an error of ours
KILLED = -signal.SIGKILL
_LIMIT_S = 60  # a child that hangs is a finding too
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.truncate", "os.utime")

Fault = Callable[[Path], None]


def run_in_child(job: Callable[[], object], folder: Path, fault: Fault) -> int:
    """Run a job in a forked process with a fault; give its exit code, negative for a signal.

    Parameters
    ----------
    folder : Path
        Only what happens below it counts; the child's words go into ``child.err`` there.
    """
    pid = os.fork()
    if pid == 0:
        _be_the_child(job, folder, fault)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)


def _be_the_child(job: Callable[[], object], folder: Path, fault: Fault) -> NoReturn:
    code = UNFORESEEN
    try:
        signal.alarm(_LIMIT_S)
        sys.stderr = (folder / "child.err").open("w", buffering=1)
        code = _outcome(job, folder, fault)
    finally:  # whatever happens, the child never returns into the parent's loop
        os._exit(code)


def _outcome(job: Callable[[], object], folder: Path, fault: Fault) -> int:
    try:
        fault(folder)
        job()
    except F1Error:
        return REFUSED
    except BaseException:
        no_file_beyond(2**30)(folder)  # or there would be no room for these words
        traceback.print_exc()
        raise
    return DONE


def killed_at(n: int) -> Fault:
    """Have the process killed just before its n-th change of the folder."""
    return _at(n, lambda: os.kill(os.getpid(), signal.SIGKILL))


def disk_full_at(n: int) -> Fault:
    """Have the n-th change of the folder refused: no space left on device."""

    def refuse() -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    return _at(n, refuse)


def no_file_beyond(n_bytes: int) -> Fault:
    """Have every write refused that would make a file larger; a torn file is what is left."""

    def limit(_: Path) -> None:
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, hard))

    return limit


def _at(n: int, strike: Callable[[], None]) -> Fault:
    def fault(folder: Path) -> None:
        below = os.fspath(folder)
        n_seen = 0

        def watch(event: str, given: tuple[Any, ...]) -> None:
            nonlocal n_seen
            changes = event in _CHANGES or (event == "open" and (given[2] or 0) & _WRITES)
            if not changes or not str(given[0]).startswith(below):
                return
            n_seen += 1
            if n_seen == n:
                strike()

        sys.addaudithook(watch)

    return fault
