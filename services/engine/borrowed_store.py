"""Results that a forecast has stored, for builds that publish nothing and may store nothing."""

from __future__ import annotations

from services.engine.memory_store import MemoryStore
from services.engine.store import Store

__all__ = ["BorrowedStore"]


class BorrowedStore(MemoryStore):
    """Results of a forecast, and in memory what they lack; nothing is written.

    Parameters
    ----------
    store : Store
    max_bytes : int
        Of what is kept in memory.
    """

    def __init__(self, store: Store, max_bytes: int) -> None:
        super().__init__(max_bytes)
        self._store = store

    def digest(self, key: str) -> str | None:
        """Give the digest of a result, or None."""
        return super().digest(key) or self._store.digest(key)

    def get(self, key: str) -> bytes | None:
        """Give a payload, or None."""
        return super().get(key) or self._store.get(key)
