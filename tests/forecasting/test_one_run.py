"""The whole job on a small real season: what runs, what is published, what is recorded."""

from __future__ import annotations

import functools
import os
import random
import shutil
import signal
import subprocess
import sys

import orjson
import pytest

from predictor.errors import F1Error, NoUsableInput, UsageError
from predictor.graph.plan import Stage
from services.disk.lock import hold_folder
from services.errors import AlreadyRunning, OutputNotWritable
from tests.forecasting.small_season import SmallSeason, copy, even_plan, impossible_plan
from tests.published.small_document import as_json
from tests.rules.sources import ROOT


@pytest.fixture
def season(tmp_path):
    return SmallSeason(tmp_path)


def ran(report):
    return [line.split(": runs")[0] for line in report.explanations if ": runs" in line]


def rewrite(path, **changed):
    """Write a JSON file again with other spaces, and with other values if asked."""
    content = orjson.loads(path.read_bytes()) | changed
    path.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))


def test_run_job__publishes_a_document_with_what_only_the_house_knows(season):
    report = season.run()
    document = season.document()
    assert report.outcome == "published"
    assert as_json(report.document) == document
    assert list(document["predictions"])[:2] == ["Australian Grand Prix", "Chinese Grand Prix"]
    assert list(document)[:2] == ["schema_version", "metadata"]
    metadata = document["metadata"]
    for name in ("data_hash", "config_hash"):
        assert metadata[name].startswith("sha256:")
    for name in ("generated_at", "training_time"):
        assert metadata[name].endswith("+00:00")
    assert metadata["rejected"] == metadata["stale_inputs"] == metadata["notes"] == []
    assert metadata["code_version"].startswith("0.1.0+")
    assert metadata["run"]["stages_run"] == report.stages_run
    assert metadata["training_history"] == season.history()
    entry = season.history()[0]
    assert (entry["counter"], entry["outcome"], entry["races_failed"]) == (1, "published", 0)
    assert entry["races_processed"] == len(document["predictions"])
    assert entry["result_after"] == season.digest()


def test_run_job__nothing_changed_leaves_the_document_alone(season):
    season.run()
    before = season.output.read_bytes()
    status = season.output.stat()
    report = season.run()
    assert report.outcome == "unchanged"
    assert report.stages_run == 0
    assert season.output.read_bytes() == before
    assert season.output.stat().st_ino == status.st_ino
    assert [entry["outcome"] for entry in season.history()] == ["published", "unchanged"]
    assert as_json(report.document) == season.document()


def test_run_job__a_new_session_runs_its_event_and_nothing_else(season):
    season.run()
    season.add("02-china/fp1.json")
    report = season.run()
    assert ran(report) == [
        "parse/02-china/fp1.json",
        "seasons",
        "forecast/2025-china/dry",
        "document",
    ]
    assert "seasons: runs, 02-china/fp1.json is new" in report.explanations
    entry = season.history()[-1]
    assert entry["races_recomputed"] == [{"cause": "event changed", "events": ["2025-china"]}]
    assert [one["file"] for one in entry["changed_inputs"]] == ["02-china/fp1.json"]
    assert entry["changed_inputs"][0]["old"] is None


@pytest.mark.parametrize("change", ["spaces", "rename", "touch", "twice"])
def test_run_job__the_same_data_in_another_shape_changes_nothing(season, change):
    season.run()
    before = season.document()["predictions"]
    path = season.drops / "02-china" / "race.json"
    if change == "spaces":
        rewrite(path)
    elif change == "rename":
        path.rename(season.drops / "chinese gp.json")
    elif change == "touch":
        os.utime(path, (10, 10))
    else:
        shutil.copy(path, season.drops / "again.json")
    report = season.run()
    assert not any(node.startswith("forecast/") for node in ran(report))
    assert season.document()["predictions"] == before
    if change in ("rename", "touch"):
        assert report.outcome == "unchanged"


def test_run_job__the_number_of_simulations_runs_forecasts_only(season):
    season.run()
    report = season.run(n_simulations=100)
    assert all(node.startswith(("forecast/", "document")) for node in ran(report))
    assert "configuration changed: n_simulations changed" in " ".join(report.explanations)


