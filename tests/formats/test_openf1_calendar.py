import pytest

from predictor.records import CalendarRecord
from predictor.season.fold import fold
from predictor.vocabulary import EventStatus
from tests.formats.builders import openf1_link, openf1_meeting, openf1_race, openf1_session


def statuses(**files):
    """Give the status of every event that calendars of these files list, by name."""
    linked, _ = openf1_link(**files)
    return {
        (line.event.name, line.event.date): line.status
        for file in linked.values()
        for record in file.records
        if isinstance(record, CalendarRecord)
        for line in record.events
    }


CANCELLED = {"is_cancelled": True}
WEEKEND = (("Qualifying", 9001, "2025-05-24"), ("Race", 9000, "2025-05-25"))


def weekend(**cancelled):
    """Give the sessions of one weekend, with what is_cancelled says of each."""
    return [
        openf1_session(name, key, start=f"{day}T14:00:00+00:00")
        | {"is_cancelled": name in cancelled}
        for name, key, day in WEEKEND
    ]


@pytest.mark.parametrize(
    ("meeting", "cancelled", "status"),
    [
        (True, ("Qualifying", "Race"), EventStatus.CANCELLED),
        (True, (), EventStatus.CANCELLED),
        (False, ("Race",), EventStatus.CANCELLED),
        (False, ("Qualifying",), None),
        (False, (), None),
        (None, (), None),
    ],
)
def test_link_files__a_cancelled_meeting_or_race_cancels_the_event(meeting, cancelled, status):
    named = openf1_meeting() | {"is_cancelled": meeting}
    sessions = weekend(**dict.fromkeys(cancelled))
    found = statuses(meetings=[named], sessions=sessions)
    assert found == {("Monaco Grand Prix", "2025-05-25"): status}


def test_link_files__sessions_alone_tell_that_an_event_is_cancelled():
    found = statuses(sessions=weekend(Race=True))
    assert list(found.values()) == [EventStatus.CANCELLED]


def test_link_files__a_cancelled_sprint_is_no_sprint():
    sprint = openf1_session("Sprint", 9005, start="2025-05-24T10:00:00+00:00")
    linked, _ = openf1_link(meetings=[openf1_meeting()], sessions=[*weekend(), sprint | CANCELLED])
    (line,) = linked["meetings"].records[0].events
    assert (line.has_sprint, line.sprint_format, line.status) == (False, None, None)
    assert "sprint" not in [kind.value for kind, _ in line.sessions]


def test_link_files__a_cancelled_event_that_is_listed_once_more_is_held():
    later = openf1_meeting(meeting=1001) | {"is_cancelled": False}
    moved = [
        *weekend(Qualifying=True, Race=True),
        openf1_session("Race", 9100, 1001, start="2025-10-12T13:00:00+00:00"),
    ]
    found = statuses(meetings=[openf1_meeting() | CANCELLED, later], sessions=moved)
    assert found == {("Monaco Grand Prix", "2025-10-12"): None}


def test_fold__a_cancelled_event_is_listed_without_results():
    linked, _ = openf1_link(
        meetings=[openf1_meeting() | CANCELLED], sessions=weekend(), results=openf1_race(12)
    )
    (event,) = fold(linked)[2025].events
    assert (event.status, event.sessions, event.entries) == (EventStatus.CANCELLED, (), ())
