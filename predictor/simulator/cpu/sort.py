"""Compiled: sort the cars of every lane by race time."""

from __future__ import annotations

import numba
import numpy as np

from predictor.simulator.lanes import KEY, WIDTH, Lanes, Word

__all__ = ["IN_REGISTERS", "sort"]

U32 = np.uint32
IN_REGISTERS = 22
"""Up to so many cars keys stay in registers; rows of KEY without a car hold the largest number."""


@numba.njit(nogil=True, error_model="numpy")
def sort(n_drivers: int, s: Lanes, network: Lanes) -> None:
    """Sort the rows of KEY in every lane; ``network`` sorts ``n_drivers`` of them."""
    if n_drivers <= IN_REGISTERS:
        _sort_22(s)
        return
    for m in range(network.shape[0]):
        low = U32(KEY) + U32(network[m, 0]) * U32(WIDTH)
        high = U32(KEY) + U32(network[m, 1]) * U32(WIDTH)
        for w in range(WIDTH):
            x, y = s[low + U32(w)], s[high + U32(w)]
            smaller, larger = min(x, y), max(x, y)
            s[low + U32(w)] = smaller
            s[high + U32(w)] = larger


@numba.njit(inline="always")
def _order(x: Word, y: Word) -> tuple[Word, Word]:
    return min(x, y), max(x, y)


