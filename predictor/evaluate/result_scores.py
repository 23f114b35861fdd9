"""Scores of one forecast by one result, where not all who were forecast started, or the reverse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from predictor.evaluate.scores import podium_brier, score_race

__all__ = ["scores_by_result"]


def scores_by_result(
    p_position: Mapping[str, Sequence[float]], starters: Sequence[str]
) -> dict[str, float]:
    """Score a forecast that was made before anybody knew who would start.

    Who started without having been forecast is passed over; who was forecast and did not start
    stands last, as a car that does not get far.

    Parameters
    ----------
    p_position : mapping of str to sequence of float
        By driver: probability of finishing 1st, 2nd, ..., one for each driver who was forecast.
    starters : sequence of str
        As the result lists them, winner first.

    Returns
    -------
    dict of str to float
        Keys `predictor.evaluate.summary.SUMMARY_METRICS`; empty where the winner was not forecast
        or nobody started.
    """
    if not starters or starters[0] not in p_position:
        return {}
    started = [driver for driver in starters if driver in p_position]
    absent = [driver for driver in p_position if driver not in starters]
    matrix = np.array([p_position[driver] for driver in (*started, *absent)])
    if matrix.shape[1:] != (len(matrix),):
        return {}  # not a row of places to each driver: a forecast that is not whole
    return {**score_race(matrix), "podium_brier": podium_brier(matrix)}
