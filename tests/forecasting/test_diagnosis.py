"""The doctor says what is recognised, missing, cut, in conflict or twice, and writes nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import orjson
import pytest
from click.testing import CliRunner

from predictor.errors import NoUsableInput, UsageError
from predictor.notes import Note, NoteKind
from predictor.season.state import SeasonState
from services.cli.commands.doctor import doctor, report, verdict
from services.cli.main import main
from services.forecasting.diagnosis import DayFound, examine
from services.forecasting.findings import KINDS, SECTIONS, about_season
from services.settings.limits import Limits
from tests.forecasting.small_season import SmallSeason
from tests.formats.builders import jolpica_page, jolpica_season
from tests.rules.sources import ROOT

REAL_FILES = ROOT.parent / "shared" / "data" / "formats"


@pytest.fixture
def season(tmp_path):
    return SmallSeason(tmp_path)


def look(season):
    return examine(season.drops, season.earlier, Limits())


def findings(season, kind):
    return [one for one in look(season).findings if one.kind == kind]


def rewrite(path, change):
    content = orjson.loads(path.read_bytes())
    change(content)
    path.write_bytes(orjson.dumps(content))


def test_examine__a_sound_season_is_listed_event_by_event(season):
    found = look(season)
    assert (found.season, found.n_files, found.n_used, len(found.events)) == (2025, 8, 8, 24)
    first, fourth = found.events[0], found.events[3]
    assert (first.round, first.event_id, first.status) == (1, "2025-australia", "completed")
    assert first.sessions == ("qualifying", "race")
    assert first.files["race"] == ("01-australia/race.json",)
    assert first.providers == ("native",)
    assert (fourth.event_id, fourth.sessions, fourth.files) == ("2025-bahrain", (), {})
    assert (found.calendars, found.entries) == (("calendar.json",), ("entries.json",))
    assert (found.history, found.earlier) == (str(season.earlier.resolve()), (2024,))
    assert found.to_look_at == 0
    assert verdict(found) == "usable: 2025, 24 events, nothing to look at"


def test_examine__forecasts_of_rain_are_counted_by_event(season):
    said = [{"issued_at": f"2025-03-1{day}T09:00Z", "chance": 0.4} for day in (3, 4)]
    event_id = look(season).events[0].event_id
    content = {"season": 2025, "event_id": event_id, "rain": said}
    (season.drops / "weather.json").write_bytes(orjson.dumps(content))
    found = look(season)
    assert [event.rain for event in found.events][:2] == [2, 0]
    assert f"forecasts of rain: {event_id} (2)" in list(report(found))


def test_examine__testing_is_told_apart_from_events(season):
    rows = [{"driver_id": one, "team": "McLaren", "best_s": 90.0, "long_run_s": 95.0, "laps": 60}
            for one in ("lando-norris", "oscar-piastri")]  # fmt: skip
    content = {"season": 2025, "session": "testing", "day": 2, "results": rows}
    (season.drops / "testing").mkdir()
    (season.drops / "testing" / "day-2.json").write_bytes(orjson.dumps(content))
    found = look(season)
    assert len(found.events) == 24
    assert found.testing == (DayFound(1, 2, None, 2, 2, 120),)
    assert found.testing_files == ("testing/day-2.json",)
    line = "testing: 1 day, up to 2 drivers, 120 laps, 2 with long runs, from testing/"
    assert line in list(report(found))


def test_examine__writes_nothing(season):
    (season.drops / "01-australia" / "race.json").write_bytes(b"{")
    home = season.drops.parent
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*")}
    look(season)
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*")} == before


def test_examine__a_past_race_without_result_is_missing(season):
    (season.drops / "02-china" / "race.json").unlink()
    (only,) = findings(season, "missing")
    assert (only.where, only.what) == ("2025-china", "no race result, though later events have one")
    assert only.do == "add the race result"


def test_examine__the_latest_qualifying_without_a_race_is_no_fault(season):
    (season.drops / "03-japan" / "race.json").unlink()
    (only,) = findings(season, "good to know")
    assert (only.where, only.counts) == ("2025-japan", False)
    assert "qualifying without a race result" in only.what


def test_examine__a_race_without_qualifying_is_missing_it(season):
    (season.drops / "02-china" / "qualifying.json").unlink()
    (only,) = findings(season, "missing")
    assert (only.where, only.do) == ("2025-china", "drop the qualifying result")


def test_examine__no_calendar_and_no_entries_are_missing(season):
    (season.drops / "calendar.json").unlink()
    (season.drops / "entries.json").unlink()
    found = " ".join(one.what + one.do for one in findings(season, "missing"))
    assert "no calendar of the whole season" in found
    assert "add entries.json" in found


def test_examine__a_cut_result_is_told_apart_from_a_small_one(season):
    rewrite(
        season.drops / "02-china" / "race.json",
        lambda race: race["results"].__delitem__(slice(9, None)),
    )
    (only,) = findings(season, "cut short")
    assert (only.where, only.what) == ("2025-china", "race result holds 9 of 20 drivers: not used")
    assert only.do == "drop the whole result"


def test_examine__half_a_file_and_a_part_of_an_answer_are_cut_short(season):
    path = season.drops / "02-china" / "race.json"
    path.write_bytes(path.read_bytes()[:300])
    races = [{**one, "Circuit": {"circuitId": "miami"}} for one in jolpica_season()]
    (season.drops / "page.json").write_bytes(orjson.dumps(jolpica_page(races, limit=30)))
    cut = findings(season, "cut short")
    assert cut[0].where == "02-china/race.json"
    assert "may be cut" in cut[0].what
    assert cut[0].what.count("02-china") == 0  # the name is not said twice
    assert any("page.json" in one.where + one.what for one in cut[1:])


def test_examine__two_files_that_differ_are_in_conflict_and_the_used_one_is_named(season):
    path = season.drops / "02-china" / "race.json"
    other = shutil.copy(path, season.drops / "other.json")

    def swap(race):
        for name in ("driver", "driver_id", "number", "team"):
            rows = race["results"]
            rows[0][name], rows[1][name] = rows[1][name], rows[0][name]

    rewrite(season.drops / "other.json", swap)
    (only,) = findings(season, "in conflict")
    assert "is used, " in only.what
    assert {"other.json", "02-china/race.json"} <= set(only.what.replace(",", "").split())
    assert only.do
    assert other


def test_examine__two_files_that_say_the_same_are_redundant(season):
    shutil.copy(season.drops / "02-china" / "race.json", season.drops / "02-china" / "copy.json")
    (only,) = findings(season, "there twice")
    assert only.where == "02-china/race.json"
    assert "02-china/copy.json" in only.what
    assert look(season).events[1].files["race"] == ("02-china/copy.json", "02-china/race.json")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_examine__what_is_no_session_file_is_left_out_with_the_reason(season):
    (season.drops / "notes.json").write_text('{"hello": 1}')
    (season.drops / "link.json").symlink_to(season.drops / "calendar.json")
    os.mkfifo(season.drops / "pipe.json")
    left = {one.where: one.what for one in findings(season, "left out")}
    assert "not a format this product knows" in left["notes.json"]
    assert "is a link" in left["link.json"]
    assert "is not a regular file" in left["pipe.json"]
    found = look(season)
    assert (found.n_files, found.n_used, found.to_look_at) == (11, 8, 3)


def test_examine__season_documents_are_passed_over(season):
    season.run()
    shutil.copy(season.output, season.drops / "yesterday.json")
    found = look(season)
    assert (found.documents, found.to_look_at) == (("yesterday.json",), 0)


def test_examine__files_of_the_earlier_seasons_are_examined_too(season):
    (season.earlier / "2024" / "race.json").write_bytes(b"{")
    (only,) = findings(season, "cut short")
    assert only.where == "(history) 2024/race.json"


def test_examine__nothing_usable_says_what_there_is(season):
    for path in season.drops.rglob("*.json"):
        path.write_bytes(b"{")
    found = look(season)
    assert found.season is None
    assert len(found.findings) == found.n_files == 8
    assert verdict(found) == "not usable: none of 8 files, 8 things to look at"


def test_examine__no_folder_and_an_empty_one_are_errors(tmp_path):
    with pytest.raises(UsageError):
        examine(tmp_path / "nowhere", None, Limits())
    with pytest.raises(NoUsableInput):
        examine(tmp_path, None, Limits())


def test_doctor__ends_with_the_verdict_and_exits_by_it(season, capsys):
    given = [str(season.drops), "--history", str(season.earlier)]
    assert main(doctor, given) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "usable: 2025, 24 events, nothing to look at"
    assert any(
        line.split() == ["1", "2025-australia", "Q", "R", "01-australia/", "(native)"]
        for line in lines
    )
    assert any("earlier seasons: 2024 in" in line for line in lines)
    for path in season.drops.rglob("*.json"):
        path.write_bytes(b"{")
    assert main(doctor, given) == 65
    assert capsys.readouterr().out.splitlines()[-1].startswith("not usable: none of 8 files")


def test_report__what_changes_no_forecast_is_shown_in_part(season):
    def share_places(race):
        for n, row in enumerate(race["results"][:18]):
            row |= {"grid": n // 2 + 1, "grid_penalty": "1", "pit_lane_start": False}

    rewrite(season.drops / "02-china" / "race.json", share_places)
    found = look(season)
    assert sum(one.kind == "does not fit" for one in found.findings) == 9
    assert found.to_look_at == 0
    lines = list(report(found))
    assert sum("grid place" in line for line in lines) == 5
    assert "  and 4 more; --json lists them all" in lines


def test_doctor__json_holds_every_finding(season):
    (season.drops / "notes.json").write_text('{"hello": 1}')
    done = CliRunner().invoke(
        doctor,
        [str(season.drops), "--history", str(season.earlier), "--json"],
        standalone_mode=False,
    )
    shown = orjson.loads(done.output)
    assert (shown["usable"], shown["to_look_at"]) == (True, 1)
    assert shown["found"]["findings"][0]["where"] == "notes.json"
    assert shown["found"]["events"][0]["files"]["race"] == ["01-australia/race.json"]
    assert shown["verdict"] == "usable: 2025, 24 events, 1 thing to look at"


@pytest.mark.parametrize("kind", NoteKind)
def test_sections__every_kind_of_note_has_its_section(kind):
    assert SECTIONS[kind] in KINDS


@pytest.mark.parametrize(
    ("note", "section", "counts"),
    [
        (Note(NoteKind.LAPS_ODD, "good to know: does not fit"), "in conflict", True),
        (Note(NoteKind.TESTING, "no race result is here"), "good to know", False),
        (Note(NoteKind.GRID_ODD, "the file may be cut"), "does not fit", False),
    ],
)
def test_about_season__the_kind_of_a_note_decides_and_not_its_words(note, section, counts):
    state = SeasonState(2025, (), (), notes=(note.at("a.json"),))
    (found,) = about_season(state, {}, (), has_entries=True)
    assert (found.kind, found.counts, found.note) == (section, counts, note.kind)
    assert (found.where, found.what) == ("a.json", note.text)


@pytest.mark.real_data
@pytest.mark.skipif(not REAL_FILES.is_dir(), reason="reference data are not beside the repository")
def test_report__real_files_of_all_providers_fit_on_a_screen_or_two():
    found = examine(REAL_FILES, None, Limits())
    lines = list(report(found))
    assert found.season == 2025
    assert {"missing", "cut short", "left out", "does not fit"} <= {
        one.kind for one in found.findings
    }
    assert len(lines) < 100
    assert any("telemetry is not used" in line for line in lines)
    odd = [one for one in found.findings if one.kind == "does not fit"]
    assert len(odd) > 5  # and only the first few are shown
    assert any(line.endswith("more; --json lists them all") for line in lines)


def test_examine__tells_of_every_file_it_has_parsed(season):
    told = []
    examine(season.drops, season.earlier, Limits(), lambda *what: told.append(what))
    parsed = [node_id for _, _, node_id, _ in told if node_id.startswith("parse/")]
    assert sorted(parsed) == sorted(
        f"parse/{path.relative_to(season.drops).as_posix()}"
        for path in season.drops.rglob("*.json")
    )


_ON_A_TERMINAL = """
import os, pty, sys
os.environ["TERM"], os.environ["COLUMNS"] = "xterm", "100"
told = b""
def keep(fd):
    global told
    data = os.read(fd, 1 << 16)
    told += data
    return data
pty.spawn([sys.executable, "-m", "services", "doctor", *sys.argv[1:]], keep)
sys.exit(0 if "\u2501".encode() in told else 1)
"""


def test_doctor__shows_a_bar_on_a_terminal_and_none_in_a_pipe(season):
    argv = [str(season.drops), "--history", str(season.earlier)]
    command = [sys.executable, "-m", "services", "doctor", *argv]
    piped = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert piped.stderr == ""
    assert "usable: 2025" in piped.stdout
    watched = [sys.executable, "-c", _ON_A_TERMINAL, *argv]
    shown = subprocess.run(
        watched, cwd=ROOT, capture_output=True, stdin=subprocess.DEVNULL, check=False
    )
    assert shown.returncode == 0, shown.stdout
