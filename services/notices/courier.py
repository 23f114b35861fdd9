"""Carry notices from the outbox to their receivers: a process of its own, one a folder.

    python -m services.notices.courier FOLDER < settings

It ends when nothing waits any more, or when its patience does; what waits then is taken up by
the next one.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from predictor.errors import F1Error
from services.disk.lock import hold_folder
from services.errors import AlreadyRunning
from services.notices.credentials import mqtt_password, signing_secret
from services.notices.mqtt import messages, publish
from services.notices.notice import Notice
from services.notices.outbox import Entry, Outbox, Outcome, Told, receiver_id
from services.notices.webhook import Attempt, send
from services.settings.limits import NoticeLimits

__all__ = ["MQTT", "Courier", "Receiver", "main", "receivers_of"]

MQTT = "mqtt"
_TAKE_OVER_S = 5.0  # another courier that is about to end is waited for so long
_LOOK_S = 1.0  # between two looks at the outbox at most: others put notices in
_MOST_DOUBLINGS = 20


@dataclass(frozen=True, slots=True)
class Receiver:
    """Somebody who is told, and how."""

    name: str  # its host, for people
    send: Callable[[Entry], Attempt]
    keeps_last: bool = False  # it is given a state: the last one counts, and twice does no harm


def receivers_of(limits: NoticeLimits, environment: Mapping[str, str]) -> dict[str, Receiver]:
    """Return those who are told, by `services.notices.outbox.receiver_id`.

    Raises
    ------
    UsageError
        If a secret that is named cannot be used.
    """
    found = {}
    if limits.webhooks:
        secret = signing_secret(limits, environment)
        for url in limits.webhooks:
            found[receiver_id(url)] = Receiver(
                urlsplit(url).hostname or url, partial(_send_webhook, url, secret, limits)
            )
    if limits.mqtt_host:
        password = mqtt_password(limits, environment)
        found[receiver_id(MQTT)] = Receiver(
            limits.mqtt_host, partial(_send_mqtt, limits, password), keeps_last=True
        )
    return found


class Courier:
    """One courier at work.

    Parameters
    ----------
    outbox : Outbox
    receivers : mapping
        As `receivers_of` gives them.
    limits : NoticeLimits
    now : callable
        Time, s since 1970.
    """

    def __init__(
        self,
        outbox: Outbox,
        receivers: Mapping[str, Receiver],
        limits: NoticeLimits,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._outbox = outbox
        self._receivers = receivers
        self._limits = limits
        self._now = now

    def begin(self) -> None:
        """Close what an earlier courier left open: whether it has arrived is not known."""
        self._outbox.sweep()
        for entry in self._outbox.entries():
            if entry.state == "being sent" and not self._keeps_last(entry):
                self._close(entry, "unknown", "the process ended while it was being sent")

    def step(self) -> float | None:
        """Send what is due, once; return after how many seconds something is due next.

        None when nothing waits.
        """
        entries = self._outbox.entries()
        latest = {entry.receiver: entry.notice_id for entry in entries}
        for entry in entries:
            if self._keeps_last(entry) and latest[entry.receiver] != entry.notice_id:
                self._outbox.remove(entry)
            elif entry.not_before <= self._now():
                self._attempt(entry)
        left = self._outbox.entries()
        if not left:
            return None
        return max(0.0, min(entry.not_before for entry in left) - self._now())

    def _attempt(self, entry: Entry) -> None:
        receiver = self._receivers.get(entry.receiver)
        if receiver is None:
            self._close(entry, "given up", "it is not among the settings any more")
            return
        if self._now() - entry.made_at > self._limits.keep_s:
            self._close(entry, "given up", entry.trouble or "it is too old")
            return
        self._outbox.mark(msgspec.structs.replace(entry, state="being sent"))
        try:
            attempt = receiver.send(entry)
        except F1Error as error:
            attempt = Attempt("again", error.what)
        if attempt.outcome != "again":
            self._close(entry, attempt.outcome, attempt.words)
            return
        pause_s = self._limits.back_off_s * 2.0 ** min(entry.attempts, _MOST_DOUBLINGS)
        pause_s = max(min(pause_s, self._limits.back_off_max_s), attempt.pause_s)
        self._outbox.mark(
            msgspec.structs.replace(
                entry,
                state="waiting",
                attempts=entry.attempts + 1,
                not_before=self._now() + pause_s,
                trouble=attempt.words,
            )
        )

    def _keeps_last(self, entry: Entry) -> bool:
        receiver = self._receivers.get(entry.receiver)
        return receiver is not None and receiver.keeps_last

    def _close(self, entry: Entry, outcome: Outcome, words: str) -> None:
        self._outbox.remove(entry)
        receiver = self._receivers.get(entry.receiver)
        name = receiver.name if receiver is not None else entry.receiver
        at = datetime.fromtimestamp(self._now(), UTC).isoformat(timespec="seconds")
        self._outbox.record(Told(at, name, entry.notice_id, outcome, words))


def main(argv: Sequence[str] | None = None) -> int:
    """Carry what waits in one folder; the settings come as JSON on stdin."""
    parser = argparse.ArgumentParser(description="Carries notices; talks by its standard input.")
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args(argv).folder
    limits = msgspec.json.decode(sys.stdin.buffer.read(), type=NoticeLimits)
    outbox = Outbox.of(folder)
    courier = Courier(outbox, receivers_of(limits, os.environ), limits)
    given_up = time.monotonic() + _TAKE_OVER_S
    while True:
        try:
            with hold_folder(outbox.folder):
                _carry(courier, time.monotonic() + limits.patience_s)
                return 0
        except AlreadyRunning:
            # The other one sees what is new, unless it has looked for the last time.
            if time.monotonic() > given_up:
                return 0
            time.sleep(_LOOK_S / 5)


def _carry(courier: Courier, until: float) -> None:
    courier.begin()
    while True:
        pause_s = courier.step()
        if pause_s is None or time.monotonic() + pause_s > until:
            return
        time.sleep(min(pause_s, _LOOK_S))


def _send_webhook(url: str, secret: str, limits: NoticeLimits, entry: Entry) -> Attempt:
    return send(
        url,
        entry.notice_id,
        entry.body,
        secret=secret,
        timestamp=int(time.time()),
        timeout_s=limits.timeout_s,
    )


def _send_mqtt(limits: NoticeLimits, password: str, entry: Entry) -> Attempt:
    notice = msgspec.json.decode(entry.body, type=Notice)
    sent = tuple(messages(notice, limits.mqtt_discovery))
    return publish(limits, sent, password=password)


if __name__ == "__main__":
    sys.exit(main())
