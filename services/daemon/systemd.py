"""Tell systemd how the daemon is doing, as sd_notify(3) has it; silent without systemd."""

from __future__ import annotations

import contextlib
import os
import socket
import time

__all__ = ["Notifier"]

_PATIENCE_S = 1.0  # queues hold ten messages, and a lost READY=1 would end the service


class Notifier:
    """The socket that ``Type=notify`` gives a service.

    Source: sd_notify(3) and sd_watchdog_enabled(3): datagrams of ``NAME=value`` lines to
    ``$NOTIFY_SOCKET``, whose leading @ stands for a zero byte.
    """

    def __init__(self) -> None:
        self._address = os.environ.get("NOTIFY_SOCKET", "")
        self._pulse_s = _pulse()
        self._next_pulse = 0.0

    def ready(self) -> bool:
        """Say that start-up, or a reload, is over; give whether it has been heard."""
        return self._send("READY=1", patience_s=_PATIENCE_S)

    def still_starting(self) -> None:
        """Ask for more time to start: a first build may have kernels to compile."""
        self._send("EXTEND_TIMEOUT_USEC=60000000")

    def reloading(self) -> None:
        """Say that the configuration is being read again."""
        self._send(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}", _PATIENCE_S)

    def stopping(self) -> None:
        """Say that the daemon is about to end."""
        self._send("STOPPING=1", patience_s=_PATIENCE_S)

    def status(self, words: str) -> None:
        """Give one line for ``systemctl status``."""
        self._send(f"STATUS={words}")

    def pulse(self) -> None:
        """Say that the loop is alive; call it from the loop that does the work."""
        if self._pulse_s and time.monotonic() >= self._next_pulse:
            self._next_pulse = time.monotonic() + self._pulse_s
            self._send("WATCHDOG=1")

    def _send(self, message: str, patience_s: float = 0.0) -> bool:
        """Send one message; a queue that is full is waited for only as long as it matters."""
        if not self._address or not hasattr(socket, "AF_UNIX"):
            return True
        address = self._address
        if address.startswith("@"):
            address = "\0" + address[1:]
        kind = socket.SOCK_DGRAM | getattr(socket, "SOCK_CLOEXEC", 0)
        # Nobody listening is no reason to stop forecasting.
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, kind) as sender:
            sender.settimeout(patience_s)
            sender.sendto(message.encode(), address)
            return True
        return False


def _pulse() -> float:
    """Give the seconds between two signs of life: a third of what systemd allows; 0: none."""
    if os.environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return 0.0
    try:
        return int(os.environ.get("WATCHDOG_USEC", "0")) / 3e6
    except ValueError:
        return 0.0
