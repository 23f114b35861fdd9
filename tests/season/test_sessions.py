import pytest

from predictor.formats import parse_file
from predictor.records import DriverRef, PitStopRecord
from predictor.season import fold
from predictor.season.sessions import settle_starts
from predictor.vocabulary import ResultStatus, SessionKind

from .builders import fold_one, parsed, race, ref, row, rows, session

NATIVE = race(ref(), rows("lando-norris", "oscar-piastri"))


def results_of(state):
    return state.events[0].results(SessionKind.RACE)


def test_fold__equal_results_of_two_providers_are_redundant():
    other = race(ref(), rows("lando-norris", "oscar-piastri"), provider="jolpica")
    state = fold_one(other, NATIVE)
    assert state.events == fold_one(NATIVE).events
    assert not any("differs" in note for note in state.notes)


def test_fold__conflict_is_settled_by_provider_and_noted_with_both_files():
    other = race(ref(), rows("oscar-piastri", "lando-norris"), provider="jolpica")
    for files in ({"a": other, "b": NATIVE}, {"a": NATIVE, "b": other}):
        state = fold({path: parsed(record) for path, record in files.items()})[2025]
        assert state.events == fold_one(NATIVE).events
        note = next(note for note in state.notes if "differs" in note)
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
    assert not any("differs" in note for note in fold_one(full, other).notes)


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


@pytest.mark.parametrize("provider", ["native", "jolpica", "fastf1", "openf1"])
@pytest.mark.parametrize(
    ("said", "facts", "settled"),
    [
        ("dns", {"laps": 47}, "dnf"),
        ("dns", {"laps": 55, "position": 3, "classified": True}, "dnf"),
        ("dns", {"laps": 0, "position": 3, "classified": True}, "dnf"),
        ("dnq", {"laps": 1}, "dnf"),
        ("dnp", {"laps": 12}, "dnf"),
        ("ex", {"laps": 50}, "dsq"),
        ("dns", {"laps": 0}, "dns"),
        ("dns", {}, "dns"),
        ("dns", {"position": 3, "classified": False}, "dns"),  # a line in a list, no place
        ("dnq", {"laps": None}, "dnq"),
        ("dnf", {"laps": 0}, "dnf"),  # out on the first lap
        ("dsq", {}, "dsq"),
        ("nc", {"laps": 30}, "nc"),
    ],
)
def test_fold__laps_or_a_place_mean_started_whatever_the_status(provider, said, facts, settled):
    odd = row("max-verstappen", status=ResultStatus(said), **facts)
    result = race(ref(), [*rows("lando-norris", "oscar-piastri"), odd], provider=provider)
    state = fold_one(result)
    (found,) = [one for one in results_of(state) if one.driver.driver_id == "max-verstappen"]
    assert found.status.value == settled
    assert (said != settled) == any("taken as" in note for note in state.notes)
    took_part = "max-verstappen" in {entry.driver_id for entry in state.events[0].entries}
    assert took_part is found.status.started


def test_settle_starts__practice_and_qualifying_stay_as_they_are():
    odd = session(ref(), "qualifying", [row("max-verstappen", 3, ResultStatus.DNS, laps=4)])
    assert settle_starts(odd) == (odd, [])


@pytest.mark.real_data
def test_settle_starts__no_row_of_sixteen_seasons_is_overruled(reference_data):
    n_rows = 0
    for path in sorted((reference_data / "seasons").glob("*/*/*.json")):
        (record,) = parse_file(path.name, path.read_bytes()).records
        settled, notes = settle_starts(record)
        assert (settled, notes) == (record, []), path
        n_rows += len(record.results)
    assert n_rows > 30_000


DOZEN = tuple(f"driver-{at:02d}" for at in range(1, 13))


def test_fold__a_grid_place_beyond_the_field_is_told_and_not_used():
    result = [row(who, at, grid=27 if at == 2 else at) for at, who in enumerate(DOZEN, start=1)]
    state = fold_one(race(ref(), result), session(ref(), "qualifying", rows(*DOZEN)))
    assert [one.grid for one in results_of(state)] == [1, None, *range(3, 13)]
    (note,) = [note for note in state.events[0].notes if "beyond" in note]
    assert "12 cars" in note
    assert "driver-02 27" in note
    told = session(ref(), "starting-grid", [row(who, grid=at + 9) for at, who in enumerate(DOZEN)])
    grid = fold_one(told).events[0].results(SessionKind.STARTING_GRID)
    assert [one.grid for one in grid] == [9, 10, 11, 12, *[None] * 8]


def test_fold__the_last_place_of_a_field_that_is_listed_in_part_is_used():
    result = [row(who, at, grid=13 - at) for at, who in enumerate(DOZEN[:11], start=1)]
    qualifying = session(ref(), "qualifying", rows(*DOZEN))
    assert results_of(fold_one(race(ref(), result), qualifying))[0].grid == 12
