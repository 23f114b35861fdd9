from dataclasses import replace

import pytest

from predictor.records import DriverRef, PitStopRecord
from predictor.season.fold import fold
from predictor.season.sessions import in_old_folder
from predictor.vocabulary import ResultStatus, SessionKind
from tests.said import said

from .builders import calendar, fold_one, parsed, planned, race, ref, row, rows, session

NATIVE = race(ref(), rows("lando-norris", "oscar-piastri"))


def results_of(state):
    return state.events[0].results(SessionKind.RACE)


def test_fold__equal_results_of_two_providers_are_redundant():
    other = race(ref(), rows("lando-norris", "oscar-piastri"), provider="jolpica")
    state = fold_one(other, NATIVE)
    assert state.events == fold_one(NATIVE).events
    assert not any("differs" in note for note in said(state.notes))


def test_fold__conflict_is_settled_by_provider_and_noted_with_both_files():
    other = race(ref(), rows("oscar-piastri", "lando-norris"), provider="jolpica")
    for files in ({"a": other, "b": NATIVE}, {"a": NATIVE, "b": other}):
        state = fold({path: parsed(record) for path, record in files.items()})[2025]
        assert state.events == fold_one(NATIVE).events
        note = next(note for note in said(state.notes) if "differs" in note)
        assert "a is used" in note or "b is used" in note
        assert "position of lando-norris: 1 and 2" in note


def test_fold__of_one_provider_the_fuller_file_is_used():
    fuller = race(ref(), rows("oscar-piastri", "lando-norris", "max-verstappen"))
    assert len(results_of(fold_one(NATIVE, fuller))) == 3
    assert len(results_of(fold_one(fuller, NATIVE))) == 3


def test_fold__facts_that_one_file_lacks_come_from_one_that_agrees():
    other = race(
        ref(),
        [row("lando-norris", 1, best_s=75.1, grid=1), row("oscar-piastri", 2, best_s=75.0)],
        provider="openf1",
    )
    assert [r.best_s for r in results_of(fold_one(NATIVE, other))] == [75.1, 75.0]
    assert results_of(fold_one(NATIVE, other))[0].grid == 1


def test_fold__pit_lane_start_takes_no_grid_place_from_another_file():
    late = race(ref(), [row("lando-norris", 1, pit_lane_start=True), row("oscar-piastri", 2)])
    rows_with_grid = [row("lando-norris", 1, grid=20), row("oscar-piastri", 2, grid=3)]
    other = race(ref(), rows_with_grid, provider="openf1")
    assert [r.grid for r in results_of(fold_one(late, other))] == [None, 3]


def test_fold__file_of_pit_stops_alone_fills_the_race_of_another_provider():
    stop = PitStopRecord(DriverRef(driver_id="lando-norris"), lap=19, time_s=22.5)
    stops = race(ref(), (), pit_stops=(stop,), provider="jolpica")
    result = race(ref(), NATIVE.results, provider="fastf1")
    event = fold_one(stops, result).events[0]
    assert len(event.results(SessionKind.RACE)) == 2
    assert event.session(SessionKind.RACE).pit_stops == (stop,)


def test_fold__nothing_comes_from_a_file_that_contradicts():
    other = race(
        ref(), [row("oscar-piastri", 1, best_s=75.0), row("lando-norris", 2)], provider="openf1"
    )
    assert [r.best_s for r in results_of(fold_one(NATIVE, other))] == [None, None]


def test_fold__non_starters_that_one_provider_leaves_out_are_no_conflict():
    full = race(ref(), [*NATIVE.results, row("liam-lawson", None, ResultStatus.DNS)])
    other = race(ref(), NATIVE.results, provider="jolpica")
    assert not any("differs" in note for note in said(fold_one(full, other).notes))


def test_fold__team_names_and_driver_references_end_at_the_fold():
    record = race(ref(), [row("liam-lawson", 1, team="RB F1 Team")], provider="jolpica")
    result = results_of(fold_one(record))[0]
    assert result.team == "racing-bulls"
    assert result.driver.driver_id == "liam-lawson"


def test_fold__rows_are_in_order_of_position_with_the_unplaced_last():
    shuffled = [
        row("c", None, ResultStatus.DNF),
        row("b", 2),
        row("a", 1),
        row("aa", None, ResultStatus.DNS),
    ]
    order = [r.driver.driver_id for r in results_of(fold_one(race(ref(), shuffled)))]
    assert order == ["a", "b", "aa", "c"]


def test_fold__sessions_are_in_weekend_order():
    kinds = ["race", "fp2", "qualifying", "sprint", "fp1"]
    state = fold_one(*(session(ref(), kind, rows("a")) for kind in kinds))
    assert [s.kind for s in state.events[0].sessions] == [
        "fp1",
        "fp2",
        "sprint",
        "qualifying",
        "race",
    ]


def test_canonical_session__the_retired_stand_by_laps_and_the_disqualified_last():
    results = [
        row("lando-norris", None, ResultStatus.DSQ, laps=70),
        row("max-verstappen", None, ResultStatus.DNF, laps=3),
        row("oscar-piastri", None, ResultStatus.DNF, laps=40),
        row("yuki-tsunoda", 1),
    ]
    listed = fold_one(race(ref(), results)).events[0].results(SessionKind.RACE)
    assert [r.driver.driver_id for r in listed] == [
        "yuki-tsunoda", "oscar-piastri", "max-verstappen", "lando-norris"
    ]  # fmt: skip


DOZEN = tuple(f"driver-{at:02d}" for at in range(1, 13))


