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


def _all_rounded(values: Floats, decimals: int = _DECIMALS) -> list[Any]:
    """Round an array for the document: as `rounded`, save on ties, in a tenth of the time."""
    # NumPy scales, rounds and divides; the quotient is the double nearest to the decimal
    # number, so it is written with no more digits than were asked for.
    rounded_up: list[Any] = (np.round(values, decimals) + 0.0).tolist()
    return rounded_up


@dataclass(frozen=True, slots=True)
class Pays:
    """What a race pays: positions 1 to n, and the fastest lap in the top ten."""

    by_position: Floats
    fastest_lap: float


def driver_rows(
    entries: Sequence[Entry],
    forecast: tuple[Floats, Floats, Floats],
    finishes: Floats,
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
    finishes : float64[D, D]
        Position probabilities of races that the driver finishes: a row sums to one less his
        retirements.
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
    bonus = fastest_lap_point * p_fastest_lap[:, 1]
    columns: dict[str, list[Any]] = {
        "p_win": _all_rounded(p_position[:, 0]),
        "p_podium": _all_rounded(cumulated[:, min(2, n_drivers - 1)]),
        "p_points": _all_rounded(cumulated[:, min(len(points), n_drivers) - 1]),
        "p_dnf": _all_rounded(p_dnf),
        "p_position": _all_rounded(p_position),
        "expected_position": _all_rounded(p_position @ positions, 3),
        "expected_points": _all_rounded(p_position @ paid + bonus, 3),
        "interval_90": np.stack(
            [_quantiles(cumulated, 0.05), _quantiles(cumulated, 0.95)], axis=1
        ).tolist(),
        **_if_finished(finishes, positions),
    }
    if fastest_lap_point and in_full:
        columns["p_fastest_lap_point"] = _all_rounded(p_fastest_lap[:, 1])
    rows = []
    for i, entry in enumerate(entries):
        row: dict[str, Any] = {"driver": entry.code, "driver_id": entry.driver_id}
        if in_full:
            row |= {
                "name": entry.name,
                "number": entry.number,
                "team": entry.team,
                "team_id": entry.team_id,
            }
        rows.append(row | {name: column[i] for name, column in columns.items()})
    return sorted(rows, key=_likeliest_first)


def _if_finished(finishes: Floats, positions: NDArray[np.int64]) -> dict[str, list[Any]]:
    """Return place and interval of every driver's finishes; None for one who never finishes."""
    cumulated = np.cumsum(finishes, axis=1)
    finished = cumulated[:, -1:]
    share = cumulated / np.where(finished > 0.0, finished, 1.0)
    mean = _all_rounded(finishes @ positions / np.where(finished > 0.0, finished, 1.0)[:, 0], 3)
    both = np.stack([_quantiles(share, 0.05), _quantiles(share, 0.95)], axis=1).tolist()
    ever = (finished[:, 0] > 0.0).tolist()
    return {
        name: [value if any_ else None for value, any_ in zip(values, ever, strict=True)]
        for name, values in (
            ("expected_position_if_finished", mean),
            ("interval_90_if_finished", both),
        )
    }


def _quantiles(cumulated: Floats, share: float) -> NDArray[np.int64]:
    """Give the first position by which ``share`` of the races are covered, for every driver."""
    below: NDArray[np.int64] = np.sum(cumulated < share - 1e-9, axis=1)
    return below + 1


def _likeliest_first(row: Mapping[str, Any]) -> tuple[float, float, str]:
    # Below a tenth of a per cent p_win is mostly sampling noise, and no order to read by.
    return (-round(row["p_win"], 3), row["expected_position"], row["driver_id"])
