from dataclasses import replace
from datetime import date, timedelta

from predictor.season.consistency import season_notes
from predictor.vocabulary import ResultStatus
from tests.said import said

from .builders import calendar, event_state, fold_one, planned, race, ref, row, session

DRIVERS = [f"driver-{n:02d}" for n in range(1, 21)]
FULL_POINTS = (25, 18, 15, 12, 10, 8, 6, 4, 2, 1)


def field(**changed):
    """Give twenty rows, grid as result; ``changed`` replaces fields of driver_NN."""
    rows = []
    for n, who in enumerate(DRIVERS, start=1):
        fields = {
            "grid": n,
            "status": ResultStatus.FINISHED,
            **changed.get(who.replace("-", "_"), {}),
        }
        rows.append(row(who, fields.pop("position", n), fields.pop("status"), **fields))
    return rows


def notes(results, qualifying=None):
    records = [session(ref(), "race", results)]
    records.append(session(ref(), "qualifying", qualifying or field()))
    return said(event_state(*records).notes)


def test_event_notes__nothing_to_say_of_a_clean_event():
    assert notes(field()) == ()


def test_event_notes__points_against_the_rules():
    assert notes(field(driver_01={"points": 26.0})) == (
        "race: driver-01 has 26 points in the file, 25 by the rules",
    )
    assert notes(field(driver_01={"points": 25})) == ()


def test_event_notes__more_than_three_odd_points_are_one_note():
    odd = {f"driver_{n:02d}": {"points": 0.0} for n in range(1, 5)}
    assert notes(field(**odd)) == (
        "race: 4 of 20 drivers have other points in the file than by the rules, which count "
        "(driver-01 0, not 25, driver-02 0, not 18, driver-03 0, not 15 and 1 more)",
    )


def with_points(table, **changed):
    said = {f"driver_{n:02d}": {"points": paid} for n, paid in enumerate(table, start=1)}
    return field(**{who: said.get(who, {}) | changed.get(who, {}) for who in (*said, *changed)})


def test_event_notes__an_awarded_scale_against_the_laps():
    half = [points / 2 for points in FULL_POINTS]
    records = [
        session(ref(season=2021), kind, with_points(half, driver_01={"laps": 57}))
        for kind in ("race", "qualifying")
    ]
    day = planned("monaco", 1, "2021-05-23", season=2021, scheduled_laps=57)
    (event,) = fold_one(calendar(day, season=2021), *records, season=2021).events
    assert said(event.notes) == (
        "race: the file awards half points, which count; by the laps run and scheduled it would "
        "be full points",
    )


def test_event_notes__a_mark_against_the_points_of_two():
    rows = with_points(FULL_POINTS, driver_02={"fastest_lap": True}, driver_03={"points": 16.0})
    records = [session(ref(season=2023), kind, rows) for kind in ("race", "qualifying")]
    assert said(event_state(*records, season=2023).notes) == (
        "race: driver-02 is marked with the fastest lap, but the file's points give its point to "
        "driver-03, who has it",
    )


def test_event_notes__grid_place_given_twice():
    found = notes(field(driver_19={"grid": 20}))
    assert "race: grid place 20 is given to 2 drivers" in found


def test_event_notes__grid_place_of_a_non_starter_counts_for_nobody():
    stayed_home = {"grid": 14, "status": ResultStatus.DNS, "position": None}
    assert notes(field(driver_20=stayed_home)) == ()


def test_event_notes__unknown_grid_place_but_not_the_pit_lane():
    assert notes(field(driver_20={"grid": None})) == ("race: grid place unknown: driver-20",)
    assert notes(field(driver_20={"grid": None, "pit_lane_start": True})) == ()


def test_event_notes__grid_order_against_qualifying_unless_a_penalty_explains_it():
    swapped = {"driver_01": {"grid": 2}, "driver_02": {"grid": 1}}
    found = notes(field(**swapped))
    assert len(found) == 1
    assert "driver-02 (P2 in qualifying) is ahead of driver-01 (P1)" in found[0]
    swapped["driver_01"]["grid_penalty"] = "1"
    assert notes(field(**swapped)) == ()


