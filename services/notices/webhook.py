"""One notice to one webhook: signed as Standard Webhooks have it, and what came of it.

Source
------
Standard Webhooks, https://www.standardwebhooks.com: headers ``webhook-id``, ``webhook-timestamp``
and ``webhook-signature``, HMAC with SHA-256 over ``id.timestamp.body``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import http.client
import ssl
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from services import __version__

__all__ = ["Attempt", "secret_bytes", "send", "signature"]

_TAKEN = range(200, 300)
_NOT_NOW = (429, 500, 502, 503)  # answers after which nothing has been taken; 504 does not say
_LONGEST_PAUSE_S = 3600.0  # that a receiver may ask for
_ANSWER_BYTES = 1024  # that are read; nothing of them is used


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of sending a notice once.

    Attributes
    ----------
    outcome : str
        delivered; again: it has not been taken; refused: it never will be; unknown: it may have
        arrived.
    """

    outcome: Literal["delivered", "again", "refused", "unknown"]
    words: str = ""
    pause_s: float = 0.0  # that the receiver asks for


def secret_bytes(text: str) -> bytes:
    """Return the key that a secret stands for: ``whsec_`` and base64, or any text as it is."""
    if text.startswith("whsec_"):
        try:
            return base64.b64decode(text.removeprefix("whsec_"), validate=True)
        except binascii.Error:
            pass
    return text.encode()


def signature(secret: str, notice_id: str, timestamp: int, body: bytes) -> str:
    """Return the value of ``webhook-signature``."""
    signed = f"{notice_id}.{timestamp}.".encode() + body
    digest = hmac.new(secret_bytes(secret), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def send(
    url: str, notice_id: str, body: bytes, *, secret: str, timestamp: int, timeout_s: float
) -> Attempt:
    """Send a notice once; redirections are not followed.

    Parameters
    ----------
    url : str
        ``https://...``, or ``http://`` to this machine.
    notice_id : str
        The same in every attempt.
    body : bytes
        JSON.
    secret : str
    timestamp : int
        Now, s since 1970.
    timeout_s : float
        For the connection, and for the answer.
    """
    parts = urlsplit(url)
    connection = _connection(parts.scheme, parts.hostname or "", parts.port, timeout_s)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"f1-season-forecast/{__version__}",
        "webhook-id": notice_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret, notice_id, timestamp, body),
    }
    try:
        try:
            connection.connect()
        except (OSError, http.client.HTTPException) as error:
            return Attempt("again", _words(error))
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            answer.read(_ANSWER_BYTES)
        except (OSError, http.client.HTTPException) as error:
            return Attempt("unknown", f"no answer: {_words(error)}")
        return _judged(answer)
    finally:
        connection.close()


def _connection(
    scheme: str, host: str, port: int | None, timeout_s: float
) -> http.client.HTTPConnection:
    if scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, port, timeout=timeout_s, context=context)
    return http.client.HTTPConnection(host, port, timeout=timeout_s)


def _judged(answer: http.client.HTTPResponse) -> Attempt:
    words = f"answered {answer.status}"
    if answer.status in _TAKEN:
        return Attempt("delivered", words)
    if answer.status in _NOT_NOW:
        return Attempt("again", words, _asked_pause(answer.getheader("Retry-After") or ""))
    return Attempt("unknown" if answer.status == 504 else "refused", words)


def _asked_pause(text: str) -> float:
    """Return the pause of ``Retry-After`` in seconds; a date counts as none."""
    return min(float(text), _LONGEST_PAUSE_S) if text.strip().isdecimal() else 0.0


def _words(error: Exception) -> str:
    reason = getattr(error, "strerror", None) or str(error)
    return f"{type(error).__name__}: {reason}" if reason else type(error).__name__
