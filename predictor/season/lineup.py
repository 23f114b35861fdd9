"""Who takes part in an event, from the most informed session that is known.

1. The race: whoever took the start.
2. Else the starting grid and qualifying; a team that brought fewer cars there than it
   has seats is filled up from the sprint sessions and the latest practice.
3. Else the sprint, or sprint qualifying, filled up in the same way.
4. Else the regulars, with a driver exchanged where practice shows it (`_after_practice`).
5. Else the regulars: the last known line-up of each team, or the season's entries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from predictor.records import ResultRecord
from predictor.vocabulary import ResultStatus, SessionKind

__all__ = ["Seat", "cars_expected", "expected_lineup", "regulars_after"]

SEATS_PER_TEAM = 2  # cars a team enters; FIA sporting regulations since 2010
UNKNOWN_TEAM = "unknown"  # a file without teams, about a driver no other file knows

Sessions = Mapping[SessionKind, Sequence[ResultRecord]]

_NEVER_RACED = (ResultStatus.DNQ, ResultStatus.DNP)
_BASES = (
    (SessionKind.STARTING_GRID, SessionKind.QUALIFYING),
    (SessionKind.SPRINT,),
    (SessionKind.SPRINT_QUALIFYING,),
)
_FILLERS = (
    SessionKind.SPRINT,
    SessionKind.SPRINT_QUALIFYING,
    SessionKind.FP3,
    SessionKind.FP2,
    SessionKind.FP1,
)
# From the latest on. What is seen in FP1 alone is a rookie's outing, not a line-up.
_TELLING_PRACTICE = (SessionKind.FP3, SessionKind.FP2)


@dataclass(frozen=True, slots=True, order=True)
class Seat:
    """A driver in a team's car."""

    driver_id: str
    team_id: str
    engine: str | None = None


def expected_lineup(sessions: Sessions, regulars: Sequence[Seat]) -> tuple[Seat, ...]:
    """Give who takes part in the race, or is expected to.

    Parameters
    ----------
    sessions : mapping from SessionKind to result rows
        The event's own sessions, canonical: ``driver_id`` and ``team_id`` filled in.
    regulars : sequence of Seat
        The line-up before this event, from `regulars_after`.

    Returns
    -------
    tuple of Seat
        Sorted by driver id, no driver twice; empty when nothing is known.
    """
    race = sessions.get(SessionKind.RACE)
    if race:
        return _seats(race, regulars, lambda row: row.status.started)
    for kinds in _BASES:
        rows = [row for kind in kinds for row in sessions.get(kind, ())]
        if rows:
            base = _seats(rows, regulars, _is_expected_to_race)
            return _fill_up(base, sessions, regulars)
    return _after_practice(sessions, regulars)


def regulars_after(
    sessions: Sessions, lineup: Sequence[Seat], regulars: Sequence[Seat]
) -> tuple[Seat, ...]:
    """Give the line-up to expect at the next event.

    A driver who was in the race's result without starting keeps the seat, and so
    does the last driver of a team that ran one car, unless someone else has taken
    either place. A team that was not there at all has nobody.
    """
    race = sessions.get(SessionKind.RACE, ())
    non_starters = _seats(race, regulars, lambda row: row.status is ResultStatus.DNS)
    teams = {seat.team_id for seat in (*lineup, *non_starters)}
    candidates = [
        *non_starters,
        *(seat for seat in regulars if seat.team_id in teams),
    ]
    return _add_to_free_seats(lineup, candidates)


def cars_expected(sessions: Sessions, regulars: Sequence[Seat], kind: SessionKind) -> int:
    """Give how many cars a session's result should hold, by everything but itself.

    A low count, never a high one: no more than the fullest session or the regulars
    have, since drivers whom two files call differently would count twice.

    Returns
    -------
    int
        0 where nothing else is known.
    """
    others = {other: rows for other, rows in sessions.items() if other is not kind}
    n_cars = len(expected_lineup(others, regulars))
    return min(n_cars, max(len(regulars), *(len(rows) for rows in others.values()), 0))


def _is_expected_to_race(row: ResultRecord) -> bool:
    # Excluded from qualifying, as for an underweight car, still starts from the back.
    return row.status not in _NEVER_RACED


def _fill_up(
    base: Sequence[Seat], sessions: Sessions, regulars: Sequence[Seat]
) -> tuple[Seat, ...]:
    """Add those who ran this weekend but missed the session the base comes from."""
    known = {seat.driver_id for seat in regulars}
    candidates = []
    for kind in _FILLERS:
        seats = _seats(sessions.get(kind, ()), regulars, _is_expected_to_race)
        # A regular comes before a stand-in of the same session.
        candidates += sorted(seats, key=lambda seat: seat.driver_id not in known)
    return _add_to_free_seats(base, candidates)


def _after_practice(sessions: Sessions, regulars: Sequence[Seat]) -> tuple[Seat, ...]:
    """Exchange a regular for whom practice shows in his place.

    FP3, or FP2 while there is no FP3, tells: a newcomer takes the seat of the regular
    who is missing there. FP1 tells only of swaps between teams' regulars. A regular
    who is missing without a newcomer in his team keeps the seat.
    """
    practice = {
        kind: _seats(sessions.get(kind, ()), regulars, lambda _: True)
        for kind in (*_TELLING_PRACTICE, SessionKind.FP1)
    }
    latest = next((practice[kind] for kind in _TELLING_PRACTICE if practice[kind]), ())
    shown = latest or practice[SessionKind.FP1]
    racing = {seat.driver_id for seat in regulars}
    present = [seat for seat in shown if seat.driver_id in racing]
    newcomers = [seat for seat in shown if seat.driver_id not in racing]
    if not latest and regulars:
        newcomers = []
    return _add_to_free_seats((), [*present, *newcomers, *regulars])


def _add_to_free_seats(base: Sequence[Seat], candidates: Sequence[Seat]) -> tuple[Seat, ...]:
    """Give the base with candidates in the seats that are left, first come first served."""
    seats = {seat.driver_id: seat for seat in base}
    cars: dict[str, int] = {}
    for seat in seats.values():
        cars[seat.team_id] = cars.get(seat.team_id, 0) + 1
    for seat in candidates:
        is_free = seat.team_id == UNKNOWN_TEAM or cars.get(seat.team_id, 0) < SEATS_PER_TEAM
        if seat.driver_id not in seats and is_free:
            seats[seat.driver_id] = seat
            cars[seat.team_id] = cars.get(seat.team_id, 0) + 1
    return tuple(sorted(seats.values()))


def _seats(
    rows: Sequence[ResultRecord],
    regulars: Sequence[Seat],
    keep: Callable[[ResultRecord], bool],
) -> tuple[Seat, ...]:
    """Give the seats that result rows show; the first row of a driver counts."""
    usual = {seat.driver_id: seat for seat in regulars}
    seats: dict[str, Seat] = {}
    for row in rows:
        driver_id = str(row.driver.driver_id)
        if driver_id in seats or not keep(row):
            continue
        before = usual.get(driver_id)
        team_id = row.team or (before.team_id if before else UNKNOWN_TEAM)
        same_team = before is not None and before.team_id == team_id
        engine = row.engine or (before.engine if same_team and before else None)
        seats[driver_id] = Seat(driver_id, team_id, engine)
    return tuple(sorted(seats.values()))
