"""From files to season states: one parse for equal bytes."""

import hashlib
import json
from pathlib import Path

import pytest

from predictor.graph.plan import Salt
from predictor.graph.seasons.nodes import SEASONS, season_files, seasons_plan
from predictor.notes import NoteKind
from services.engine.runner import run
from services.forecasting.build import NothingStored
from services.intake.scan import Scan, ScannedFile

SHIPPED = Path(__file__).parents[3] / "race-data" / "2025"
FASTF1 = b"DriverNumber,Abbreviation,Position,GridPosition,Points\n" + b"".join(
    b"%d,D%02d,%d,%d,0\n" % (n, n, n, n) for n in range(1, 21)
)


def scan_of(files, folder="2025"):
    listed = (ScannedFile(path, f"sha256:{data!r}", data) for path, data in sorted(files.items()))
    return Scan(Path(folder), tuple(listed), ())


def hashed_scan_of(files):
    listed = (
        ScannedFile(path, f"sha256:{hashlib.sha256(data).hexdigest()}", data)
        for path, data in sorted(files.items())
    )
    return Scan(Path("2025"), tuple(listed), ())


def settle(scan):
    return run(seasons_plan(scan), NothingStored(), {}, salt=Salt("", ""))


def shipped(*names):
    return {name: (SHIPPED / name).read_bytes() for name in names}


def test_seasons_plan__equal_bytes_are_parsed_once():
    data = shipped("01-australia/race.json")["01-australia/race.json"]
    plan = seasons_plan(scan_of({f"copy-{n}.json": data for n in range(50)}))
    assert [node.id for node in plan.nodes] == ["parse/copy-0.json", SEASONS]


def test_seasons_plan__copies_change_no_season():
    names = ("calendar.json", "entries.json", "01-australia/race.json")
    files = shipped(*names)
    alone = settle(scan_of(files)).value(SEASONS)
    copies = {f"old/{n}.json": files["01-australia/race.json"] for n in range(3)}
    assert settle(scan_of(files | copies)).value(SEASONS) == alone


def odd_race(number):
    """Give a race of the season as no other one is."""
    (data,) = shipped("01-australia/race.json").values()
    race = json.loads(data)
    race["results"][0]["best_s"] = 80 + number / 1000
    return json.dumps(race).encode()


JUNK = {f"junk/{at}.json": b"[%d]" % at for at in range(1_000)}


def test_seasons_plan__very_many_files_share_nodes_and_come_to_the_same():
    files = shipped("calendar.json", "entries.json", "02-china/race.json")
    files |= {f"{at}.json": odd_race(at) for at in range(10)}
    few, many = hashed_scan_of(files), hashed_scan_of(files | JUNK)
    alone, together = settle(few), settle(many)
    assert len(together.decisions) < len(JUNK) / 2
    assert together.value(SEASONS).states == alone.value(SEASONS).states
    assert [one.file for one in together.value(SEASONS).rejected] == sorted(JUNK)
    assert season_files(many, together) == season_files(few, alone)


def test_seasons_plan__one_of_very_many_files_more_runs_no_node_but_that_of_its_digest():
    before = {node.id: node for node in seasons_plan(hashed_scan_of(JUNK | {"a": b"1"})).nodes}
    more = hashed_scan_of(JUNK | {"a": b"1", "more.json": b"2"})
    (new,) = [file.digest for file in more.files if file.path == "more.json"]
    changed = [node.id for node in seasons_plan(more).nodes if node != before.get(node.id)]
    assert changed == [f"parse/(files {new[7:9]}...)"]  # and the fold, by its new digest


def test_seasons_plan__a_copy_in_an_old_folder_makes_no_file_old():
    (data,) = shipped("01-australia/race.json").values()
    poorer = json.loads(data)
    first = poorer["results"][0]
    first["laps"] = 3
    del first["grid"]
    files = {"race.json": data, "backup/race.json": data, "b.json": json.dumps(poorer).encode()}
    (season,) = settle(scan_of(files)).value(SEASONS).states
    (note,) = [str(note) for note in season.notes if note.kind is NoteKind.FILES_DIFFER]
    assert "race.json is used, b.json differs" in note
    assert note.endswith("it has more facts")


def test_seasons_plan__a_copy_whose_path_names_the_event_is_looked_at():
    files = shipped("calendar.json", "entries.json")
    scan = scan_of({**files, "a/results.csv": FASTF1, "b/08-monaco/race.csv": FASTF1}, "drops")
    result = settle(scan)
    (season,) = result.value(SEASONS).states
    assert season.event("2025-monaco").sessions
    assert [one.file for one in result.value(SEASONS).rejected] == ["a/results.csv"]
    assert "b/08-monaco/race.csv" in season_files(scan, result)


@pytest.mark.parametrize(("folder", "season"), [("2024", 2024), ("drops", 2025)])
def test_seasons_plan__the_folders_name_or_the_other_files_tell_the_season(folder, season):
    files = shipped("calendar.json") | {"08-monaco/race.csv": FASTF1}
    states = settle(scan_of(files, folder)).value(SEASONS).states
    raced = [state.season for state in states for event in state.events if event.sessions]
    assert raced == [season]
