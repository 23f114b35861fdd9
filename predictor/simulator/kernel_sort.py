"""Compiled: sort the cars of every lane by race time."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from predictor.simulator.lanes import KEY, WIDTH, Lanes
from predictor.simulator.sorting import sorting_network

__all__ = ["sort"]

U32 = np.uint32


def _unrolled(n: int) -> Any:  # noqa: ANN401 - a compiled function
    """Give the network of ``n`` cars written out, so that keys stay in registers between steps.

    Reading and storing both rows for every comparator costs three times as much, and no
    loop over a table of comparators lets LLVM leave that out.
    """
    lines = [f"x{i} = s[{KEY + i * WIDTH} + w]" for i in range(n)]
    lines += [f"x{i}, x{j} = min(x{i}, x{j}), max(x{i}, x{j})" for i, j in sorting_network(n)]
    lines += [f"s[{KEY + i * WIDTH} + w] = x{i}" for i in range(n)]
    source = f"def sort(s):\n for w in range({WIDTH}):\n  " + "\n  ".join(lines)
    namespace: dict[str, Any] = {}
    exec(source, namespace)  # noqa: S102 - our own text, from whole numbers alone
    return numba.njit(nogil=True, error_model="numpy")(namespace["sort"])


_sort_20, _sort_22 = _unrolled(20), _unrolled(22)  # what grids have; each takes time to compile


@numba.njit(nogil=True, error_model="numpy")
def sort(n_drivers: int, s: Lanes, network: Lanes) -> None:
    """Sort the first ``n_drivers`` rows of KEY in every lane; ``network`` is theirs."""
    if n_drivers == 20:
        _sort_20(s)
    elif n_drivers == 22:
        _sort_22(s)
    else:
        for m in range(network.shape[0]):
            low = U32(KEY) + U32(network[m, 0]) * U32(WIDTH)
            high = U32(KEY) + U32(network[m, 1]) * U32(WIDTH)
            for w in range(WIDTH):
                x, y = s[low + U32(w)], s[high + U32(w)]
                smaller, larger = min(x, y), max(x, y)
                s[low + U32(w)] = smaller
                s[high + U32(w)] = larger
