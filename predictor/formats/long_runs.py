"""Long runs: laps driven one after the other, as a race is, out of all laps of a driver."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median

from predictor.records import LapRecord

__all__ = ["long_run_s"]

_FEWEST_LAPS = 8  # a qualifying run has one timed lap or two, a stint of a race twelve or more
# Times the middle lap of the run: slower is traffic, a mistake or a yellow flag, no pace.
_SLOW = 1.03
# Times the driver's best lap: slower is a way out of the pits, into them, or to cool tyres.
_NO_LAP = 1.10


def long_run_s(laps: Iterable[LapRecord]) -> float | None:
    """Return the median lap of a driver's long runs, in s; None without any.

    A run ends in the pits, at a lap without a time, and where laps are missing; files that
    mark no stops show them by laps that are far too slow. Of a run its own slow laps are left
    out before it is counted.

    Parameters
    ----------
    laps : iterable of LapRecord
        Of one driver in one session, in any order.
    """
    ordered = sorted(laps, key=lambda lap: lap.lap)
    counted = (lap.lap_time_s for lap in ordered if lap.counts)
    best = min((time for time in counted if time is not None), default=None)
    if best is None:
        return None
    times: list[float] = []
    for run in _runs(ordered, best):
        slowest = _SLOW * median(run)
        quick = [time for time in run if time <= slowest]
        times += quick if len(quick) >= _FEWEST_LAPS else []
    return round(median(times), 3) if times else None


def _runs(laps: Sequence[LapRecord], best: float) -> list[list[float]]:
    """Return the times of laps from line to line that follow one another."""
    runs: list[list[float]] = [[]]
    before: LapRecord | None = None
    for lap in laps:
        follows = before is None or (lap.lap, lap.stint) == (before.lap + 1, before.stint)
        time, before = lap.lap_time_s, lap
        # A deleted time was driven, too; one below the best that counts was measured wrongly.
        is_lap = time is not None and best <= time <= _NO_LAP * best
        if lap.pit_in or lap.pit_out or not follows or not is_lap:
            runs.append([])
        if is_lap and time is not None and not (lap.pit_in or lap.pit_out):
            runs[-1].append(time)
    return [run for run in runs if run]
