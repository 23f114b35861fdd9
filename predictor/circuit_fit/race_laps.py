"""One past race as arrays: every lap of every car, the result, and what race control did.

Axes: ``D`` cars, ``L`` laps. The house reads the files and fills this in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "RED",
    "SAFETY_CAR",
    "SHORTEST_STINT",
    "VSC",
    "YELLOW",
    "RaceLaps",
    "flag_bits",
    "is_dry",
    "lap_flags",
    "rain_share",
    "relative_compounds",
]

YELLOW, SAFETY_CAR, RED, VSC = 1, 2, 4, 8
"""Bits of ``flags``: what was shown at any time of a lap."""
SHORTEST_STINT = 5
"""Green laps of a stint below which nothing is read off it."""

_BIT_OF_DIGIT = {"2": YELLOW, "4": SAFETY_CAR, "5": RED, "6": VSC, "7": VSC}
_RAIN = (3, 4)  # COMPOUND_ORDER: intermediate, wet
_MOST_RAIN_LAPS = 0.02  # of all laps of a dry race; a few cars gamble on a shower
_SLOWEST_GREEN = 1.07  # of the car's median; slower is trouble, not pace
# Softest first; the names of 2018 among those that are still used.
_SOFTEST_FIRST = ("HYPERSOFT", "ULTRASOFT", "SUPERSOFT", "SOFT", "MEDIUM", "HARD", "SUPERHARD")
_TO_RELATIVE = ("SOFT", "MEDIUM", "HARD")


@dataclass(frozen=True, slots=True)
class RaceLaps:
    """One race.

    Attributes
    ----------
    grid : float64[D]
        Starting slot, 1-based; NaN from the pit lane or unknown.
    position : float64[D]
        Official result; NaN where there is none.
    status : tuple of str
        `ResultStatus` values.
    accident : float64[D]
        Of a retirement: 1 by accident, 0 by failure, NaN otherwise or unknown.
    laps_run : float64[D]
    gap_s, penalty_s : float64[D], s
        Behind the winner at the flag, NaN for lapped and retired; added after the race, 0 for none.
    gap_laps : float64[D]
        Laps behind the winner at the flag; 0 on his lap.
    time_s, end_s : float64[D, L], s
        Lap time, and the session's clock at its end; NaN without one.
    compound : int8[D, L]
        Index in ``COMPOUND_ORDER``; -1 unknown.
    age, place : float64[D, L]
        Laps on this set, and position at the end of the lap; NaN unknown.
    stint : int16[D, L]
        -1 where the car ran no such lap.
    pit_in, pit_out : bool[D, L]
    flags : uint8[D, L]
    known : bool[D, L]
        The lap's flags are known.
    stops : tuple of (car, lap, s)
        Time in the pit lane of every stop.
    safety_cars, red_flags : tuple of (lap, laps)
        Start lap, 1-based, and full laps under it.
    """

    season: int
    round: int
    circuit_id: str
    scheduled_laps: int
    length_km: float
    drivers: tuple[str, ...]
    teams: tuple[str, ...]
    grid: NDArray[np.float64]
    position: NDArray[np.float64]
    status: tuple[str, ...]
    accident: NDArray[np.float64]
    laps_run: NDArray[np.float64]
    gap_s: NDArray[np.float64]
    gap_laps: NDArray[np.float64]
    penalty_s: NDArray[np.float64]
    time_s: NDArray[np.float64]
    end_s: NDArray[np.float64]
    compound: NDArray[np.int8]
    age: NDArray[np.float64]
    place: NDArray[np.float64]
    stint: NDArray[np.int16]
    pit_in: NDArray[np.bool_]
    pit_out: NDArray[np.bool_]
    flags: NDArray[np.uint8]
    known: NDArray[np.bool_]
    stops: tuple[tuple[int, int, float], ...] = ()
    safety_cars: tuple[tuple[int, int], ...] | None = None
    red_flags: tuple[tuple[int, int], ...] | None = None

    @property
    def race(self) -> int:
        """Season and round in one number."""
        return 100 * self.season + self.round

    @property
    def n_laps(self) -> int:
        """Laps that were run."""
        return int(self.time_s.shape[1])

    @property
    def started(self) -> NDArray[np.bool_]:
        """bool[D], who took the start."""
        return np.array([one in ("finished", "dnf", "nc", "dsq") for one in self.status])

    @property
    def retired(self) -> NDArray[np.bool_]:
        """bool[D], who started and retired."""
        return np.array([one == "dnf" for one in self.status])

    @property
    def ran(self) -> NDArray[np.bool_]:
        """bool[D, L], laps that a car ran."""
        return self.stint >= 0

    def green(self) -> NDArray[np.bool_]:
        """Give bool[D, L], timed laps at racing speed without flags, pits, start or restart."""
        timed = np.isfinite(self.time_s) & self.known & (self.flags == 0)
        timed &= ~self.pit_in & ~self.pit_out
        timed[:, 0] = False
        slow = (self.flags & (SAFETY_CAR | RED | VSC)) > 0
        timed[:, 1:] &= ~slow[:, :-1]
        usual = np.full(len(self.drivers), np.nan)
        for car in np.flatnonzero(timed.any(axis=1)):
            usual[car] = np.median(self.time_s[car, timed[car]])
        with np.errstate(invalid="ignore"):
            green: NDArray[np.bool_] = timed & (self.time_s < _SLOWEST_GREEN * usual[:, None])
        return green


def is_dry(race: RaceLaps) -> bool:
    """Whether next to nobody used rain tyres, and the race was one (Spa 2021 was not)."""
    ran = race.ran
    if race.n_laps < race.scheduled_laps / 2 or not ran.any():
        return False
    return rain_share(race) < _MOST_RAIN_LAPS


def rain_share(race: RaceLaps) -> float:
    """Give the share of all laps that was driven on rain tyres."""
    ran = race.ran
    return float(np.isin(race.compound[ran], _RAIN).mean()) if ran.any() else 0.0


def flag_bits(status: str) -> int:
    """Turn a lap's status codes, "124" for all clear, yellow and safety car, into bits."""
    bits = 0
    for digit in status:
        bits |= _BIT_OF_DIGIT.get(digit, 0)
    return bits


def lap_flags(race: RaceLaps) -> NDArray[np.uint8]:
    """Give uint8[L], what at least half of the cars on a lap were shown."""
    seen = race.known & race.ran
    n_cars = seen.sum(axis=0)
    found = np.zeros(race.n_laps, np.uint8)
    for bit in (YELLOW, SAFETY_CAR, RED, VSC):
        shown = ((race.flags & bit) > 0) & seen
        found |= np.where((n_cars > 0) & (2 * shown.sum(axis=0) >= n_cars), bit, 0).astype(np.uint8)
    return found


def relative_compounds(names: frozenset[str]) -> dict[str, str]:
    """Map a weekend's dry compounds, up to 2018 by their own names, to SOFT, MEDIUM, HARD.

    >>> relative_compounds(frozenset({"HYPERSOFT", "ULTRASOFT", "SUPERSOFT"}))["ULTRASOFT"]
    'MEDIUM'
    """
    known = [name for name in _SOFTEST_FIRST if name in names]
    if all(name in _TO_RELATIVE for name in known):
        return {name: name for name in known}
    # A fourth name would be a slip of the source; it counts as the hardest.
    return {name: _TO_RELATIVE[min(rank, 2)] for rank, name in enumerate(known)}
