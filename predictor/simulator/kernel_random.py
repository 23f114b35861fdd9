"""Philox4x32-10 and Box-Muller inside compiled kernels; same bits as the NumPy ones."""

from __future__ import annotations

import numba
import numpy as np

from predictor.random_streams import MULTIPLIERS, ROUNDS, WEYL
from predictor.simulator.box_muller import noise_pair, normal_pair
from predictor.simulator.lanes import Word

__all__ = ["noises", "normals", "philox"]

_M0, _M1 = np.uint64(MULTIPLIERS[0]), np.uint64(MULTIPLIERS[1])
_W0, _W1 = np.uint32(WEYL[0]), np.uint32(WEYL[1])
_U32, _U64 = np.uint32, np.uint64
_HIGH = np.uint64(32)

noises = numba.njit(inline="always")(noise_pair)
normals = numba.njit(inline="always")(normal_pair)


@numba.njit(inline="always")
def philox(sim: Word, lap: Word, index: Word, k0: Word, k1: Word) -> tuple[Word, Word, Word, Word]:
    """Give four random words of (sim, lap, index); all uint32."""
    c0, c1, c2, c3 = sim, lap, index, _U32(0)
    for _ in range(ROUNDS):
        left = _U64(c0) * _M0
        right = _U64(c2) * _M1
        c0 = _U32(_U32(_U32(right >> _HIGH) ^ c1) ^ k0)
        c2 = _U32(_U32(_U32(left >> _HIGH) ^ c3) ^ k1)
        c1, c3 = _U32(right), _U32(left)
        k0, k1 = _U32(k0 + _W0), _U32(k1 + _W1)
    return c0, c1, c2, c3
