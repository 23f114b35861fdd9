"""What must hold for any session, whoever provides it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from predictor.errors import FormatError, PartialPageError
from predictor.records import DriverRef, ResultRecord
from predictor.vocabulary import SessionKind

__all__ = [
    "MIN_ROWS",
    "check_family",
    "check_points",
    "check_results",
    "check_size",
    "is_raced",
    "mark_fastest_lap",
]

# Providers list everyone entered; no field since 2010 had fewer than 18 cars. Below ten a
# filter or a cut is certain: the answers to "/results/1" and to "position<=3".
MIN_ROWS = 10
_RACES = (SessionKind.RACE, SessionKind.SPRINT)
_QUALIFYINGS = (SessionKind.QUALIFYING, SessionKind.SPRINT_QUALIFYING)
# Fields that only the rows of a race or sprint have, and those of qualifying alone.
_RACED = ("points", "grid", "time_s", "gap_laps", "classified", "reason")
_TIMED = ("q1_s", "q2_s", "q3_s")
# The most points of a session: a race pays its winner 6 at least, and no 8.
_BEST_OF_SPRINTS = (3.0, 8.0)  # 2021, and since
_LEAST_OF_RACES = 6.0  # since 2022, less than a quarter of the distance


def check_results(results: Sequence[ResultRecord], kind: SessionKind, where: str) -> None:
    """Refuse two places of one driver, and race places that are shared or missing.

    Two rows of one driver with no more than one place are for `predictor.season` to join.
    Race places run from 1 to the last without a hole, whoever retired or was
    disqualified; a hole is a row that was cut out. Rows cut off the end leave no hole,
    so that is for `predictor.season` to find. Shared places in qualifying are
    tolerated: 2017 Mexico has two nineteenths.
    """
    placed = {(_who(row.driver), row.position) for row in results if row.position is not None}
    twice = _first_repeated(sorted(who for who, _ in placed))
    if twice is not None:
        raise FormatError(
            "a driver stands twice in one session",
            where=where,
            got=f"{twice} twice",
            expected="each driver once, or at least with one place",
            do="correct the file and drop it again",
        )
    if kind not in _RACES:
        return
    places = [place for _, place in placed]
    shared = _first_repeated([str(place) for place in sorted(places)])
    if shared is not None:
        raise FormatError(
            "two drivers share a place",
            where=where,
            got=f"position {shared} twice",
            expected="each position once in a race or sprint",
            do="correct the file and drop it again",
        )
    _refuse_holes(places, results, where)


def is_raced(results: Iterable[ResultRecord]) -> bool:
    """Tell whether rows hold what only a race or sprint has; places and laps are of any session."""
    return _have(results, _RACED) or any(row.pit_lane_start for row in results)


def check_family(results: Sequence[ResultRecord], kind: SessionKind, where: str) -> None:
    """Refuse a race that is called qualifying, and qualifying that is called a race."""
    is_timed = _have(results, _TIMED)
    if kind in _RACES and is_timed and not is_raced(results):
        raise FormatError(
            f"Q1 to Q3 are filled, but the file says it is a {kind.value}",
            where=where,
            got=kind.value,
            expected="qualifying or sprint-qualifying",
            do="call it after its session and drop it again",
        )
    if kind in _QUALIFYINGS and is_raced(results) and not is_timed:
        raise FormatError(
            f"the rows are of a race, but the file says it is {kind.value}",
            where=where,
            got=kind.value,
            expected="race or sprint",
            do="call it after its session and drop it again",
        )


def check_points(
    results: Sequence[ResultRecord], kind: SessionKind, where: str, *, do: str
) -> None:
    """Refuse a race that is called a sprint, and a sprint that is called a race."""
    paid = _kind_by_points(results)
    if kind in _RACES and paid not in (None, kind):
        raise FormatError(
            f"the points are those of a {paid}, but the file says it is a {kind}",
            where=where,
            got=f"{max(row.points or 0 for row in results):g} points for the best",
            expected=f"the points of a {kind}",
            do=do,
        )


def _kind_by_points(results: Sequence[ResultRecord]) -> SessionKind | None:
    best = max((row.points or 0.0 for row in results), default=0.0)
    if best in _BEST_OF_SPRINTS:
        return SessionKind.SPRINT
    return SessionKind.RACE if best >= _LEAST_OF_RACES else None


def _have(results: Iterable[ResultRecord], names: Sequence[str]) -> bool:
    return any(getattr(row, name) is not None for row in results for name in names)


def _refuse_holes(places: Sequence[int], results: Sequence[ResultRecord], where: str) -> None:
    missing = sorted(set(range(1, max(places, default=0))) - set(places))
    if not missing:
        return
    shown = ", ".join(map(str, missing))
    raise PartialPageError(
        "only part of the session is here",
        where=where,
        got=f"{'position' if len(missing) == 1 else 'positions'} {shown} missing: "
        f"{len(results)} of {len(results) + len(missing)} drivers",
        expected="every position from 1 to the last",
        do="fetch or write out the whole session and drop it again",
    )


def check_size(n_rows: int, where: str, session: str) -> None:
    """Refuse a provider's session with too few drivers to be whole."""
    if n_rows < MIN_ROWS:
        raise PartialPageError(
            "only part of the session is here",
            where=where,
            got=f"{n_rows} drivers of {session}",
            expected=f"everyone entered, at least {MIN_ROWS}",
            do="fetch the session without a filter and drop it again",
        )


def mark_fastest_lap(results: Sequence[ResultRecord]) -> tuple[ResultRecord, ...]:
    """Say of everyone whether he had the fastest lap, where the file names who had it."""
    if not any(row.fastest_lap for row in results):
        return tuple(results)
    return tuple(
        row if row.fastest_lap is not None else replace(row, fastest_lap=False) for row in results
    )


def _who(driver: DriverRef) -> str:
    return driver.driver_id or driver.name or driver.code or f"number {driver.number}"


def _first_repeated(values: Sequence[str]) -> str | None:
    return next((value for value, count in Counter(values).items() if count > 1), None)
