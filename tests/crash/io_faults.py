"""Refuse, or die at, the n-th I/O call of a process on one folder; the product knows nothing of it.

Calls are seen through Python's audit events, and through `os.write`, `os.fsync` and
`os.stat`, which have none and are wrapped. An audit hook cannot be removed, so this belongs
into child processes only. The content of log lines is written below Python and not seen.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["KILL", "KINDS", "NEVER", "Fault", "Shim", "arm_by_signal", "each_kind"]

KILL = "kill"
_READING = ("open", "list", "stat")
_CHANGING = ("create", "append", "write", "fsync", "rename", "remove", "mkdir", "truncate", "utime")
# Which calls a fault can hit, and whether it stays: a full disk stays full.
KINDS: dict[str, tuple[tuple[str, ...], bool]] = {
    KILL: (tuple(one for one in _CHANGING if one != "utime"), False),
    "ENOSPC": (("create", "write", "fsync", "rename", "mkdir"), True),
    "EROFS": (_CHANGING, True),
    "EIO": ((*_READING, *_CHANGING), False),
    "EMFILE": (("open", "list", "create", "append"), False),
}
_EVENTS = {
    "os.rename": "rename",
    "os.remove": "remove",
    "os.mkdir": "mkdir",
    "os.listdir": "list",
    "os.scandir": "list",
    "os.truncate": "truncate",
    "os.utime": "utime",
}


class Fault(NamedTuple):
    """What happens, and at which of the calls that it can hit; 0: at none, all are told."""

    kind: str
    at: int
    operation: str = ""  # only such calls count, on such files; empty: all
    files: str = ""


_NAMED_BY_DIGEST = re.compile(r"\b[0-9a-f]{2}\b|[0-9a-f]{12,}")
NEVER = Fault(KILL, -1)


class Shim:
    """Counts the calls of this process on a folder, and lets a fault happen.

    Parameters
    ----------
    folder : Path
    report : Path
        Outside of the folder; gets a JSON line ``[operation, path]`` when the fault happens.
    """

    def __init__(self, folder: Path, report: Path) -> None:
        self._folder = str(folder)
        self._report = report
        self._fault = NEVER
        self.n_calls = 0
        self._is_lasting = False
        self._lock = threading.RLock()
        self._write, self._fsync, self._stat = os.write, os.fsync, os.stat

    def install(self) -> None:
        """See the calls of this process from now on."""
        os.write, os.fsync, os.stat = self._on_write, self._on_fsync, self._on_stat  # type: ignore[assignment]
        sys.addaudithook(self._on_event)

    def arm(self, fault: Fault) -> None:
        """Wait for the n-th call from now on; whatever was armed before is over."""
        with self._lock:
            self._fault, self.n_calls, self._is_lasting = fault, 0, False

    def _on_event(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            self._meet(_kind_of_open(path, flags, self._stat), path)
        elif event in _EVENTS:
            self._meet(_EVENTS[event], arguments[0])

    def _on_write(self, descriptor: int, data: Any) -> int:
        half = memoryview(data)[: len(data) // 2]
        torn = self._meet("write", descriptor, lambda: self._write(descriptor, half))
        return self._write(descriptor, data) if torn is None else torn

    def _on_fsync(self, descriptor: int) -> None:
        self._meet("fsync", descriptor)
        self._fsync(descriptor)

    def _on_stat(self, path: Any, *rest: Any, **named: Any) -> os.stat_result:
        self._meet("stat", path)
        return self._stat(path, *rest, **named)

    def _meet(
        self, operation: str, target: object, tear: Callable[[], int] | None = None
    ) -> int | None:
        """Let the fault happen if this call is the one; give what a torn write came to."""
        fault = self._fault  # a signal may arm another one at any time, within this call too
        operations, stays = KINDS[fault.kind]
        path = _path_of(target)
        if operation not in operations or not path.startswith(self._folder):
            return None
        with self._lock:
            if not (self._is_lasting or self._counts(operation, path)):
                return None
            self.n_calls += 1
            if fault.at == 0:
                self._tell(operation, path)
                return None
            is_first = self.n_calls == fault.at
            if not (is_first or self._is_lasting):
                return None
            if is_first:
                self._is_lasting = stays  # before it is told: then it may be over
                self._tell(operation, path)
                if tear is not None and fault.kind in (KILL, "ENOSPC"):
                    written = tear()  # a disk fills up, and a process dies, within a write
                    if fault.kind == "ENOSPC" and written:
                        return written
        if fault.kind == KILL:
            os.kill(os.getpid(), signal.SIGKILL)
        number = getattr(errno, fault.kind)
        raise OSError(number, os.strerror(number), path)

    def _counts(self, operation: str, path: str) -> bool:
        fault = self._fault
        is_all = not fault.operation
        return is_all or (operation, _files(self._relative(path))) == (fault.operation, fault.files)

    def _relative(self, path: str) -> str:
        return path[len(self._folder) + 1 :]

    def _tell(self, operation: str, path: str) -> None:
        line = json.dumps([operation, self._relative(path)]) + "\n"
        with self._report.open("a", encoding="utf-8") as file:
            file.write(line)


def each_kind(kind: str, calls: Iterable[tuple[str, str]]) -> list[Fault]:
    """Give a fault at the first and the last call of every operation on every kind of file."""
    count = Counter((operation, _files(path)) for operation, path in calls)
    return [
        Fault(kind, at, operation, files)
        for (operation, files), n_calls in count.items()
        for at in sorted({1, n_calls})
    ]


def arm_by_signal(folder: str, control: str) -> None:
    """Install a shim that SIGUSR1 arms with the fault in a control file.

    It is armed when ``control.seen`` appears; what happens is told in ``control.fired``.
    """
    place = Path(control)
    shim = Shim(Path(folder), place.with_suffix(".fired"))

    def on_signal(*_: object) -> None:
        shim.arm(Fault(*json.loads(place.read_text(encoding="utf-8"))))
        place.with_suffix(".seen").touch()

    signal.signal(signal.SIGUSR1, on_signal)
    shim.install()


def _kind_of_open(path: object, flags: int, stat: Callable[[Any], object]) -> str:
    if not flags & (os.O_WRONLY | os.O_RDWR):
        return "open"
    with contextlib.suppress(OSError, TypeError, ValueError):
        stat(path)
        return "append"
    return "create"


def _files(path: str) -> str:
    """Give a name for all files of a kind."""
    return _NAMED_BY_DIGEST.sub("*", path)


def _path_of(target: object) -> str:
    """Give the path of a call's argument, which may be a descriptor."""
    if isinstance(target, int):
        try:
            return os.readlink(f"/proc/self/fd/{target}")  # noqa: PTH115 - in an audit hook
        except OSError:
            return ""
    if isinstance(target, str | os.PathLike):
        return os.path.abspath(os.fspath(target))  # noqa: PTH100 - resolving would call stat
    return ""
