"""The one judge of level, where what pages say looks for it; see `predictor.evaluate.level`."""

from __future__ import annotations

from predictor.evaluate.level import (
    STANDARD_ERRORS,
    between,
    between_runs,
    error_of_mean,
    error_of_place,
    has_moved,
    is_level,
    is_within,
    leaders,
    margin_90,
    sims_of,
    spread_of,
)

__all__ = [
    "STANDARD_ERRORS",
    "between",
    "between_runs",
    "error_of_mean",
    "error_of_place",
    "has_moved",
    "is_level",
    "is_within",
    "leaders",
    "margin_90",
    "sims_of",
    "spread_of",
]
