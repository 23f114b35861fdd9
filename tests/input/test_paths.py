"""What a path says of a file's event: any usual name, in any usual way of writing it."""

from __future__ import annotations

from pathlib import Path

import pytest

from predictor.formats import parse_file
from predictor.formats.path_hints import hints_from_path
from predictor.records import CalendarRecord, EventRef
from predictor.season.identity import CalendarClaim, Identified, identify_events
from predictor.vocabulary import SessionKind
from tests.season.names_of_events import PATTERNS, all_names

SEASONS = range(2018, 2026)
RACE_DATA = Path(__file__).parents[2] / "race-data"
# Two Grands Prix at one place: only the round or the Grand Prix's name tell them apart.
TWICE = {2020: ("spielberg", "silverstone", "bahrain"), 2021: ("spielberg",)}


def calendar_of(season: int) -> CalendarRecord:
    path = RACE_DATA / f"{season}/calendar.json"
    (record,) = parse_file(path.name, path.read_bytes()).records
    assert isinstance(record, CalendarRecord)
    return record


def identified(season: int, refs: list[EventRef]) -> Identified:
    claims = [CalendarClaim(line, 0, complete=True) for line in calendar_of(season).events]
    return identify_events(season, claims, refs)


def reference(path: str, season: int) -> EventRef:
    """Give what a path says, in a folder of one season."""
    return EventRef(season=season, path=hints_from_path(path).claim)


def written(season: int, *, with_countries: bool) -> list[tuple[str, str, bool]]:
    """Give event id, path, and whether two events are at its circuit, of every name."""
    found = []
    for line in calendar_of(season).events:
        names, countries = all_names(line, season)
        is_twice = line.circuit.circuit_id in TWICE.get(season, ())
        for name in countries if with_countries else names:
            for pattern in PATTERNS:
                if (name, season) == ("Sakhir", 2020) and "GP" in pattern:
                    continue  # "Sakhir GP" is the name of one of them
                path = pattern.format(season=season, round=line.event.round, name=name)
                found.append((line.event.event_id, path, is_twice))
    return found


@pytest.mark.parametrize("season", SEASONS)
def test_path__every_usual_name_of_every_event_finds_it(season):
    paths = written(season, with_countries=False)
    refs = {path: reference(path, season) for _, path, _ in paths}
    settled = identified(season, list(refs.values()))
    listed = {line.event.event_id for line in calendar_of(season).events}
    assert {event.event_id for event in settled.events} == listed
    wrong = []
    for event_id, path, is_twice in paths:
        found = settled.by_ref.get(refs[path])
        may_refuse = is_twice and refs[path].path.round is None
        if found != event_id and not (found is None and may_refuse):
            wrong.append((path, found, str(settled.refused.get(refs[path]))))
    assert wrong == []


@pytest.mark.parametrize("season", SEASONS)
def test_path__a_country_means_its_grand_prix_and_with_a_round_the_event(season):
    paths = written(season, with_countries=True)
    refs = {path: reference(path, season) for _, path, _ in paths}
    settled = identified(season, list(refs.values()))
    namesakes = {"Italy": "italy", "United": "united-states", "US": "united-states"}
    namesakes |= {"Bahrain": "bahrain", "Austria": "austria", "UK": "great-britain"}
    wrong = []
    for event_id, path, _ in paths:
        found = settled.by_ref.get(refs[path])
        assert refs[path].path is not None
        if found not in (None, event_id) and refs[path].path.round is not None:
            wrong.append((path, found))
        if found not in (None, event_id):
            assert found.removeprefix(f"{season}-") in {
                "italy", "united-states", "bahrain", "austria", "great-britain",
            }, path  # fmt: skip
    assert wrong == []
    assert namesakes


@pytest.mark.parametrize("season", SEASONS)
def test_path__every_usual_way_of_writing_says_race(season):
    for _, path, _ in written(season, with_countries=False):
        assert hints_from_path(path).kind is SessionKind.RACE, path
