import math
from dataclasses import replace

import pytest

from predictor.errors import UsageError
from predictor.forecast.weights import match_drivers, match_teams, strength_shift
from predictor.season.state import Driver, Entry, EventState, SeasonState
from predictor.vocabulary import EventStatus


def entry(driver_id, code, number, name, team_id, team, lineage):
    return Entry(driver_id, code, number, name, team_id, team, lineage)


ENTRIES = (
    entry("lando-norris", "NOR", 4, "Lando Norris", "mclaren", "McLaren", "mclaren"),
    entry("max-verstappen", "VER", 1, "Max Verstappen", "red-bull", "Red Bull", "red-bull"),
    entry("nico-hulkenberg", "HUL", 27, "Nico Hülkenberg", "kick-sauber", "Kick Sauber", "sauber"),
)
EVENT = EventState(
    "2025-x", "x", 2025, 1, "X Grand Prix", None, None, None, None, None, EventStatus.SCHEDULED,
    None, None, "qualifying", "knockout", (), ENTRIES, (),
)  # fmt: skip
SEASON = SeasonState(
    2025, (EVENT,), tuple(Driver(e.driver_id, e.code, e.number, e.name) for e in ENTRIES)
)


@pytest.mark.parametrize(
    "name", ["VER", "ver", "max-verstappen", "Max Verstappen", "Verstappen", "1"]
)
def test_match_drivers__finds_a_driver_by_any_of_his_names(name):
    assert match_drivers({name: 1.2}, SEASON) == {"max-verstappen": 1.2}


NAMED = (
    *ENTRIES,
    entry("kimi-antonelli", "ANT", 12, "Kimi Antonelli", "mercedes", "Mercedes", "mercedes"),
    entry("carlos-sainz-jr", "SAI", 55, "Carlos Sainz Jr.", "williams", "Williams", "williams"),
    entry("sergio-perez", "PER", 11, "Sergio Pérez", "aston-martin", "Aston Martin", "x"),
    entry("nyck-de-vries", "DEV", 21, "Nyck de Vries", "haas", "Haas", "haas"),
    entry("nico-rosberg", "ROS", 6, "Nico Rosberg", "mercedes", "Mercedes", "mercedes"),
)
WIDER = replace(SEASON, events=(replace(EVENT, entries=NAMED),))


@pytest.mark.parametrize(
    ("name", "driver_id"),
    [
        ("hulkenberg", "nico-hulkenberg"),
        ("Hülkenberg", "nico-hulkenberg"),
        ("Hu\u0308lkenberg", "nico-hulkenberg"),
        ("Huelkenberg", "nico-hulkenberg"),
        ("N. Hulkenberg", "nico-hulkenberg"),
        ("perez", "sergio-perez"),
        ("PEREZ, Sergio", "sergio-perez"),
        ("Max", "max-verstappen"),
        ("maxverstappen", "max-verstappen"),
        ("Sainz", "carlos-sainz-jr"),
        ("Carlos Sainz", "carlos-sainz-jr"),
        ("Andrea Kimi Antonelli", "kimi-antonelli"),
        ("kimi", "kimi-antonelli"),
        ("de vries", "nyck-de-vries"),
        ("Vries", "nyck-de-vries"),
    ],
)
def test_match_drivers__finds_a_driver_by_any_part_of_his_name(name, driver_id):
    assert match_drivers({name: 1.2}, WIDER) == {driver_id: 1.2}


def test_match_drivers__a_name_of_two_is_refused_with_both():
    with pytest.raises(UsageError, match="could be several drivers") as raised:
        match_drivers({"Nico": 1.2}, WIDER)
    assert raised.value.expected == "nico-hulkenberg or nico-rosberg"


@pytest.mark.parametrize("name", ["Senna", "XYZ", "99", "Lauda"])
def test_match_drivers__offers_nobody_who_is_not_near(name):
    with pytest.raises(UsageError, match="no driver") as raised:
        match_drivers({name: 1.2}, WIDER)
    assert raised.value.do == "check the spelling"


@pytest.mark.parametrize(("name", "team_id"), [("aston", "aston-martin"), ("Haas", "haas")])
def test_match_teams__finds_a_team_by_a_part_of_its_name(name, team_id):
    assert match_teams({name: 1.2}, WIDER) == {team_id: 1.2}


def test_match_drivers__an_unknown_name_offers_the_nearest():
    with pytest.raises(UsageError) as raised:
        match_drivers({"VERS": 1.2}, SEASON)
    assert "did you mean max-verstappen" in str(raised.value)
    assert "HUL, NOR, VER" in str(raised.value)


def test_match_drivers__a_test_driver_who_never_races_is_an_error():
    wider = replace(SEASON, drivers=(*SEASON.drivers, Driver("paul-aron", "ARO", 97, "Paul Aron")))
    with pytest.raises(UsageError, match="no driver of the season is called ARO"):
        match_drivers({"ARO": 1.2}, wider)


@pytest.mark.parametrize("weight", [0.49, 2.01, -1.0, float("nan")])
def test_match_drivers__refuses_weights_out_of_range(weight):
    with pytest.raises(UsageError, match="out of range"):
        match_drivers({"VER": weight}, SEASON)


def test_match_drivers__refuses_two_weights_for_one_driver():
    with pytest.raises(UsageError, match="two weights"):
        match_drivers({"VER": 1.2, "Verstappen": 1.3}, SEASON)


@pytest.mark.parametrize(
    ("name", "team_id"),
    [
        ("McLaren-Mercedes", "mclaren"),
        ("Red Bull Racing", "red-bull"),
        ("Sauber", "kick-sauber"),
        ("Stake F1 Team", "kick-sauber"),
    ],
)
def test_match_teams__knows_engine_names_sponsors_and_old_names(name, team_id):
    assert match_teams({name: 1.1}, SEASON) == {team_id: 1.1}


def test_match_teams__a_team_that_is_not_in_the_season_is_an_error():
    with pytest.raises(UsageError, match="no team of the season is called Caterham"):
        match_teams({"Caterham": 1.1}, SEASON)


def test_strength_shift__driver_and_team_weights_add_up_in_log_strength():
    shift = strength_shift(ENTRIES, {"lando-norris": 1.2}, {"mclaren": 1.5, "red-bull": 0.5}, 2.0)
    assert shift.tolist() == pytest.approx([2 * math.log(1.8), 2 * math.log(0.5), 0.0])
