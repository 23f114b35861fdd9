"""What must hold for any session, whoever provides it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from predictor.errors import FormatError, PartialPageError
from predictor.records import DriverRef, ResultRecord
from predictor.vocabulary import SessionKind

__all__ = ["MIN_ROWS", "check_results", "check_size", "mark_fastest_lap"]

# Providers list everyone entered; no field since 2010 had fewer than 18 cars. Below ten a
# filter or a cut is certain: the answers to "/results/1" and to "position<=3".
MIN_ROWS = 10
_RACES = (SessionKind.RACE, SessionKind.SPRINT)


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
