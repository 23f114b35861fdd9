"""The event stream: who missed what, who is too slow, who is one too many."""

from __future__ import annotations

import asyncio
import json

from services.web.live import KEPT, WAITING, Hub, Message


def message(number):
    return Message(number, b'{"text":"plain"}', b'{"text":"hidden"}')


class Reader:
    """A reader in this process: takes what is sent, or nothing while `is_stuck`."""

    def __init__(self, hub, *, last_seen="", hide=False):
        self.received = b""
        self.status = None
        self.is_stuck = False
        self.is_ended = False
        self._moves = asyncio.Event()
        self._gone = asyncio.Event()
        stream = hub.stream(self._receive, self._send, last_seen=last_seen, hide=hide)
        self.task = asyncio.ensure_future(stream)

    async def _receive(self):
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, sent):
        while self.is_stuck:
            await asyncio.sleep(0.001)
        self.status = sent.get("status", self.status)
        self.received += sent.get("body", b"")
        self.is_ended |= sent["type"] == "http.response.body" and not sent.get("more_body")
        self._moves.set()

    async def until(self, wanted):
        while wanted not in self.received:
            self._moves.clear()
            await self._moves.wait()

    def leave(self):
        self._gone.set()


def ids(received):
    return [int(line[4:]) for line in received.decode().splitlines() if line.startswith("id: ")]


def test_stream__every_event_reaches_every_reader_in_his_words():
    async def run():
        hub = Hub(cap=10)
        plain, hidden = Reader(hub), Reader(hub, hide=True)
        for one in (plain, hidden):
            await one.until(b"retry: 3000")
        hub.publish([message(1), message(2)])
        for one in (plain, hidden):
            await one.until(b"id: 2\n")
            assert ids(one.received) == [1, 2]
        assert b"hidden" not in plain.received
        assert b"plain" not in hidden.received
        for one in (plain, hidden):
            one.leave()
            await one.task
        assert len(hub) == 0

    asyncio.run(run())


def test_missed__is_what_came_after_the_event_seen_last():
    hub = Hub(cap=1)
    hub.begin(5)
    assert hub.missed("5", hide=False) == b""
    hub.publish([message(6), message(9)])
    assert ids(hub.missed("5", hide=False)) == [6, 9]
    assert ids(hub.missed("6", hide=False)) == [9]
    assert hub.missed("9", hide=False) == b""
    assert hub.missed("", hide=False) == b""


def test_missed__who_was_away_too_long_or_says_nonsense_is_to_resync():
    hub = Hub(cap=1)
    hub.begin(5)
    hub.publish(message(number) for number in range(6, 6 + KEPT + 10))
    first_kept = 6 + 10
    assert len(ids(hub.missed(str(first_kept - 1), hide=False))) == KEPT
    for last_seen in (str(first_kept - 2), "5", "999999", "-1", "x", "9" * 10_000, "٣"):
        told = hub.missed(last_seen, hide=False)
        assert told.startswith(b"id: 115\nevent: resync\n"), last_seen
        assert json.loads(told.partition(b"data: ")[2]) == {}


def test_stream__one_who_comes_back_gets_what_he_missed_first():
    async def run():
        hub = Hub(cap=10)
        hub.publish([message(1), message(2), message(3)])
        reader = Reader(hub, last_seen="1")
        await reader.until(b"id: 3\n")
        hub.publish([message(4)])
        await reader.until(b"id: 4\n")
        assert ids(reader.received) == [2, 3, 4]
        reader.leave()
        await reader.task

    asyncio.run(run())


def test_stream__a_reader_that_takes_nothing_is_let_go_and_holds_up_nobody():
    async def run():
        hub = Hub(cap=10)
        stuck, well = Reader(hub), Reader(hub)
        await stuck.until(b"retry")
        await well.until(b"retry")
        stuck.is_stuck = True
        for number in range(1, WAITING + 5):
            hub.publish([message(number)])
            await well.until(b"id: %d\n" % number)
        await stuck.task
        assert not stuck.is_ended  # its connection is cut: the answer has no regular end
        assert len(hub) == 1
        well.leave()
        await well.task

    asyncio.run(run())


def test_close__ends_every_stream_and_takes_no_other():
    async def run():
        hub = Hub(cap=10)
        readers = [Reader(hub) for _ in range(5)]
        for one in readers:
            await one.until(b"retry")
        hub.close()
        await asyncio.gather(*(one.task for one in readers))
        assert all(one.is_ended for one in readers)
        assert hub.is_full

    asyncio.run(run())


def test_hub__is_full_at_its_cap_and_no_more_once_one_leaves():
    async def run():
        hub = Hub(cap=2)
        readers = [Reader(hub) for _ in range(2)]
        for one in readers:
            await one.until(b"retry")
        assert hub.is_full
        readers[0].leave()
        await readers[0].task
        assert not hub.is_full
        readers[1].leave()
        await readers[1].task

    asyncio.run(run())
