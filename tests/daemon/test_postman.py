"""The daemon has notices that wait sent on."""

from __future__ import annotations

import time

from services.daemon.postman import Postman
from services.notices.outbox import Entry, Outbox, receiver_id
from services.settings.limits import NoticeLimits
from tests.notices.receiver import Receiver
from tests.waiting import until


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_look__sends_a_courier_once_a_minute_for_what_waits(tmp_path, monkeypatch):
    monkeypatch.setenv("F1_NOTICES_SECRET", "a secret of some length")
    clock = Clock()
    postman = Postman(clock)
    with Receiver() as receiver:
        limits = NoticeLimits(webhooks=(receiver.url,))
        outbox = Outbox.of(tmp_path)
        outbox.put(Entry(receiver_id(receiver.url), "1" * 16, b"{}", time.time()))
        clock.now = 59.0
        postman.look(tmp_path, limits)
        assert not (outbox.folder / "courier.stderr").exists()
        clock.now = 60.0
        postman.look(tmp_path, limits)
        until(outbox.told)
    assert [one.outcome for one in outbox.told()] == ["delivered"]


def test_look__of_nobody_to_tell_looks_at_nothing(tmp_path):
    clock = Clock()
    postman = Postman(clock)
    clock.now = 100.0
    postman.look(tmp_path / "absent", NoticeLimits())
