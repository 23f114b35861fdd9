"""A season as it stood at an event and horizon, on real files with the later sessions there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from predictor.features.known_season import season_at, sessions_known
from predictor.folder_files import join_files
from predictor.formats.detect import parse_file
from predictor.season.fold import fold
from predictor.vocabulary import EventStatus, Horizon, SessionKind, SprintFormat
from tests.rules.sources import ROOT

A, B, C = Horizon
S = SessionKind
YEAR = ROOT / "race-data" / "2025"
EVENTS = ("01-australia", "02-china", "03-japan")


@pytest.fixture(scope="module")
def files():
    """The first three weekends of 2025, China with a sprint."""
    names = ["calendar.json", "entries.json"]
    names += [
        path.relative_to(YEAR).as_posix() for one in EVENTS for path in (YEAR / one).iterdir()
    ]
    outcomes = {name: parse_file(name, (YEAR / name).read_bytes()) for name in sorted(names)}
    return dict(join_files(outcomes, "2025").files)


@pytest.fixture(scope="module")
def season(files):
    return fold(files, season=2025)[2025]


def known(state):
    """Return the kinds of sessions that a season has, by event."""
    return {
        one.slug: {session.kind for session in one.sessions} for one in state.events if one.sessions
    }


def test_season_at__before_a_weekend_has_the_races_before(files, season):
    state = season_at(files, season, "2025-china", A)
    assert list(known(state)) == ["australia"]
    china = next(one for one in state.events if one.slug == "china")
    assert china.status is EventStatus.SCHEDULED
    assert S.RACE in known(state)["australia"]


def test_season_at__after_practice_has_what_began_before_qualifying(files, season):
    state = season_at(files, season, "2025-china", B)
    # A sprint weekend of 2025: practice, sprint qualifying, sprint, then qualifying.
    assert known(state)["china"] <= {S.FP1, S.SPRINT_QUALIFYING, S.SPRINT}
    assert S.FP1 in known(state)["china"]
    assert "japan" not in known(state)


def test_season_at__with_the_grid_known_lacks_the_race_alone(files, season):
    state = season_at(files, season, "2025-china", C)
    whole = known(season)["china"]
    assert known(state)["china"] == whole - {S.RACE}


def test_season_at__the_first_event_knows_nothing(files, season):
    state = season_at(files, season, "2025-australia", A)
    assert known(state) == {}
    assert len(state.events) == len(season.events)


def event_of(season, **changed):
    return replace(next(one for one in season.events if one.slug == "japan"), **changed)


def test_sessions_known__by_the_times_of_the_calendar(season):
    times = ((S.FP1, "2023-07-28T11:30:00Z"), (S.QUALIFYING, "2023-07-28T15:00:00Z"),
             (S.SPRINT, "2023-07-29T15:05:00Z"), (S.RACE, "2023-07-30T13:00:00Z"))  # fmt: skip
    event = event_of(season, session_times=times, sprint_format=SprintFormat.SPRINT_SHOOTOUT)
    assert sessions_known(event, A) == frozenset()
    assert sessions_known(event, B) == {S.FP1}  # of 2023: the sprint came after qualifying
    assert S.RACE not in sessions_known(event, C)
    assert {S.SPRINT, S.QUALIFYING, S.STARTING_GRID} <= sessions_known(event, C)


def test_sessions_known__without_times_practice_comes_before_the_grid(season):
    event = event_of(season, session_times=(), sprint_format=None)
    assert sessions_known(event, B) == {S.FP1, S.FP2, S.FP3}


def test_sessions_known__where_qualifying_makes_the_sprints_grid_it_comes_before_the_sprint(season):
    event = event_of(season, session_times=(), sprint_format=SprintFormat.GRID_FROM_QUALIFYING)
    assert sessions_known(event, B) == {S.FP1, S.FP2, S.FP3, S.QUALIFYING}
    times = ((S.QUALIFYING, "2021-07-16T17:00:00Z"), (S.FP2, "2021-07-17T11:00:00Z"),
             (S.SPRINT, "2021-07-17T15:30:00Z"), (S.RACE, "2021-07-18T14:00:00Z"))  # fmt: skip
    event = replace(event, session_times=times)
    assert sessions_known(event, B) == {S.QUALIFYING, S.FP2}
