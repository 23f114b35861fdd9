from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from predictor.notes import Note, NoteKind
from predictor.records import DriverRef, EventRef, LapsRecord, ResultRecord
from predictor.season.fold import fold
from predictor.season.state import SeasonState
from predictor.vocabulary import EventStatus, ResultStatus, SessionKind, SprintFormat
from tests.said import said

from .builders import (
    CANCELLED,
    RED_BULL_CAMP,
    calendar,
    drivers_of,
    entries,
    fold_one,
    parsed,
    planned,
    race,
    ref,
    row,
    rows,
    session,
)

A_NOTE = Note(NoteKind.UNUSABLE, "a row was left out")
THREE_EVENTS = (
    planned("australia", 1, "2025-03-16", name="Australian Grand Prix"),
    planned("china", 2, "2025-03-23", name="Chinese Grand Prix"),
    planned("japan", 3, "2025-04-06", name="Japanese Grand Prix"),
)


def some_files():
    """Two calendars, entries, conflicting results, and a driver known by number only."""
    by_number = ResultRecord(DriverRef(number=4), ResultStatus.FINISHED, position=1)
    anonymous = EventRef(season=2025, name="Chinese Grand Prix", round=7)
    return {
        "calendar.json": parsed(calendar(*THREE_EVENTS)),
        "jolpica.json": parsed(
            calendar(
                planned(None, 4, "2025-04-13", name="Bahrain Grand Prix"),
                planned(None, 3, "2025-04-06", name="Japanese Grand Prix"),
                provider="jolpica",
            )
        ),
        "entries.json": parsed(entries(*RED_BULL_CAMP), sources=("f1db CC BY 4.0",)),
        "a.json": parsed(race(ref("australia"), rows(*RED_BULL_CAMP))),
        "b.json": parsed(race(ref("australia"), rows(*reversed(RED_BULL_CAMP)))),
        "c.json": parsed(
            session(
                ref("australia"),
                "qualifying",
                [
                    replace(
                        row("lando-norris", 1),
                        driver=DriverRef(driver_id="lando-norris", number=4, code="NOR"),
                    )
                ],
            )
        ),
        "d.json": parsed(race(anonymous, [by_number], provider="openf1"), notes=(A_NOTE,)),
        "e.json": parsed(
            session(EventRef(season=2025, date="2025-04-12"), "fp1", rows("kimi-antonelli"))
        ),
    }


@given(st.permutations(sorted(some_files())))
def test_fold__any_order_of_files_gives_the_same_season(order):
    files = some_files()
    assert fold({path: files[path] for path in order}) == fold(files)


@given(st.permutations(RED_BULL_CAMP), st.permutations(range(3)))
def test_fold__any_order_of_rows_and_calendar_lines_gives_the_same_season(drivers, lines):
    results = {who: place for place, who in enumerate(RED_BULL_CAMP, start=1)}
    shuffled = race(ref("china"), [row(who, results[who]) for who in drivers])
    ordered = race(ref("china"), rows(*RED_BULL_CAMP))
    assert fold_one(calendar(*(THREE_EVENTS[n] for n in lines)), shuffled) == fold_one(
        calendar(*THREE_EVENTS), ordered
    )


def test_fold__file_names_change_no_event():
    files = some_files()
    renamed = {f"{len(files) - n}/x.json": file for n, file in enumerate(files.values())}
    assert fold(renamed)[2025].events == fold(files)[2025].events


def test_fold__state_survives_a_round_trip_through_msgspec():
    state = fold(some_files())[2025]
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(state), type=SeasonState) == state


def test_fold__seasons_in_one_folder_stay_apart():
    files = {
        "a": parsed(race(ref("monaco", 2024), rows("a", "b"))),
        "b": parsed(race(ref("monaco", 2025), rows("b", "a"))),
    }
    states = fold(files)
    assert list(states) == [2024, 2025]
    assert states[2024].events[0].results(SessionKind.RACE)[0].driver.driver_id == "a"
    assert fold(files, season=2024) == {2024: states[2024]}
    assert fold(files, season=2023) == {}


def test_fold__nothing_gives_nothing():
    assert fold({}) == {}


def test_fold__without_calendar_events_come_from_session_files_in_order_of_date():
    state = fold_one(
        race(EventRef(season=2025, name="Monaco Grand Prix", date="2025-05-25"), rows("a", "b")),
        race(EventRef(season=2025, name="Chinese Grand Prix", date="2025-03-23"), rows("a", "b")),
    )
    assert [(event.event_id, event.round, event.status) for event in state.events] == [
        ("2025-china", 1, EventStatus.COMPLETED),
        ("2025-monaco", 2, EventStatus.COMPLETED),
    ]


def test_fold__without_dates_events_are_in_order_of_rounds():
    state = fold_one(
        race(EventRef(season=2025, name="Monaco Grand Prix", round=8), rows("a", "b")),
        race(EventRef(season=2025, name="Chinese Grand Prix", round=2), rows("a", "b")),
    )
    assert [event.event_id for event in state.events] == ["2025-china", "2025-monaco"]


def test_fold__cancelled_event_stays_listed_without_entries_and_its_files_are_ignored():
    events = (*THREE_EVENTS[:2], replace(THREE_EVENTS[2], status=CANCELLED))
    state = fold_one(
        calendar(*events),
        entries(*RED_BULL_CAMP),
        race(ref("japan", round_=3), rows(*RED_BULL_CAMP)),
    )
    assert len(state.event("2025-china").entries) == 4
    japan = state.event("2025-japan")
    assert (japan.status, japan.entries, japan.sessions) == (CANCELLED, (), ())
    assert "files are not used (race)" in str(japan.notes[0])


def test_fold__cancelled_event_passes_no_line_up_on():
    events = (replace(THREE_EVENTS[0], status=CANCELLED), *THREE_EVENTS[1:])
    state = fold_one(
        calendar(*events),
        entries("lando-norris", "oscar-piastri"),
        race(ref("australia"), rows("max-verstappen", "liam-lawson")),
    )
    assert drivers_of(state.event("2025-china")) == {"lando-norris", "oscar-piastri"}


def test_fold__event_called_completed_without_a_result_is_forecast_with_a_note():
    events = (replace(THREE_EVENTS[0], status=EventStatus.COMPLETED), *THREE_EVENTS[1:])
    australia = fold_one(calendar(*events), entries("a")).events[0]
    assert australia.status is EventStatus.SCHEDULED
    assert "no race result is here" in str(australia.notes[0])


def test_fold__postponed_event_with_a_result_is_completed():
    events = (replace(THREE_EVENTS[0], status=EventStatus.POSTPONED), *THREE_EVENTS[1:])
    state = fold_one(calendar(*events))
    assert state.events[0].status is EventStatus.POSTPONED
    state = fold_one(calendar(*events), race(ref("australia"), rows("a", "b")))
    assert state.events[0].status is EventStatus.COMPLETED


def test_fold__unknown_team_and_twenty_two_cars_just_work():
    drivers = [f"driver-{n:02d}" for n in range(1, 23)]
    teams = {who: f"Team {n // 2 + 1}" for n, who in enumerate(drivers)}
    state = fold_one(
        race(ref("monaco", 2026), rows(*drivers, teams=teams)),
        calendar(
            planned("monaco", 1, "2026-06-07", season=2026),
            planned("spain", 2, "2026-06-14", season=2026),
            season=2026,
        ),
        season=2026,
    )
    monaco, spain = state.events
    assert len(monaco.entries) == len(spain.entries) == 22
    assert (monaco.entries[0].team, monaco.entries[0].lineage) == ("Team 1", "team-1")


def test_fold__driver_with_two_teams_has_the_right_one_in_each_event():
    swapped = {"yuki-tsunoda": "Red Bull", "liam-lawson": "Racing Bulls"}
    state = fold_one(
        calendar(*THREE_EVENTS),
        race(ref("china"), rows(*RED_BULL_CAMP)),
        race(ref("japan"), rows(*RED_BULL_CAMP, teams=swapped)),
    )
    china, japan = state.event("2025-china"), state.event("2025-japan")
    assert china.entry("yuki-tsunoda").team_id == "racing-bulls"
    assert japan.entry("yuki-tsunoda").team_id == "red-bull"
    assert japan.entry("liam-lawson").lineage == "toro-rosso"


def test_fold__event_facts_come_field_by_field_from_the_most_trusted_calendar():
    native = planned("australia", 1, "2025-03-16", scheduled_laps=58)
    other = planned(
        "australia", 9, "2025-03-17", name="Australian Grand Prix", has_sprint=True, sprint_laps=19
    )
    state = fold_one(calendar(other, provider="jolpica"), calendar(native))
    australia = state.events[0]
    assert (australia.round, australia.date, australia.scheduled_laps) == (1, "2025-03-16", 58)
    assert australia.name == "Australian Grand Prix"
    assert australia.sprint_format is SprintFormat.SPRINT_SHOOTOUT
    assert (australia.sprint_laps, australia.grid_from) == (19, "qualifying")


def test_fold__sprint_of_2021_sets_the_grid():
    sprint = session(ref("great-britain", 2021), "sprint", rows("a", "b"))
    event = fold_one(sprint, season=2021).events[0]
    assert event.sprint_format is SprintFormat.GRID_FROM_QUALIFYING
    assert event.grid_from == "sprint"


def test_fold__elimination_qualifying_of_2016_is_kept():
    quali = session(
        ref("australia", 2016), "qualifying", rows("a", "b"), qualifying_format="elimination"
    )
    assert fold_one(quali, season=2016).events[0].qualifying_format == "elimination"


def test_fold__a_session_without_a_known_start_is_not_timed():
    times = ((SessionKind.RACE, None), (SessionKind.FP1, "2014-03-14T01:30:00Z"))
    event = planned("australia", 1, "2014-03-16", season=2014, sessions=times)
    state = fold_one(calendar(event, season=2014), season=2014)
    assert state.events[0].session_times == ((SessionKind.FP1, "2014-03-14T01:30:00Z"),)


def test_fold__pit_lane_start_stays_without_grid_place():
    late = row("liam-lawson", 2, pit_lane_start=True)
    grid = session(ref(), "starting-grid", [row("liam-lawson", 20), row("max-verstappen", 3)])
    event = fold_one(race(ref(), [row("max-verstappen", 1), late]), grid).events[0]
    by_driver = {r.driver.driver_id: r.grid for r in event.results(SessionKind.RACE)}
    assert by_driver == {"liam-lawson": None, "max-verstappen": 3}


def test_fold__testing_is_no_event():
    state = fold_one(
        session(EventRef(season=2025, name="Pre-Season Testing"), "fp1", rows("a")),
        calendar(*THREE_EVENTS),
    )
    assert len(state.events) == 3
    assert any("testing is not used" in note for note in said(state.notes))


def test_fold__record_of_no_season_is_noted_not_lost():
    state = fold_one(race(EventRef(round=3), rows("a")), calendar(*THREE_EVENTS))
    assert any("nothing in it tells the season" in note for note in said(state.notes))


def test_fold__laps_are_noted_as_unused():
    laps = LapsRecord(ref("australia"), SessionKind.RACE, (), "openf1")
    assert any("laps are read" in note for note in said(fold_one(laps).notes))


@pytest.mark.parametrize("kind", ["race", "sprint"])
def test_fold__notes_and_sources_of_files_are_kept(kind):
    file = parsed(session(ref(), kind, rows("a")), notes=(A_NOTE,), sources=("f1db",))
    state = fold({"2025/x.json": file})[2025]
    assert "2025/x.json: a row was left out" in said(state.notes)
    assert state.sources == ("f1db",)
