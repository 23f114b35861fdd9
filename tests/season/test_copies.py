"""One result that lies at two events is counted once, where it fits."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from predictor.season.fold import fold_files
from predictor.season.standings import standings
from predictor.vocabulary import EventStatus, SessionKind

from .builders import calendar, parsed, planned, race, ref, row, session

DAYS = {"monaco": (8, "2025-05-25"), "spain": (9, "2025-06-01"), "canada": (10, "2025-06-15")}
LAPS = {"monaco": 78, "spain": 66, "canada": 70}


def timed(laps=78, first=5000.0):
    drivers = ("a", "b", "c")
    return tuple(
        row(who, at, laps=laps, time_s=first + at, team=who.upper())
        for at, who in enumerate(drivers, start=1)
    )


def season_of(results, *, scheduled=LAPS, kind="race"):
    lines = [
        planned(slug, *when, scheduled_laps=scheduled.get(slug)) for slug, when in DAYS.items()
    ]
    files = {f"{slug}.json": parsed(session(ref(slug), kind, rows)) for slug, rows in results}
    folded = fold_files({"calendar.json": parsed(calendar(*lines)), **files})
    return folded.states[0], folded.refused


def raced(state):
    return [event.slug for event in state.events if event.status is EventStatus.COMPLETED]


def test_fold__a_copy_is_used_where_its_laps_fit():
    state, refused = season_of([("monaco", timed(66)), ("spain", timed(66))])
    assert raced(state) == ["spain"]
    assert list(refused) == ["monaco.json"]
    assert "the one of 2025-spain" in str(refused["monaco.json"])
    assert "spain.json" in str(refused["monaco.json"])


def test_fold__a_copy_whose_laps_tell_nothing_is_of_the_earliest():
    state, refused = season_of([("spain", timed()), ("canada", timed())], scheduled={})
    assert raced(state) == ["spain"]
    assert list(refused) == ["canada.json"]


@given(st.permutations(["monaco", "spain", "canada"]))
def test_fold__the_points_of_one_race_count_once_in_any_order(order):
    state, refused = season_of([(slug, timed(70)) for slug in order])
    assert raced(state) == ["canada"]
    assert sorted(refused) == ["monaco.json", "spain.json"]
    assert sum(one.points for one in standings(state).drivers) == 25 + 18 + 15


def test_fold__a_copied_qualifying_is_no_other_events():
    rows = tuple(replace(one, best_s=80.0 + at) for at, one in enumerate(timed()))
    state, refused = season_of([("spain", rows), ("monaco", rows)], kind="qualifying")
    held = [event.slug for event in state.events if event.session(SessionKind.QUALIFYING)]
    assert (held, list(refused)) == (["monaco"], ["spain.json"])


def test_fold__equal_places_without_times_are_no_copy():
    places = tuple(row(who, at, laps=78) for at, who in enumerate("abc", start=1))
    state, refused = season_of([("monaco", places), ("spain", places)])
    assert (raced(state), refused) == (["monaco", "spain"], {})


def test_fold__two_files_of_one_race_are_no_copy_of_another():
    line = planned("monaco", *DAYS["monaco"])
    files = {f"{n}.json": parsed(race(ref("monaco"), timed())) for n in range(2)}
    folded = fold_files({"calendar.json": parsed(calendar(line)), **files})
    assert folded.refused == {}
    assert raced(folded.states[0]) == ["monaco"]


def test_fold__a_cancelled_event_takes_no_result_from_one_that_was_run():
    lines = (
        planned("monaco", *DAYS["monaco"], status=EventStatus.CANCELLED),
        planned("spain", *DAYS["spain"]),
    )
    files = {f"{slug}.json": parsed(race(ref(slug), timed())) for slug in ("monaco", "spain")}
    folded = fold_files({"calendar.json": parsed(calendar(*lines)), **files})
    assert raced(folded.states[0]) == ["spain"]
    assert list(folded.refused) == ["monaco.json"]
