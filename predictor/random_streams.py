"""Counter-based random streams keyed by (seed, event, purpose).

A draw is a function of its key and its counters (sim, lap, index) and of nothing
else: how many sims there are, in which order or on which machine they run never
changes a number. The scenario is not in the key, so scenarios and what-ifs of one
event share their random numbers.

Source: Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel random numbers:
as easy as 1, 2, 3", SC'11; checked against the known-answer vectors of Random123.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from predictor.errors import F1Error

__all__ = [
    "MULTIPLIERS",
    "ROUNDS",
    "WEYL",
    "Stream",
    "gumbel",
    "named_uniforms",
    "normal_pair",
    "philox",
    "stream",
    "uniforms",
    "words",
]

MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
WEYL = (0x9E3779B9, 0xBB67AE85)
ROUNDS = 10
_MASK = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)

Sims = range | tuple[int, int]
"""A range of sims with step 1, or (first, number)."""

Words = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Stream:
    """The two 32-bit words of a Philox key."""

    key0: int
    key1: int


def stream(seed: int, event: str, purpose: str) -> Stream:
    """Give the stream of one purpose in one event.

    Parameters
    ----------
    seed : int
    event : str
        Event id, ``2025-monaco``.
    purpose : str
        What is drawn, ``lap-noise``; each purpose has a stream of its own.
    """
    # the unit separator keeps ("a", "bc") and ("ab", "c") apart
    text = "\x1f".join((str(int(seed)), event, purpose))
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return Stream(int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:], "little"))


def philox(
    counters: tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike, npt.ArrayLike], key: Stream
) -> tuple[Words, Words, Words, Words]:
    """Turn four counter words into four random words, elementwise.

    Parameters
    ----------
    counters : four integers or arrays that broadcast together, 0 to 2^32 - 1
    key : Stream

    Returns
    -------
    four uint32 arrays
    """
    c0, c1, c2, c3 = (np.asarray(c, np.uint64) for c in counters)
    k0, k1 = key.key0, key.key1
    for _ in range(ROUNDS):
        left = c0 * np.uint64(MULTIPLIERS[0])
        right = c2 * np.uint64(MULTIPLIERS[1])
        c0, c1, c2, c3 = (
            (right >> _HALF) ^ c1 ^ np.uint64(k0),
            right & _MASK,
            (left >> _HALF) ^ c3 ^ np.uint64(k1),
            left & _MASK,
        )
        k0, k1 = (k0 + WEYL[0]) & 0xFFFFFFFF, (k1 + WEYL[1]) & 0xFFFFFFFF
    return (
        c0.astype(np.uint32),
        c1.astype(np.uint32),
        c2.astype(np.uint32),
        c3.astype(np.uint32),
    )


def words(key: Stream, sims: Sims, columns: int, *, lap: int = 0) -> Words:
    """Give raw random words.

    Parameters
    ----------
    key : Stream
    sims : range or (first, number)
    columns : int
        Word ``j`` is word ``j % 4`` of the counter (sim, lap, j // 4, 0), so asking for
        more columns never changes the first ones.
    lap : int
        Second counter; 0 where there are no laps.

    Returns
    -------
    uint32[n, columns]
    """
    first, count = _first_and_count(sims)
    blocks = -(-columns // 4)
    sim = np.arange(first, first + count, dtype=np.uint64)[:, None]
    index = np.arange(blocks, dtype=np.uint64)[None, :]
    drawn = philox((sim, lap, index, 0), key)
    return np.stack(drawn, axis=-1).reshape(count, blocks * 4)[:, :columns]


def uniforms(key: Stream, sims: Sims, columns: int = 1, *, lap: int = 0) -> npt.NDArray[np.float64]:
    """Give uniform draws, never 0 nor 1, float64[n, columns]; resolution 2^-32."""
    return (words(key, sims, columns, lap=lap).astype(np.float64) + 0.5) * 2.0**-32


def named_uniforms(key: Stream, sims: Sims, names: Sequence[str]) -> npt.NDArray[np.float64]:
    """Give four uniforms per sim and name, float64[n, len(names), 4].

    The counter holds the name itself, so each driver keeps his numbers whoever else is
    entered and in whatever order.
    """
    first, count = _first_and_count(sims)
    sim = np.arange(first, first + count, dtype=np.uint32)[:, None]
    who = np.array([_number_of(name) for name in names], dtype=np.uint32)[None, :]
    zero = np.zeros((1, 1), dtype=np.uint32)
    drawn = np.stack(philox((sim, who, zero, zero), key), axis=-1)
    return (drawn.astype(np.float64) + 0.5) * 2.0**-32


def normal_pair(
    u: npt.NDArray[np.float64], v: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Turn two uniforms into two independent standard normals (Box-Muller)."""
    radius = np.sqrt(-2.0 * np.log(u))
    return radius * np.cos(2.0 * np.pi * v), radius * np.sin(2.0 * np.pi * v)


def gumbel(u: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Turn uniforms into standard Gumbel draws (mean 0.5772, largest of many)."""
    return -np.log(-np.log(u))


def _number_of(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest(), "little")


def _first_and_count(sims: Sims) -> tuple[int, int]:
    if isinstance(sims, range):
        first, count, step = sims.start, len(sims), sims.step
    else:
        (first, count), step = sims, 1
    if step != 1 or first < 0 or count < 0 or first + count > 2**32:
        raise F1Error(
            "these sims cannot be counted",
            where="random_streams",
            got=str(sims),
            expected="a range with step 1, or (first, number), within 0 to 2^32",
        )
    return first, count
