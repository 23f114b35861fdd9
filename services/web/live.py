"""News to readers as they come: server-sent events, one short line to each published run."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from starlette.types import Receive, Send

from services.web.doors.headers import API_HEADERS

__all__ = ["HEARTBEAT_S", "KEPT", "WAITING", "Hub", "Message"]

HEARTBEAT_S = 15.0  # proxies end what is silent for a minute
KEPT = 100  # events that one who was away can still have
WAITING = 16  # chunks that wait for a slow reader before it is let go
_RETRY = b"retry: 3000\n\n"
_HEARTBEAT = b": still here\n\n"
_HEADERS = [
    *API_HEADERS,
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache"),
    (b"x-accel-buffering", b"no"),
]


@dataclass(frozen=True, slots=True)
class Message:
    """One event.

    Attributes
    ----------
    number : int
        Of the run; the event's id.
    plain, hidden : bytes
        JSON, and the same for those who do not want to know results.
    """

    number: int
    plain: bytes
    hidden: bytes

    def chunk(self, *, hide: bool) -> bytes:
        """Return the event as it is sent."""
        data = self.hidden if hide else self.plain
        return b"id: %d\nevent: forecast\ndata: %b\n\n" % (self.number, data)


class _Reader:
    """One open stream."""

    def __init__(self, *, hide: bool) -> None:
        self.hide = hide
        self.queue: asyncio.Queue[bytes | None] = asyncio.Queue(WAITING)
        self.task = asyncio.current_task()

    def put(self, chunk: bytes | None) -> None:
        """Have a chunk sent, and None as the end; a reader that takes nothing is let go."""
        try:
            self.queue.put_nowait(chunk)
        except asyncio.QueueFull:
            if self.task is not None:
                self.task.cancel()


class Hub:
    """All open streams. For the event loop alone.

    Parameters
    ----------
    cap : int
        Streams at most.
    count : callable
        Told how many readers an event was put to.
    """

    def __init__(self, cap: int, count: Callable[[int], None] = lambda _: None) -> None:
        self.cap = cap
        self._count = count
        self._readers: set[_Reader] = set()
        self._kept: deque[Message] = deque(maxlen=KEPT)
        self._since = 0  # the run after which all are kept
        self._is_closed = False

    def __len__(self) -> int:
        return len(self._readers)

    @property
    def is_full(self) -> bool:
        """Whether there is no room for another."""
        return self._is_closed or len(self._readers) >= self.cap

    @property
    def latest(self) -> int:
        """Number of the last run that is known; 0 for none."""
        return self._kept[-1].number if self._kept else self._since

    def begin(self, number: int) -> None:
        """Take a run as known to everybody: what was published before the server started."""
        self._kept.clear()
        self._since = number

    def publish(self, messages: Iterable[Message]) -> None:
        """Send events to everybody, and keep them for those who are away."""
        for message in messages:
            if len(self._kept) == KEPT:
                self._since = self._kept[0].number
            self._kept.append(message)
            chunks = {hide: message.chunk(hide=hide) for hide in (False, True)}
            for reader in tuple(self._readers):
                reader.put(chunks[reader.hide])
            self._count(len(self._readers))

    async def beat(self) -> None:
        """Show life on every stream, for ever."""
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            for reader in tuple(self._readers):
                reader.put(_HEARTBEAT)

    def close(self) -> None:
        """End every stream; readers come back by themselves."""
        self._is_closed = True
        for reader in tuple(self._readers):
            reader.put(None)

    def missed(self, last_seen: str, *, hide: bool) -> bytes:
        """Return what one has missed who has seen an event last; who cannot be told is to resync.

        Parameters
        ----------
        last_seen : str
            The event's id as the reader gives it; empty for one who has seen none.
        hide : bool
        """
        if not last_seen:
            return b""
        numbers = [self._since, *(message.number for message in self._kept)]
        try:
            place = numbers.index(int(last_seen)) if len(last_seen) < 20 else -1
        except ValueError:
            place = -1
        if place < 0:
            return b"id: %d\nevent: resync\ndata: {}\n\n" % self.latest
        kept = list(self._kept)[place:]
        return b"".join(message.chunk(hide=hide) for message in kept)

    async def stream(
        self, receive: Receive, send: Send, *, last_seen: str, hide: bool, is_head: bool = False
    ) -> None:
        """Answer one reader for as long as it stays."""
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        if is_head:
            await send({"type": "http.response.body", "body": b""})
            return
        reader = _Reader(hide=hide)
        self._readers.add(reader)
        watch = asyncio.ensure_future(_until_gone(receive, reader))
        try:
            # Registered before: what comes while this is sent waits in the queue.
            await _put(send, _RETRY + self.missed(last_seen, hide=hide))
            while (chunk := await reader.queue.get()) is not None:
                await _put(send, chunk)
            await send({"type": "http.response.body", "body": b""})
        except asyncio.CancelledError:  # too slow; the connection is cut with the answer unfinished
            return
        finally:
            self._readers.discard(reader)
            watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watch


async def _put(send: Send, chunk: bytes) -> None:
    await send({"type": "http.response.body", "body": chunk, "more_body": True})


async def _until_gone(receive: Receive, reader: _Reader) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    reader.put(None)
