"""What the matrix says of a session, for every state, by hand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec import structs

from predictor.published.season_types import Point, Rejection
from predictor.vocabulary import EventStatus, SessionKind, SprintFormat
from services.web.derived.file_matrix import file_matrix, missing_now, session_of
from services.web.derived.health_words import missing_warnings
from tests.archive.small_archive import document_of, one_event

# Of the first event: practice 14 March, 1:00; qualifying 15 March, 5:00; race 16 March, 4:00.
SUNDAY = datetime(2025, 3, 16, 3, tzinfo=UTC)
FP1, QUALIFYING, RACE = SessionKind.FP1, SessionKind.QUALIFYING, SessionKind.RACE


def states(known, now=SUNDAY, order=(), **metadata):
    """Give the first event's sessions by state."""
    one = one_event(1, order=order)
    one = structs.replace(one, metadata=structs.replace(one.metadata, known_sessions=known))
    [row] = file_matrix(document_of("r", one, **metadata), now)
    return {cell.kind: cell.state for cell in row.cells if cell.state != "not-held"}, row


def test_matrix__tells_seen_missing_and_not_yet():
    found, row = states((FP1,))
    assert found == {FP1: "seen", QUALIFYING: "missing", RACE: "not-yet"}
    assert missing_now([row]) == [(row, QUALIFYING)]
    [warned] = missing_warnings([row])
    assert warned.why.startswith("No file tells of qualifying yet, though it is over.")


def test_matrix__a_session_is_not_missed_while_it_may_be_running():
    found, _ = states((FP1, QUALIFYING), datetime(2025, 3, 16, 7, 59, tzinfo=UTC))
    assert found[RACE] == "not-yet"
    found, _ = states((FP1, QUALIFYING), datetime(2025, 3, 16, 8, 1, tzinfo=UTC))
    assert found[RACE] == "missing"


def test_matrix__what_a_run_weekend_lacks_is_missing_and_no_warning():
    found, row = states((QUALIFYING, RACE), order=("AAA", "BBB"))
    assert found[FP1] == "missing"
    assert missing_now([row]) == []
    assert missing_warnings([row]) == []


@pytest.mark.parametrize(
    ("stale", "known", "state"),
    [((), (), "refused"), (("01-first/fp1.json",), (FP1,), "old"), ((), (FP1,), "seen")],
)
def test_matrix__a_refused_file_is_told_in_its_place(stale, known, state):
    refused = (Rejection(file="01-first/fp1.json", reason="is empty"),)
    found, _ = states(known, rejected=refused, stale_inputs=stale)
    assert found[FP1] == state


@pytest.mark.parametrize("file", ["fp1.json", "01-first/laps.json", "01-nowhere/fp1.json", "x"])
def test_session_of__a_name_that_tells_none_gives_none(file):
    assert session_of(Rejection(file=file, reason=""), [one_event(1)]) is None


def test_matrix__of_a_look_back_misses_nothing():
    found, _ = states((), known_until=Point(round=0))
    assert set(found.values()) == {"not-yet"}


def test_matrix__of_a_calendar_without_times_holds_what_such_weekends_hold():
    one = one_event(1)
    sprint = SprintFormat.SPRINT_SHOOTOUT
    metadata = structs.replace(one.metadata, sessions={}, sprint=sprint, known_sessions=())
    [row] = file_matrix(document_of("r", structs.replace(one, metadata=metadata)), SUNDAY)
    held = [cell.kind.value for cell in row.cells if cell.state == "not-yet"]
    assert held == ["fp1", "sprint-qualifying", "sprint", "qualifying", "race"]


def test_matrix__a_cancelled_weekend_has_no_sessions():
    one = one_event(1)
    metadata = structs.replace(one.metadata, status=EventStatus.CANCELLED)
    [row] = file_matrix(document_of("r", structs.replace(one, metadata=metadata)), SUNDAY)
    assert (row.is_off, row.cells) == (True, ())
