import pytest

from tests.formats.builders import SESSIONS, openf1_link, openf1_race
from tests.said import said


@pytest.mark.parametrize(
    ("names", "driver_id"),
    [
        (("Alex EXAMPLE", "EXA", "Esteban", "Ocon", "E OCON"), "esteban-ocon"),
        (("Esteban OCON", "OCO", "Alex", "Example", "E OCON"), "esteban-ocon"),
        (("Alex EXAMPLE", "OCO", "Esteban", "Ocon", None), "esteban-ocon"),
        (("Alex EXAMPLE", "EXA", "Esteban", "Ocon", None), "alex-example"),  # two against one
        (("Kimi ANTONELLI", "ANT", "Andrea Kimi", "Antonelli", "K ANTONELLI"), "kimi-antonelli"),
        (("ZHOU Guanyu", "ZHO", "Guanyu", "Zhou", "G ZHOU"), "guanyu-zhou"),
        (("Nico HÜLKENBERG", "HUL", "Nico", "Hulkenberg", "N HULKENBERG"), "nico-hulkenberg"),
        ((None, "OCO", "Esteban", "Ocon", None), "esteban-ocon"),
        (("Esteban OCON", "OCO", None, None, None), "esteban-ocon"),
    ],
)
def test_link_files__of_two_names_the_one_on_the_screen_is_the_drivers(names, driver_id):
    full, acronym, first, last, shown = names
    row = {
        "driver_number": 1,
        "session_key": 9000,
        "meeting_key": 1000,
        "full_name": full,
        "name_acronym": acronym,
        "first_name": first,
        "last_name": last,
        "broadcast_name": shown,
        "team_name": "Haas F1 Team",
    }
    linked, _ = openf1_link(result=openf1_race(), sessions=SESSIONS, drivers=[row])
    assert linked["result"].records[0].results[0].driver.driver_id == driver_id
    told = any("first and last name" in note for note in said(linked["result"].notes))
    assert told == ("Alex" in str(names))
