from dataclasses import replace

import pytest

from predictor.errors import FormatError
from predictor.formats import parse_file
from predictor.vocabulary import EventStatus, SessionKind, SprintFormat
from tests.formats.builders import dump
from tests.said import said

EVENT = {
    "round": 8,
    "slug": "monaco",
    "name": "Monaco Grand Prix",
    "date": "2025-05-25",
    "circuit": {"id": "monaco", "type": "street", "length_km": 3.337, "country": "Monaco"},
    "scheduled_laps": 78,
    "qualifying_format": "knockout",
    "grid_from": "qualifying",
    "sprint": False,
    "sessions": {"fp1": None, "race": "2025-05-25T13:00Z"},
}


def calendar(*events, **top):
    value = {"season": 2025, "events": list(events), **top} if top is not None else list(events)
    (record,) = parse_file("calendar.json", dump(value)).records
    return record


def event(**changes):
    (line,) = calendar({**EVENT, **changes}).events
    return line


def entry(**fields):
    row = {"id": "max-verstappen", "code": "VER", "number": 1, "team": "Red Bull", **fields}
    (record,) = parse_file("entries.json", dump({"season": 2025, "drivers": [row]})).records
    return record.entries[0]


def test_parse_calendar__gives_lines_with_times_and_circuit():
    line = event()
    assert line.event.event_id == "2025-monaco"
    assert (line.scheduled_laps, line.circuit.kind, line.has_sprint) == (78, "street", False)
    assert line.sessions == ((SessionKind.RACE, "2025-05-25T13:00:00Z"),)
    assert line.status is None


def test_parse_calendar__a_bare_list_takes_its_season_from_the_dates():
    (record,) = parse_file("calendar.json", dump([EVENT])).records
    assert (record.season, record.complete) == (2025, True)


def test_parse_calendar__a_line_without_a_season_is_of_that_of_the_others():
    undated = {**EVENT, "slug": "spain", "name": "Spanish Grand Prix", "date": "0000-00-00"}
    (record,) = parse_file("calendar.json", dump([EVENT, undated])).records
    assert (record.season, len(record.events)) == (2025, 2)
    with pytest.raises(FormatError) as caught:
        parse_file("calendar.json", dump([undated]))
    assert caught.value.where == "calendar.json /0/season"


@pytest.mark.parametrize(("said", "read"), [(101, 101), (10**17, 10**17), (0, None)])
def test_parse_calendar__planned_laps_are_read_whatever_can_be_simulated(said, read):
    line = event(scheduled_laps=said, sprint_laps=said)
    assert (line.scheduled_laps, line.sprint_laps) == (read, read)


def test_parse_calendar__never_reads_laps_actually_run():
    assert event(laps=44, distance_km=1.0) == event()


@pytest.mark.parametrize(
    ("mark", "status"),
    [
        ({"held": False}, EventStatus.CANCELLED),
        ({"held": True}, None),
        ({"cancelled": True}, EventStatus.CANCELLED),
        ({"cancelled": False}, None),
        ({"status": "postponed"}, EventStatus.POSTPONED),
        ({"status": "Cancelled"}, EventStatus.CANCELLED),
        ({"status": "CANCELED"}, EventStatus.CANCELLED),
        ({"status": "cancelled", "held": True}, EventStatus.CANCELLED),
    ],
)
def test_parse_calendar__understands_every_way_to_cancel_an_event(mark, status):
    assert event(**mark).status is status


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2025-05-25T13:00", "2025-05-25T13:00:00Z"),  # UTC, as wherever no offset is given
        ("2025-05-25T13:00Z", "2025-05-25T13:00:00Z"),
        ("2025-05-25T15:00+02:00", "2025-05-25T13:00:00Z"),
        ({"starts_at": "2025-05-25T15:00:00+02:00"}, "2025-05-25T13:00:00Z"),
    ],
)
def test_parse_calendar__every_start_is_in_utc(written, read):
    assert event(sessions={"race": written}).sessions == ((SessionKind.RACE, read),)


@pytest.mark.parametrize("written", [None, {}, {"starts_at": None}, "2025-05-25"])
def test_parse_calendar__a_session_without_a_time_of_day_has_no_start(written):
    assert event(sessions={"race": written}).sessions == ()


def test_parse_calendar__reads_the_time_zone_of_a_circuit():
    circuit = {"id": "monaco", "time_zone": "Europe/Monaco"}
    assert event(circuit=circuit).circuit.time_zone == "Europe/Monaco"
    with pytest.raises(FormatError) as caught:
        event(circuit={"id": "monaco", "time_zone": "two hours ahead"})
    assert caught.value.where == "calendar.json /events/0/circuit/time_zone"


