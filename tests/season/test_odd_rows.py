import pytest
from hypothesis import given
from hypothesis import strategies as st

from predictor.formats import parse_file
from predictor.season.odd_rows import join_doubles, settle_starts
from predictor.vocabulary import ResultStatus, SessionKind

from .builders import fold_one, race, ref, row, rows, session

WHO = "max-verstappen"
DNF, DSQ, NC = ResultStatus.DNF, ResultStatus.DSQ, ResultStatus.NC


def results_of(state):
    return state.events[0].results(SessionKind.RACE)


def joined(*same):
    """Give the one row that some rows of one driver become, and what is told of it."""
    record, notes = join_doubles(race(ref(), [row("lando-norris", 1), *same]))
    (_, found) = record.results
    return found, list(map(str, notes))


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
    assert (said != settled) == any("taken as" in note for note in map(str, state.notes))
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


def test_join_doubles__rows_that_complete_each_other_are_one():
    found, (note,) = joined(row(WHO, 2, grid=3), row(WHO, 2, laps=50, points=18))
    assert found == row(WHO, 2, grid=3, laps=50, points=18)
    assert note == "race: 2 rows mean max-verstappen, joined into one"


def test_join_doubles__a_row_that_says_nothing_of_a_place_takes_it_from_the_other():
    silent = row(WHO, status=NC, laps=50, points=18, grid=3)
    found, notes = joined(row(WHO, 2, classified=True), silent)
    assert (found.status, found.position, found.classified) == (ResultStatus.FINISHED, 2, True)
    assert (found.laps, found.points) == (50, 18)
    assert "differ" not in notes[0]


def test_join_doubles__where_they_differ_the_fuller_row_counts_and_it_is_told():
    short, full = row(WHO, 2, laps=12), row(WHO, 3, laps=50, grid=3, points=15)
    for same in ((short, full), (full, short)):
        found, (note,) = joined(*same)
        assert (found.position, found.laps) == (3, 50)
        assert "they differ in laps, position, the fuller one counts" in note


def test_join_doubles__of_equally_full_rows_the_worse_place_counts():
    assert joined(row(WHO, 2), row(WHO, 15))[0].position == 15


def test_join_doubles__a_disqualification_is_only_ever_added():
    full = row(WHO, 2, laps=50, grid=3, points=18)
    found, _ = joined(full, row(WHO, status=DSQ, classified=False))
    assert (found.status, found.position, found.classified) == (DSQ, None, False)


def test_join_doubles__who_retired_takes_no_place_from_a_poorer_row():
    found, _ = joined(row(WHO, status=DNF, classified=False, laps=20, grid=4), row(WHO, 2))
    assert (found.status, found.position) == (DNF, None)


def test_join_doubles__a_start_from_the_pit_lane_takes_no_grid_place():
    found, _ = joined(row(WHO, 2, laps=50, points=18, pit_lane_start=True), row(WHO, 2, grid=20))
    assert (found.grid, found.pit_lane_start) == (None, True)


def test_fold__a_driver_who_stands_twice_scores_once():
    result = [*rows("lando-norris", "oscar-piastri"), row("lando-norris", 1, laps=50)]
    state = fold_one(race(ref(), result))
    assert [one.driver.driver_id for one in results_of(state)] == ["lando-norris", "oscar-piastri"]
    assert results_of(state)[0].laps == 50
    assert any("2 rows mean lando-norris" in note for note in map(str, state.notes))


ROWS = st.lists(
    st.builds(
        row,
        st.sampled_from(["lando-norris", "oscar-piastri", WHO]),
        st.none() | st.integers(1, 3),
        st.sampled_from(ResultStatus),
        laps=st.none() | st.integers(0, 60),
        grid=st.none() | st.integers(1, 3),
    ),
    max_size=8,
)


@given(ROWS, st.randoms())
def test_join_doubles__everybody_once_whatever_the_order(drawn, random):
    one, _ = join_doubles(race(ref(), drawn))
    shuffled = list(drawn)
    random.shuffle(shuffled)
    other, _ = join_doubles(race(ref(), shuffled))
    who = [found.driver.driver_id for found in one.results]
    assert len(set(who)) == len(who)
    assert set(who) == {found.driver.driver_id for found in drawn}
    assert sorted(map(repr, one.results)) == sorted(map(repr, other.results))
