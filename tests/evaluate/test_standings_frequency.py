"""The standings as a forecast, on a season of four rounds and two drivers."""

import pytest

from predictor.evaluate.standings_frequency import (
    ChampionAt,
    champion_places,
    part_of,
    place_odds,
    tables_after,
)
from tests.season.builders import calendar, fold_one, planned, race, ref, rows

SLUGS = ("bahrain", "china", "monaco", "spain")
# b leads after round 1, they are level on points and wins after 2 (a by the order of ids),
# b leads after 3, and a wins the title with the last race.
WINNERS = ("b", "a", "b", "a")


def four_rounds(n_run=4, winners=WINNERS):
    races = []
    for number, (slug, winner) in enumerate(zip(SLUGS, winners, strict=True), start=1):
        other = "a" if winner == "b" else "b"
        event = ref(slug, round_=number, date=f"2025-0{number}-01")
        races.append(race(event, rows(winner, other, teams={"a": "Ferrari", "b": "McLaren"})))
    lines = calendar(*(planned(slug, n, f"2025-0{n}-01") for n, slug in enumerate(SLUGS, start=1)))
    return fold_one(lines, *races[:n_run])


def test_part_of__thirds_of_a_season():
    # of 21 rounds, exactly a third has been run after the seventh
    assert [part_of(n, 21) for n in (1, 6, 7, 13, 14, 20)] == [
        "first third", "first third", "second third", "second third", "last third", "last third",
    ]  # fmt: skip


def test_champion_places__after_every_round_but_the_last():
    places = champion_places(four_rounds())
    assert [one.place for one in places["drivers"]] == [1, 0, 1]
    assert [one.place for one in places["constructors"]] == [1, 0, 1]
    assert [one.part for one in places["drivers"]] == ["first third", "second third", "last third"]


def test_champion_places__a_season_that_goes_on_has_no_champion():
    assert champion_places(four_rounds(n_run=3)) == {"drivers": (), "constructors": ()}


def test_tables_after__counts_the_rounds_that_were_run():
    assert [row.key for row in tables_after(four_rounds(), 1)["drivers"]] == ["b", "a"]
    assert [row.points for row in tables_after(four_rounds(), 2)["drivers"]] == [43, 43]


def test_place_odds__one_season_of_no_opinion_by_hand():
    past = [
        ChampionAt(2019, "first third", 0), ChampionAt(2019, "first third", 1),
        ChampionAt(2020, "first third", 0), ChampionAt(2020, "last third", 3),
    ]  # fmt: skip
    # places get .5 + 1 and .5 of two seasons, and a quarter each of a third
    assert place_odds(past, "first third", 4) == pytest.approx(
        [1.75 / 3, 0.75 / 3, 0.25 / 3, 0.25 / 3]
    )
    assert place_odds(past, "second third", 4) == pytest.approx([0.25] * 4)


def test_place_odds__a_place_beyond_the_field_is_the_last():
    assert place_odds([ChampionAt(2020, "last third", 9)], "last third", 2) == pytest.approx(
        [0.25, 0.75]
    )
