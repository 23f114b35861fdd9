import pytest

from predictor.features.race_facts import race_facts, sprint_facts
from predictor.season.state import EventState
from predictor.vocabulary import EventStatus


def event(circuit="monza", length=None, laps=None, sprint_laps=None):
    return EventState(
        "2025-x", "x", 2025, 1, "X Grand Prix", None, circuit, None, length, laps,
        EventStatus.SCHEDULED, None, sprint_laps, "qualifying", "knockout", (), (), (),
    )  # fmt: skip


def test_race_facts__the_calendar_is_believed():
    assert race_facts(event(laps=53)).n_laps == 53


@pytest.mark.parametrize(
    ("circuit", "length", "laps"), [("monza", 5.793, 53), ("monaco", 3.337, 78), ("new", None, 58)]
)
def test_race_facts__else_the_least_laps_beyond_the_regulation_distance(circuit, length, laps):
    assert race_facts(event(circuit, length)).n_laps == laps


def test_sprint_facts__have_streams_and_a_length_of_their_own():
    facts = sprint_facts(event(length=5.451))
    assert (facts.event, facts.n_laps, facts.is_sprint) == ("2025-x/sprint", 19, True)


def test_race_facts__a_lap_is_as_long_as_the_calendar_says():
    assert race_facts(event(length=5.793)).length_km == 5.793
    assert race_facts(event(length=None)).length_km == 5.3
