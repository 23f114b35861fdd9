"""What the daemon's loop waits for: events that threads and signal handlers may put at any time."""

from __future__ import annotations

import contextlib
import queue
import socket
import time
from typing import Generic, TypeVar

__all__ = ["Mailbox"]

T = TypeVar("T")


class Mailbox(Generic[T]):
    """A queue whose waits end in time, whatever signals come.

    `queue.SimpleQueue` alone may be put to from a signal handler, but a wait of it that a signal
    interrupts near its end never ends (CPython up to 3.13 goes on with the time that is left,
    and takes less than none for no limit). So the waiting is done on a socket, for which the
    interpreter counts the time anew after every signal.
    """

    def __init__(self) -> None:
        self._events: queue.SimpleQueue[T] = queue.SimpleQueue()
        self._bell, self._ear = socket.socketpair()
        self._bell.setblocking(False)

    def put(self, event: T) -> None:
        """Add an event, from any thread or signal handler."""
        self._events.put(event)
        with contextlib.suppress(OSError):  # full: it rings already; closed: nobody waits
            self._bell.send(b"!")

    def wait(self, timeout_s: float) -> list[T]:
        """Wait for an event, and take all that have come.

        Parameters
        ----------
        timeout_s : float, s
            How long to wait at most.

        Returns
        -------
        list
            In the order of their coming; empty if none came in time.
        """
        deadline = time.monotonic() + timeout_s
        while True:
            events = self.take_all()
            left_s = deadline - time.monotonic()
            if events or left_s <= 0.0:
                return events
            self._ear.settimeout(left_s)
            with contextlib.suppress(TimeoutError):
                self._ear.recv(4096)  # rings of events already taken only cost another turn

    def take_all(self) -> list[T]:
        """Take what has come, without waiting."""
        events: list[T] = []
        with contextlib.suppress(queue.Empty):
            while True:
                events.append(self._events.get_nowait())
        return events

    def close(self) -> None:
        """Give the sockets back; what is put later is never heard."""
        self._bell.close()
        self._ear.close()
