from dataclasses import replace

import pytest

from predictor.records import DriverRef
from predictor.season.drivers import Roster
from predictor.season.mentions import Mention
from tests.said import said

EVENT = "2025-monaco"


def mention(driver_id=None, code=None, number=None, name=None, *, event=EVENT, team=None, **fields):
    return Mention(DriverRef(driver_id, code, number, name), event, team, rank=0, **fields)


def test_resolve__number_code_or_name_finds_the_driver_of_the_season():
    roster = Roster([mention("max-verstappen", "VER", 1, "Max Verstappen", event="")])
    for ref in (DriverRef(number=1), DriverRef(code="ver"), DriverRef(name="Max VERSTAPPEN")):
        assert roster.resolve(ref, EVENT) == "max-verstappen"


def test_resolve__the_events_own_files_outweigh_the_season():
    roster = Roster(
        [
            mention("dino-beganovic", "BEG", 38, event="2025-bahrain"),
            mention("antonio-fuoco", "FUO", 38, event="2025-mexico"),
        ]
    )
    assert roster.resolve(DriverRef(number=38), "2025-mexico") == "antonio-fuoco"
    assert roster.resolve(DriverRef(number=38), "2025-bahrain") == "dino-beganovic"


def test_resolve__shared_number_is_told_apart_by_team_else_not_at_all():
    roster = Roster(
        [
            mention("alexander-dunne", number=89, event="", team="mclaren"),
            mention("arthur-leclerc", number=89, event="", team="ferrari"),
        ]
    )
    assert roster.resolve(DriverRef(number=89), EVENT, "ferrari") == "arthur-leclerc"
    assert roster.resolve(DriverRef(number=89), EVENT) == "number-89"
    assert "number-89" in str(roster.notes[0])


def test_resolve__code_and_number_must_agree_before_a_code_alone_is_believed():
    roster = Roster(
        [
            mention("jean-eric-vergne", "VER", 25, event=""),
            mention("max-verstappen", "VER", 38, event=""),
        ]
    )
    assert roster.resolve(DriverRef(code="VER", number=38), EVENT) == "max-verstappen"


def test_resolve__unknown_name_becomes_a_driver_that_bare_numbers_find():
    roster = Roster([mention(number=77, name="New Étoile"), mention(number=77)])
    assert roster.resolve(DriverRef(number=77), EVENT) == "new-etoile"
    assert roster.notes == ()


def test_resolve__nobody_known_gives_an_id_from_the_code_or_number_with_a_note():
    roster = Roster([mention(code="ZZZ"), mention(number=99)])
    assert [driver.driver_id for driver in roster.drivers()] == ["code-zzz", "number-99"]
    assert said(roster.notes) == (
        "no file says who drives as code-zzz, number-99; give the season's entries.json",
    )


def test_drivers__two_who_share_a_code_get_codes_of_their_own():
    roster = Roster(
        [
            mention("max-verstappen", "VER", 38),
            mention("jean-eric-vergne", "VER", 25, is_result=True),
        ]
    )
    assert {d.driver_id: d.code for d in roster.drivers()} == {
        "jean-eric-vergne": "VER",
        "max-verstappen": "VER2",
    }


def test_driver__without_code_or_name_both_come_from_the_id():
    driver = Roster([mention("isack-hadjar")]).driver("isack-hadjar")
    assert (driver.code, driver.name, driver.number) == ("HAD", "Isack Hadjar", None)


def test_number__is_the_events_own_where_it_has_one():
    roster = Roster([mention("max-verstappen", number=33, event=""), mention("max-verstappen")])
    roster = Roster(
        [
            mention("max-verstappen", number=33, event=""),
            mention("max-verstappen", number=1, event=EVENT),
        ]
    )
    assert roster.number("max-verstappen", EVENT) == 1
    assert roster.number("max-verstappen", "2025-spain") in (1, 33)


