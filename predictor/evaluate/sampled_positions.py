"""What the drawn reference models share: luck by name, and draws counted as positions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from predictor.random_streams import named_uniforms, stream

__all__ = ["N_DRAWS", "luck", "position_frequencies"]

Floats = NDArray[np.float64]

N_DRAWS = 4000  # standard error of a win probability: at most .008
_SEED = 20_140_316  # fixed: a yardstick does not change with the seed of what is measured


def luck(event_id: str, purpose: str, names: Sequence[str]) -> Floats:
    """Give the uniform draws of one race, float64[N, len(names), 4]."""
    return named_uniforms(stream(_SEED, event_id, purpose), range(N_DRAWS), names)


def position_frequencies(score: Floats) -> Floats:
    """Rank drawn scores, best first, and count the positions.

    Parameters
    ----------
    score : float64[N, D]

    Returns
    -------
    float64[D, D]
        Row driver, column position - 1, with one race of no opinion added; all rows and
        columns sum to one.
    """
    n_draws, n_drivers = score.shape
    order = np.argsort(-score, axis=1, kind="stable")
    cell = order * n_drivers + np.arange(n_drivers)
    counts = np.bincount(cell.ravel(), minlength=n_drivers**2).reshape(n_drivers, n_drivers)
    shares: Floats = (counts + 1.0 / n_drivers) / (n_draws + 1.0)
    return shares
