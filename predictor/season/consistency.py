"""Notes on facts that do not fit together; they change no number, they tell the reader."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from predictor.notes import Note, NoteKind
from predictor.records import SessionRecord
from predictor.season.awards import Award, award_of_session
from predictor.season.points import FIRST_SEASON
from predictor.season.state import EventState
from predictor.vocabulary import EventStatus, SessionKind

__all__ = ["event_notes", "missing_rows", "season_notes"]

_RACING = (SessionKind.SPRINT, SessionKind.RACE)
_MORE_LAPS = 2  # than scheduled, at most: a flag that is waved late adds one or two
_N_LISTED = 3  # events or drivers named in a note
_TELLING_PENALTIES = ("native",)  # whose results name the penalties of the grid
_MIN_CARS = 16  # fewer rows than this in a result are a cut file, not a small grid


def event_notes(event: EventState) -> tuple[Note, ...]:
    """Give notes about one event: missing rows, odd grids, points against the rules."""
    return (
        *_missing(event),
        *(note for kind in _RACING for note in _grid_notes(event, kind)),
        *_laps_notes(event),
        *_order_notes(event),
        *_points_notes(event),
    )


def missing_rows(kind: SessionKind, n_rows: int, n_expected: int, *, is_used: bool) -> Note:
    """Give the note on a result with fewer cars than the rest of the season lets expect."""
    held = f"{kind} result holds {n_rows} of {n_expected} drivers"
    if is_used:
        return Note(NoteKind.RESULT_SHORT, held)
    return Note(NoteKind.RESULT_CUT, f"{held}: not used", do="drop the whole result")


def season_notes(events: Sequence[EventState], *, has_calendar: bool = True) -> tuple[Note, ...]:
    """Give notes about a season as a whole.

    Parameters
    ----------
    events : sequence of EventState
        In calendar order.
    has_calendar : bool
        False: the events are those that files were found of.
    """
    notes = []
    if not has_calendar:
        notes.append(
            Note(
                NoteKind.CALENDAR_MISSING,
                "no calendar of the whole season: how many events follow is unknown; "
                "add calendar.json",
            )
        )
    completed = [event for event in events if event.status is EventStatus.COMPLETED]
    if completed:
        before_last = events[: events.index(completed[-1])]
        notes += [
            Note(
                NoteKind.RACE_MISSING,
                "no race result, though later events have one",
                where=event.event_id,
                do="add the race result",
            )
            for event in before_last
            if event.status is EventStatus.SCHEDULED
        ]
    notes += [
        *_same_days(events),
        *_without_entries(events),
        *_shared_numbers(events),
        *_unknown_points(events),
    ]
    return tuple(notes)


def _same_days(events: Sequence[EventState]) -> Iterator[Note]:
    """Say which events have one date: no two races were ever held on one day."""
    by_day: dict[str, list[str]] = defaultdict(list)
    for event in events:
        if event.date and event.status is not EventStatus.CANCELLED:
            by_day[event.date].append(event.event_id)
    for day, event_ids in sorted(by_day.items()):
        if len(event_ids) > 1:
            yield Note(
                NoteKind.SAME_DAY,
                f"{_listed(event_ids)} have one date, {day}",
                do="correct the date of those that are on another day",
            )


def _without_entries(events: Sequence[EventState]) -> Iterator[Note]:
    bare = [
        event.event_id
        for event in events
        if not event.entries and event.status is not EventStatus.CANCELLED
    ]
    if bare:
        yield Note(
            NoteKind.LINE_UP_UNKNOWN,
            "nobody is known to take part, no forecast is possible; "
            "add entries.json or session files",
            where=_listed(bare),
        )


def _shared_numbers(events: Sequence[EventState]) -> Iterator[Note]:
    """Say which drivers of one event have the same car number, once for all its events."""
    sharing: dict[tuple[int, str], list[str]] = defaultdict(list)
    for event in events:
        drivers: dict[int, list[str]] = defaultdict(list)
        for entry in event.entries:
            if entry.number is not None:
                drivers[entry.number].append(entry.driver_id)
        for number, ids in drivers.items():
            if len(ids) > 1:
                sharing[number, ", ".join(sorted(ids))].append(event.event_id)
    for (number, who), event_ids in sorted(sharing.items()):
        yield Note(
            NoteKind.NUMBER_SHARED,
            f"car number {number} is given to {who}",
            where=_listed(event_ids),
        )


def _listed(event_ids: Sequence[str]) -> str:
    """Give one event by its id, several by their number and the first few ids."""
    if len(event_ids) == 1:
        return event_ids[0]
    shown = ", ".join(event_ids[:_N_LISTED])
    more = len(event_ids) - _N_LISTED
    return f"{len(event_ids)} events ({shown}{f' and {more} more' if more > 0 else ''})"


def _missing(event: EventState) -> Iterator[Note]:
    race, qualifying = event.results(SessionKind.RACE), event.results(SessionKind.QUALIFYING)
    if race and not qualifying:
        yield Note(
            NoteKind.QUALIFYING_MISSING,
            "race without a qualifying result",
            do="drop the qualifying result",
        )
    if race and qualifying:
        in_race = {row.driver.driver_id for row in race}
        absent = sorted(
            str(row.driver.driver_id) for row in qualifying if row.driver.driver_id not in in_race
        )
        if absent:
            yield Note(
                NoteKind.DRIVER_ABSENT,
                f"in qualifying, not in the race's result: {', '.join(absent)}",
            )
    for session in event.sessions:
        if not session.kind.is_practice and len(session.results) < _MIN_CARS:
            yield Note(
                NoteKind.FEW_DRIVERS,
                f"{session.kind}: only {len(session.results)} drivers in the result",
                do="drop the whole result, if this is not all of it",
            )


def _grid_notes(event: EventState, kind: SessionKind) -> Iterator[Note]:
    rows = [row for row in event.results(kind) if row.status.started]
    places = Counter(row.grid for row in rows if row.grid is not None)
    for place, count in sorted(places.items()):
        if count > 1:
            text = f"{kind}: grid place {place} is given to {count} drivers"
            yield Note(NoteKind.GRID_ODD, text)
    unknown = [row for row in rows if row.grid is None and not row.pit_lane_start]
    if unknown:
        names = ", ".join(sorted(str(row.driver.driver_id) for row in unknown))
        yield Note(NoteKind.GRID_ODD, f"{kind}: grid place unknown: {names}")


def _laps_notes(event: EventState) -> Iterator[Note]:
    """Say where a race has more laps than it can have: the result is another race's."""
    laps = max((row.laps or 0 for row in event.results(SessionKind.RACE)), default=0)
    if event.scheduled_laps is not None and laps > event.scheduled_laps + _MORE_LAPS:
        yield Note(
            NoteKind.LAPS_ODD,
            f"race: {laps} laps of {event.scheduled_laps} scheduled; is it of another race?",
            do="drop the right result, or correct scheduled_laps",
        )


