"""A season is the same season from every provider's files, but for what each leaves out."""

from __future__ import annotations

from dataclasses import fields

import pytest

from predictor.records import ResultRecord
from predictor.season.awards import points_of_session
from predictor.season.state import EventState
from predictor.vocabulary import SessionKind

from .facts import facts_of
from .fastf1 import fastf1_files
from .jolpica import jolpica_files
from .openf1 import openf1_files
from .schedule import schedule
from .test_standings import folded

pytestmark = pytest.mark.real_data

RESULTS = tuple(kind for kind in SessionKind if kind is not SessionKind.STARTING_GRID)
# What no provider but the native files tells. Rows of the retired and the disqualified have no
# times elsewhere, and the interval in qualifying follows from its times.
NATIVE_ALONE = {"engine", "grid_penalty", "time_penalty_s", "gap_s", "time_s"}
# What each provider leaves out besides, by session.
LACKS = {
    "jolpica": {
        "race": {"reason"},  # where it says "Withdrew"
        "sprint": {"reason", "best_s", "fastest_lap", "pit_lane_start"},  # f1db misses one
        "qualifying": {"laps", "position", "status"},  # it gives everyone a place
        "sprint-qualifying": None,
        "fp1": None,
        "fp2": None,
        "fp3": None,
    },
    "openf1": {
        "race": {"reason", "best_s", "fastest_lap", "pit_lane_start", "grid"},
        "sprint": {"reason", "best_s", "fastest_lap", "pit_lane_start", "grid"},
    },
    "fastf1": {
        "race": {"reason", "best_s", "fastest_lap"},
        "sprint": {"reason", "best_s", "fastest_lap", "pit_lane_start"},  # f1db misses one
        "qualifying": {"laps", "status"},
        "sprint-qualifying": {"laps", "status"},
        "fp1": {"laps", "position"},
        "fp2": {"laps", "position"},
        "fp3": {"laps", "position"},
    },
}


@pytest.fixture(scope="module")
def season(reference_data):
    """The facts of 2023, and the state that native files give."""
    folder = reference_data / "seasons/2023"
    files = {
        f"{folder.name}/{path.relative_to(folder)}": path.read_bytes()
        for path in sorted(folder.rglob("*.json"))
    }
    return facts_of(folder), folded(files, 2023), (folder / "entrants.json").read_bytes()


@pytest.mark.parametrize(
    ("provider", "files_of"),
    [("jolpica", jolpica_files), ("openf1", openf1_files), ("fastf1", fastf1_files)],
)
def test_fold__a_providers_season_differs_in_what_it_leaves_out(season, provider, files_of):
    facts, native, entrants = season
    files = files_of(facts)
    if provider == "fastf1":  # laps name drivers by codes alone
        files |= {"calendar.json": schedule(facts), "entries.json": entrants}
    state = folded(files, 2023)
    assert [one.event_id for one in state.events] == [one.event_id for one in native.events]
    for ours, theirs in zip(state.events, native.events, strict=True):
        assert plan_of(ours) == plan_of(theirs)
        assert line_up(ours) == line_up(theirs)
        for kind in RESULTS:
            lacks = LACKS[provider].get(kind, set())
            if lacks is None:
                assert ours.results(kind) == ()
                continue
            told = rows_of(ours, kind, lacks | NATIVE_ALONE)
            assert told == rows_of(theirs, kind, lacks | NATIVE_ALONE), (ours.event_id, kind)
            if ours.results(kind):
                assert points_of_session(ours, ours.session(kind)) == points_of_session(
                    theirs, theirs.session(kind)
                )


def plan_of(event: EventState):
    return (event.round, event.date, event.circuit_id, event.status, event.sprint_format,
            event.grid_from, event.qualifying_format)  # fmt: skip


def line_up(event: EventState):
    return {
        (entry.driver_id, entry.team_id, entry.lineage, entry.number) for entry in event.entries
    }


def rows_of(event: EventState, kind: SessionKind, left_out: set[str]):
    """Give a session's rows by driver, without some fields; a grid place is a starter's."""
    kept = [one.name for one in fields(ResultRecord) if one.name not in left_out]
    return {
        row.driver.driver_id: {
            name: getattr(row, name) for name in kept if row.status.started or name != "grid"
        }
        for row in event.results(kind)
    }
