import json
from dataclasses import replace

import pytest

from predictor.records import DriverRef, EntriesRecord, EntryRecord
from predictor.season.teams import resolve_team
from tests.said import said

from .builders import fold_one, race, ref, row


@pytest.mark.parametrize(
    ("name", "season", "team_id", "lineage"),
    [
        ("Toro Rosso", 2019, "toro-rosso", "toro-rosso"),
        ("AlphaTauri", 2023, "alphatauri", "toro-rosso"),
        ("RB F1 Team", 2024, "rb", "toro-rosso"),
        ("RB F1 Team", 2025, "racing-bulls", "toro-rosso"),  # Jolpica keeps the old name
        ("Racing Bulls", 2025, "racing-bulls", "toro-rosso"),
        ("Sauber", 2024, "kick-sauber", "sauber"),
        ("Stake F1 Team Kick Sauber", 2025, "kick-sauber", "sauber"),
        ("Alfa Romeo Racing", 2019, "alfa-romeo", "sauber"),
        ("Audi", 2026, "audi", "sauber"),
        ("Racing Point", 2020, "racing-point", "force-india"),
        ("Aston Martin", 2025, "aston-martin", "force-india"),
        ("Renault", 2010, "renault", "lotus-f1"),
        ("Lotus", 2011, "lotus-racing", "caterham"),
        ("Lotus F1", 2013, "lotus-f1", "lotus-f1"),
        ("Renault", 2018, "renault", "lotus-f1"),
        ("Alpine F1 Team", 2025, "alpine", "lotus-f1"),
        ("Manor Marussia", 2015, "marussia", "virgin"),
        ("Red Bull Racing", 2025, "red-bull", "red-bull"),
        ("McLaren-Mercedes", 2025, "mclaren", "mclaren"),
        ("Haas F1 Team", 2025, "haas", "haas"),
    ],
)
def test_resolve_team__spellings_lead_to_one_team_and_lineage(name, season, team_id, lineage):
    team = resolve_team(name, season)
    assert (team.team_id, team.lineage) == (team_id, lineage)


def test_resolve_team__unknown_team_is_its_own_lineage_and_keeps_its_name():
    team = resolve_team("Andretti Élan", 2027)
    assert (team.team_id, team.name, team.lineage) == (
        "andretti-elan",
        "Andretti Élan",
        "andretti-elan",
    )


@pytest.mark.parametrize(
    ("name", "season", "team_id"),
    [
        ("Red Bull Racing Honda RBPT", 2025, "red-bull"),
        ("Red Bull Racing RBPT", 2022, "red-bull"),
        ("Red Bull Racing Red Bull Ford", 2026, "red-bull"),
        ("Red Bull Racing-TAG Heuer", 2016, "red-bull"),
        ("RBR-Renault", 2011, "red-bull"),
        ("Aston Martin Red Bull Racing", 2019, "red-bull"),
        ("RB Honda RBPT", 2024, "rb"),
        ("Visa Cash App RB Formula One Team", 2024, "rb"),
        ("Racing Bulls Honda RBPT", 2025, "racing-bulls"),
        ("AlphaTauri RBPT", 2022, "alphatauri"),
        ("Scuderia AlphaTauri Honda", 2021, "alphatauri"),
        ("Toro Rosso Ferrari", 2016, "toro-rosso"),
        ("STR-Ferrari", 2012, "toro-rosso"),
        ("Kick Sauber Ferrari", 2025, "kick-sauber"),
        ("Alfa Romeo Racing Ferrari", 2019, "alfa-romeo"),
        ("Alfa Romeo F1 Team ORLEN", 2022, "alfa-romeo"),
        ("BMW Sauber Ferrari", 2010, "sauber"),
        ("Force India Mercedes", 2014, "force-india"),
        ("Sahara Force India F1 Team", 2015, "force-india"),
        ("Racing Point BWT Mercedes", 2020, "racing-point"),
        ("Aston Martin Aramco Mercedes", 2023, "aston-martin"),
        ("Aston Martin Aramco Cognizant F1 Team", 2023, "aston-martin"),
        ("Alpine Renault", 2025, "alpine"),
        ("BWT Alpine F1 Team", 2024, "alpine"),
        ("Lotus Mercedes", 2015, "lotus-f1"),
        ("Lotus Renault", 2012, "lotus-f1"),
        ("Lotus Renault GP", 2011, "renault"),
        ("Lotus Renault", 2011, "lotus-racing"),  # as a constructor: chassis, then engine
        ("Lotus Cosworth", 2010, "lotus-racing"),
        ("Caterham Renault", 2013, "caterham"),
        ("Virgin Cosworth", 2010, "virgin"),
        ("Marussia Ferrari", 2014, "marussia"),
        ("MRT Mercedes", 2016, "manor"),
        ("Hispania Racing F1 Team", 2010, "hrt"),
        ("McLaren Mercedes", 2025, "mclaren"),
        ("Vodafone McLaren Mercedes", 2012, "mclaren"),
        ("McLaren Honda", 2016, "mclaren"),
        ("Mercedes-AMG PETRONAS Formula One Team", 2025, "mercedes"),
        ("Mercedes GP", 2010, "mercedes"),
        ("Brawn Mercedes", 2009, "brawn"),
        ("Williams Martini Racing", 2017, "williams"),
        ("AT&T Williams", 2010, "williams"),
        ("Haas Ferrari", 2025, "haas"),
        ("MoneyGram Haas F1 Team", 2024, "haas"),
        ("Scuderia Ferrari HP", 2025, "ferrari"),
        ("Cadillac Ferrari", 2026, "cadillac"),
    ],
)
def test_resolve_team__with_its_engine_or_its_sponsors_it_is_the_same_team(name, season, team_id):
    assert resolve_team(name, season).team_id == team_id


@pytest.mark.parametrize("name", ["Penske Ferrari", "F1 Team", "Honda", "Mercedes Powertrains"])
def test_resolve_team__an_engine_alone_is_no_team(name):
    assert resolve_team(name, 2025).lineage not in {"mercedes", "ferrari"}


@pytest.mark.real_data
def test_resolve_team__every_constructor_of_the_years_is_its_team(reference_data):
    """The constructor is chassis and engine: 2010-2025, as the results have both."""
    for path in sorted((reference_data / "seasons").glob("*/*/race.json")):
        season = int(path.parts[-3])
        for line in json.loads(path.read_text())["results"]:
            plain = resolve_team(line["team"], season)
            for joint in (" ", "-", " F1 Team "):
                name = f"{line['team']}{joint}{line['engine']}"
                assert resolve_team(name, season) == plain, (season, name)


def test_fold__a_strange_team_beside_a_full_entry_list_is_told():
    drivers = [f"driver-{at:02d}" for at in range(20)]
    entered = EntriesRecord(
        2025, tuple(EntryRecord(DriverRef(driver_id=who), "Ferrari") for who in drivers)
    )
    result = [row(who, at, team="Ferrari") for at, who in enumerate(drivers[1:], start=2)]
    first = row(drivers[0], 1, team="Feror")
    told = said(fold_one(race(ref(), [first, *result]), entered).notes)
    assert any("team 'Feror' is in no entry list" in note for note in told)
    right = replace(first, team="Scuderia Ferrari")
    kept = said(fold_one(race(ref(), [right, *result]), entered).notes)
    assert not any("in no entry list" in note for note in kept)
    few = replace(entered, entries=entered.entries[:12])
    alone = said(fold_one(race(ref(), [first, *result]), few).notes)
    assert not any("in no entry list" in note for note in alone)
