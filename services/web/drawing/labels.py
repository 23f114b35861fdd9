"""Labels that would lie upon each other, moved apart by as little as it takes."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["LEAST_PX", "room_for", "spread"]

LEAST_PX = 17.0  # between the middles of two labels of 13 px


def room_for(n_labels: int, least: float = LEAST_PX) -> float:
    """Return the height that so many labels need, px."""
    return least * n_labels


def spread(
    wanted: Sequence[float], low: float, high: float, least: float = LEAST_PX
) -> tuple[float, ...]:
    """Return places near those wanted, none nearer to another than the least.

    Parameters
    ----------
    wanted : sequence of float
        Where each label would stand, px downwards; in any order.
    low, high : float
        Between which they are to stand. Where there is no room for all, they reach beyond both.
    least : float

    Returns
    -------
    tuple of float
        In the order of ``wanted``; labels keep their order from top to bottom.
    """
    n = len(wanted)
    missing = max(0.0, least * (n - 1) - (high - low))
    low, high = low - missing / 2, high + missing / 2
    order = sorted(range(n), key=lambda place: wanted[place])
    # Labels that touch form a block, which stands where its members wish on average.
    blocks: list[tuple[float, int]] = []  # middle of the first label, size
    for place in order:
        start, size = min(max(wanted[place], low), high), 1
        while blocks and blocks[-1][0] + least * blocks[-1][1] > start:
            before, its_size = blocks.pop()
            total = before * its_size + (start - least * its_size) * size
            start, size = total / (its_size + size), its_size + size
            start = max(low, min(start, high - least * (size - 1)))
        blocks.append((start, size))
    found = [start + least * place for start, size in blocks for place in range(size)]
    result = [0.0] * n
    for place, at in zip(order, found, strict=True):
        result[place] = at
    return tuple(result)
