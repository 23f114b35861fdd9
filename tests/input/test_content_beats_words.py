"""Whole folders in which a word, a mark or a unit says other than the content around it."""

from pathlib import Path

import pytest

from predictor.errors import DropError
from predictor.formats import link_files, parse_file
from predictor.season.fold import fold
from predictor.vocabulary import EventStatus, ResultStatus, SessionKind
from tests.said import said

CASES = Path(__file__).parents[3] / "shared" / "cases"


def load(folder):
    """Give a folder's only season, and why its unused files are not used."""
    root = CASES / folder / "input"
    if not root.is_dir():
        pytest.skip(f"no folder {root}")
    files, reasons = {}, {}
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        name = str(path.relative_to(root))
        try:
            files[name] = parse_file(name, path.read_bytes())
        except DropError as error:
            reasons[name] = str(error)
    linked, alone = link_files(files)
    (season,) = fold(linked).values()
    return season, reasons | alone


def rows_of(season, event_id, kind=SessionKind.RACE):
    return {row.driver.driver_id: row for row in season.event(event_id).results(kind)}


def test_fold__a_team_with_its_engine_behind_it_is_that_team():
    season, _ = load("37-team-with-engine")
    race = rows_of(season, "2025-australia")
    assert {row.team for row in race.values()} == {
        *("mclaren", "red-bull", "mercedes", "ferrari", "williams"),
        *("aston-martin", "kick-sauber", "alpine", "haas", "racing-bulls"),
    }


def test_fold__who_withdrew_after_48_laps_retired():
    season, _ = load("06-withdrew-2019")
    (event,) = [event for event in season.events if event.results(SessionKind.RACE)]
    norris = rows_of(season, event.event_id)["lando-norris"]
    assert (norris.status, norris.laps, norris.classified) == (ResultStatus.DNF, 48, False)
    assert "lando-norris" in {entry.driver_id for entry in event.entries}
    assert any("lando-norris is dns" in note for note in said(season.notes))


def test_fold__who_withdrew_and_is_classified_retired_late():
    season, _ = load("07-withdrew-classified-2020")
    (event,) = [event for event in season.events if event.results(SessionKind.RACE)]
    magnussen = rows_of(season, event.event_id)["kevin-magnussen"]
    assert (magnussen.status, magnussen.laps) == (ResultStatus.DNF, 55)
    assert (magnussen.classified, magnussen.position) == (True, 17)
    assert "kevin-magnussen" in {entry.driver_id for entry in event.entries}


def test_fold__a_grid_of_minus_one_is_unknown():
    season, reasons = load("15-grid-minus-one")
    race = rows_of(season, "2023-singapore")
    assert reasons == {}
    assert {row.grid for row in race.values()} == {None}
    assert any("grid place unknown" in note for note in said(season.event("2023-singapore").notes))


def test_fold__places_written_as_fractions_complete_the_race():
    season, _ = load("39-classified-as-float")
    race = rows_of(season, "2023-singapore")
    assert (race["carlos-sainz-jr"].position, race["carlos-sainz-jr"].classified) == (1, True)
    assert sum(row.classified for row in race.values()) == 16  # three retired, one withdrew
    assert season.event("2023-singapore").status is EventStatus.COMPLETED


def test_fold__laps_with_the_booleans_of_a_spreadsheet():
    season, _ = load("28-laps-excel-booleans")
    practice = rows_of(season, "2023-singapore", SessionKind.FP2)
    assert practice["carlos-sainz-jr"].best_s == 92.12


def test_fold__a_qualifying_with_a_shared_last_place_is_whole():
    season, reasons = load("21-qualifying-shared-place")
    assert reasons == {}
    (event,) = [event for event in season.events if event.sessions]
    assert len(event.results(SessionKind.QUALIFYING)) == 20
    assert [row.position for row in event.results(SessionKind.QUALIFYING)][-2:] == [19, 19]


def test_fold__what_openf1_marks_as_cancelled_is():
    season, _ = load("19-openf1-cancelled")
    assert {event.event_id: event.status for event in season.events} == {
        "2026-japan": EventStatus.SCHEDULED,
        "2026-bahrain": EventStatus.CANCELLED,
        "2026-miami": EventStatus.SCHEDULED,
    }


def test_fold__laps_in_seconds_are_read_as_seconds():
    season, reasons = load("29-laps-json-seconds")
    assert reasons == {}
    practice = rows_of(season, "2023-singapore", SessionKind.FP2)
    assert practice["carlos-sainz-jr"].best_s == 92.12
    assert all(row.best_s for row in practice.values())


def test_fold__a_name_of_another_series_takes_no_result():
    season, _ = load("32-openf1-foreign-name")
    (event,) = [event for event in season.events if event.results(SessionKind.RACE)]
    race = rows_of(season, event.event_id)
    assert "alex-example" not in race
    assert race["esteban-ocon"].team == "haas"
    assert "alex-example" not in {driver.driver_id for driver in season.drivers}
    assert season.event(event.event_id).entry("esteban-ocon").code == "OCO"
    assert any("Alex EXAMPLE" in note for note in said(season.notes))


def test_fold__the_corrected_result_outweighs_the_provisional_one():
    season, _ = load("38-two-revisions")
    race = rows_of(season, "2025-china")
    removed = {who for who, row in race.items() if row.status is ResultStatus.DSQ}
    assert removed == {"charles-leclerc", "lewis-hamilton", "pierre-gasly"}
    assert race["esteban-ocon"].position == 5
    (note,) = [note for note in said(season.notes) if "differs" in note]
    assert note.startswith("2025-china race: 2025/race.json is used, 2025/backup/race.json")
    assert "folder of old files" in note


def test_fold__a_sprint_called_sprint_qualifying_pays_its_points():
    season, _ = load("17-sprint-called-sprint-qualifying")
    sprint = rows_of(season, "2021-great-britain", SessionKind.SPRINT)
    paid = {who: row.points for who, row in sprint.items() if row.points}
    assert paid == {"max-verstappen": 3, "lewis-hamilton": 2, "valtteri-bottas": 1}


def test_parse_file__results_of_practice_say_what_to_export():
    root = CASES / "31-practice-results" / "input"
    if not root.is_dir():
        pytest.skip(f"no folder {root}")
    (path,) = root.rglob("*fp1*")
    with pytest.raises(DropError, match="results of practice hold no times") as caught:
        parse_file(path.name, path.read_bytes())
    assert caught.value.do.startswith("export session.laps")
