import pytest

from predictor.errors import FormatError
from predictor.formats import parse_file
from predictor.vocabulary import ResultStatus
from tests.formats.builders import (
    SESSIONS,
    dump,
    openf1_link,
    openf1_practice,
    openf1_race,
    openf1_row,
)


def one(linked, name="result"):
    (record,) = linked[name].records
    return record


def race(*rows):
    filled = list(rows) + openf1_race()[len(rows) :]
    linked, _ = openf1_link(result=filled, sessions=SESSIONS)
    return one(linked).results


def race_with_last(**changes):
    """Give the last of twelve, with fields of his row changed."""
    return race(*openf1_race(11), openf1_row(12, **changes))[11]


def test_race_result__laps_down_are_no_gap():
    rows = race(openf1_row(1), openf1_row(2, duration=None, gap_to_leader="+2 LAPS"))
    assert (rows[1].gap_laps, rows[1].gap_s, rows[1].status) == (2, None, ResultStatus.FINISHED)


@pytest.mark.parametrize(
    ("flag", "status"),
    [("dnf", ResultStatus.DNF), ("dns", ResultStatus.DNS), ("dsq", ResultStatus.DSQ)],
)
def test_race_result__flags_tell_what_became_of_him(flag, status):
    last = race_with_last(position=None, duration=None, gap_to_leader=None, **{flag: True})
    assert last.status is status


def test_race_result__a_place_that_is_missing_sets_the_file_aside():
    rows = [row for row in openf1_race(13) if row["position"] != 6]
    linked, reasons = openf1_link(result=rows, sessions=SESSIONS)
    assert "result" not in linked
    assert "position 6 missing: 12 of 13 drivers" in str(reasons["result"])


def test_race_result__a_place_with_dnf_is_classified():
    row = openf1_row(2, duration=None, gap_to_leader=None, dnf=True)
    result = race(openf1_row(1), row)[1]
    assert (result.status, result.classified, result.position) == (ResultStatus.DNF, True, 2)


def test_race_result__a_time_without_a_place_is_a_disqualification():
    result = race_with_last(position=None)
    assert (result.status, result.gap_s) == (ResultStatus.DSQ, None)


def test_race_result__odd_gaps_are_errors_that_name_their_place():
    with pytest.raises(FormatError) as caught:
        parse_file("result", dump([openf1_row(1), openf1_row(2, gap_to_leader="far")]))
    assert caught.value.where == "result /1/gap_to_leader"


def test_practice_result__the_leaders_time_repeated_is_no_time():
    rows = openf1_practice(n=4)
    rows[3].update(duration=rows[0]["duration"], gap_to_leader=0)
    linked, _ = openf1_link(result=rows, sessions=SESSIONS)
    assert one(linked).results[3].best_s is None


def test_parse_rows__rows_given_twice_count_once():
    linked, _ = openf1_link(result=openf1_race() + openf1_race()[-1:], sessions=SESSIONS)
    assert len(one(linked).results) == 12


def test_parse_rows__two_different_rows_of_one_driver_are_refused():
    rows = [*openf1_race(), openf1_row(20, driver_number=5)]
    _, reasons = openf1_link(result=rows, sessions=SESSIONS)
    assert "a driver stands twice" in str(reasons["result"])


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ({"interval": 1.0, "gap_to_leader": 2.0}, "intervals"),
        ({"air_temperature": 20.0}, "weather"),
        ({"position": 3, "date": "2025-05-25T13:00:00"}, "positions during the session"),
    ],
)
def test_parse_rows__unused_endpoints_are_noted(row, word):
    parsed = parse_file("x", dump([{"session_key": 9000, "meeting_key": 1000, **row}]))
    assert parsed.records == ()
    assert word in str(parsed.notes[0])
