import csv
import json

import pytest

from predictor.formats.identities import _BY_SHORT, driver_id_from_name, driver_id_from_short


@pytest.mark.parametrize(
    ("name", "driver_id"),
    [
        ("Max Verstappen", "max-verstappen"),
        ("Max VERSTAPPEN", "max-verstappen"),
        ("Carlos Sainz", "carlos-sainz-jr"),
        ("Carlos Sainz Jr.", "carlos-sainz-jr"),
        ("Andrea Kimi Antonelli", "kimi-antonelli"),
        ("Kimi ANTONELLI", "kimi-antonelli"),
        ("Alex Albon", "alexander-albon"),
        ("Guanyu Zhou", "guanyu-zhou"),
        ("ZHOU Guanyu", "guanyu-zhou"),
        ("Nyck De Vries", "nyck-de-vries"),
        ("Nico Hülkenberg", "nico-hulkenberg"),
        ("Sergio Pérez", "sergio-perez"),
        ("Jean-Éric Vergne", "jean-eric-vergne"),
        ("Jérôme d'Ambrosio", "jerome-dambrosio"),
        ("Patricio O'Ward", "patricio-oward"),
        ("Pato O’WARD", "patricio-oward"),
        ("Kimi Räikkönen", "kimi-raikkonen"),
    ],
)
def test_driver_id_from_name__knows_every_providers_spelling(name, driver_id):
    assert driver_id_from_name(name) == driver_id


def test_driver_id_from_name__gives_newcomers_the_slug_of_their_name():
    assert driver_id_from_name("Søren Ny-Mand") == "soren-ny-mand"
    assert driver_id_from_name("周冠宇") == "周冠宇"  # stays apart from other such names
    assert driver_id_from_name("'") == "unnamed"


@pytest.mark.parametrize(
    ("short", "name", "driver_id"),
    [
        ("norris", None, "lando-norris"),
        ("max_verstappen", None, "max-verstappen"),
        ("max_verstappen", "Max Verstappen", "max-verstappen"),
        ("sainz", "Carlos Sainz", "carlos-sainz-jr"),
        ("antonelli", "Andrea Kimi Antonelli", "kimi-antonelli"),
        ("kevin_magnussen", None, "kevin-magnussen"),
        ("newcomer", "Jane Newcomer", "jane-newcomer"),
    ],
)
def test_driver_id_from_short__prefers_its_table_then_the_name(short, name, driver_id):
    assert driver_id_from_short(short, name) == driver_id


@pytest.fixture(scope="module")
def drivers(reference_data):
    found = {}
    for path in sorted((reference_data / "seasons").glob("*/entrants.json")):
        for row in json.loads(path.read_bytes())["drivers"]:
            found[row["id"]] = row["name"]
    return found


@pytest.mark.real_data
def test_driver_id_from_name__resolves_everyone_entered_since_2010(drivers):
    assert len(drivers) == 126
    assert {who: driver_id_from_name(name) for who, name in drivers.items()} == {
        who: who for who in drivers
    }


@pytest.mark.real_data
def test_driver_id_from_short__names_only_drivers_that_exist(drivers):
    assert set(_BY_SHORT.values()) <= set(drivers)


@pytest.mark.real_data
def test_driver_id_from_short__resolves_everyone_who_raced_since_2010(reference_data):
    raced = {}
    for path in sorted((reference_data / "seasons").glob("*/entrants.json")):
        for row in json.loads(path.read_bytes())["drivers"]:
            if row["rounds"]:
                raced[row["id"]] = row["name"]
    for who in raced:
        family, full = who.removesuffix("-jr").split("-")[-1], who.replace("-", "_")
        odd = {"jerome-dambrosio": "ambrosio", "giedo-van-der-garde": "garde"}
        shorts = {odd.get(who, family), full}
        assert who in {driver_id_from_short(short) for short in shorts}


@pytest.mark.real_data
def test_driver_id_from_short__agrees_with_the_ergast_drivers_table(reference_data, drivers):
    path = reference_data / "formats/ergast_csv/drivers_head_tail60.csv"
    rows = list(csv.DictReader(path.read_text().splitlines()))
    checked = 0
    for row in rows:
        by_name = driver_id_from_name(f"{row['forename']} {row['surname']}")
        if by_name in drivers:
            assert driver_id_from_short(row["driverRef"]) == by_name, row
            checked += 1
    assert checked >= 45  # 2010-2025 newcomers in the table's last sixty
