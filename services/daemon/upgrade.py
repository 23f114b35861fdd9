"""Whether the code on disk is still the code that runs, and whether it could be started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence

from predictor.errors import F1Error
from services.disk.program import ROOT
from services.errors import RunCancelled, WorkerLost
from services.settings.child_environment import environment_of_child
from services.settings.environment import product_code
from services.settings.logs import LOG
from services.settings.product_code import read_product_code

__all__ = [
    "CodeWatch",
    "code_on_disk",
    "loaded_code",
    "start_anew",
    "trouble_with_code_on_disk",
]

_PATIENCE_S = 20.0
_PROCESSES = ("services.daemon.watch", "services.daemon.worker")


class CodeWatch:
    """Compares the code that this process has loaded with what lies on disk.

    Attributes
    ----------
    loaded : str
        Its digest.
    problem : str
        Why other code on disk is not started; empty where there is none, or it can be.
    """

    def __init__(self) -> None:
        self.loaded = loaded_code()
        self.problem = ""
        self._seen = self.loaded

    def meet(self, code: str) -> F1Error:
        """Take other code that a fresh process has loaded; return why what it does is given up.

        Where that code cannot be started here, the next process will have loaded it too, so then
        it counts as a failure, after which builds pause.
        """
        self._seen = code
        why = "the code on disk has changed"
        return WorkerLost(why) if self.problem else RunCancelled(why)

    def asks_to_start_anew(self) -> bool:
        """Look at the disk; return whether other code is there, whole, and can be started."""
        code = code_on_disk()
        if code == self.loaded:
            self._seen, self.problem = code, ""
            return False
        if not code or code != self._seen:
            self._seen = code or self._seen  # perhaps still being copied: believed the second time
            return False
        self.problem = trouble_with_code_on_disk()
        return not self.problem


def loaded_code() -> str:
    """Return the digest of the code that the daemon and its worker run."""
    return product_code().digest(_PROCESSES)


def code_on_disk() -> str:
    """Return the digest of the same code on disk; empty while it is being replaced.

    A module that neither of the two reaches, and a comment in any, start no daemon anew.
    """
    try:
        return read_product_code().digest(_PROCESSES)
    except (OSError, KeyError):
        return ""


def trouble_with_code_on_disk(modules: Sequence[str] = _PROCESSES) -> str:
    """Load the code on disk in a process of its own; say what is wrong with it, or nothing.

    Who starts code that does not load ends for good.

    Parameters
    ----------
    modules : sequence of str
        That the process to be started anew is made of, beside the command line.
    """
    trial = f"import {', '.join(('services.cli.main', *modules))}"
    try:
        subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-c", trial],
            cwd=ROOT,
            env=environment_of_child() | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
            timeout=_PATIENCE_S,
        )
    except subprocess.CalledProcessError as error:
        LOG.error("new code on disk cannot be loaded:\n%s", error.stderr.decode(errors="replace"))
        return "the code on disk has changed and cannot be loaded; see the log"
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"the code on disk has changed and could not be tried: {type(error).__name__}"
    return ""


def start_anew(*, by_exec: bool = os.name == "posix") -> int:
    """Run this process's command once more, with the code on disk; return its exit code.

    On Windows `os.execv` starts another process and ends this one, so whoever started it, a console
    or a service manager, would take the daemon for ended. There this process waits for the new one.
    """
    command = [sys.executable, *sys.orig_argv[1:]]
    if by_exec:
        # The lock goes with its descriptor, and is taken again by the same process id.
        os.execv(sys.executable, command)  # noqa: S606 - our own program
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches both; to end is the new one's
    return subprocess.call(command)  # noqa: S603 - our own program
