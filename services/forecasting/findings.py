"""What there is to say about a season's files, sorted into sections, each with what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from predictor.forecast.feasible import why_no_sprint, why_not_forecast
from predictor.graph.seasons.folding import Rejection
from predictor.notes import Note, NoteKind
from predictor.season.provenance import Told
from predictor.season.state import SeasonState
from predictor.vocabulary import EventStatus, SessionKind
from services.intake.not_read import why_not_read

__all__ = [
    "KINDS",
    "SECTIONS",
    "Finding",
    "Sessions",
    "about_season",
    "left_out",
    "not_read",
    "ordered",
]

MISSING, UNFORECAST, CUT, CONFLICT, LEFT_OUT, TWICE, ODD, INFO = KINDS = (
    "missing",
    "without a forecast",
    "cut short",
    "in conflict",
    "left out",
    "there twice",
    "does not fit",
    "good to know",
)

Sessions = Mapping[tuple[str, SessionKind], tuple[Told, ...]]  # event id, kind -> files

SECTIONS: Mapping[NoteKind, str] = {
    NoteKind.UNUSABLE: LEFT_OUT,
    NoteKind.CUT: CUT,
    NoteKind.OTHER_SEASON: LEFT_OUT,
    NoteKind.FILE_COPY: TWICE,
    NoteKind.FILE_OLD: INFO,
    NoteKind.FILE_JOINED: INFO,
    NoteKind.FILE_NOT_READ: LEFT_OUT,
    NoteKind.MORE_UNUSABLE: INFO,
    NoteKind.DATA_UNUSED: INFO,
    NoteKind.TESTING: INFO,
    NoteKind.SEASON_UNTOLD: LEFT_OUT,
    NoteKind.PAGE_TAKEN_AS_WHOLE: ODD,
    NoteKind.PAGES_MISSING: CUT,
    NoteKind.PATH_OVERRULED: ODD,
    NoteKind.VALUE_IMPOSSIBLE: ODD,
    NoteKind.STATUS_OVERRULED: ODD,
    NoteKind.STATUS_MISSING: MISSING,
    NoteKind.DELETED_LAPS_UNKNOWN: INFO,
    NoteKind.FILES_DIFFER: CONFLICT,
    NoteKind.CALENDAR_MISSING: MISSING,
    NoteKind.EVENT_UNLISTED: ODD,
    NoteKind.EVENT_UNNAMED: ODD,
    NoteKind.EVENT_MOVED: INFO,
    NoteKind.EVENT_CANCELLED: INFO,
    NoteKind.ROUND_OVERRULED: ODD,
    NoteKind.SAME_DAY: CONFLICT,
    NoteKind.RACE_MISSING: MISSING,
    NoteKind.RACE_TO_COME: INFO,
    NoteKind.QUALIFYING_MISSING: MISSING,
    NoteKind.RESULT_CUT: CUT,
    NoteKind.RESULT_SHORT: ODD,
    NoteKind.FEW_DRIVERS: CUT,
    NoteKind.DRIVER_ABSENT: ODD,
    NoteKind.DRIVER_DOUBLED: ODD,
    NoteKind.DRIVER_UNKNOWN: MISSING,
    NoteKind.DRIVER_RESPELT: ODD,
    NoteKind.DRIVER_UNLISTED: ODD,
    NoteKind.TEAM_UNLISTED: ODD,
    NoteKind.NUMBER_SHARED: ODD,
    NoteKind.GRID_ODD: ODD,
    NoteKind.LAPS_ODD: CONFLICT,
    NoteKind.POINTS_ODD: ODD,
    NoteKind.POINTS_UNKNOWN: MISSING,
    NoteKind.FASTEST_LAP_UNKNOWN: MISSING,
    NoteKind.ENTRIES_MISSING: MISSING,
    NoteKind.LINE_UP_UNKNOWN: MISSING,
    NoteKind.SEASON_CHOSEN: INFO,
    NoteKind.HISTORY_SHIPPED: INFO,
    NoteKind.HISTORY_MISSING: MISSING,
    NoteKind.CIRCUIT_UNKNOWN: INFO,
    NoteKind.WITHOUT_FORECAST: UNFORECAST,
    NoteKind.SAMPLER_MISSING: MISSING,
    NoteKind.FIT_UNUSED: ODD,
    NoteKind.MODEL_TROUBLE: ODD,
    NoteKind.MODEL_MISSING: MISSING,
    NoteKind.MODEL_WITHOUT_WEIGHT: INFO,
    NoteKind.MODEL_NOT_IN_TITLES: INFO,
    NoteKind.SCORES_UNWEIGHTED: INFO,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a reader may want to know or mend."""

    kind: str  # one of `KINDS`
    where: str  # a file or an event; empty: the season
    what: str
    do: str
    note: NoteKind  # what it is about

    @property
    def counts(self) -> bool:
        """Whether somebody should look at it; the others change no forecast."""
        return self.kind not in (ODD, INFO)


