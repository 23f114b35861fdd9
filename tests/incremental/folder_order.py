"""Folders that are listed in another order than the system's."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

__all__ = ["shuffled_folders"]


@contextmanager
def shuffled_folders(seed: int) -> Iterator[None]:
    """Have every folder listed in another order than the system's."""
    chance = random.Random(seed)
    real = os.scandir

    def scandir(*given: Any) -> _Listing:
        with real(*given) as entries:
            found = list(entries)
        chance.shuffle(found)
        return _Listing(found)

    with patch.object(os, "scandir", scandir):
        yield


class _Listing:
    """What `os.scandir` gives, in a chosen order."""

    def __init__(self, entries: list[Any]) -> None:
        self._entries = iter(entries)

    def __iter__(self) -> _Listing:
        return self

    def __next__(self) -> Any:
        return next(self._entries)

    def __enter__(self) -> _Listing:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None: ...