def test_run_job__a_damaged_file_is_listed_and_changes_no_forecast(season):
    season.run()
    before = season.document()
    (season.drops / "02-china" / "fp1.json").write_text('{"season": 2025, "res')
    report = season.run()
    assert not any(node.startswith("forecast/") for node in ran(report))
    after = season.document()
    assert after["metadata"]["rejected"][0]["file"] == "02-china/fp1.json"
    assert after["metadata"]["status"] == "degraded"
    assert after["metadata"]["data_hash"] == before["metadata"]["data_hash"]
    assert after["metadata"]["predictions_sha256"] == before["metadata"]["predictions_sha256"]


def test_run_job__a_damaged_file_of_the_history_is_listed_every_time(season):
    (season.earlier / "broken.json").write_text("{")
    season.run()
    first = season.document()["metadata"]["rejected"]
    season.run(n_simulations=7)
    assert first == season.document()["metadata"]["rejected"]
    assert first[0]["file"] == "(history) broken.json"


def test_run_job__the_drops_are_read_once_even_inside_the_history(season):
    (season.drops / "broken.json").write_text("{")
    season.run(history=season.drops.parent)
    rejected = season.document()["metadata"]["rejected"]
    assert [one["file"] for one in rejected if "broken" in one["file"]] == ["broken.json"]


def test_run_job__later_seasons_and_the_season_itself_are_no_history(season):
    season.run()
    before = season.document()["predictions"]
    calendar = copy("2025/calendar.json", season.earlier / "2026" / "calendar.json")
    rewrite(calendar, season=2026)
    copy("2025/24-abu-dhabi/race.json", season.earlier / "2025" / "race.json")
    season.run()
    assert season.document()["predictions"] == before


def test_run_job__several_seasons_in_one_folder_forecast_the_latest(season):
    for name in ("calendar.json", "01-bahrain/race.json"):
        copy(f"2023/{name}", season.drops / "old" / name)
    season.run()
    assert season.document()["metadata"]["season"] == 2025
    assert season.earlier_seasons() == 2  # 2023 beside the drops, 2024 in the history
    notes = season.document()["metadata"]["notes"]
    assert notes == ["the folder holds 2023 (22 events) and 2025 (24 events): forecasting 2025"]


@pytest.mark.parametrize("seed", range(4))
def test_run_job__incremental_equals_a_full_run_whatever_happened(tmp_path, seed):
    """Random drops, edits, deletions, damage and lost results; then compare with no cache."""
    chance = random.Random(seed)
    season = SmallSeason(tmp_path / "a")
    for _ in range(8):
        path = chance.choice(sorted(season.drops.glob("*/*.json")))
        store = sorted((season.output.parent / ".cache").rglob("stages/*/*"))
        match chance.randrange(7):
            case 0:
                season.add(f"{chance.choice(['01-australia', '02-china'])}/fp1.json")
            case 1:
                path.write_bytes(path.read_bytes() + b" \n")
            case 6 if path.stat().st_size > 200:
                rewrite(path, results=orjson.loads(path.read_bytes())["results"][:-1])
            case 2:
                path.unlink()
            case 3:
                path.write_bytes(path.read_bytes()[:200])
            case 4 if store:
                damaged = chance.choice(store)
                damaged.write_bytes(damaged.read_bytes()[:-3] + b"xyz")
            case _ if store:
                chance.choice(store).unlink()
        season.run(n_simulations=chance.choice([10, 20]))
    season.run(n_simulations=10, jobs=4)
    before = season.digest()
    season.run(n_simulations=10, incremental=False, jobs=1)
    assert season.digest() == before


def test_run_job__without_incremental_update_everything_runs(season):
    season.run()
    report = season.run(incremental=False)
    assert report.stages_reused == 0
    assert report.outcome == "unchanged"
    assert all("no --incremental-update" in line for line in report.explanations)
    assert "--force-retrain" in season.run(force_retrain=True).explanations[0]


def test_run_job__a_deleted_cache_costs_time_and_nothing_else(season):
    season.run()
    shutil.rmtree(season.output.parent / ".cache")
    report = season.run()
    assert report.outcome == "unchanged"
    assert report.stages_reused == 0


@pytest.mark.parametrize("damage", [b"", b"{}", b'{"metadata": {"season": 2024}}'])
def test_run_job__a_spoilt_document_is_published_again(season, damage):
    season.run()
    before = season.document()["predictions"]
    season.output.write_bytes(damage)
    report = season.run()
    assert (report.outcome, report.stages_run) == ("published", 0)
    assert season.document()["predictions"] == before


