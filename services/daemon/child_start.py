"""What a child of the daemon does first: give way, leave its stops to the daemon, keep its pipe."""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import faulthandler
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from services.settings import environment

__all__ = ["begin"]

_PR_SET_PDEATHSIG = 1  # prctl(2): a signal when the parent dies
_OOM_SCORE = "500"  # of 1000: short of memory, the system is to take the child, not the daemon


def begin(argv: Sequence[str] | None, *, ends_alone: bool = True) -> IO[bytes]:
    """Prepare this process, before NumPy is imported; return the pipe for its answers.

    Parameters
    ----------
    argv : sequence of str, optional
        As `services.daemon.child_process.ChildProcess` gives it; the process's own unless given.
    ends_alone : bool
        Whether the system ends it when the daemon dies: not one that has children itself.
    """
    parser = argparse.ArgumentParser(description="A child of the daemon, which talks by its pipes.")
    parser.add_argument("--nice", type=int, default=0)
    parser.add_argument("--kernels", type=Path, required=True)
    options = parser.parse_args(argv)
    _give_way(options.nice, ends_alone=ends_alone)
    environment.keep_kernels_in(options.kernels)
    environment.keep_sampler_in(options.kernels.parent / "sampler")
    environment.use_one_blas_thread()
    return _own_stdout()


def _give_way(nice: int, *, ends_alone: bool) -> None:
    # A crash in compiled code leaves its stack in the daemon's log.
    faulthandler.enable(sys.stderr)
    # Ctrl+C in a terminal reaches both; stopping is the daemon's to decide.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    if nice and hasattr(os, "nice"):
        os.nice(nice)
    if sys.platform == "linux" and ends_alone:
        # Also from compiled code, where the thread that listens cannot run.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_OOM_SCORE, encoding="ascii")


def _own_stdout() -> IO[bytes]:
    """Return the pipe to the daemon, and send whatever else is printed to stderr."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers
