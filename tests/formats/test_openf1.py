import pytest

from predictor.formats import link_files, parse_file
from predictor.records import CalendarRecord, LapsRecord, PathClaim, SessionRecord
from predictor.vocabulary import Compound, ResultStatus, SessionKind
from tests.formats.builders import (
    SESSIONS,
    dump,
    openf1_link,
    openf1_meeting,
    openf1_practice,
    openf1_qualifying,
    openf1_race,
    openf1_session,
)
from tests.said import said


def one(linked, name="result"):
    (record,) = linked[name].records
    return record


def test_link_files__a_result_gets_event_and_kind_from_its_keys():
    linked, reasons = openf1_link(
        result=openf1_race(), sessions=SESSIONS, meetings=[openf1_meeting()]
    )
    record = one(linked)
    assert reasons == {}
    assert record.kind is SessionKind.RACE
    event = record.event
    assert (event.season, event.name, event.date) == (2025, "Monaco Grand Prix", "2025-05-25")
    assert (event.circuit, event.provider_key) == ("Monte Carlo", "openf1:meeting:1000")
    assert record.provider_key == "openf1:session:9000"


def test_link_files__many_sessions_of_one_file_are_told_apart():
    rows = openf1_race() + openf1_qualifying() + openf1_practice()
    linked, _ = openf1_link(result=rows[::2] + rows[1::2], sessions=SESSIONS)
    kinds = {record.kind: len(record.results) for record in linked["result"].records}
    assert kinds == {SessionKind.RACE: 12, SessionKind.QUALIFYING: 12, SessionKind.FP1: 3}


def test_link_files__a_key_nobody_lists_sets_the_file_aside():
    linked, reasons = openf1_link(result=openf1_race(session=9488), sessions=SESSIONS)
    assert "result" not in linked
    assert "session_key 9488 is in no sessions.json" in str(reasons["result"])


def test_link_files__the_listed_sessions_of_a_file_stay():
    linked, reasons = openf1_link(
        result=openf1_race() + openf1_race(session=9488), sessions=SESSIONS
    )
    assert reasons == {}
    assert one(linked).provider_key == "openf1:session:9000"
    assert any("9488" in note for note in said(linked["result"].notes))


def test_link_files__the_path_identifies_a_lone_session():
    path = "2025/08-monaco/race.json"
    linked, reasons = link_files({path: parse_file(path, dump(openf1_race()))})
    (record,) = linked[path].records
    assert reasons == {}
    assert (record.event.season, record.kind) == (2025, SessionKind.RACE)
    assert record.event.path == PathClaim(("monaco",), 8)


def test_link_files__what_the_keys_say_outweighs_the_path():
    path = "2024/01-bahrain/race.json"
    files = {
        path: parse_file(path, dump(openf1_race())),
        "sessions": parse_file("sessions", dump(SESSIONS)),
    }
    (record,) = link_files(files)[0][path].records
    assert (record.event.season, record.event.circuit) == (2025, "Monte Carlo")


def test_link_files__a_shape_that_contradicts_its_key_is_left_out():
    linked, reasons = openf1_link(result=openf1_race(session=9001), sessions=SESSIONS)
    assert "result" not in linked
    assert "is listed as qualifying, but looks like a race" in str(reasons["result"])


def test_link_files__too_few_drivers_are_no_race():
    _, reasons = openf1_link(result=openf1_race(n=3), sessions=SESSIONS)
    assert "only part of the session" in str(reasons["result"])


def test_link_files__order_of_files_changes_nothing():
    names = ["meetings", "result", "sessions"]
    values = {"meetings": [openf1_meeting()], "result": openf1_race(), "sessions": SESSIONS}
    forward = openf1_link(**{name: values[name] for name in names})
    assert forward == openf1_link(**{name: values[name] for name in reversed(names)})


def test_link_files__calendars_have_names_dates_and_starts():
    linked, _ = openf1_link(sessions=SESSIONS, meetings=[openf1_meeting()])
    for name in ("sessions", "meetings"):
        calendar = one(linked, name)
        assert isinstance(calendar, CalendarRecord)
        assert not calendar.complete
        (line,) = calendar.events
        assert (line.event.name, line.event.date) == ("Monaco Grand Prix", "2025-05-25")
        assert dict(line.sessions)[SessionKind.RACE] == "2025-05-25T13:00:00Z"
        assert line.has_sprint is False


def test_link_files__drivers_name_the_rows_and_give_teams():
    drivers = [
        {
            "driver_number": 1,
            "session_key": 9000,
            "meeting_key": 1000,
            "full_name": "Max VERSTAPPEN",
            "name_acronym": "VER",
            "team_name": "Red Bull Racing",
        }
    ]
    linked, _ = openf1_link(result=openf1_race(), sessions=SESSIONS, drivers=drivers)
    first, second, *_ = one(linked).results
    assert (first.driver.driver_id, first.team) == ("max-verstappen", "Red Bull Racing")
    assert (second.driver.driver_id, second.driver.number) == (None, 2)
    assert linked["drivers"].records == ()
    # ... and those of one session serve the others of its meeting.
    linked, _ = openf1_link(result=openf1_qualifying(), sessions=SESSIONS, drivers=drivers)
    assert one(linked).results[0].driver.code == "VER"


def grid_rows(session, n=12):
    return [
        {
            "position": place,
            "driver_number": 13 - place,
            "lap_duration": 80.0,
            "meeting_key": 1000,
            "session_key": session,
        }
        for place in range(1, n + 1)
    ]


def test_link_files__the_grid_of_qualifying_is_the_races():
    linked, _ = openf1_link(grid=grid_rows(9001), sessions=SESSIONS)
    record = one(linked, "grid")
    assert record.kind is SessionKind.STARTING_GRID
    assert (record.results[0].driver.number, record.results[0].grid) == (12, 1)


def test_link_files__the_grid_of_sprint_qualifying_fills_the_sprint():
    sessions = [
        *SESSIONS,
        openf1_session("Sprint", 9003),
        openf1_session("Sprint Shootout", 9004),
    ]
    linked, _ = openf1_link(
        grid=grid_rows(9004), result=openf1_race(session=9003), sessions=sessions
    )
    assert linked["grid"].records == ()
    record = one(linked)
    assert record.kind is SessionKind.SPRINT
    assert [row.grid for row in record.results[:2]] == [12, 11]


def test_link_files__pit_stops_join_the_result():
    stops = [
        {
            "driver_number": 3,
            "lap_number": 5,
            "lane_duration": 18.2,
            "pit_duration": 18.2,
            "meeting_key": 1000,
            "session_key": 9000,
        }
    ]
    linked, _ = openf1_link(result=openf1_race(), stops=stops, sessions=SESSIONS)
    (stop,) = one(linked).pit_stops
    assert (stop.driver.number, stop.lap, stop.time_s) == (3, 5, 18.2)
    assert "stops" in openf1_link(stops=stops, sessions=SESSIONS)[1]


def lap(number, time, session=9002, **changes):
    return {
        "driver_number": number,
        "lap_number": 1,
        "lap_duration": time,
        "is_pit_out_lap": False,
        "date_start": "2025-05-23T11:31:00+00:00",
        "meeting_key": 1000,
        "session_key": session,
        **changes,
    }


def test_link_files__stints_give_laps_their_tyres():
    stints = [
        {
            "driver_number": 4,
            "stint_number": 2,
            "lap_start": 3,
            "lap_end": 9,
            "compound": "HARD",
            "tyre_age_at_start": 1,
            "meeting_key": 1000,
            "session_key": 9000,
        }
    ]
    laps = [lap(4, 80.0, 9000, lap_number=5), lap(5, 80.0, 9000, lap_number=5)]
    linked, _ = openf1_link(laps=laps, stints=stints, sessions=SESSIONS)
    record = one(linked, "laps")
    assert isinstance(record, LapsRecord)
    first, second = record.laps
    assert (first.stint, first.compound, first.tyre_age) == (2, Compound.HARD, 3)
    assert second.compound is None


def test_link_files__practice_laps_make_a_result_where_none_is_there():
    laps = [lap(4, 81.0), lap(5, 80.5), lap(6, 60.0, is_pit_out_lap=True), lap(7, 9.4)]
    linked, _ = openf1_link(laps=laps, sessions=SESSIONS)
    _, result = linked["laps"].records
    assert isinstance(result, SessionRecord)
    assert [(row.driver.number, row.best_s) for row in result.results] == [
        (5, 80.5),
        (4, 81.0),
        (6, None),
        (7, None),
    ]
    assert any("1 impossible" in note for note in said(linked["laps"].notes))
    linked, _ = openf1_link(laps=laps, result=openf1_practice(), sessions=SESSIONS)
    assert len(linked["laps"].records) == 1


# --- real answers


@pytest.fixture(scope="module")
def real(reference_data):
    names = ("sessions", "meetings", "session_result", "starting_grid")
    names += ("laps_9488", "stints_9488", "pit_9488")
    folder = reference_data / "formats/openf1"
    files = {name: parse_file(name, (folder / f"{name}.json").read_bytes()) for name in names}
    return link_files(files)


@pytest.mark.real_data
def test_link_files__tells_all_sessions_of_three_seasons(real):
    linked, reasons = real
    kinds = [record.kind for record in linked["session_result"].records]
    assert reasons == {}
    assert len(kinds) == 355
    assert kinds.count(SessionKind.TESTING) == 6
    assert (kinds.count(SessionKind.RACE), kinds.count(SessionKind.SPRINT)) == (70, 18)
    assert [len(record.events) for record in linked["meetings"].records] == [22, 24, 24]


@pytest.mark.real_data
def test_link_files__knows_these_facts_of_real_races(real):
    linked, _ = real
    races = {
        (record.event.season, record.event.name): {row.driver.number: row for row in record.results}
        for record in linked["session_result"].records
        if record.kind is SessionKind.RACE
    }
    austin = races[2023, "United States Grand Prix"]
    assert {number for number, row in austin.items() if row.status is ResultStatus.DSQ} == {44, 16}
    spa = races[2024, "Belgian Grand Prix"]
    assert (spa[63].status, spa[44].position) == (ResultStatus.DSQ, 1)
    assert all(row.time_s is None for row in spa.values())  # they are a mixture of gaps
    bahrain = races[2023, "Bahrain Grand Prix"]
    assert (bahrain[1].time_s, bahrain[11].gap_s, bahrain[4].gap_laps) == (5636.736, 11.987, 2)


@pytest.mark.real_data
def test_link_files__joins_the_files_of_australia_2024(real):
    linked, _ = real
    laps = one(linked, "laps_9488")
    assert (laps.event.name, laps.kind) == ("Australian Grand Prix", SessionKind.RACE)
    assert len(laps.laps) == 998
    hulkenberg = {lap.lap: lap for lap in laps.laps if lap.driver.number == 27}
    assert (hulkenberg[17].compound, hulkenberg[17].tyre_age) == (Compound.HARD, 16)
    assert linked["stints_9488"].records == ()
    result = next(
        record
        for record in linked["session_result"].records
        if record.provider_key == "openf1:session:9488"
    )
    assert len(result.pit_stops) == 36


@pytest.mark.real_data
def test_link_files__agrees_with_the_native_files(real, reference_data):
    linked, _ = real
    races = [
        record for record in linked["session_result"].records if record.kind is SessionKind.RACE
    ]
    n_rows = 0
    files = sorted((reference_data / "seasons").glob("202[345]/*/race.json"))
    for path, theirs in zip(files, sorted(races, key=race_day), strict=True):
        (native,) = parse_file("native", path.read_bytes()).records
        rows = {row.driver.number: row for row in theirs.results}
        for row in native.results:
            other = rows.get(row.driver.number)
            if other is not None:  # OpenF1 leaves out some who did not start
                assert (other.position, other.gap_laps) == (row.position, row.gap_laps), path
                n_rows += 1
    assert n_rows == 1397


def race_day(record):
    return record.event.date
