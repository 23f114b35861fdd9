"""A told race whose parts do not fit each other is refused, and the first trouble named."""

from __future__ import annotations

import json

import pytest

from predictor.published.told_trouble import MOST_LAPS, told_trouble
from services.publishing.told_races import ToldDamaged, read_told
from tests.published.small_told import as_bytes, small_told


def without_the_margin(race):
    race["happenings"][-1]["margin_s"] = None


TROUBLES = {
    "100000000 laps": lambda one: one["race"].update(n_laps=100_000_000),
    f"{MOST_LAPS + 1} laps": lambda one: one["race"].update(n_laps=MOST_LAPS + 1),
    "5 laps of 4": lambda one: one["race"]["laps"].append(one["race"]["laps"][3]),
    "two cars of the result have one code": lambda one: one["race"]["result"][1].update(driver="A"),
    "not in the order of places": lambda one: one["race"]["result"].reverse(),
    "A stops on a lap": lambda one: one["race"]["result"][0]["stops"][0].update(lap=5),
    "a stint of A": lambda one: one["race"]["result"][0]["stints"][0].update(last_lap=9),
    "C retires on no lap": lambda one: one["race"]["result"][2].update(retired_on_lap=None),
    "lap 2 is called 3": lambda one: one["race"]["laps"].pop(1),
    "lap 1 has a car twice": lambda one: one["race"]["laps"][0]["cars"][1].update(driver="A"),
    "that the result does not have": lambda one: one["race"]["result"].pop(),
    "lap 1 is not in the order": lambda one: one["race"]["laps"][0]["cars"].reverse(),
    "something happens on a lap": lambda one: one["race"]["happenings"][0].update(lap=5),
    "ahead by no time": lambda one: without_the_margin(one["race"]),
    "gaps of A in many races": lambda one: one["gap_bands"].update(quantiles=[0.5]),
    "chances after lap 1": lambda one: one["leader_odds"].update(drivers=["A"]),
}


@pytest.mark.parametrize("said", TROUBLES)
def test_read_told__parts_that_do_not_fit_are_named(said):
    told = json.loads(as_bytes())
    TROUBLES[said](told)
    with pytest.raises(ToldDamaged) as refused:
        read_told(json.dumps(told).encode())
    assert said in str(refused.value.got)


def test_told_trouble__a_whole_one_has_none():
    assert told_trouble(small_told()) == ""
