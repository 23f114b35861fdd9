"""What a path says of a file's event: any usual name, in any usual way of writing it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from predictor.formats import link_files, parse_file
from predictor.formats.path_hints import hints_from_path
from predictor.records import CalendarRecord, EntriesRecord, EventRef
from predictor.season.fold import Folded, fold_files
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


@pytest.mark.parametrize("season", SEASONS)
def test_path__every_usual_way_of_writing_says_race(season):
    for _, path, _ in written(season, with_countries=False):
        assert hints_from_path(path).kind is SessionKind.RACE, path


def fastf1_race(season: int) -> bytes:
    """Give a race's result as FastF1 exports it: nothing in it says which race."""
    (entries,) = parse_file("e", (RACE_DATA / f"{season}/entries.json").read_bytes()).records
    assert isinstance(entries, EntriesRecord)
    rows = ["DriverNumber,Abbreviation,FullName,TeamName,Position,GridPosition,Status,Points,Laps"]
    rows += [
        f"{one.driver.number},{one.driver.code},{one.driver.name},{one.team},{place}.0,{place}.0,"
        "Finished,0.0,50.0"
        for place, one in enumerate(entries.entries[:20], start=1)
    ]
    return "\n".join(rows).encode()


def folded(season: int, dropped: dict[str, bytes], folder: str = "") -> Folded:
    """Fold a season's calendar and entries with what was dropped beside them."""
    names = ("calendar.json", "entries.json")
    files = {name: (RACE_DATA / f"{season}/{name}").read_bytes() for name in names} | dropped
    linked, reasons = link_files({path: parse_file(path, files[path]) for path in files}, folder)
    found = fold_files(linked)
    return replace(found, refused=found.refused | reasons)


def races(found: Folded, season: int) -> list[str]:
    (state,) = found.states
    assert len(state.events) == len(calendar_of(season).events)
    return [event.event_id for event in state.events if event.results(SessionKind.RACE)]


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        ("2024_Monza_R.csv", ""),
        ("2024_Monza_R.csv", "2024"),
        ("16-italy/race.csv", "2024"),
        ("16-italy/race.csv", "drops"),  # all other files are of one season
        ("Monza/2024/race_results.csv", ""),
        ("16/r.csv", "2024"),
        ("2024-09-01 R.csv", "drops"),
        ("Monza race exported 2025-01-10.csv", "2024"),
        ("Monza race 2025-01-10.csv", "drops"),
        ("Bob's Monza race (1).csv", "2024"),
    ],
)
def test_path__a_file_that_names_no_event_finds_it_by_its_path(path, folder):
    found = folded(2024, {path: fastf1_race(2024)}, folder)
    assert found.refused == {}
    assert races(found, 2024) == ["2024-italy"]


@pytest.mark.parametrize(
    ("path", "choice"),
    [
        ("race copy.csv", "2024-italy"),
        ("2024/copy/race.csv", "2024-italy"),
        ("2024/Atlantis/race.csv", "2024-italy"),
        ("2024_Sochi_R.csv", "2024-italy"),
        ("2024_99_R.csv", "2024"),
        ("2024_R27_race.csv", "2024-italy"),
        ("2024 Monza or Imola race.csv", "2024-italy"),
    ],
)
def test_path__what_names_no_event_of_the_season_is_refused_and_makes_none(path, choice):
    found = folded(2024, {path: fastf1_race(2024)}, "2024")
    assert races(found, 2024) == []
    assert choice in str(found.refused[path])


@pytest.mark.parametrize(
    "name",
    [
        "2023_15_race copy.csv",
        "race (1).csv",
        "race - Kopie.csv",
        "Bob's race.csv",
        "race_clean.csv",
    ],
)
def test_path__a_copy_is_the_same_race_once(name):
    path = "15-singapore/race.json"
    native = (RACE_DATA / "2023" / path).read_bytes()
    dropped = {path: native, f"15-singapore/{name}": fastf1_race(2023)}
    found = folded(2023, dropped, "2023")
    assert races(found, 2023) == ["2023-singapore"]
    alone = folded(2023, {path: native}, "2023")
    assert [event.sessions for event in found.states[0].events] == [
        event.sessions for event in alone.states[0].events
    ]


def test_path__an_openf1_session_without_its_catalogue_takes_the_folders_season():
    rows = [
        {"session_key": 1, "meeting_key": 2, "driver_number": number, "position": number,
         "number_of_laps": 50, "dnf": False, "dns": False, "dsq": False, "gap_to_leader": 0.0,
         "duration": 5000.0, "points": 0}
        for number in range(1, 21)
    ]  # fmt: skip
    found = folded(2024, {"16-italy/race.json": json.dumps(rows).encode()}, "2024")
    assert races(found, 2024) == ["2024-italy"]


def test_path__content_of_an_event_that_the_calendar_lacks_is_refused():
    race = json.loads((RACE_DATA / "2023/15-singapore/race.json").read_bytes())
    race |= {"event_id": "2023-copy", "grand_prix": "Copy Grand Prix", "date": "2023-12-24"}
    found = folded(2023, {"15-singapore/race.json": json.dumps(race).encode()}, "2023")
    assert races(found, 2023) == []
    assert "does not list the event" in str(found.refused["15-singapore/race.json"])
    assert "2023-singapore" in str(found.refused["15-singapore/race.json"])