@numba.njit(nogil=True, error_model="numpy")
def _sort_22(s: Lanes) -> None:  # noqa: PLR0915 # long because it is `sorting_network(22)` written out
    """Sort 22 rows: a loop over a table of comparators reads and stores both rows each time.

    That costs four times as much. A test compares this with the table.
    """
    for w in range(WIDTH):
        x0 = s[KEY + 0 * WIDTH + w]
        x1 = s[KEY + 1 * WIDTH + w]
        x2 = s[KEY + 2 * WIDTH + w]
        x3 = s[KEY + 3 * WIDTH + w]
        x4 = s[KEY + 4 * WIDTH + w]
        x5 = s[KEY + 5 * WIDTH + w]
        x6 = s[KEY + 6 * WIDTH + w]
        x7 = s[KEY + 7 * WIDTH + w]
        x8 = s[KEY + 8 * WIDTH + w]
        x9 = s[KEY + 9 * WIDTH + w]
        x10 = s[KEY + 10 * WIDTH + w]
        x11 = s[KEY + 11 * WIDTH + w]
        x12 = s[KEY + 12 * WIDTH + w]
        x13 = s[KEY + 13 * WIDTH + w]
        x14 = s[KEY + 14 * WIDTH + w]
        x15 = s[KEY + 15 * WIDTH + w]
        x16 = s[KEY + 16 * WIDTH + w]
        x17 = s[KEY + 17 * WIDTH + w]
        x18 = s[KEY + 18 * WIDTH + w]
        x19 = s[KEY + 19 * WIDTH + w]
        x20 = s[KEY + 20 * WIDTH + w]
        x21 = s[KEY + 21 * WIDTH + w]
        x0, x16 = _order(x0, x16)
        x1, x17 = _order(x1, x17)
        x2, x18 = _order(x2, x18)
        x3, x19 = _order(x3, x19)
        x4, x20 = _order(x4, x20)
        x5, x21 = _order(x5, x21)
        x0, x8 = _order(x0, x8)
        x1, x9 = _order(x1, x9)
        x2, x10 = _order(x2, x10)
        x3, x11 = _order(x3, x11)
        x4, x12 = _order(x4, x12)
        x5, x13 = _order(x5, x13)
        x6, x14 = _order(x6, x14)
        x7, x15 = _order(x7, x15)
        x8, x16 = _order(x8, x16)
        x9, x17 = _order(x9, x17)
        x10, x18 = _order(x10, x18)
        x11, x19 = _order(x11, x19)
        x12, x20 = _order(x12, x20)
        x13, x21 = _order(x13, x21)
        x0, x4 = _order(x0, x4)
        x1, x5 = _order(x1, x5)
        x2, x6 = _order(x2, x6)
        x3, x7 = _order(x3, x7)
        x8, x12 = _order(x8, x12)
        x9, x13 = _order(x9, x13)
        x10, x14 = _order(x10, x14)
        x11, x15 = _order(x11, x15)
        x16, x20 = _order(x16, x20)
        x17, x21 = _order(x17, x21)
        x4, x16 = _order(x4, x16)
        x5, x17 = _order(x5, x17)
        x6, x18 = _order(x6, x18)
        x7, x19 = _order(x7, x19)
        x4, x8 = _order(x4, x8)
        x5, x9 = _order(x5, x9)
        x6, x10 = _order(x6, x10)
        x7, x11 = _order(x7, x11)
        x12, x16 = _order(x12, x16)
        x13, x17 = _order(x13, x17)
        x14, x18 = _order(x14, x18)
        x15, x19 = _order(x15, x19)
        x0, x2 = _order(x0, x2)
        x1, x3 = _order(x1, x3)
        x4, x6 = _order(x4, x6)
        x5, x7 = _order(x5, x7)
        x8, x10 = _order(x8, x10)
        x9, x11 = _order(x9, x11)
        x12, x14 = _order(x12, x14)
        x13, x15 = _order(x13, x15)
        x16, x18 = _order(x16, x18)
        x17, x19 = _order(x17, x19)
        x2, x16 = _order(x2, x16)
        x3, x17 = _order(x3, x17)
        x6, x20 = _order(x6, x20)
        x7, x21 = _order(x7, x21)
        x2, x8 = _order(x2, x8)
        x3, x9 = _order(x3, x9)
        x6, x12 = _order(x6, x12)
        x7, x13 = _order(x7, x13)
        x10, x16 = _order(x10, x16)
        x11, x17 = _order(x11, x17)
        x14, x20 = _order(x14, x20)
        x15, x21 = _order(x15, x21)
        x2, x4 = _order(x2, x4)
        x3, x5 = _order(x3, x5)
        x6, x8 = _order(x6, x8)
        x7, x9 = _order(x7, x9)
        x10, x12 = _order(x10, x12)
        x11, x13 = _order(x11, x13)
        x14, x16 = _order(x14, x16)
        x15, x17 = _order(x15, x17)
        x18, x20 = _order(x18, x20)
        x19, x21 = _order(x19, x21)
        x0, x1 = _order(x0, x1)
        x2, x3 = _order(x2, x3)
        x4, x5 = _order(x4, x5)
        x6, x7 = _order(x6, x7)
        x8, x9 = _order(x8, x9)
        x10, x11 = _order(x10, x11)
        x12, x13 = _order(x12, x13)
        x14, x15 = _order(x14, x15)
        x16, x17 = _order(x16, x17)
        x18, x19 = _order(x18, x19)
        x20, x21 = _order(x20, x21)
        x1, x16 = _order(x1, x16)
        x3, x18 = _order(x3, x18)
        x5, x20 = _order(x5, x20)
        x1, x8 = _order(x1, x8)
        x3, x10 = _order(x3, x10)
        x5, x12 = _order(x5, x12)
        x7, x14 = _order(x7, x14)
        x9, x16 = _order(x9, x16)
        x11, x18 = _order(x11, x18)
        x13, x20 = _order(x13, x20)
        x1, x4 = _order(x1, x4)
        x3, x6 = _order(x3, x6)
        x5, x8 = _order(x5, x8)
        x7, x10 = _order(x7, x10)
        x9, x12 = _order(x9, x12)
        x11, x14 = _order(x11, x14)
        x13, x16 = _order(x13, x16)
        x15, x18 = _order(x15, x18)
        x17, x20 = _order(x17, x20)
        x1, x2 = _order(x1, x2)
        x3, x4 = _order(x3, x4)
        x5, x6 = _order(x5, x6)
        x7, x8 = _order(x7, x8)
        x9, x10 = _order(x9, x10)
        x11, x12 = _order(x11, x12)
        x13, x14 = _order(x13, x14)
        x15, x16 = _order(x15, x16)
        x17, x18 = _order(x17, x18)
        x19, x20 = _order(x19, x20)
        s[KEY + 0 * WIDTH + w] = x0
        s[KEY + 1 * WIDTH + w] = x1
        s[KEY + 2 * WIDTH + w] = x2
        s[KEY + 3 * WIDTH + w] = x3
        s[KEY + 4 * WIDTH + w] = x4
        s[KEY + 5 * WIDTH + w] = x5
        s[KEY + 6 * WIDTH + w] = x6
        s[KEY + 7 * WIDTH + w] = x7
        s[KEY + 8 * WIDTH + w] = x8
        s[KEY + 9 * WIDTH + w] = x9
        s[KEY + 10 * WIDTH + w] = x10
        s[KEY + 11 * WIDTH + w] = x11
        s[KEY + 12 * WIDTH + w] = x12
        s[KEY + 13 * WIDTH + w] = x13
        s[KEY + 14 * WIDTH + w] = x14
        s[KEY + 15 * WIDTH + w] = x15
        s[KEY + 16 * WIDTH + w] = x16
        s[KEY + 17 * WIDTH + w] = x17
        s[KEY + 18 * WIDTH + w] = x18
        s[KEY + 19 * WIDTH + w] = x19
        s[KEY + 20 * WIDTH + w] = x20
        s[KEY + 21 * WIDTH + w] = x21