@pytest.mark.parametrize(
    "day", ["0000-00-00", "0001-01-01", "1949-12-31", "2101-01-01", "9999-12-31", "2025-02-30"]
)
def test_parse_calendar__a_day_that_cannot_be_is_left_out_and_the_rest_stays(day):
    content = dump({"season": 2025, "events": [{**EVENT, "date": day}]})
    parsed = parse_file("calendar.json", content)
    (line,) = parsed.records[0].events
    assert line.event.date is None
    assert line == replace(event(), event=replace(event().event, date=None))
    (note,) = said(parsed.notes)
    assert note == f"/events/0/date: {day} is no day from 1950 to 2100; left out"


@pytest.mark.parametrize(
    "start",
    [
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "2100-12-31T23:00:00-02:00",  # 2101 in UTC
        "1950-01-01T00:30:00+01:00",  # 1949 in UTC
        "2025-05-25T25:00:00Z",
        "0000-00-00 00:00:00",
    ],
)
@pytest.mark.parametrize("wrap", [lambda text: text, lambda text: {"starts_at": text}])
def test_parse_calendar__a_start_that_cannot_be_is_left_out_and_the_rest_stays(start, wrap):
    sessions = {"fp1": "2025-05-23T11:30Z", "race": wrap(start)}
    parsed = parse_file(
        "calendar.json", dump({"season": 2025, "events": [{**EVENT, "sessions": sessions}]})
    )
    (line,) = parsed.records[0].events
    assert line.sessions == ((SessionKind.FP1, "2025-05-23T11:30:00Z"),)
    assert line.event.date == "2025-05-25"
    (note,) = said(parsed.notes)
    assert f"{start} is no time from 1950 to 2100; left out" in note


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"scheduled_laps": "78"}, "/events/0/scheduled_laps"),
        ({"status": "maybe"}, "/events/0/status"),
        ({"date": "the last Sunday of May"}, "/events/0/date"),
        ({"date": "20250525"}, "/events/0/date"),
        ({"sessions": {"warm-up": "2025-05-25T09:00Z"}}, "/events/0/sessions/warm-up"),
        ({"sessions": {"race": "in the afternoon"}}, "/events/0/sessions/race"),
        ({"sprint_format": "short"}, "/events/0/sprint_format"),
        ({"circuit": {"id": "Monaco!"}}, "/events/0/circuit/id"),
    ],
)
def test_parse_calendar__names_the_place_of_a_wrong_value(change, pointer):
    with pytest.raises(FormatError) as caught:
        event(**change)
    assert caught.value.where == f"calendar.json {pointer}"


def test_parse_calendar__refuses_an_event_that_stands_twice():
    with pytest.raises(FormatError, match="twice"):
        calendar(EVENT, {**EVENT, "round": 9})


def test_parse_calendar__refuses_two_seasons_in_one_file():
    with pytest.raises(FormatError, match="several seasons"):
        parse_file("calendar.json", dump([EVENT, {**EVENT, "date": "2024-05-26"}]))


def test_parse_calendar__refuses_no_events():
    with pytest.raises(FormatError, match="without events"):
        calendar()


@pytest.mark.parametrize(
    ("fields", "role"),
    [
        ({"rounds": [1, 2, 3]}, "race"),
        ({"rounds": [2, 3]}, "reserve"),
        ({"rounds": [], "practice_only_rounds": [4]}, "test"),
        ({"role": "reserve"}, "reserve"),
        ({}, "race"),
    ],
)
def test_parse_entries__role_is_what_was_known_before_the_season(fields, role):
    assert entry(**fields).role == role


def test_parse_entries__later_rounds_change_nothing():
    assert entry(rounds=[1]) == entry(rounds=[1, 2, 3, 24])


def test_parse_entries__refuses_unknown_roles_and_no_drivers():
    with pytest.raises(FormatError):
        entry(role="boss")
    with pytest.raises(FormatError):
        parse_file("entries.json", dump({"season": 2025, "drivers": []}))


@pytest.mark.real_data
def test_parse_calendar__knows_these_facts_of_real_seasons(reference_data):
    def lines(season):
        data = (reference_data / f"seasons/{season}/calendar.json").read_bytes()
        (record,) = parse_file("calendar.json", data).records
        return {line.event.event_id: line for line in record.events}

    assert lines(2021)["2021-belgium"].scheduled_laps == 44  # one lap was run
    assert lines(2022)["2022-austria"].sprint_format is SprintFormat.GRID_FROM_QUALIFYING
    assert lines(2024)["2024-china"].sprint_format is SprintFormat.SPRINT_SHOOTOUT
    assert lines(2016)["2016-australia"].qualifying_format == "elimination"
    assert len(lines(2025)) == 24


@pytest.mark.real_data
def test_parse_entries__knows_who_started_2025(reference_data):
    data = (reference_data / "seasons/2025/entrants.json").read_bytes()
    (record,) = parse_file("entrants.json", data).records
    roles = {(one.driver.driver_id, one.role) for one in record.entries}
    assert len([who for who, role in roles if role == "race"]) == 20
    assert ("jack-doohan", "race") in roles
    assert ("franco-colapinto", "reserve") in roles
