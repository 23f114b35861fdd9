"""What ``--output`` means to commands that look, and the daemon that they suggest."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from predictor.published.run_types import RunEntry
from services.cli.output_option import command_to_watch, folder_and_document
from services.monitoring.status_file import Status
from services.publishing.run_record import HISTORY_FILE, open_history
from tests.forecasting.small_season import SmallSeason
from tests.rules.sources import ROOT

WATCH = "python -m services watch --train-data"
LAST = Status("stopped", 1, "0", "sha256:0", "then", "then", 10.0, "my drops", "mine.json")
DEFAULT = Path("predictions")


@pytest.mark.parametrize(
    ("output", "meant"),
    [
        ("there", ("there", None)),
        ("there/season.json", ("there", "season.json")),
        ("there/bare", ("there", "bare")),
        ("not-yet", ("not-yet", None)),
        ("not-yet/season.json", ("not-yet", "season.json")),
    ],
)
def test_folder_and_document__are_told_by_what_is_there_else_by_the_ending(
    tmp_path, monkeypatch, output, meant
):
    monkeypatch.chdir(tmp_path)
    Path("there").mkdir()
    Path("there/bare").write_text("")
    assert folder_and_document(Path(output)) == (Path(meant[0]), meant[1])


def recorded(folder, *outputs, **configuration):
    record = open_history(folder / HISTORY_FILE, ())
    for output in outputs:
        entry = RunEntry(
            counter=record.next_counter, output=output, configuration=configuration or {"seed": 1}
        )
        record = record.append(entry)


@pytest.mark.parametrize(
    ("folder", "document", "last", "command"),
    [
        (DEFAULT, None, None, "FOLDER"),
        (DEFAULT, "season_2025_incremental.json", None, "FOLDER"),
        (DEFAULT, "mine.json", None, "FOLDER --output predictions/mine.json"),
        (DEFAULT, None, LAST, "'my drops' --output predictions/mine.json"),
        (DEFAULT, "other.json", LAST, "'my drops' --output predictions/other.json"),
        (Path("out"), None, None, "FOLDER --output out/NAME.json"),
        (Path("out"), None, LAST, "'my drops' --output out/mine.json"),
        (
            Path("out"),
            "season_2025_incremental.json",
            None,
            "FOLDER --output out/season_2025_incremental.json",
        ),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="paths are told with slashes")
def test_command_to_watch__names_what_is_asked_about_else_what_the_last_daemon_wrote(
    tmp_path, monkeypatch, folder, document, last, command
):
    monkeypatch.chdir(tmp_path)
    assert command_to_watch(folder, document, last) == f"{WATCH} {command}"


def test_command_to_watch__takes_the_last_recorded_document_that_is_no_look_back(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    DEFAULT.mkdir()
    recorded(DEFAULT, "season_2024_incremental.json", "mine.json")
    recorded(DEFAULT, "season_2025_as_of_round_12.json", as_of={"round": 12})
    recorded(DEFAULT, "")  # one that failed before it knew its season
    told = command_to_watch(DEFAULT, None, None)
    assert told == f"{WATCH} FOLDER --output {DEFAULT / 'mine.json'}"
    recorded(DEFAULT, "season_2025_incremental.json")
    assert command_to_watch(DEFAULT, None, None) == f"{WATCH} FOLDER"


def test_status__suggests_a_daemon_for_the_document_of_a_single_run(tmp_path):
    season = SmallSeason(tmp_path)
    season.run(output=season.output.parent / "my season.json")
    told = subprocess.run(
        [sys.executable, "-m", "services", "status", "--output", str(season.output.parent)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 3
    assert f"--output '{season.output.parent / 'my season.json'}'" in told.stdout
