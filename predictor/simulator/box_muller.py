"""Standard normals from random words, in float32 arithmetic that is the same everywhere.

Only additions, multiplications and a square root, all correctly rounded by IEEE 754:
NumPy on an array and a compiled kernel on a scalar give the same bits, which library
logarithms and cosines do not promise. ``cpu.kernel`` compiles these very functions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["noise_pair", "normal_pair"]

_INT32, _FLOAT32 = np.int32, np.float32
_BYTE, _HALF_WORD = np.uint32(8), np.uint32(16)
_HALF, _ONE, _TWO = np.float32(0.5), np.float32(1.0), np.float32(2.0)
_2_TO_MINUS_16 = np.float32(2.0**-16)
_2_TO_MINUS_24 = np.float32(2.0**-24)
_2_TO_MINUS_31 = np.float32(2.0**-31)
_QUARTER_TURN = np.int32(2**30)
_LN2 = np.float32(0.69314718)
_MANTISSA_BITS = np.int32(23)
_SQRT_HALF_BITS = np.int32(0x3F3504F3)

# ln(1 + f) / f on 1/sqrt(2) - 1 <= f <= sqrt(2) - 1; minimax fit, largest error 1.7e-7
_L0, _L1, _L2, _L3 = (np.float32(c) for c in (0.99999992, -0.50000344, 0.33335607, -0.24971558))
_L4, _L5, _L6, _L7 = (np.float32(c) for c in (0.19884252, -0.17212471, 0.16338027, -0.10378417))

# sin(pi x) / x in x^2 on |x| <= 1/2; minimax fit, largest error 2.4e-6
_S0, _S1, _S2, _S3 = (np.float32(c) for c in (3.14159028, -5.1674077, 2.5440208, -0.55948988))


# Coarse: the same on the same ranges, largest errors 3.6e-4 and 6.8e-5
_C0, _C1, _C2, _C3 = (np.float32(c) for c in (0.99967479, -0.50159213, 0.35540385, -0.23268903))
_Q0, _Q1, _Q2 = (np.float32(c) for c in (3.1406399, -5.13690242, 2.29953555))


# Any: uint32 scalars inside the kernel, uint32 arrays in NumPy.
def normal_pair(first: Any, second: Any) -> tuple[Any, Any]:  # noqa: ANN401
    """Give two standard normals from two random words, by Box-Muller.

    Parameters
    ----------
    first, second : uint32 scalars or arrays

    Returns
    -------
    two of float32, within 5.9 standard deviations
    """
    # radius: sqrt(-2 ln x), x in (0, 1] from the upper 24 bits
    x = _FLOAT32(_FLOAT32(_FLOAT32(_INT32(first >> _BYTE)) + _HALF) * _2_TO_MINUS_24)
    bits = _FLOAT32(x).view(_INT32)
    exponent = _INT32(_INT32(bits - _SQRT_HALF_BITS) >> _MANTISSA_BITS)
    mantissa = _INT32(bits - _INT32(exponent << _MANTISSA_BITS)).view(_FLOAT32)
    f = mantissa - _ONE
    p = _L6 + f * _L7
    p = _L5 + f * p
    p = _L4 + f * p
    p = _L3 + f * p
    p = _L2 + f * p
    p = _L1 + f * p
    p = _L0 + f * p
    radius = np.sqrt(-_TWO * (_FLOAT32(exponent) * _LN2 + f * p))
    # angle: cos(pi a) is sin(pi (1/2 - |a|)), a in [-1, 1); the sine is a quarter turn on
    angle = _INT32(second)
    a = _HALF - np.abs(_FLOAT32(angle) * _2_TO_MINUS_31)
    b = _HALF - np.abs(_FLOAT32(_INT32(angle - _QUARTER_TURN)) * _2_TO_MINUS_31)
    aa, bb = a * a, b * b
    cosine = a * (_S0 + aa * (_S1 + aa * (_S2 + aa * _S3)))
    sine = b * (_S0 + bb * (_S1 + bb * (_S2 + bb * _S3)))
    return radius * cosine, radius * sine


def noise_pair(word: Any, scale: Any) -> tuple[Any, Any]:  # noqa: ANN401
    """Give two normals of standard deviation ``scale``, cut to whole numbers, from one word.

    Box-Muller from 16 bits each for radius and angle: fine enough for the noise of one
    lap, at half the random words and two thirds of the arithmetic.

    Parameters
    ----------
    word : uint32 scalar or array
    scale : float32

    Returns
    -------
    two of int32, within 4.8 scales
    """
    x = _FLOAT32(_FLOAT32(_FLOAT32(_INT32(word >> _HALF_WORD)) + _HALF) * _2_TO_MINUS_16)
    bits = _FLOAT32(x).view(_INT32)
    exponent = _INT32(_INT32(bits - _SQRT_HALF_BITS) >> _MANTISSA_BITS)
    mantissa = _INT32(bits - _INT32(exponent << _MANTISSA_BITS)).view(_FLOAT32)
    f = mantissa - _ONE
    p = _C2 + f * _C3
    p = _C1 + f * p
    p = _C0 + f * p
    radius = np.sqrt(-_TWO * (_FLOAT32(exponent) * _LN2 + f * p)) * scale
    angle = _INT32(word << _HALF_WORD)
    a = _HALF - np.abs(_FLOAT32(angle) * _2_TO_MINUS_31)
    b = _HALF - np.abs(_FLOAT32(_INT32(angle - _QUARTER_TURN)) * _2_TO_MINUS_31)
    aa, bb = a * a, b * b
    cosine = a * (_Q0 + aa * (_Q1 + aa * _Q2))
    sine = b * (_Q0 + bb * (_Q1 + bb * _Q2))
    return _INT32(radius * cosine), _INT32(radius * sine)
