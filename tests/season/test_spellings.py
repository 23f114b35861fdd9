"""Ids spelt otherwise than in the entries, and drivers who are nobody's other spelling."""

import json
from dataclasses import replace
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

from predictor.records import DriverRef
from predictor.season.drivers import Roster
from predictor.season.mentions import Mention
from predictor.season.spellings import find_spellings

RACE_DATA = Path(__file__).parents[2] / "race-data"
SEASONS = sorted(int(path.name) for path in RACE_DATA.glob("20*"))
FIRST_OWN_NUMBERS = 2014
EVENT = "2024-monaco"
LECLERC = ("charles-leclerc", "LEC", 16, "Charles Leclerc", "ferrari")
SAINZ = ("carlos-sainz-jr", "SAI", 55, "Carlos Sainz", "ferrari")
NORRIS = ("lando-norris", "NOR", 4, "Lando Norris", "mclaren")
PEREZ = ("sergio-perez", "PER", 11, "Sergio Pérez", "red-bull")
ENTERED = (LECLERC, SAINZ, NORRIS, PEREZ)


def entered(who=ENTERED):
    return [Mention(DriverRef(*facts[:4]), "", facts[4], rank=-1, is_entry=True) for facts in who]


def row(who, code=None, number=None, team=None, *, name=None, record="race", event=EVENT):
    ref = DriverRef(who, code, number, name)
    return Mention(ref, event, team, rank=0, is_result=True, record=record)


def taken_for(*rows, who=ENTERED, own_numbers=True):
    mentions = [*entered(who), *rows]
    found = find_spellings(mentions, own_numbers=own_numbers)
    assert found == find_spellings(mentions[::-1], own_numbers=own_numbers)
    return found.owner


@pytest.mark.parametrize(
    ("said", "owner"),
    [
        (row("carlos-sainz", "SAI", 55, "ferrari"), "carlos-sainz-jr"),
        (row("leclerc", "LEC", 16, "ferrari"), "charles-leclerc"),
        (row("leclerc", None, 16), "charles-leclerc"),
        (row("leclerc"), "charles-leclerc"),
        (row("norris-lando"), "lando-norris"),
        (row("lec", None, 16), "charles-leclerc"),
        (row("lando-noris", "NOR", 4, "mclaren"), "lando-norris"),
        (row("lando-noris", None, 4, "mclaren"), "lando-norris"),
        (row("driver-4", "NOR", 4, "mclaren"), "lando-norris"),
        (row("verstappen-max-s-rgio", name="S?rgio P?rez"), "sergio-perez"),
        (row("leclerc-charles", team="ferrari", name="Leclerc, Charles"), "charles-leclerc"),
        (row("leclerc-charles", None, 38), "charles-leclerc"),  # as a guest of practice
    ],
)
def test_find_spellings__another_spelling_is_the_driver_who_is_entered(said, owner):
    assert taken_for(said) == {said.ref.driver_id: owner}
    (note,) = map(str, find_spellings([*entered(), said], own_numbers=True).notes)
    assert note.startswith(f"{EVENT}: ")
    assert f"{said.ref.driver_id} is {owner}" in note


@pytest.mark.parametrize(
    "said",
    [
        row("oliver-bearman", "BEA", 38, "ferrari"),  # in another's car
        row("oliver-bearman", None, 55, "ferrari"),  # even under his number
        row("arthur-leclerc", None, None, "ferrari"),  # a brother in the same team
        row("arthur-leclerc", "LEC", None, "ferrari"),
        row("leclerc", "ALE", 39, "ferrari"),  # whose own number and code speak for him
        row("leclerc", "LEC", 39, "ferrari"),
        row("leclerc", None, None, "prema"),
        row("lando-noris", "NOR"),  # a slip, or somebody else: one fact is not enough
    ],
)
def test_find_spellings__a_newcomer_is_nobody_else(said):
    assert taken_for(said) == {}


def test_find_spellings__a_surname_that_two_have_needs_a_number_or_a_code():
    both = (LECLERC, ("arthur-leclerc", "ALE", 39, "Arthur Leclerc", "ferrari"))
    assert taken_for(row("leclerc", team="ferrari"), who=both) == {}
    assert taken_for(row("leclerc", number=39), who=both) == {"leclerc": "arthur-leclerc"}


def test_find_spellings__who_stands_in_the_same_result_is_somebody_else():
    himself, other = row(*LECLERC[:3], "ferrari"), row("leclerc", "LEC", 16, "ferrari")
    assert taken_for(himself, other) == {}
    assert taken_for(replace(himself, record="qualifying"), other) == {"leclerc": LECLERC[0]}
    rival = row("leclerc-charles", "LEC", 16, "ferrari")
    assert taken_for(rival, other) == {}
    assert len(taken_for(replace(rival, record="qualifying"), other)) == 2


def test_find_spellings__a_number_that_is_the_cars_proves_nothing():
    assert taken_for(row("driver-4", "NOR", 4), own_numbers=False) == {}
    assert taken_for(row("lando-noris", None, 4, "mclaren"), own_numbers=False) == {}
    assert taken_for(row("norris", "NOR", 99), own_numbers=False) == {"norris": "lando-norris"}


