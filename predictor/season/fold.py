"""Fold the records of many files into one state per season, whatever their order.

A fold has five steps: sort the records by season; settle the events; settle the
drivers; keep one record per session; then walk the calendar once, so that each
event knows the line-up before it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from predictor.notes import Note, NoteKind
from predictor.records import EntriesRecord, ParsedFile, SessionRecord
from predictor.season.calendar import plan_event
from predictor.season.consistency import event_notes, missing_rows, season_notes
from predictor.season.copies import find_copies
from predictor.season.drivers import FIRST_OWN_NUMBERS, Roster
from predictor.season.grid import without_far_places
from predictor.season.identity import CalendarClaim, Identified, identify_events
from predictor.season.known_events import KnownEvent
from predictor.season.lineup import Seat, cars_expected, expected_lineup, regulars_after
from predictor.season.material import (
    TESTING_SCOPE,
    Material,
    by_season,
    entry_mentions,
    notes_on_files,
    session_mentions,
    team_notes,
    teams_named,
)
from predictor.season.odd_rows import join_doubles, settle_starts
from predictor.season.places import is_testing
from predictor.season.practice_parts import join_practice
from predictor.season.rain import rain_by_event
from predictor.season.sessions import (
    Candidate,
    canonical_session,
    choose_session,
    fill_grid,
    is_cut,
    provider_rank,
)
from predictor.season.state import WEEKEND_ORDER, Entry, EventState, SeasonState
from predictor.season.teams import Team, resolve_team
from predictor.season.testing import fold_testing
from predictor.vocabulary import EventStatus, SessionKind

__all__ = ["Folded", "fold", "fold_files", "identify"]


@dataclass(frozen=True, slots=True)
class Folded:
    """What files come to, and those of which nothing is used."""

    states: tuple[SeasonState, ...]  # ordered by season
    refused: dict[str, Note]  # path -> why


def fold_files(files: Mapping[str, ParsedFile]) -> Folded:
    """Fold parsed files into what is known of each season, and say which tell of none.

    Parameters
    ----------
    files : mapping from str to ParsedFile
        By path; paths appear in notes and reasons, and a folder of old files comes last.

    Returns
    -------
    Folded
        A file is refused if no record of it is of any event; if some are, notes tell of
        the others.
    """
    materials, homeless = by_season(files)
    folded = {year: _fold_season(year, materials[year]) for year in sorted(materials)}
    reasons = [homeless, *(refused for _, refused in folded.values())]
    refused = {
        path: next(found[path][0] for found in reasons if path in found)
        for path, file in files.items()
        if file.records and sum(len(found.get(path, ())) for found in reasons) == len(file.records)
    }
    return Folded(tuple(state for state, _ in folded.values()), refused)


def fold(files: Mapping[str, ParsedFile], *, season: int | None = None) -> dict[int, SeasonState]:
    """Fold parsed files into what is known of each season.

    Parameters
    ----------
    files : mapping from str to ParsedFile
        By path; paths appear in the season's notes, and a folder of old files comes last.
    season : int, optional
        Fold only this season; the others' files are passed over.

    Returns
    -------
    dict from int to SeasonState
        In order of seasons. Equal records give equal events in any order of files
        and under any names, as long as no folder is called one of old files.
    """
    materials, _ = by_season(files)
    wanted = sorted(materials) if season is None else [season] if season in materials else []
    return {year: _fold_season(year, materials[year])[0] for year in wanted}


def _fold_season(season: int, material: Material) -> tuple[SeasonState, dict[str, list[Note]]]:
    """Give the season, and of each file the reasons why records of it are not used."""
    identified = identify(season, material)
    refused = _refused(material, identified)
    placed = material.without(identified.refused)
    roster = _roster(season, placed, identified)
    candidates, of_files = _candidates(season, placed, identified, roster)
    for copy in find_copies(candidates, identified.events, _scheduled_laps(identified)):
        candidates[copy.event_id, copy.kind].remove(copy.candidate)
        refused[copy.candidate.path].append(copy.reason.note())
    sessions, conflicts = _one_record_per_session(candidates)
    rain, twice = rain_by_event(placed.rain, identified.by_ref)
    planned = [
        replace(
            _event(season, known, identified, sessions[known.event_id]),
            rain=rain.get(known.event_id, ()),
        )
        for known in identified.events
    ]
    race_days = [known.date for known in identified.events if known.date]
    testing, of_testing = fold_testing(season, placed.testing, roster, race_days)
    regulars = _entered(season, placed.entries, roster)
    events = _walk_calendar(planned, regulars, roster, teams_named(season, placed))
    # A calendar that lacks an event of which there are files is not the whole season's.
    listed = {event_id for claim, event_id in identified.calendar if claim.complete}
    has_calendar = bool(listed) and all(known.event_id in listed for known in identified.events)
    notes = {
        *notes_on_files(_said(material, refused, of_files)),
        *identified.notes,
        *conflicts,
        *twice,
        *of_testing,
        *roster.notes,
        *team_notes(season, material),
        *season_notes(events, has_calendar=has_calendar),
    }
    state = SeasonState(
        season=season,
        events=events,
        drivers=roster.drivers(),
        notes=tuple(sorted(notes, key=lambda note: (str(note), note.kind))),
        sources=tuple(sorted(material.sources)),
        has_calendar=has_calendar,
        testing=testing,
    )
    return state, refused


def _said(
    material: Material, refused: Mapping[str, list[Note]], of_rows: Iterable[tuple[str, Note]]
) -> dict[Note, set[str]]:
    """Give the paths by what is said of them.

    Why a part of a file is not used belongs to it; files of which nothing is used are listed
    as such.
    """
    said: dict[Note, set[str]] = defaultdict(set)
    for note, paths in material.said.items():
        said[note] |= paths
    for path, reasons in refused.items():
        for reason in reasons if len(reasons) < material.n_records[path] else ():
            said[reason].add(path)
    for path, note in of_rows:
        said[note].add(path)
    return said


def _refused(material: Material, identified: Identified) -> dict[str, list[Note]]:
    refused: dict[str, list[Note]] = defaultdict(list)
    for path, ref in material.refs():
        if ref in identified.refused:
            refused[path].append(identified.refused[ref].note())
    return refused


def identify(season: int, material: Material) -> Identified:
    """Tell which event each record of a season belongs to."""
    claims = [
        CalendarClaim(
            record=replace(event, event=replace(event.event, season=season)),
            provider_rank=provider_rank(calendar.provider),
            complete=calendar.complete,
            calendar=number,
        )
        for number, calendar in enumerate(material.calendars)
        for event in calendar.events
        if not is_testing(event.event.name)
    ]
    return identify_events(season, claims, [ref for _, ref in material.refs()])


def _roster(season: int, material: Material, identified: Identified) -> Roster:
    return Roster(
        [
            *entry_mentions(season, material.entries),
            *(
                mention
                for path, record in material.sessions
                if record.event in identified.by_ref
                for mention in session_mentions(
                    season, record, identified.by_ref[record.event], path
                )
            ),
            *(
                mention
                for path, record in material.testing
                for mention in session_mentions(season, record, TESTING_SCOPE, path)
            ),
        ],
        own_numbers=season >= FIRST_OWN_NUMBERS,
    )


def _candidates(
    season: int, material: Material, identified: Identified, roster: Roster
) -> tuple[dict[tuple[str, SessionKind], list[Candidate]], list[tuple[str, Note]]]:
    """Give the canonical records by event and kind, and notes on files by their paths."""
    candidates: dict[tuple[str, SessionKind], list[Candidate]] = defaultdict(list)
    of_files = []
    for path, said in material.sessions:
        event_id = identified.by_ref[said.event]
        record = canonical_session(said, event_id=event_id, season=season, roster=roster)
        record, joined = join_doubles(record)
        record, overruled = settle_starts(record)
        candidates[event_id, record.kind].append(Candidate(record, path))
        of_files += [(path, note) for note in (*joined, *overruled)]
    return candidates, of_files


def _scheduled_laps(identified: Identified) -> dict[str, int]:
    """Give the scheduled laps by event, as the most trusted calendar that has them."""
    laps: dict[str, int] = {}
    for claim, event_id in identified.calendar:
        if claim.record.scheduled_laps is not None:
            laps.setdefault(event_id, claim.record.scheduled_laps)
    return laps


def _one_record_per_session(
    candidates: Mapping[tuple[str, SessionKind], Sequence[Candidate]],
) -> tuple[dict[str, dict[SessionKind, SessionRecord]], list[Note]]:
    """Give the records by event and kind, and notes on sessions."""
    notes: list[Note] = []
    chosen: dict[str, dict[SessionKind, SessionRecord]] = defaultdict(dict)
    for (event_id, kind), of_one in sorted(candidates.items(), key=lambda item: item[0]):
        if of_one:
            chosen[event_id][kind], conflicts = choose_session(join_practice(of_one))
            notes += conflicts
    return chosen, notes


def _event(
    season: int,
    known: KnownEvent,
    identified: Identified,
    sessions: Mapping[SessionKind, SessionRecord],
) -> EventState:
    """Give one event with its sessions, still as planned and without entries."""
    records = [
        claim.record for claim, event_id in identified.calendar if event_id == known.event_id
    ]
    planned = plan_event(season, known, records, sessions)
    if planned.status is EventStatus.CANCELLED:
        return replace(planned, notes=_unused(sessions))
    used = {kind: sessions[kind] for kind in WEEKEND_ORDER if kind in sessions}
    if SessionKind.RACE in used and SessionKind.STARTING_GRID in used:
        race, grid = used[SessionKind.RACE], used[SessionKind.STARTING_GRID]
        used[SessionKind.RACE] = fill_grid(race, grid)
    return replace(planned, sessions=tuple(used.values()))


def _unused(sessions: Mapping[SessionKind, SessionRecord]) -> tuple[Note, ...]:
    """Being marked as cancelled outweighs files that still lie there."""
    if not sessions:
        return ()
    kinds = ", ".join(kind for kind in WEEKEND_ORDER if kind in sessions)
    text = f"marked as cancelled: its session files are not used ({kinds})"
    return (Note(NoteKind.EVENT_CANCELLED, text),)


def _walk_calendar(
    planned: Sequence[EventState],
    regulars: Sequence[Seat],
    roster: Roster,
    teams: Mapping[str, Team],
) -> tuple[EventState, ...]:
    """Give the events in calendar order with entries, handing each the line-up before it."""
    events = []
    for place, event in enumerate(_calendar_order(planned), start=1):
        state = replace(event, round=event.round or place)
        if state.status is not EventStatus.CANCELLED:
            state = _settle_status(_without_cut_results(state, regulars))
            state = without_far_places(state, len(regulars))
            rows = {session.kind: session.results for session in state.sessions}
            lineup = expected_lineup(rows, regulars)
            regulars = regulars_after(rows, lineup, regulars)
            entries = tuple(_entry(seat, state, roster, teams) for seat in lineup)
            state = replace(state, entries=entries)
            state = replace(state, notes=(*state.notes, *event_notes(state)))
        events.append(state)
    return tuple(events)


def _calendar_order(events: Sequence[EventState]) -> list[EventState]:
    """Order by date where every event has one, else by round."""
    if all(event.date for event in events):
        return sorted(events, key=lambda event: (event.date or "", event.round, event.event_id))
    return sorted(
        events, key=lambda event: (event.round or 10**6, event.date or "", event.event_id)
    )


def _without_cut_results(event: EventState, regulars: Sequence[Seat]) -> EventState:
    """Take out results of races whose last rows are missing: nobody could be scored from them.

    A file cut after some row looks whole; only the cars expected tell that it is not.
    """
    for kind in (SessionKind.RACE, SessionKind.SPRINT):
        rows = {session.kind: session.results for session in event.sessions}
        n_rows, n_expected = len(rows.get(kind, ())), cars_expected(rows, regulars, kind)
        if not 0 < n_rows < n_expected:
            continue
        cut = is_cut(n_rows, n_expected)
        note = missing_rows(kind, n_rows, n_expected, is_used=not cut)
        kept = tuple(one for one in event.sessions if one.kind is not kind or not cut)
        event = replace(event, sessions=kept, notes=(*event.notes, note))
    return event


def _settle_status(event: EventState) -> EventState:
    if any(row.position is not None for row in event.results(SessionKind.RACE)):
        return replace(event, status=EventStatus.COMPLETED)
    if event.status is EventStatus.COMPLETED:
        note = Note(
            NoteKind.RACE_MISSING,
            "the calendar says completed, but no race result is here; forecast as if not yet run",
            do="add the race result",
        )
        return replace(event, status=EventStatus.SCHEDULED, notes=(*event.notes, note))
    return event


def _entered(season: int, entries: Sequence[EntriesRecord], roster: Roster) -> tuple[Seat, ...]:
    """Give the line-up the season's entries announce for the opening round."""
    seats: dict[str, Seat] = {}
    for record in sorted(
        entries, key=lambda record: (provider_rank(record.provider), repr(record))
    ):
        for entry in record.entries:
            if entry.role != "race" or entry.team is None:
                continue
            team_id = resolve_team(entry.team, season).team_id
            driver_id = roster.resolve(entry.driver, "", team_id)
            seats.setdefault(driver_id, Seat(driver_id, team_id, entry.engine))
    return tuple(sorted(seats.values()))


def _entry(seat: Seat, event: EventState, roster: Roster, teams: Mapping[str, Team]) -> Entry:
    driver = roster.driver(seat.driver_id)
    team = teams.get(seat.team_id) or resolve_team(seat.team_id, event.season)
    return Entry(
        driver_id=seat.driver_id,
        code=driver.code,
        number=roster.number(seat.driver_id, event.event_id),
        name=driver.name,
        team_id=team.team_id,
        team=team.name,
        lineage=team.lineage,
        engine=seat.engine,
    )