def test_event_notes__grid_order_is_no_doubt_where_a_provider_tells_no_penalties():
    swapped = field(driver_01={"grid": 2}, driver_02={"grid": 1})
    records = [session(ref(), "race", swapped, provider="jolpica")]
    records.append(session(ref(), "qualifying", field(), provider="jolpica"))
    assert event_state(*records).notes == ()


def test_event_notes__few_rows_and_absent_drivers():
    found = notes(field()[:15])
    assert "race result holds 15 of 20 drivers" in found
    assert "race: only 15 drivers in the result" in found
    assert any(
        note.startswith("in qualifying, not in the race's result: driver-16") for note in found
    )


def test_event_notes__race_without_qualifying():
    assert "race without a qualifying result" in said(event_state(race(ref(), field())).notes)


def test_event_notes__more_laps_than_a_race_can_have():
    line = planned("monaco", 8, "2025-05-25", scheduled_laps=78)

    def laps_notes(laps):
        result = session(ref(), "race", field(driver_01={"laps": laps}))
        state = fold_one(calendar(line), result, session(ref(), "qualifying", field()))
        return said(state.events[0].notes)

    assert laps_notes(80) == ()
    assert laps_notes(81) == ("race: 81 laps of 78 scheduled; is it of another race?",)


def test_season_notes__result_missing_between_others():
    state = fold_one(
        calendar(
            planned("australia", 1, "2025-03-16"),
            planned("china", 2, "2025-03-23", scheduled_laps=56),
        ),
        race(ref("china"), field(driver_01={"laps": 56})),
    )
    assert said(season_notes(state.events)) == (
        "2025-australia: no race result, though later events have one",
        "2025-australia: nobody is known to take part, no forecast is possible; "
        "add entries.json or session files",
    )


def test_season_notes__one_note_for_all_events_without_entries():
    opening = date(2025, 3, 2)
    lines = [planned(f"event-{n:02d}", n, str(opening + timedelta(weeks=n))) for n in range(1, 25)]
    assert said(fold_one(calendar(*lines)).notes) == (
        "24 events (2025-event-01, 2025-event-02, 2025-event-03 and 21 more): nobody is known to "
        "take part, no forecast is possible; add entries.json or session files",
    )


def numbered(driver_id, place, number):
    one = row(driver_id, place, points=FULL_POINTS[place - 1])
    return replace(one, driver=replace(one.driver, number=number))


def test_season_notes__two_drivers_with_one_car_number():
    results = [numbered("a", 1, 33), numbered("b", 2, 33), numbered("c", 3, 4)]
    state = fold_one(calendar(planned("monaco", 1, "2025-05-25")), race(ref(), results))
    assert said(state.notes) == ("2025-monaco: car number 33 is given to a, b",)


def test_season_notes__a_car_number_passed_on_between_events_is_no_doubt():
    state = fold_one(
        calendar(planned("monaco", 1, "2025-05-25"), planned("spain", 2, "2025-06-01")),
        race(ref(), [numbered("a", 1, 33), numbered("c", 2, 4), numbered("d", 3, 5)]),
        race(ref("spain"), [numbered("b", 1, 33), numbered("c", 2, 4), numbered("d", 3, 5)]),
    )
    assert state.notes == ()


def test_season_notes__what_a_race_paid_that_no_file_tells():
    lines = [
        planned("monaco", 1, "2023-05-28", season=2023, scheduled_laps=78),
        planned("spain", 2, "2023-06-04", season=2023),
    ]
    results = [race(ref(slug, 2023), [row("a", 1, laps=66)]) for slug in ("monaco", "spain")]
    state = fold_one(calendar(*lines, season=2023), *results, season=2023)
    assert said(state.notes) == (
        "2 events (2023-monaco, 2023-spain): nobody gets the point of the fastest lap; no file "
        "says who drove it, and the points do not show it",
        "2023-spain: full points are counted, though a race may have been cut short; no file has "
        "the scheduled laps or the points",
    )
