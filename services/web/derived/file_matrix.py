"""Which sessions of which weekend files tell of: seen, refused, missing, not yet, not held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from msgspec import UNSET

from predictor.published.event_types import Event
from predictor.published.season_types import Rejection, SeasonDocument
from predictor.vocabulary import EventStatus, SessionKind, SprintFormat
from services.web.derived import figures
from services.web.derived.weekend import has_run, known_sessions

__all__ = ["COLUMNS", "Cell", "MatrixRow", "file_matrix", "missing_now", "session_of"]

State = Literal["seen", "old", "refused", "missing", "not-yet", "not-held"]

COLUMNS: Mapping[SessionKind, tuple[str, str]] = {
    SessionKind.FP1: ("Practice 1", "P1"),
    SessionKind.FP2: ("Practice 2", "P2"),
    SessionKind.FP3: ("Practice 3", "P3"),
    SessionKind.SPRINT_QUALIFYING: ("Sprint qual.", "SQ"),
    SessionKind.SPRINT: ("Sprint", "Sp"),
    SessionKind.QUALIFYING: ("Qualifying", "Q"),
    SessionKind.RACE: ("Race", "Race"),
}
# How long after its start a session is over and its file may be there.
_OVER = timedelta(hours=4)
_P = (SessionKind.FP1, SessionKind.FP2, SessionKind.FP3)
_END = (SessionKind.QUALIFYING, SessionKind.RACE)
_HELD: Mapping[SprintFormat | None, tuple[SessionKind, ...]] = {
    None: (*_P, *_END),
    SprintFormat.GRID_FROM_QUALIFYING: (
        SessionKind.FP1,
        SessionKind.FP2,
        SessionKind.SPRINT,
        *_END,
    ),
    SprintFormat.SPRINT_SHOOTOUT: (
        SessionKind.FP1,
        SessionKind.SPRINT_QUALIFYING,
        SessionKind.SPRINT,
        *_END,
    ),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One session.

    Attributes
    ----------
    kind : SessionKind
    state : str
        old: its file is refused, and the last good one in use.
    """

    kind: SessionKind
    state: State


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One weekend.

    Attributes
    ----------
    event_id : str
    round : int
    name : str
        "Belgian".
    is_run, is_off : bool
        Whether its race is run; whether it is cancelled or postponed.
    cells : tuple of Cell
        In the order of `COLUMNS`; none for one that is off.
    """

    event_id: str
    round: int
    name: str
    is_run: bool
    is_off: bool
    cells: tuple[Cell, ...]


def file_matrix(document: SeasonDocument, now: datetime) -> tuple[MatrixRow, ...]:
    """Return a row for each weekend, in calendar order.

    Parameters
    ----------
    document : SeasonDocument
    now : datetime
        UTC.
    """
    refused = {
        found: one.file in document.metadata.stale_inputs
        for one in document.metadata.rejected
        if (found := session_of(one, document.predictions.values())) is not None
    }
    # A look back does not look at later sessions: that none is there means nothing.
    is_look_back = document.metadata.known_until is not UNSET
    return tuple(
        _row(title, event, refused, None if is_look_back else now)
        for title, event in document.predictions.items()
    )


def _row(
    title: str,
    event: Event,
    refused: Mapping[tuple[str, SessionKind], bool],
    now: datetime | None,
) -> MatrixRow:
    metadata = event.metadata
    is_off = metadata.status in (EventStatus.CANCELLED, EventStatus.POSTPONED)
    # A document of an earlier version does not tell sessions, but a result is one.
    known = {*known_sessions(event), *([SessionKind.RACE] if has_run(event) else [])}
    held = {*(metadata.sessions or _HELD[metadata.sprint]), *known}

    def state(kind: SessionKind) -> State:
        found = refused.get((metadata.event_id, kind))
        if found is not None and kind not in known:
            return "old" if found else "refused"
        if found:
            return "old"
        if kind in known:
            return "seen"
        if kind not in held:
            return "not-held"
        return "missing" if has_run(event) or _is_over(event, kind, now) else "not-yet"

    return MatrixRow(
        event_id=metadata.event_id,
        round=metadata.round,
        name=figures.place_name(title),
        is_run=has_run(event),
        is_off=is_off,
        cells=() if is_off else tuple(Cell(kind, state(kind)) for kind in COLUMNS),
    )


def _is_over(event: Event, kind: SessionKind, now: datetime | None) -> bool:
    session = event.metadata.sessions.get(kind)
    if session is None or now is None:
        return False
    return datetime.fromisoformat(session.starts_at) + _OVER < now


def session_of(rejection: Rejection, events: Iterable[Event]) -> tuple[str, SessionKind] | None:
    """Return event and session that a refused file is of by its name; None where it tells none.

    Only the product's own names do: ``13-belgium/fp2.json``.
    """
    folder, _, name = rejection.file.rpartition("/")
    stem = name.partition(".")[0]
    kind = next((kind for kind in COLUMNS if kind.value == stem), None)
    place = folder.rpartition("/")[2].partition("-")[2]
    if kind is None or not place:
        return None
    for event in events:
        if event.metadata.event_id.partition("-")[2] == place:
            return event.metadata.event_id, kind
    return None


def missing_now(rows: Iterable[MatrixRow]) -> list[tuple[MatrixRow, SessionKind]]:
    """Return sessions that are over and without a file, of weekends whose race is not run."""
    return [
        (row, cell.kind)
        for row in rows
        if not row.is_run
        for cell in row.cells
        if cell.state == "missing"
    ]
