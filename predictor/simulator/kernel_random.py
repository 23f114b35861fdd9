"""Philox4x32-10 and Box-Muller inside compiled kernels; same bits as the NumPy ones."""

from __future__ import annotations

import numba
import numpy as np

from predictor.random_streams import MULTIPLIERS, ROUNDS, WEYL
from predictor.simulator.box_muller import noise_pair, normal_pair
from predictor.simulator.lanes import Word

__all__ = ["noises", "normals", "philox"]

_M0, _M1 = np.uint64(MULTIPLIERS[0]), np.uint64(MULTIPLIERS[1])
_W0, _W1 = np.uint64(WEYL[0]), np.uint64(WEYL[1])
_U32, _U64 = np.uint32, np.uint64
_HIGH, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)

noises = numba.njit(inline="always")(noise_pair)
normals = numba.njit(inline="always")(normal_pair)


@numba.njit(inline="always")
def philox(sim: Word, lap: Word, index: Word, k0: Word, k1: Word) -> tuple[Word, Word, Word, Word]:
    """Give four random words of (sim, lap, index); all uint32.

    The words travel in the lower halves of 64 bits, whatever stands above them: a lane then
    multiplies with one instruction, where 32 bits have to be widened and cut every round.
    """
    c0, c1, c2, c3 = _U64(sim), _U64(lap), _U64(index), _U64(0)
    key0, key1 = _U64(k0), _U64(k1)
    for _ in range(ROUNDS):
        left = _U64(c0 & _LOW) * _M0
        right = _U64(c2 & _LOW) * _M1
        c0 = _U64(_U64(right >> _HIGH) ^ c1) ^ key0
        c2 = _U64(_U64(left >> _HIGH) ^ c3) ^ key1
        c1, c3 = right, left
        key0, key1 = _U64(key0 + _W0), _U64(key1 + _W1)
    return _U32(c0), _U32(c1), _U32(c2), _U32(c3)
