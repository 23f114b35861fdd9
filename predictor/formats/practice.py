"""A practice result out of its laps, for providers that publish only laps."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from predictor.records import DriverRef, LapRecord, ResultRecord
from predictor.vocabulary import ResultStatus

__all__ = ["practice_results"]


def practice_results(laps: Iterable[LapRecord]) -> tuple[ResultRecord, ...]:
    """Rank drivers by their best lap that counts.

    Parameters
    ----------
    laps : iterable of LapRecord

    Returns
    -------
    tuple of ResultRecord
        Fastest first; those without a time come last, without a place.
    """
    counts: Counter[DriverRef] = Counter()
    times: dict[DriverRef, list[float]] = defaultdict(list)
    teams: dict[DriverRef, str | None] = {}
    for lap in laps:
        counts[lap.driver] += 1
        teams.setdefault(lap.driver, lap.team)
        if lap.counts and lap.lap_time_s is not None:
            times[lap.driver].append(lap.lap_time_s)
    best = {driver: min(times[driver]) for driver in counts if times[driver]}
    timed = sorted(best, key=lambda driver: best[driver])
    untimed = [driver for driver in counts if driver not in best]
    ranked = tuple(
        ResultRecord(
            driver=driver,
            status=ResultStatus.FINISHED,
            position=place,
            team=teams[driver],
            laps=counts[driver],
            gap_s=round(best[driver] - best[timed[0]], 3),
            best_s=best[driver],
        )
        for place, driver in enumerate(timed, start=1)
    )
    return ranked + tuple(
        ResultRecord(driver=driver, status=ResultStatus.NC, team=teams[driver], laps=counts[driver])
        for driver in untimed
    )
