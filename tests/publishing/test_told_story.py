"""What the terminal says of a race, of happenings written by hand."""

from __future__ import annotations

import pytest

from services.publishing.told_story import story

ORDER = "ABCDEFGHIJ"


def laps(*orders):
    """Give laps whose order on the road is known, a letter a car."""
    return [{"cars": [{"driver": driver} for driver in order]} for order in orders]


def told(*happened, orders=(ORDER, ORDER, ORDER)):
    race = {"happenings": list(happened), "laps": laps(*orders)}
    found = []
    for _, text in story(race):
        assert len(text) <= 80
        label, rest = text[:10].split(), text[10:]
        if label:
            found.append(f"{label[1]} {rest}")
        else:
            found[-1] += f" {rest}"
    return found


def only(*happened, **given):
    """Give the one sentence that is told."""
    (sentence,) = told(*happened, **given)
    return sentence


def passing(driver, passed, position, lap=2):
    return {
        "lap": lap, "kind": "pass", "driver": driver, "passed": passed, "position": position
    }  # fmt: skip


def stop(driver, before, after, flag="safety_car", **changed):
    return {
        "lap": 2, "kind": "stop", "driver": driver, "from": "MEDIUM", "to": "HARD",
        "tyre_age_laps": 2, "standstill_s": 2.5, "penalty_s": 0.0, "flag": flag,
        "reason": "flag", "covers": None, "position_before": before, "position_after": after,
        **changed,
    }  # fmt: skip


def lead(driver, loser, how="pit_stop"):
    return {"lap": 2, "kind": "lead", "driver": driver, "from": loser, "how": how}


def test_story__a_car_that_passes_two_does_so_in_one_sentence():
    # as they come: the one in front first
    assert told(passing("D", "B", 2), passing("D", "C", 2), passing("E", "C", 3)) == [
        "2 D passes C and B for second.",
        "2 E passes C for third.",
    ]


def test_story__three_that_one_car_passes_are_all_named():
    assert told(*(passing("E", passed, 2) for passed in "BCD")) == [
        "2 E passes D, C and B for second."
    ]


def test_story__of_an_upheaval_only_the_front_is_named():
    # E and F go by B, C and D; behind them G and H, and I and J, change places
    passes = [passing(*pair) for pair in [("E", "B", 2), ("E", "C", 2), ("E", "D", 2),
                                          ("F", "B", 3), ("F", "C", 3), ("F", "D", 3)]]  # fmt: skip
    # second and third are told; 4 to 6 have B, C and D, 7 to 10 have H, G, J and I: 7 more
    assert told(*passes, orders=(ORDER, "AEFBCDHGJI")) == [
        "2 E passes C and B for second.",
        "2 F passes C and B for third.",
        "2 7 more places change hands.",
    ]


def test_story__of_an_upheaval_a_told_change_of_the_lead_is_not_counted_again():
    passes = [passing("D", one, 2) for one in "BCA"] + [passing("E", "C", 3)]
    # all of the first five places, of which the first three are told
    assert told(lead("F", "A", "pass"), *passes, orders=("ABCDEFG", "FDEBCGA"))[-1] == (
        "2 4 more places change hands."
    )


def test_story__one_place_more_changes_hands():
    passes = [passing("E", one, 2) for one in "BCDA"]
    assert told(*passes, orders=("ABCDE", "AECDB"))[-1] == "2 1 more place changes hands."


def test_story__a_quiet_lap_counts_no_places():
    assert told(passing("C", "B", 2), orders=(ORDER, "ACBEDFGHIJ")) == ["2 C passes B for second."]


@pytest.mark.parametrize(
    ("cause", "flag", "said"),
    [
        ("accident", "safety_car", "crashes out from P4."),
        ("accident", None, "retires with accident damage from P4."),
        ("failure", "vsc", "retires with a failure from P4."),
        ("failure", None, "retires with a failure from P4."),
    ],
)
def test_story__a_car_crashes_out_only_where_a_flag_follows(cause, flag, said):
    gone = {"lap": 2, "kind": "retirement", "driver": "D", "cause": cause, "flag": flag,
            "position_before": 4}  # fmt: skip
    assert told(gone) == [f"2 D {said}"]


