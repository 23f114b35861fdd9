"""How much a request may send."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.types import Message, Receive

from services.web.api.problem_kinds import TOO_LARGE, problem
from services.web.problems import Problem

__all__ = ["limited"]


def limited(receive: Receive, headers: Iterable[tuple[bytes, bytes]], max_body: int) -> Receive:
    """Return a way to receive a body of at most so many bytes.

    Raises
    ------
    Problem
        413, at once if the request says itself that it is larger, else when it is.
    """
    for name, value in headers:
        if name == b"content-length" and value.isdigit() and int(value[:20]) > max_body:
            raise _too_large(max_body)
    received = 0

    async def receive_limited() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > max_body:
            raise _too_large(max_body)
        return message

    return receive_limited


def _too_large(max_body: int) -> Problem:
    return problem(
        TOO_LARGE,
        f"what was sent is larger than {max_body:,} bytes",
        do="send less",
        headers=(("connection", "close"),),
    )