def left_out(rejected: Iterable[Rejection]) -> Iterator[Finding]:
    """Say which files are not used, and why; what is only a part of a file is told apart."""
    for file, note in sorted(
        ((one.file, one.note) for one in rejected), key=lambda pair: (pair[0], str(pair[1]))
    ):
        # The reason names the file once more.
        what = str(note).replace(f"; at {file};", ";").replace(f"; at {file} ", "; at ")
        yield _finding(Note(note.kind, what, where=file, do=note.do))


def not_read(files: Iterable[str]) -> Iterator[Finding]:
    """Say which files hold data in a form that is not read, and what to do about each."""
    for file in files:
        what, do = why_not_read(file.rpartition("/")[2]) or ("", "")
        yield _finding(Note(NoteKind.FILE_NOT_READ, f"passed over: it {what}", where=file, do=do))


def about_season(
    state: SeasonState, told: Sessions, notes: Iterable[Note], *, has_entries: bool
) -> Iterator[Finding]:
    """Say what is missing, cut, in conflict, there twice or odd in a season.

    Parameters
    ----------
    state : SeasonState
    told : Sessions
    notes : iterable of Note
        About the choice of the season and of the earlier ones.
    has_entries : bool
        Whether a file says who is entered for the season.
    """
    return map(_finding, _notes(state, told, notes, has_entries=has_entries))


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Order findings by kind, as `KINDS`; those of one kind stay as they come."""
    return tuple(sorted(findings, key=lambda finding: KINDS.index(finding.kind)))


def _finding(note: Note) -> Finding:
    return Finding(SECTIONS[note.kind], note.where, note.text, note.do, note.kind)


def _notes(
    state: SeasonState, told: Sessions, notes: Iterable[Note], *, has_entries: bool
) -> Iterator[Note]:
    yield from notes
    yield from state.notes
    for event in state.events:
        yield from (note.at(event.event_id) for note in event.notes)
    if not has_entries:
        yield Note(
            NoteKind.ENTRIES_MISSING,
            "no list of the season's entries: line-ups come from the sessions before an event",
            do="add entries.json",
        )
    yield from _unforecast(state)
    yield from _without_race(state)
    yield from _twice(state, told)


def _unforecast(state: SeasonState) -> Iterator[Note]:
    """Name the events that are beyond what can be simulated; nobody to take part is noted."""
    for event in state.events:
        reason = why_not_forecast(event) or why_no_sprint(event)
        if reason and event.entries and event.status is not EventStatus.CANCELLED:
            do = "correct what the calendar and the entries say of it"
            yield Note(NoteKind.WITHOUT_FORECAST, reason, where=event.event_id, do=do)


def _without_race(state: SeasonState) -> Iterator[Note]:
    """Name the latest event if it has its qualifying and nothing more; earlier ones are noted."""
    raced = [one.status is EventStatus.COMPLETED for one in state.events]
    n_past = len(raced) - raced[::-1].index(True) if any(raced) else 0
    for event in state.events[n_past:]:
        if event.session(SessionKind.QUALIFYING) is not None:
            yield Note(
                NoteKind.RACE_TO_COME,
                "qualifying without a race result: forecast as a race that is still to come",
                where=event.event_id,
                do="add the race result once the race is over",
            )


def _twice(state: SeasonState, told: Sessions) -> Iterator[Note]:
    """Name the files that say word for word what another one says."""
    known = {event.event_id for event in state.events}
    for (event_id, kind), sources in told.items():
        if event_id not in known:
            continue
        seen: dict[str, str] = {}
        for one in sources:
            first = seen.setdefault(repr(one.record), one.path)
            if first != one.path:
                text = f"says of {event_id} {kind} what {first} says"
                yield Note(NoteKind.FILE_COPY, text, where=one.path, do="remove one of them")