@pytest.mark.parametrize(
    ("laps_down", "said"), [(0, "77.412 s"), (1, "a lap"), (2, "2 laps")]
)  # fmt: skip
def test_story__a_race_is_won_by_laps_where_second_is_lapped(laps_down, said):
    finish = {"lap": 3, "kind": "finish", "driver": "A", "second": "B", "margin_s": 77.412,
              "laps_down": laps_down}  # fmt: skip
    assert told(finish) == [f"3 A wins by {said} from B."]


def test_story__the_finish_comes_last():
    finish = {"lap": 3, "kind": "finish", "driver": "A", "second": None, "margin_s": None,
              "laps_down": None}  # fmt: skip
    assert told(finish, passing("C", "B", 2, lap=3)) == [
        "3 C passes B for second.",
        "3 A wins; nobody else sees the flag.",
    ]


def test_story__rain_is_told_with_the_tyre_for_it():
    weather = [("wet", True, 1), ("dry", False, 2), ("wet", False, 3)]
    assert told(*({"lap": lap, "kind": "weather", "track": track, "at_start": at_start}
                  for track, at_start, lap in weather)) == [
        "1 The race starts on a wet track, on intermediates.",
        "2 The track is dry enough for slicks.",
        "3 It rains: intermediates are the tyre.",
    ]  # fmt: skip


def test_story__a_race_that_is_dry_at_first_says_so():
    assert told({"lap": 1, "kind": "weather", "track": "dry", "at_start": True}) == [
        "1 The race starts on a dry track."
    ]


@pytest.mark.parametrize(
    ("served", "on", "said"),
    [
        ("stop", 9, "served at the stop on lap 9"),
        ("flag", None, "added at the flag"),
        (None, None, "not served before the car retires"),
    ],
)
def test_story__a_penalty_says_where_it_is_served(served, on, said):
    given = {"lap": 2, "kind": "penalty", "driver": "C", "penalty_s": 10.0, "served": served,
             "served_on_lap": on}  # fmt: skip
    assert told(given) == [f"2 C gets a penalty of 10 s, {said}."]


def test_story__a_stop_says_how_much_of_it_is_a_penalty():
    one = stop("C", 3, 7, "green", standstill_s=11.1, penalty_s=10.0, reason="plan")
    assert only(one) == (
        "2 C stops from P3, medium to hard, 11.1 s, 10 s of it a penalty; comes out P7."
    )


def test_story__who_stops_from_the_front_under_a_flag_says_who_leads_then():
    stops = [stop("A", 1, 5), stop("C", 3, 6), stop("H", 8, 8)]
    assert only(lead("B", "A"), *stops) == (
        "2 3 cars stop under the safety car: A from the lead, C from P3, H; B leads."
    )


def test_story__a_leader_who_stops_under_a_flag_and_leads_on_keeps_the_lead():
    assert only(stop("A", 1, 1, "vsc"), stop("H", 8, 8, "vsc")) == (
        "2 2 cars stop under the VSC: A from the lead, H; A keeps the lead."
    )


def test_story__a_single_stop_under_a_flag_has_its_place_too():
    assert only(lead("B", "A"), stop("A", 1, 2)) == (
        "2 A stops under the safety car from the lead; B leads."
    )
    assert only(stop("E", 5, 9)) == "2 E stops under the safety car."


def test_story__tyres_changed_under_a_red_flag_cost_no_place():
    assert only(stop("A", 1, 1, "red"), stop("H", 8, 8, "red")) == (
        "2 2 cars change tyres under the red flag: A, H."
    )


def test_story__a_lead_won_by_a_stop_on_green_is_told_with_the_stop():
    assert only(lead("B", "A"), stop("A", 1, 4, "green", reason="plan")).endswith(
        "comes out P4, and B leads."
    )
