"""Sorting networks: the same comparisons whatever the values, so lanes sort together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["sorting_network"]


def sorting_network(n: int) -> npt.NDArray[np.int32]:
    """Give the comparators of a network that sorts ``n`` values.

    Returns
    -------
    int32[M, 2]
        Pairs (low, high) in order: after each, the smaller value is at ``low``.

    Source
    ------
    Batcher's odd-even merge sort (Knuth, TAOCP 3, 5.2.2, algorithm M), which
    holds for every ``n``; 97 comparators for 20 cars.
    """
    pairs: list[tuple[int, int]] = []
    step = 1
    while step < n:
        step *= 2
    p = step // 2
    while p > 0:
        q, r, d = step // 2, 0, p
        while d > 0:
            pairs += [(i, i + d) for i in range(n - d) if i & p == r]
            d, q, r = q - p, q // 2, p
        p //= 2
    return np.array(pairs, np.int32).reshape(-1, 2)
