"""The signals that the daemon hears: stop, and read the configuration again."""

from __future__ import annotations

import signal
from collections.abc import Callable

__all__ = ["hear_signals", "leave_signals"]

_STOPS = ("SIGTERM", "SIGINT", "SIGBREAK")


def hear_signals(on_stop: Callable[[], None], on_reload: Callable[[], None]) -> None:
    """Have signals call what may be called at any time, between any two steps of the loop."""
    for name in _STOPS:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: on_stop())
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, lambda *_: on_reload())


def leave_signals() -> None:
    """Let a stop end the process by itself, now that nobody will listen."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # all is read again anyway
