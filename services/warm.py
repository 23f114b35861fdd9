"""Compile the simulation kernels ahead of the first run."""

from __future__ import annotations

import time

__all__ = ["warm_kernels"]


def warm_kernels() -> float:
    """Compile what is not compiled yet; give the seconds it took."""
    from predictor import simulator  # noqa: PLC0415 - imports numba

    started = time.perf_counter()
    simulator.warm()
    return time.perf_counter() - started