def test_fold__a_grid_place_beyond_the_field_is_told_and_not_used():
    result = [row(who, at, grid=27 if at == 2 else at) for at, who in enumerate(DOZEN, start=1)]
    state = fold_one(race(ref(), result), session(ref(), "qualifying", rows(*DOZEN)))
    assert [one.grid for one in results_of(state)] == [1, None, *range(3, 13)]
    (note,) = [note for note in said(state.events[0].notes) if "beyond" in note]
    assert "12 cars" in note
    assert "driver-02 27" in note
    told = session(ref(), "starting-grid", [row(who, grid=at + 9) for at, who in enumerate(DOZEN)])
    grid = fold_one(told).events[0].results(SessionKind.STARTING_GRID)
    assert [one.grid for one in grid] == [9, 10, 11, 12, *[None] * 8]


def test_fold__the_last_place_of_a_field_that_is_listed_in_part_is_used():
    result = [row(who, at, grid=13 - at) for at, who in enumerate(DOZEN[:11], start=1)]
    qualifying = session(ref(), "qualifying", rows(*DOZEN))
    assert results_of(fold_one(race(ref(), result), qualifying))[0].grid == 12


OLD = "01-australia/backup/race.json"
NEW = "01-australia/race.json"
DSQ = ResultStatus.DSQ


def used(files):
    """Give the results in use, and the note on the conflict."""
    state = fold({path: parsed(record) for path, record in files.items()})[2025]
    (note,) = [note for note in said(state.notes) if "differs" in note] or [""]
    return results_of(state), note


def revised(provisional, driver_id):
    """Give a result in which a driver was disqualified and the others moved up."""
    rest = [one for one in provisional.results if one.driver.driver_id != driver_id]
    moved = [replace(one, position=at) for at, one in enumerate(rest, start=1)]
    gone = row(driver_id, status=DSQ, classified=False)
    return replace(provisional, results=(*moved, gone))


PROVISIONAL = race(ref(), rows(*DOZEN))
CORRECTED = revised(PROVISIONAL, "driver-03")


@pytest.mark.parametrize("provider", ["native", "jolpica", "fastf1", "openf1"])
@pytest.mark.parametrize("swapped", [False, True])
def test_choose_session__a_disqualification_is_only_ever_added(provider, swapped):
    old, new = (replace(one, provider=provider) for one in (PROVISIONAL, CORRECTED))
    paths = ("b.json", "a.json") if swapped else ("a.json", "b.json")
    results, note = used(dict(zip(paths, (old, new), strict=True)))
    assert [one.driver.driver_id for one in results if one.status is DSQ] == ["driver-03"]
    assert f"{paths[1]} is used" in note
    assert note.endswith("it has more disqualified, who are only ever added")


@pytest.mark.parametrize("word", ["backup", "Old", "archive", "bak", "copy of may", "race_backup"])
def test_choose_session__a_folder_of_old_files_says_so(word):
    changed = race(ref(), rows(*DOZEN[1::-1], *DOZEN[2:]))
    for here, there in ((PROVISIONAL, changed), (changed, PROVISIONAL)):
        results, note = used({NEW: here, f"01-australia/{word}/race.json": there})
        assert results[0].driver == here.results[0].driver
        assert note.endswith("that one lies in a folder of old files")


def test_choose_session__an_old_file_of_a_better_provider_is_old():
    results, _ = used({NEW: replace(CORRECTED, provider="jolpica"), OLD: PROVISIONAL})
    assert results[2].driver.driver_id == "driver-04"


def test_choose_session__what_is_disqualified_in_an_old_folder_is_newer_all_the_same():
    results, note = used({NEW: PROVISIONAL, OLD: CORRECTED})
    assert results[2].driver.driver_id == "driver-04"
    assert f"{OLD} is used" in note


def test_choose_session__an_old_file_alone_is_used():
    results, _ = used({OLD: PROVISIONAL})
    assert len(results) == 12


def test_choose_session__the_one_with_more_facts_is_the_later_one():
    swapped = race(ref(), rows(*DOZEN[1::-1], *DOZEN[2:]))
    timed = [replace(one, time_penalty_s=5.0, laps=50) for one in swapped.results]
    fuller = replace(swapped, results=tuple(timed))
    for files in (
        {"a.json": PROVISIONAL, "b.json": fuller},
        {"b.json": PROVISIONAL, "a.json": fuller},
    ):
        results, note = used(files)
        assert results[0].driver.driver_id == "driver-02"
        assert note.endswith("it has more facts")


def test_choose_session__where_nothing_tells_it_is_said():
    _, note = used({"a.json": PROVISIONAL, "b.json": race(ref(), rows(*DOZEN[::-1]))})
    assert note.endswith("nothing tells which is newer: take the other one away")


@pytest.mark.parametrize(
    ("path", "is_old"),
    [
        ("2025/backup/race.json", True),
        ("2025/01-australia/old_files/race.json", True),
        ("archive\\race.json", True),
        ("2025/01-australia/backup.json", False),  # a file's name decides nothing
        ("2025/goldcoast/race.json", False),
        ("race.json", False),
    ],
)
def test_in_old_folder__asks_the_folders_alone(path, is_old):
    assert in_old_folder(path) is is_old


def test_fold__a_calendar_in_an_old_folder_gives_way_to_the_current_one():
    old = calendar(planned("monaco", 8, "2025-05-25"), planned("china", 2, "2025-03-23"))
    new = calendar(planned("monaco", 7, "2025-06-01"))
    for names in (("2025/a", "2025/old/b"), ("2025/b", "2025/old/a")):
        state = fold(dict(zip(names, (parsed(new), parsed(old)), strict=True)))[2025]
        assert [(event.event_id, event.date) for event in state.events] == [
            ("2025-monaco", "2025-06-01")
        ]
        assert any("a newer file of its kind" in note for note in said(state.notes))
