"""A forecast's numbers as the rows that the season document shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from predictor.season.state import Entry

__all__ = ["Pays", "driver_rows", "rounded"]

Floats = NDArray[np.float64]
_DECIMALS = 5  # a probability of 0.00001 is below the noise of any number of sims used


def rounded(value: float, decimals: int = _DECIMALS) -> float:
    """Round for the document, never to minus zero."""
    return round(float(value), decimals) + 0.0


@dataclass(frozen=True, slots=True)
class Pays:
    """What a race pays: positions 1 to n, and the fastest lap in the top ten."""

    by_position: Floats
    fastest_lap: float


def driver_rows(
    entries: Sequence[Entry],
    forecast: tuple[Floats, Floats, Floats],
    pays: Pays,
    *,
    in_full: bool,
) -> list[dict[str, Any]]:
    """Give one row per driver, likeliest winner first.

    Parameters
    ----------
    entries : sequence of Entry, length D
        Aligned with the rows of the arrays.
    forecast : float64[D, D], float64[D], float64[D, 2]
        Position probabilities, retirement, and fastest lap at all and while finishing
        in the top ten.
    pays : Pays
    in_full : bool
        With name, team and number, which the rows of scenarios leave to the headline.
    """
    p_position, p_dnf, p_fastest_lap = forecast
    points, fastest_lap_point = pays.by_position, pays.fastest_lap
    n_drivers = len(entries)
    positions = np.arange(1, n_drivers + 1)
    paid = np.zeros(n_drivers)
    paid[: len(points)] = points[:n_drivers]
    cumulated = np.cumsum(p_position, axis=1)
    rows = []
    for i, entry in enumerate(entries):
        bonus = fastest_lap_point * p_fastest_lap[i, 1]
        row: dict[str, Any] = {"driver": entry.code, "driver_id": entry.driver_id}
        if in_full:
            row |= {
                "name": entry.name,
                "number": entry.number,
                "team": entry.team,
                "team_id": entry.team_id,
            }
        row |= {
            "p_win": rounded(p_position[i, 0]),
            "p_podium": rounded(cumulated[i, min(2, n_drivers - 1)]),
            "p_points": rounded(cumulated[i, min(len(points), n_drivers) - 1]),
            "p_dnf": rounded(p_dnf[i]),
            "p_position": [rounded(p) for p in p_position[i]],
            "expected_position": rounded(p_position[i] @ positions, 3),
            "expected_points": rounded(p_position[i] @ paid + bonus, 3),
            "interval_90": [_quantile(cumulated[i], 0.05), _quantile(cumulated[i], 0.95)],
        }
        if fastest_lap_point and in_full:
            row["p_fastest_lap_point"] = rounded(p_fastest_lap[i, 1])
        rows.append(row)
    return sorted(rows, key=_likeliest_first)


def _quantile(cumulated: Floats, share: float) -> int:
    """Give the first position by which ``share`` of the races are covered."""
    return int(np.searchsorted(cumulated, share - 1e-9) + 1)


def _likeliest_first(row: Mapping[str, Any]) -> tuple[float, float, str]:
    # Below a tenth of a per cent p_win is mostly sampling noise, and no order to read by.
    return (-round(row["p_win"], 3), row["expected_position"], row["driver_id"])
