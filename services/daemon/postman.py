"""The daemon has notices sent on that an earlier courier could not deliver in its time."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from services.settings.limits import NoticeLimits
from services.settings.logs import LOG

__all__ = ["Postman"]

_LOOK_S = 60.0


class Postman:
    """Looks into the outbox once a minute.

    Parameters
    ----------
    clock : callable
        Monotonic, s.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._next = clock() + _LOOK_S

    def look(self, folder: Path, limits: NoticeLimits) -> None:
        """Send a courier if something waits, is due, and none is at work.

        Parameters
        ----------
        folder : Path
            The output folder.
        limits : NoticeLimits
        """
        if not limits.receivers or self._clock() < self._next:
            return
        self._next = self._clock() + _LOOK_S
        from services.notices.subscriber import send_on  # noqa: PLC0415 - for those who ask

        try:
            send_on(folder, limits)
        except OSError as error:
            LOG.warning("notices wait, and no courier can be sent: %s", error.strerror or error)
