"""How much a user's opinion may weigh; loaded before anything is read."""

from __future__ import annotations

from predictor.errors import UsageError

__all__ = ["HIGHEST_WEIGHT", "LOWEST_WEIGHT", "check_weight"]

LOWEST_WEIGHT = 0.5
HIGHEST_WEIGHT = 2.0


def check_weight(name: str, weight: float, where: str) -> None:
    """Refuse a weight outside 0.5 to 2, and what is no number.

    Raises
    ------
    UsageError
        Naming whose weight it is.
    """
    if not LOWEST_WEIGHT <= weight <= HIGHEST_WEIGHT:
        raise UsageError(
            f"the weight of {name} is out of range",
            where=where,
            got=f"{weight:g}",
            expected=f"{LOWEST_WEIGHT:g} to {HIGHEST_WEIGHT:g}; 1 is neutral",
            do=f"give a weight from {LOWEST_WEIGHT:g} to {HIGHEST_WEIGHT:g}",
        )
