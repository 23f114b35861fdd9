"""What a request says of the answer it wants: one it has already, a packed one, one of a type."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import NamedTuple

from starlette.types import Scope, Send

from services.web.problems import Problem
from services.web.resource import Headers, Resource

__all__ = ["Wanted", "chosen", "refuse_unwanted", "send_chosen", "wanted"]


class Wanted(NamedTuple):
    """What a request says.

    Attributes
    ----------
    tag : bytes
        Its ``If-None-Match``; empty for none.
    is_packed : bool
        Whether it takes gzip.
    types : bytes
        Its ``Accept``; empty: any.
    """

    tag: bytes = b""
    is_packed: bool = False
    types: bytes = b""


def wanted(headers: Iterable[tuple[bytes, bytes]]) -> Wanted:
    """Return what the headers of a request say."""
    tag, is_packed, types = b"", False, b""
    for name, value in headers:
        if name == b"if-none-match":
            tag = tag + b"," + value if tag else value
        elif name == b"accept-encoding":
            is_packed = _takes_gzip(value)
        elif name == b"accept":
            types = types + b"," + value if types else value
    return Wanted(tag, is_packed, types)


def chosen(resource: Resource, want: Wanted) -> tuple[int, Headers, bytes]:
    """Return status, headers and body of an answer in the form that is wanted."""
    if want.tag and resource.status == 200 and _matches(want.tag, resource):
        return 304, resource.unchanged_packed if want.is_packed else resource.unchanged, b""
    if want.is_packed and resource.gzip:
        return resource.status, resource.packed, resource.gzip
    return resource.status, resource.plain, resource.body


def refuse_unwanted(resource: Resource, want: Wanted) -> None:
    """Refuse to send what a program has said it does not take.

    Raises
    ------
    Problem
        406.
    """
    if want.types and not _takes(want.types, resource.media_type):
        given = resource.media_type.partition(";")[0]
        raise Problem(
            406,
            f"this address gives {given}, which the request's Accept leaves out",
            do=f"accept {given}; where there are rows, format=csv gives text/csv",
        )


async def send_chosen(scope: Scope, send: Send, resource: Resource) -> None:
    """Send an answer of the API in the form that is wanted.

    Raises
    ------
    Problem
        406.
    """
    want = wanted(scope["headers"])
    refuse_unwanted(resource, want)
    status, headers, body = chosen(resource, want)
    await send({"type": "http.response.start", "status": status, "headers": headers})
    body = b"" if scope["method"] == "HEAD" else body
    await send({"type": "http.response.body", "body": body})


_NEVER = re.compile(rb"\s*q\s*=\s*0(\.0*)?\s*")


@functools.lru_cache(maxsize=256)
def _takes_gzip(header: bytes) -> bool:
    """Return whether an ``Accept-Encoding`` allows for gzip."""
    for part in header.lower().split(b","):
        name, _, weight = part.partition(b";")
        if name.strip() in (b"gzip", b"*"):
            return not _NEVER.fullmatch(weight)
    return False


@functools.lru_cache(maxsize=256)
def _takes(header: bytes, media_type: str) -> bool:
    """Return whether an ``Accept`` allows for a media type; the closest of its ranges decides."""
    exact = media_type.partition(";")[0].encode()
    ranges = (exact, exact.partition(b"/")[0] + b"/*", b"*/*")
    found: dict[bytes, bool] = {}
    for part in header.lower().split(b","):
        name, *parameters = (one.strip() for one in part.split(b";"))
        found[name] = not any(_NEVER.fullmatch(one) for one in parameters)
    return next((found[one] for one in ranges if one in found), False)


def _matches(header: bytes, resource: Resource) -> bool:
    """Return whether an ``If-None-Match`` names what a resource is, packed or not."""
    if header in resource.tags:
        return True
    return any(
        tag in resource.tags or tag == b"*"
        for tag in (one.strip().removeprefix(b"W/") for one in header.split(b","))
    )
