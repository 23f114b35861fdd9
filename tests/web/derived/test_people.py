"""Drivers and their races, by hand."""

from __future__ import annotations

from services.web.derived.people import RaceOf, stints
from services.web.derived.person_words import stints_sentence
from tests.web.derived.events import driver, event


def races(*teams):
    """One driver's races, a team each; None: he was not forecast."""
    found = []
    for number, team in enumerate(teams, start=1):
        row = None if team is None else driver("A Lawson", 0.1, team=team, team_id=team)
        one = event([row] if row else [], event_id=f"2025-{number}", round=number)
        found.append(RaceOf(str(number), one, "a-lawson", row, None))
    return found


def test_stints__a_race_without_a_forecast_parts_none():
    found = stints(races("Haas", None, "Haas", "Ferrari", "Haas"))
    assert [(one.team, one.first, one.last) for one in found] == [
        ("Haas", 1, 3),
        ("Ferrari", 4, 4),
        ("Haas", 5, 5),
    ]


def test_stints_sentence__is_for_who_changed_teams():
    assert stints_sentence(races("Haas", "Haas")) == ""
    assert (
        stints_sentence(races("Haas", "Haas", "Ferrari"))
        == "Entered by Haas (rounds 1 to 2) and Ferrari (round 3)."
    )
