"""One answer, made once: its bytes, the same packed, and the headers of both."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass

from services.web.doors.headers import API_HEADERS, PAGE_HEADERS

__all__ = ["FRESH", "HTML", "IMMUTABLE", "JSON", "Headers", "Resource", "make_resource", "redirect"]

Headers = list[tuple[bytes, bytes]]  # as ASGI sends them

HTML = "text/html; charset=utf-8"
JSON = "application/json"
FRESH = "no-cache"  # to be asked for again each time, which costs a 304
IMMUTABLE = "public, max-age=31536000, immutable"  # its address names its content

_SMALL = 256  # bytes that packing makes larger, or no smaller worth the name
_PACKED_ALREADY = ("image/png", "image/webp", "font/")


@dataclass(frozen=True, slots=True)
class Resource:
    """What is sent for one address.

    Attributes
    ----------
    body : bytes
    gzip : bytes
        The same packed; empty where that is not worth it.
    etag : str
        Strong, with its quotes: the beginning of the body's SHA-256. The packed form has its own.
    status : int
        Of the answer; other than 200 is never answered by 304.
    plain, packed, unchanged, unchanged_packed : list of (bytes, bytes)
        Headers of the body, of the packed body, and of a 304 to one who has either.
    """

    body: bytes
    gzip: bytes
    etag: str
    media_type: str
    cache_control: str
    status: int
    plain: Headers
    packed: Headers
    unchanged: Headers
    unchanged_packed: Headers
    tags: tuple[bytes, bytes]  # of body and packed body


def make_resource(
    body: bytes | str,
    media_type: str,
    *,
    immutable: bool = False,
    status: int = 200,
    is_api: bool = False,
    more: tuple[tuple[str, str], ...] = (),
) -> Resource:
    """Make an answer of its bytes.

    Parameters
    ----------
    body : bytes or str
    media_type : str
    immutable : bool
        Whether its address names its content, so that nobody need ask again.
    status : int
    is_api : bool
        Whether pages of other origins may read it.
    more : tuple of (str, str)
        Further headers.
    """
    data = body.encode() if isinstance(body, str) else body
    packed = _packed(data, media_type)
    name = hashlib.sha256(data).hexdigest()[:32]
    tags = (f'"{name}"'.encode(), f'"{name}-gzip"'.encode())
    cache = IMMUTABLE if immutable else FRESH
    always = [
        (b"cache-control", cache.encode()),
        (b"vary", b"accept-encoding"),
        *(API_HEADERS if is_api else PAGE_HEADERS),
        *((key.encode(), value.encode("latin-1")) for key, value in more),
    ]
    typed = [*always, (b"content-type", media_type.encode())]
    plain = [*typed, (b"etag", tags[0]), (b"content-length", b"%d" % len(data))]
    small = [
        *typed,
        (b"etag", tags[1]),
        (b"content-length", b"%d" % len(packed)),
        (b"content-encoding", b"gzip"),
    ]
    return Resource(
        body=data,
        gzip=packed,
        etag=tags[0].decode(),
        media_type=media_type,
        cache_control=cache,
        status=status,
        plain=plain,
        packed=small if packed else plain,
        unchanged=[*always, (b"etag", tags[0])],
        unchanged_packed=[*always, (b"etag", tags[1])],
        tags=tags,
    )


def redirect(to: str) -> Resource:
    """Make an answer that sends its reader to another address of this server."""
    return make_resource(b"", "text/plain; charset=utf-8", status=307, more=(("location", to),))


def _packed(data: bytes, media_type: str) -> bytes:
    if len(data) < _SMALL or media_type.startswith(_PACKED_ALREADY):
        return b""
    small = gzip.compress(data, compresslevel=6, mtime=0)
    return small if len(small) < len(data) else b""
