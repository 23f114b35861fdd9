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
    from predictor.simulator import simulate  # noqa: PLC0415 - numba loads here

    started = time.perf_counter()
    simulate.warm()
    if not find_gpu().trouble:
        simulate.warm(Backend.CUDA)
    return time.perf_counter() - started
