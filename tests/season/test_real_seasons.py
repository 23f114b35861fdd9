"""The seasons that ship with the product, folded whole and cut short."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from predictor.formats import link_files, parse_file
from predictor.records import SessionRecord
from predictor.season.fold import fold
from predictor.season.grid import starting_grid
from predictor.season.teams import resolve_team
from predictor.vocabulary import EventStatus, ResultStatus, SessionKind
from tests.said import said

from .builders import drivers_of

RACE_DATA = Path(__file__).parents[2] / "race-data"
SEASONS = sorted(int(path.name) for path in RACE_DATA.glob("20*"))
FIRST_WITH_STARTS = 2024


def load(season):
    return {
        str(path.relative_to(RACE_DATA)): parse_file(
            str(path.relative_to(RACE_DATA)), path.read_bytes()
        )
        for path in sorted((RACE_DATA / str(season)).rglob("*.json"))
    }


@pytest.fixture(scope="module")
def files_2025():
    return load(2025)


@pytest.fixture(scope="module")
def season_2025(files_2025):
    return fold(files_2025)[2025]


def without(files, *parts):
    return {path: file for path, file in files.items() if not any(part in path for part in parts)}


def test_fold__season_2025_has_24_completed_events_without_a_doubt(season_2025):
    assert len(season_2025.events) == 24
    assert {event.status for event in season_2025.events} == {EventStatus.COMPLETED}
    assert season_2025.notes == ()
    assert [note for event in season_2025.events for note in said(event.notes)] == []


def test_fold__entries_of_2025_are_the_starters(season_2025):
    for event in season_2025.events:
        started = {
            row.driver.driver_id
            for row in event.results(SessionKind.RACE)
            if row.status is not ResultStatus.DNS
        }
        assert drivers_of(event) == started
    spain = season_2025.event("2025-spain")
    assert len(spain.entries) == 19
    assert spain.entry("lance-stroll") is None


def test_fold__seat_swaps_of_2025(season_2025):
    team_of = {
        event.slug: {entry.driver_id: entry.team_id for entry in event.entries}
        for event in season_2025.events
    }
    assert team_of["china"]["liam-lawson"] == "red-bull"
    assert team_of["japan"]["liam-lawson"] == "racing-bulls"
    assert team_of["japan"]["yuki-tsunoda"] == "red-bull"
    assert team_of["miami"].get("jack-doohan") == "alpine"
    assert "jack-doohan" not in team_of["emilia-romagna"]
    assert team_of["emilia-romagna"]["franco-colapinto"] == "alpine"


def test_fold__line_up_of_a_future_event_is_the_last_known_one(files_2025):
    state = fold(without(files_2025, "/04-", *(f"/{n:02d}-" for n in range(5, 25))))[2025]
    bahrain = state.event("2025-bahrain")
    assert bahrain.status is EventStatus.SCHEDULED
    assert bahrain.entry("yuki-tsunoda").team_id == "red-bull"
    assert len(state.event("2025-abu-dhabi").entries) == 20


def test_fold__before_the_season_everyone_entered_is_expected(files_2025):
    state = fold({path: files_2025[path] for path in ("2025/calendar.json", "2025/entries.json")})
    for event in state[2025].events:
        assert len(event.entries) == 20
        assert event.entry("liam-lawson").team_id == "red-bull"
        assert event.entry("franco-colapinto") is None


def test_fold__swap_shows_in_practice_of_japan(files_2025):
    later = [f"/{n:02d}-" for n in range(4, 25)]
    for gone in (("fp2", "fp3"), ("fp3",), ()):
        known = without(files_2025, *later)
        hidden = [f"03-japan/{kind}" for kind in (*gone, "qualifying", "race")]
        japan = fold(without(known, *hidden))[2025].event("2025-japan")
        assert japan.entry("yuki-tsunoda").team_id == "red-bull"
        assert japan.entry("liam-lawson").team_id == "racing-bulls"


def test_fold__rookies_in_practice_of_mexico_do_not_race(files_2025):
    later = [f"/{n:02d}-" for n in range(21, 25)]
    hidden = [f"20-mexico/{kind}" for kind in ("fp2", "fp3", "qualifying", "race")]
    state = fold(without(files_2025, *later, *hidden))[2025]
    fp1 = {r.driver.driver_id for r in state.event("2025-mexico").results(SessionKind.FP1)}
    mexico = drivers_of(state.event("2025-mexico"))
    assert "arvid-lindblad" in fp1
    assert mexico == drivers_of(state.event("2025-united-states"))


def test_fold__without_stroll_in_spain_he_is_expected_in_canada(files_2025):
    state = fold(without(files_2025, *(f"/{n:02d}-" for n in range(10, 25))))[2025]
    assert state.event("2025-canada").entry("lance-stroll") is not None


def test_fold__without_calendar_and_entries_the_same_events_are_known(files_2025, season_2025):
    bare = fold(without(files_2025, "calendar", "entries"))[2025]
    assert [event.event_id for event in bare.events] == [e.event_id for e in season_2025.events]
    assert [drivers_of(event) for event in bare.events] == [
        drivers_of(event) for event in season_2025.events
    ]


def test_fold__expected_line_up_after_qualifying_is_nearly_always_who_starts(files_2025):
    full = fold(files_2025)[2025]
    cut = fold({path: file for path, file in files_2025.items() if "race.json" not in path})[2025]
    for event, before in zip(full.events, cut.events, strict=True):
        assert drivers_of(event) <= drivers_of(before)
        assert len(before.entries) == 20


def test_starting_grid__pit_lane_of_china_2025(season_2025):
    grid = starting_grid(season_2025.event("2025-china"))
    assert "liam-lawson" in grid.pit_lane
    assert grid.order[0] == "oscar-piastri"
    assert len(grid.order) == 20


@pytest.mark.parametrize("season", [2014, 2016, 2020, 2023])
def test_fold__earlier_seasons_fold_whole(season):
    state = fold(load(season))[season]
    assert {event.status for event in state.events} == {EventStatus.COMPLETED}
    for event in state.events:
        codes = [entry.code for entry in event.entries]
        assert len(set(codes)) == len(codes) >= 15
        for entry in event.entries:
            assert entry.lineage == resolve_team(entry.team, season).lineage
    if season == 2016:
        formats = [event.qualifying_format for event in state.events]
        assert formats == ["elimination"] * 2 + ["knockout"] * 19


@pytest.mark.parametrize("season", SEASONS)
def test_fold__every_shipped_race_has_a_day_of_its_own(season):
    events = fold(load(season))[season].events
    days = [date.fromisoformat(event.date) for event in events]
    assert {day.year for day in days} == {season}
    # The shortest way from one race to the next is a week; one on a Saturday takes a day off it.
    assert all(timedelta(6) <= later - day for day, later in pairwise(days))
    assert {day.strftime("%a") for day in days} <= {"Sat", "Sun"}


@pytest.mark.parametrize("season", SEASONS)
def test_fold__sessions_of_a_shipped_weekend_precede_its_race(season):
    for event in fold(load(season))[season].events:
        starts = {kind: datetime.fromisoformat(start) for kind, start in event.session_times}
        if season < FIRST_WITH_STARTS:
            assert starts == {}
            continue
        race = starts[SessionKind.RACE]
        assert race.astimezone(ZoneInfo(event.time_zone)).date().isoformat() == event.date
        before = {kind: start for kind, start in starts.items() if kind is not SessionKind.RACE}
        assert {session.kind for session in event.sessions} <= {*starts, SessionKind.STARTING_GRID}
        assert all(timedelta(0) < race - start < timedelta(4) for start in before.values())
        assert len(set(starts.values())) == len(starts)


@pytest.mark.parametrize(
    ("event_id", "day"), [("2021-turkey", "2021-10-10"), ("2023-las-vegas", "2023-11-18")]
)
def test_fold__days_that_the_source_has_wrong_are_right(event_id, day):
    files = load(int(event_id[:4]))
    event = fold(files)[int(event_id[:4])].event(event_id)
    assert event.date == day
    said = {
        record.event.date
        for file in files.values()
        for record in file.records
        if isinstance(record, SessionRecord) and record.event.event_id == event_id
    }
    assert said == {day}


@pytest.mark.real_data
def test_fold__shipped_starts_are_those_of_openf1(reference_data, season_2025):
    folder = reference_data / "formats/openf1"
    names = ("sessions", "meetings")
    files = {name: parse_file(name, (folder / f"{name}.json").read_bytes()) for name in names}
    other = fold(link_files(files)[0])[2025]
    assert [(e.event_id, e.date, e.session_times) for e in season_2025.events] == [
        (e.event_id, e.date, e.session_times) for e in other.events
    ]


@pytest.mark.real_data
def test_fold__openf1_ids_are_the_same_without_meetings(reference_data):
    folder = reference_data / "formats/openf1"
    files = {
        name: parse_file(name, (folder / f"{name}.json").read_bytes())
        for name in ("sessions", "meetings", "session_result")
    }
    named = fold(link_files(files)[0])
    del files["meetings"]
    bare = fold(link_files(files)[0])
    for season, n_events in ((2023, 22), (2024, 24), (2025, 24)):
        ids = [event.event_id for event in named[season].events]
        assert [event.event_id for event in bare[season].events] == ids
        assert len(ids) == n_events
        names = {event.slug: event.name for event in bare[season].events}
        assert names["great-britain"] == "British Grand Prix"
