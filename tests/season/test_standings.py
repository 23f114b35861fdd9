import json

import pytest

from predictor.formats import parse_file
from predictor.season.fold import fold
from predictor.season.standings import standings
from predictor.season.teams import resolve_team
from tests.said import said

from .builders import fold_one, race, ref, row, session


def lines(championship):
    return [(line.position, line.key, line.points) for line in championship]


def test_standings__points_of_race_and_sprint_add_up_for_driver_and_team():
    state = fold_one(
        race(ref("monaco"), [row("lando-norris", 1), row("oscar-piastri", 2)]),
        session(ref("monaco"), "sprint", [row("oscar-piastri", 1), row("max-verstappen", 2)]),
    )
    table = standings(state)
    assert lines(table.drivers) == [
        (1, "oscar-piastri", 26.0),
        (2, "lando-norris", 25.0),
        (3, "max-verstappen", 7.0),
    ]
    assert lines(table.constructors) == [(1, "mclaren", 51.0), (2, "red-bull", 7.0)]


def test_standings__tie_on_points_goes_to_more_wins_then_second_places():
    # z-a: 25 + 0; b: 15 + 10; x: 18 + 0. One win beats none, whatever the names.
    state = fold_one(
        race(ref("monaco"), [row("z-a", 1), row("b", 3), row("x", 2)]),
        race(ref("spain"), [row("z-a", 11), row("b", 5), row("x", 12)]),
    )
    assert [line.key for line in standings(state).drivers] == ["z-a", "b", "x"]


def test_standings__sprint_places_break_no_tie():
    # Sprint: b wins 8, a gets 7. Race: a 9th (2), b 10th (1). Both 9 points; a's ninth counts.
    state = fold_one(
        session(ref("monaco"), "sprint", [row("b", 1), row("a", 2)]),
        race(ref("monaco"), [row("a", 9), row("b", 10)]),
    )
    assert lines(standings(state).drivers) == [(1, "a", 9.0), (2, "b", 9.0)]


def test_standings__rulings_apply_from_their_event_on():
    before = race(ref("great-britain", 2020), [row("a", 1, team="Racing Point")])
    after = race(ref("70th-anniversary", 2020), [row("a", 1, team="Racing Point")])
    assert standings(fold_one(before, season=2020)).constructors[0].points == 25
    assert standings(fold_one(before, after, season=2020)).constructors[0].points == 35


def test_standings__a_team_entered_anew_counts_back_only_its_own_places():
    results = [row("a", 3, team="Force India")]
    first = race(ref("baku", 2018, date="2018-04-29"), results)
    anew = race(ref("belgium", 2018, date="2018-08-26"), [row("a", 5, team="Force India")])
    line = standings(fold_one(first, anew, season=2018)).constructors[0]
    assert line.places == (0, 0, 0, 0, 1)
    assert line.points == 10


@pytest.fixture(scope="module")
def seasons(reference_data):
    folder = reference_data / "seasons"
    files = {
        str(path.relative_to(folder)): parse_file(str(path.relative_to(folder)), path.read_bytes())
        for path in sorted(folder.rglob("*.json"))
    }
    return fold(files)


@pytest.mark.real_data
@pytest.mark.parametrize("season", range(2010, 2026))
def test_standings__equal_the_official_ones(seasons, reference_data, season):
    official = json.loads((reference_data / f"standings/{season}-standings.json").read_bytes())
    table = standings(seasons[season])
    code_of = {driver.driver_id: driver.code for driver in seasons[season].drivers}

    drivers = [(line.position, code_of[line.key], line.points) for line in table.drivers]
    expected = [(line["position"], line["driver"], line["points"]) for line in official["drivers"]]
    assert [line for line in drivers if line[2] > 0] == [line for line in expected if line[2] > 0]

    teams = [(line.position, line.key, line.points) for line in table.constructors]
    wanted = [
        (line["position"], resolve_team(line["team"], season).team_id, line["points"])
        for line in official["constructors"]
        if line["position"] is not None  # Force India's first entrant of 2018, excluded
    ]
    assert [line for line in teams if line[2] > 0] == [line for line in wanted if line[2] > 0]


@pytest.mark.real_data
def test_event_notes__no_file_disagrees_with_the_points_rules(seasons):
    notes = [
        note for state in seasons.values() for event in state.events for note in said(event.notes)
    ]
    assert [note for note in notes if "by the rules" in note] == []