def _order_notes(event: EventState) -> Iterator[Note]:
    """Drivers without a penalty line up in the order of the session that sets the grid."""
    race = event.session(SessionKind.RACE)
    if race is None or race.provider not in _TELLING_PENALTIES:
        return
    setter = SessionKind.SPRINT if event.grid_from == "sprint" else SessionKind.QUALIFYING
    set_by = {row.driver.driver_id: row.position for row in event.results(setter)}
    free = [
        row
        for row in race.results
        if row.grid is not None
        and row.status.started
        and not row.grid_penalty
        and set_by.get(row.driver.driver_id) is not None
    ]
    free.sort(key=lambda row: row.grid or 0)
    for ahead, behind in pairwise(free):
        first, second = set_by[ahead.driver.driver_id], set_by[behind.driver.driver_id]
        if first is not None and second is not None and first > second:
            yield Note(
                NoteKind.GRID_ODD,
                f"grid: {ahead.driver.driver_id} (P{first} in {setter}) is ahead of "
                f"{behind.driver.driver_id} (P{second}) with no penalty on record",
            )


def _points_notes(event: EventState) -> Iterator[Note]:
    if event.season < FIRST_SEASON:
        return
    for session in event.sessions:
        award = award_of_session(event, session)
        if award is None:
            continue
        for what in (*_award_notes(award), *_odd_points(award, session)):
            yield Note(NoteKind.POINTS_ODD, f"{session.kind}: {what}")


def _award_notes(award: Award) -> Iterator[str]:
    """Say where the file's points outweigh other facts of it."""
    if award.by_distance is not None and award.scale != award.by_distance:
        yield (
            f"the file awards {award.scale.name}, which count; by the laps run and scheduled "
            f"it would be {award.by_distance.name}"
        )
    if award.fastest is not None and award.marked not in (None, award.fastest):
        yield (
            f"{award.marked} is marked with the fastest lap, but the file's points give its "
            f"point to {award.fastest}, who has it"
        )


def _odd_points(award: Award, session: SessionRecord) -> Iterator[str]:
    """Name the drivers whose points in the file are none that the rules give."""
    odd = [
        (str(row.driver.driver_id), row.points, award.points[str(row.driver.driver_id)])
        for row in session.results
        if row.points is not None and row.points != award.points[str(row.driver.driver_id)]
    ]
    if len(odd) <= _N_LISTED:
        for who, said, due in odd:
            yield f"{who} has {said:g} points in the file, {due:g} by the rules"
        return
    shown = ", ".join(f"{who} {said:g}, not {due:g}" for who, said, due in odd[:_N_LISTED])
    yield (
        f"{len(odd)} of {len(session.results)} drivers have other points in the file than by "
        f"the rules, which count ({shown} and {len(odd) - _N_LISTED} more)"
    )


def _unknown_points(events: Sequence[EventState]) -> Iterator[Note]:
    """Say of which races neither facts nor awarded points tell what was paid."""
    races = [
        (event.event_id, award)
        for event in events
        if event.season >= FIRST_SEASON and (race := event.session(SessionKind.RACE)) is not None
        if (award := award_of_session(event, race)) is not None
    ]
    unknown = [event_id for event_id, award in races if not award.is_scale_known]
    if unknown:
        yield Note(
            NoteKind.POINTS_UNKNOWN,
            "full points are counted, though a race may have been cut short; "
            "no file has the scheduled laps or the points",
            where=_listed(unknown),
            do="add scheduled_laps to calendar.json",
        )
    unmarked = [event_id for event_id, award in races if not award.is_fastest_known]
    if unmarked:
        yield Note(
            NoteKind.FASTEST_LAP_UNKNOWN,
            "nobody gets the point of the fastest lap; no file says who "
            "drove it, and the points do not show it",
            where=_listed(unmarked),
            do="drop the result from Jolpica",
        )
