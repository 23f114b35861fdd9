"""Stage results held in memory, for a few builds of one process that share them."""

from __future__ import annotations

import threading

from predictor.fingerprint import digest_of_bytes

__all__ = ["MemoryStore"]


class MemoryStore:
    """Results by key, up to a size; what comes later is computed each time.

    Parameters
    ----------
    max_bytes : int
    """

    def __init__(self, max_bytes: int) -> None:
        self._left = max_bytes
        self._kept: dict[str, tuple[str, bytes]] = {}
        self._lock = threading.Lock()

    def digest(self, key: str) -> str | None:
        """Give the digest of a kept result, or None."""
        kept = self._kept.get(key)
        return kept[0] if kept else None

    def get(self, key: str) -> bytes | None:
        """Give a kept payload, or None."""
        kept = self._kept.get(key)
        return kept[1] if kept else None

    def put(self, key: str, payload: bytes) -> None:
        """Keep a payload while there is room."""
        with self._lock:
            if key not in self._kept and len(payload) <= self._left:
                self._kept[key] = (digest_of_bytes(payload), payload)
                self._left -= len(payload)
