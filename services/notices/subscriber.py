"""Who is told of every publication, on behalf of those who asked for notices."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path

import msgspec

from services.disk.lock import holder_of
from services.disk.regular_file import open_own
from services.notices.courier import receivers_of
from services.notices.mqtt import require_paho
from services.notices.notice import notice_of
from services.notices.outbox import MOST_WAITING, Entry, Outbox
from services.publishing.subscribers import Published, Subscriber
from services.settings.child_environment import MQTT_PASSWORD, NOTICES_SECRET, environment_of_child
from services.settings.limits import NoticeLimits

__all__ = ["give_notice", "send_on", "start_courier"]

_MODULE = "services.notices.courier"


def give_notice(limits: NoticeLimits) -> Subscriber:
    """Return who lays a notice of each new forecast into the outbox and sends for a courier.

    Forecasts that are equal to the last ones told are none. A document that is found unchanged
    is told if a run was killed before it told of it; else it only has the courier come for what
    still waits.
    """

    def take(published: Published) -> None:
        folder = published.path.parent
        outbox = Outbox.of(folder)
        receivers = receivers_of(limits, os.environ)  # a secret that is missing is told here
        if limits.mqtt_host:
            require_paho()
        metadata = published.document.metadata
        last, digest = outbox.last_told(metadata.season), metadata.predictions_sha256
        is_new = digest != last and (published.outcome == "published" or last is not None)
        if is_new:
            # First: a kill in between may lose a notice, and may not send one twice.
            outbox.remember(metadata.season, digest)
            _lay_down(outbox, published, limits, receivers)
        if is_new or not outbox.is_empty():
            start_courier(folder, limits)

    return Subscriber("notices", take)


def send_on(folder: Path, limits: NoticeLimits, now: float | None = None) -> bool:
    """Send a courier for what still waits and is due, unless one is at work; return whether.

    Parameters
    ----------
    folder : Path
        The output folder.
    limits : NoticeLimits
    now : float, optional
        s since 1970; the present unless given.
    """
    outbox = Outbox.of(folder)
    moment = time.time() if now is None else now
    is_due = any(entry.not_before <= moment for entry in outbox.entries())
    if not is_due or holder_of(outbox.folder) is not None:
        return False
    start_courier(folder, limits)
    return True


def start_courier(folder: Path, limits: NoticeLimits) -> None:
    """Start the process that carries notices; nobody waits for it.

    Raises
    ------
    OSError
        If the system has no room for another process.
    """
    folder = folder.resolve()
    errors = open_own(
        folder / "notices" / "courier.stderr", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644
    )
    try:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", _MODULE, str(folder)],
            env=environment_of_child(keep=(NOTICES_SECRET, MQTT_PASSWORD)),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,  # Ctrl+C in a terminal is not meant for it
        )
    finally:
        os.close(errors)
    with process.stdin:  # type: ignore[union-attr]
        process.stdin.write(msgspec.json.encode(limits))  # type: ignore[union-attr]
    # Takes its end from the system's table of processes, should this one live longer.
    threading.Thread(target=process.wait, daemon=True).start()


def _lay_down(
    outbox: Outbox, published: Published, limits: NoticeLimits, receivers: Iterable[str]
) -> None:
    """Put the notice there for every receiver; too many for one that never takes any give way."""
    notice = notice_of(
        published.document, hide_results=limits.hide_results, public_url=limits.public_url
    )
    body, made_at = msgspec.json.encode(notice), time.time()
    waiting = outbox.entries()
    for receiver in receivers:
        own = [entry for entry in waiting if entry.receiver == receiver]
        for entry in own[: max(0, len(own) + 1 - MOST_WAITING)]:
            outbox.remove(entry)
        outbox.put(Entry(receiver, secrets.token_hex(8), body, made_at))