def test_resolve__what_a_reference_was_settled_to_mean_stays_though_others_claim_it_later():
    # The bare number is settled before a name and a code lay claim to the same car.
    bare, named = mention(number=1), mention(number=1, name="A")
    coded, other = mention(code="AAA", number=1), mention(code="AAA", name="Zoë Q")
    roster = Roster([bare, named, coded, other])
    known = {driver.driver_id for driver in roster.drivers()}
    for given in (bare, named, coded, other):
        assert roster.resolve(given.ref, EVENT) in known


OPENF1, FASTF1, JOLPICA, ENTRIES = 3, 2, 1, -1
OCON = mention("esteban-ocon", "OCO", 31, "Esteban Ocon", event="", team="haas", is_entry=True)
OCON = replace(OCON, rank=ENTRIES)


def named(driver_id, number=31, *, event=EVENT, team="haas", rank=OPENF1):
    name = driver_id.replace("-", " ").title()
    heard = mention(driver_id, name[:3], number, name, event=event, team=team, is_result=True)
    return replace(heard, rank=rank)


@pytest.mark.parametrize("rank", [OPENF1, FASTF1])
@pytest.mark.parametrize("team", ["haas", None, "prema-racing"])
def test_resolve__a_foreign_name_on_an_entered_number_is_not_believed(rank, team):
    foreign = named("alex-example", team=team, rank=rank)
    for mentions in ([OCON, foreign], [foreign, OCON]):
        roster = Roster(mentions)
        assert roster.resolve(foreign.ref, EVENT, team) == "esteban-ocon"
        assert roster.team_id("esteban-ocon", EVENT) == "haas"
        assert [driver.driver_id for driver in roster.drivers()] == ["esteban-ocon"]
        assert roster.driver("esteban-ocon").name == "Esteban Ocon"
        (note,) = said(roster.notes)
        assert "car number 31 is called Alex Example, but it is esteban-ocon's" in note


@pytest.mark.parametrize(
    "stands_in",
    [
        named("oliver-bearman", 50),  # with a number of his own, as substitutes have
        named("oliver-bearman", rank=JOLPICA),  # a file with ids of its own says so
        named("oliver-bearman", team="ferrari"),  # in a team that races, with another's number
    ],
)
def test_resolve__a_name_that_something_speaks_for_is_believed(stands_in):
    rival = replace(OCON, ref=DriverRef("lewis-hamilton", "HAM", 44, "Lewis Hamilton"))
    roster = Roster([OCON, replace(rival, team_id="ferrari"), stands_in])
    assert roster.resolve(stands_in.ref, EVENT) == "oliver-bearman"
    assert roster.notes == ()


def test_resolve__without_entries_who_raced_oftener_with_a_number_owns_it():
    regular = [named("esteban-ocon", event=f"2025-{at}") for at in range(3)]
    foreign = named("alex-example")
    roster = Roster([*regular, foreign])
    assert roster.resolve(foreign.ref, EVENT) == "esteban-ocon"
    # Two who were seen once each: nobody owns the number.
    roster = Roster([regular[0], foreign])
    assert roster.resolve(foreign.ref, EVENT) == "alex-example"


def test_resolve__guests_of_practice_may_share_a_number():
    guests = [
        replace(named("dino-beganovic", 38, event="2025-bahrain", team="ferrari"), is_result=False),
        replace(named("dino-beganovic", 38, event="2025-austria", team="ferrari"), is_result=False),
        replace(named("antonio-fuoco", 38, event="2025-mexico", team="ferrari"), is_result=False),
    ]
    roster = Roster([OCON, *guests])
    assert roster.resolve(guests[2].ref, "2025-mexico") == "antonio-fuoco"


def test_resolve__before_numbers_were_the_drivers_own_a_number_proves_nothing():
    roster = Roster([OCON, named("alex-example")], own_numbers=False)
    assert roster.resolve(named("alex-example").ref, EVENT) == "alex-example"