def test_run_job__a_failing_stage_keeps_the_document_and_is_recorded(season):
    def fail(event, n_earlier, n_simulations):
        raise ZeroDivisionError("no cars")

    season.run()
    before = season.output.read_bytes()
    failing = functools.partial(even_plan, forecast=Stage("failing", 1, fail, list))
    with pytest.raises(ZeroDivisionError) as caught:
        season.run(failing, n_simulations=7)
    assert "in stage forecast/2025-" in caught.value.__notes__[0]
    assert season.output.read_bytes() == before
    entry = season.history()[-1]
    assert entry["outcome"] == "failed"
    assert entry["error"] == "ZeroDivisionError"  # its words stay in the log
    log = (season.output.parent / "training.log").read_text()
    assert "Traceback" in log
    assert "no cars" in log
    assert "Z ERROR" in log


def test_run_job__a_document_that_breaks_its_schema_is_not_published(season):
    season.run()
    before = season.output.read_bytes()
    with pytest.raises(F1Error, match="schema") as caught:
        season.run(impossible_plan, n_simulations=3)
    assert caught.value.where == "Australian Grand Prix"
    assert "p_win" in caught.value.got
    assert season.output.read_bytes() == before


def test_run_job__a_killed_publish_is_cleaned_up(season):
    season.run()
    stray = season.output.parent / ".season.json.0a1b2c3d4e5f.tmp"
    stray.write_bytes(b'{"metadata": {')
    season.run()
    assert not stray.exists()


def test_run_job__documents_of_other_runs_among_the_drops_are_not_input(season):
    season.run()
    before = season.document()["metadata"]
    shutil.copy(season.output, season.drops / "yesterday.json")
    assert season.run().outcome == "unchanged"
    assert season.document()["metadata"] == before
    assert (
        "yesterday.json is a season document" in (season.output.parent / "training.log").read_text()
    )


def test_run_job__its_own_document_among_the_drops_is_not_input(season):
    output = season.drops / "season.json"
    season.run(output=output)
    report = season.run(output=output)
    assert report.outcome == "unchanged"
    assert report.document.metadata.rejected == ()


def test_run_job__the_default_output_is_named_by_the_season(season, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    report = season.run(output=None)
    assert report.path.as_posix() == "predictions/season_2025_incremental.json"
    assert (tmp_path / report.path).exists()


def test_run_job__a_second_instance_does_nothing(season):
    season.run()
    with hold_folder(season.output.parent), pytest.raises(AlreadyRunning):
        season.run()
    assert len(season.history()) == 1


def test_run_job__nothing_usable_says_which_files_and_why(season):
    for path in season.drops.rglob("*.json"):
        path.write_text("not json")
    with pytest.raises(NoUsableInput, match="none of 8 session files") as caught:
        season.run()
    assert "01-australia/race.json: " in caught.value.got
    assert season.history()[-1]["outcome"] == "failed"


def test_run_job__an_unusable_place_fails_before_any_work(season, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputNotWritable):
        season.run(output=tmp_path / "file" / "season.json")
    with pytest.raises(UsageError):
        season.run(train_data=tmp_path / "nothing", output=tmp_path / "never" / "season.json")
    assert not (tmp_path / "never").exists()


INTERRUPTED = """
import functools, signal, sys, time
from pathlib import Path
import click
from predictor.graph.plan import Stage
from services.cli.main import main
from tests.forecasting.small_season import SmallSeason, even_plan

# a shell that runs the tests in the background has Ctrl+C ignored, and children inherit that
signal.signal(signal.SIGINT, signal.default_int_handler)

def slow(event, n_earlier, n_simulations):
    print("started", flush=True)
    time.sleep(0.3)
    return []

@click.command()
def job():
    plan = functools.partial(even_plan, forecast=Stage("slow", 1, slow, list))
    SmallSeason(Path(sys.argv[1])).run(plan, jobs=1, n_simulations=7)

sys.exit(main(job, []))
"""


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_run_job__interrupted_keeps_the_document_and_exits_130(season, tmp_path, signum):
    season.run()
    before = season.output.read_bytes()
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    process.stdout.readline()
    process.send_signal(signum)
    _, errors = process.communicate(timeout=600)
    assert process.returncode == 130
    assert "interrupted" in errors
    assert "Traceback" not in errors
    assert season.output.read_bytes() == before
    assert season.history()[-1]["outcome"] == "cancelled"
