"""Compile the simulation kernels ahead of the first run."""

from __future__ import annotations

import time

from predictor.vocabulary import Backend
from services.settings.environment import seal_kernels
from services.settings.gpu import find_gpu

__all__ = ["warm_kernels"]


def warm_kernels() -> float:
    """Compile what is not compiled yet; give the seconds it took."""
    seal_kernels()
    from predictor import simulator  # noqa: PLC0415 - imports numba

    started = time.perf_counter()
    simulator.warm()
    if not find_gpu().trouble:
        simulator.warm(Backend.CUDA)
    return time.perf_counter() - started