def test_find_spellings__without_entries_the_regulars_are_known_by_their_races():
    raced = [row(*NORRIS[:3], "mclaren", event=f"2024-{at}") for at in ("spain", "italy")]
    once = row("norris", "NOR", 4, "mclaren")
    assert find_spellings([*raced, once], own_numbers=True).owner == {"norris": "lando-norris"}
    assert find_spellings([raced[0], once], own_numbers=True).owner == {}


def test_find_spellings__whom_a_full_entry_list_lacks_is_named_once():
    full = [(f"driver-{n}", f"D{n}", n, f"Driver {n}", "team") for n in range(20, 36)]
    newcomer = row("franco-colapinto", "COL", 43, "williams")
    found = find_spellings([*entered(full), newcomer], own_numbers=True)
    assert (found.owner, found.strangers) == ({}, ("franco-colapinto",))
    (note,) = map(str, found.notes)
    assert f"not among the entries: franco-colapinto ({EVENT})" in note
    assert find_spellings([*entered(), newcomer], own_numbers=True).notes == ()  # a part of a list


def test_roster__counts_another_spelling_as_the_driver_it_means():
    said = row("leclerc", "LEC", 16, "ferrari", name="LECLERC")
    roster = Roster([*entered(), said])
    assert roster.resolve(said.ref, EVENT) == "charles-leclerc"
    assert roster.resolve(DriverRef("leclerc"), EVENT) == "charles-leclerc"  # as in a pit stop
    assert len(roster.drivers()) == len(ENTERED)
    assert roster.driver("charles-leclerc").name == "Charles Leclerc"
    assert len(roster.notes) == 1


def test_roster__no_other_spelling_becomes_the_name_that_is_shown():
    nameless = replace(entered()[0], ref=DriverRef(*LECLERC[:3]))
    said = row("leclerc", "LEC", 16, "ferrari", name="A. LECLERC")
    assert Roster([nameless, said]).driver("charles-leclerc").name == "Charles Leclerc"


def test_roster__the_full_id_of_the_results_outweighs_a_bare_surname_in_the_entries():
    bare = [replace(one, ref=replace(one.ref, driver_id="leclerc")) for one in entered()[:1]]
    full = row(*LECLERC[:3], "ferrari")
    roster = Roster([*bare, full])
    assert [driver.driver_id for driver in roster.drivers()] == ["charles-leclerc"]
    assert roster.driver("charles-leclerc").name == "Charles Leclerc"
    assert roster.resolve(bare[0].ref, "", "ferrari") == "charles-leclerc"
    assert roster.team_id("charles-leclerc", "2024-spain") == "ferrari"
    (note,) = map(str, roster.notes)
    assert note.startswith("entries: ")
    assert "leclerc is charles-leclerc" in note
    # Where results have the surname, too, it is the id of this folder.
    both = Roster([*bare, full, row("leclerc", "LEC", 16, "ferrari", event="2024-spain")])
    assert [driver.driver_id for driver in both.drivers()] == ["leclerc"]


@cache
def mentions_of(season):
    """Everyone named in a bundled season: its entries, and every row of its sessions."""
    folder = RACE_DATA / str(season)
    lines = json.loads((folder / "entries.json").read_text())["drivers"]
    heard = [
        Mention(
            DriverRef(one["id"], one["code"], one["number"], one["name"]),
            "",
            one["team"],
            rank=-1,
            is_entry=one["role"] == "race",
        )
        for one in lines
    ]
    for path in sorted(folder.glob("*/*.json")):
        said = json.loads(path.read_text())
        heard += [
            row(
                one["driver_id"],
                one["driver"],
                one["number"],
                one["team"],
                record=path.name,
                event=said["event_id"],
            )
            for one in said["results"]
        ]
    return tuple(heard)


@pytest.mark.parametrize("left_out", [(), ("code",), ("number",), ("code", "number")])
@pytest.mark.parametrize("season", SEASONS)
def test_find_spellings__nobody_of_twelve_seasons_is_taken_for_another(season, left_out):
    """Every driver in turn is in no entry list: a newcomer, a reserve, a rookie of practice."""
    blank = dict.fromkeys(left_out)
    rows = [replace(one, ref=replace(one.ref, **blank)) for one in mentions_of(season)]
    listed = [
        full if not thin.event_id else thin
        for full, thin in zip(mentions_of(season), rows, strict=True)
    ]
    for newcomer in sorted({one.ref.driver_id for one in listed}):
        heard = [one for one in listed if one.event_id or one.ref.driver_id != newcomer]
        found = find_spellings(heard, own_numbers=season >= FIRST_OWN_NUMBERS)
        assert found.owner == {}, newcomer


@pytest.mark.parametrize("season", SEASONS)
def test_find_spellings__everybody_of_twelve_seasons_is_known_by_his_name_turned_round(season):
    """Whatever the file says besides: his number and code, or nothing but the name."""
    heard = mentions_of(season)
    turned = {
        one.ref.driver_id: "-".join(reversed(one.ref.driver_id.split("-")))
        for one in heard
        if one.event_id
    }
    other = [
        replace(one, ref=replace(one.ref, driver_id=turned[one.ref.driver_id]))
        for one in heard
        if one.event_id
    ]
    bare = [replace(one, ref=DriverRef(one.ref.driver_id), team_id=None) for one in other]
    lists = [one for one in heard if not one.event_id]
    for rows in (other, bare):
        found = find_spellings(list(chain(lists, rows)), own_numbers=True)
        assert found.owner == {turn: who for who, turn in turned.items() if turn != who}
