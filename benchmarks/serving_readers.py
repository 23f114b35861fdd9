"""Readers for the benchmark of the server: many that ask again, many that listen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

__all__ = ["ask_again", "listen_all"]

_TOGETHER = 50  # streams that are opened at once


async def ask_again(
    port: int, path: str, header: str, connections: int, seconds: float
) -> tuple[int, float]:
    """Ask for a path on some connections, one question after the other on each.

    Returns
    -------
    int
        Answers.
    float
        99th percentile of the time to an answer, ms.
    """
    question = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{header}\r\n\r\n".encode()
    deadline = time.monotonic() + seconds
    waits: list[float] = []

    async def ask() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while (began := time.monotonic()) < deadline:
            writer.write(question)
            head = await reader.readuntil(b"\r\n\r\n")
            length = [one for one in head.split(b"\r\n") if one.startswith(b"content-length:")]
            if length:
                await reader.readexactly(int(length[0].partition(b":")[2]))
            waits.append(time.monotonic() - began)
        writer.close()

    await asyncio.gather(*(ask() for _ in range(connections)))
    return len(waits), sorted(waits)[int(0.99 * len(waits))] * 1e3


async def listen_all(
    port: int, n_streams: int, publish: Callable[[], float], memory: Callable[[], float]
) -> tuple[int, float, float]:
    """Open event streams, publish, and wait until all have told of it.

    Parameters
    ----------
    port : int
    n_streams : int
    publish : callable
        Publishes, and returns when, by the monotonic clock.
    memory : callable
        Resident memory of the server, MiB.

    Returns
    -------
    int
        Streams that told of it.
    float
        Time from the first event that arrived to the last, s.
    float
        Memory with all streams open, MiB.
    """
    opened = []
    for _ in range(0, n_streams, _TOGETHER):
        opened += await asyncio.gather(*(_open(port) for _ in range(_TOGETHER)))
    waiting = asyncio.gather(*(_event(reader) for reader, _ in opened))
    await asyncio.sleep(0)
    publish()
    arrivals = await waiting
    used = memory()
    for _, writer in opened:
        writer.close()
    return len(arrivals), max(arrivals) - min(arrivals), used


async def _open(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
    await reader.readuntil(b"retry: 3000\n")
    return reader, writer


async def _event(reader: asyncio.StreamReader) -> float:
    """Wait for an event; return when it came."""
    await reader.readuntil(b"event: forecast\n")
    return time.monotonic()
