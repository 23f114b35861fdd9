"""Headers of every answer: what a browser may do with it."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["API_HEADERS", "CONTENT_POLICY", "PAGE_HEADERS", "guarded"]

# No word of a page is ever run: scripts, styles and pictures come from this server alone.
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

_ALWAYS = [
    (b"content-security-policy", CONTENT_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
]
PAGE_HEADERS = [*_ALWAYS, (b"cross-origin-resource-policy", b"same-origin")]
# What anybody may read without asking who he is, pages of other origins may read too.
API_HEADERS = [
    *_ALWAYS,
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"etag, link, last-event-id"),
]


def guarded(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return headers of an answer with those of every answer, whoever has made it."""
    given = list(headers)
    names = {name.lower() for name, _ in given}
    return [*given, *(one for one in PAGE_HEADERS if one[0] not in names)]
