"""A practice result out of its laps, for providers that publish only laps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from predictor.formats.long_runs import long_run_s
from predictor.records import DriverLaps, DriverRef, LapRecord, ResultRecord
from predictor.vocabulary import ResultStatus

__all__ = ["LONGEST_BEST", "practice_results", "sum_up_laps"]

LONGEST_BEST = 300.0  # s; the slowest counted lap of a practice took 193 s


def sum_up_laps(laps: Iterable[LapRecord]) -> tuple[DriverLaps, ...]:
    """Give what the laps of every driver come to, in the order in which they appear."""
    driven: dict[DriverRef, list[LapRecord]] = defaultdict(list)
    times: dict[DriverRef, list[float]] = defaultdict(list)
    teams: dict[DriverRef, str | None] = {}
    for lap in laps:
        driven[lap.driver].append(lap)
        teams.setdefault(lap.driver, lap.team)
        if lap.counts and lap.lap_time_s is not None and lap.lap_time_s <= LONGEST_BEST:
            times[lap.driver].append(lap.lap_time_s)
    return tuple(
        DriverLaps(
            driver, len(own), min(times[driver], default=None), teams[driver], long_run_s(own)
        )
        for driver, own in driven.items()
    )


def practice_results(
    drivers: Iterable[DriverLaps], *, long_runs: bool = False
) -> tuple[ResultRecord, ...]:
    """Rank drivers by their best lap that counts.

    Parameters
    ----------
    drivers : iterable of DriverLaps
    long_runs : bool
        Tell of long runs, too, as is done of testing.

    Returns
    -------
    tuple of ResultRecord
        Fastest first; those without a time come last, without a place.
    """
    listed = list(drivers)
    timed = sorted((one.best_s, at) for at, one in enumerate(listed) if one.best_s is not None)
    ranked = tuple(
        ResultRecord(
            driver=listed[at].driver,
            status=ResultStatus.FINISHED,
            position=place,
            team=listed[at].team,
            laps=listed[at].n_laps,
            gap_s=round(best_s - timed[0][0], 3),
            best_s=best_s,
            long_run_s=listed[at].long_run_s if long_runs else None,
        )
        for place, (best_s, at) in enumerate(timed, start=1)
    )
    return ranked + tuple(
        ResultRecord(driver=one.driver, status=ResultStatus.NC, team=one.team, laps=one.n_laps)
        for one in listed
        if one.best_s is None
    )
