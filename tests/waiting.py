"""Wait for facts, never for a time."""

from __future__ import annotations

import time
from collections.abc import Callable

__all__ = ["until"]


def until(condition: Callable[[], object], timeout_s: float = 120.0) -> None:
    """Wait until a condition holds; only a test that fails waits so long."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)
