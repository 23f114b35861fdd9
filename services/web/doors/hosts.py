"""Which names this server answers to: a page of another site cannot have it asked by its own."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["Hosts", "host_of"]

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_KEPT = 64  # spellings that were let in


class Hosts:
    """Names by which readers may call this server.

    Parameters
    ----------
    allowed : iterable of str
        Beside those of this machine for itself, as ``forecast.example.org``; without a port.
    """

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self._names = frozenset(_LOOPBACK) | {host_of(name) for name in allowed}
        self._let_in: set[bytes] = set()

    def is_allowed(self, header: bytes) -> bool:
        """Return whether a ``Host`` header is one of them, with any port."""
        if header in self._let_in:
            return True
        try:
            is_one = host_of(header.decode("ascii")) in self._names
        except UnicodeDecodeError:
            return False
        if is_one and len(self._let_in) < _KEPT:
            self._let_in.add(header)
        return is_one


def host_of(text: str) -> str:
    """Return the name in ``name``, ``name:port``, ``[::1]:port``; empty if it is none of them."""
    text = text.strip().lower()
    if text.startswith("["):
        name, bracket, port = text[1:].partition("]")
        is_sound = bool(bracket) and (not port or (port.startswith(":") and port[1:].isdigit()))
    else:
        name, colon, port = text.partition(":")
        if ":" in port:  # an address of version 6 without its brackets
            return text
        is_sound = not colon or port.isdigit()
    return name.removesuffix(".") if is_sound else ""
