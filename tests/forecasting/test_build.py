"""What a build computes, what it forces, and when it sees that nothing has changed."""

from __future__ import annotations

import subprocess
import sys

import orjson
import pytest

from predictor.errors import UsageError
from tests.forecasting.small_season import SmallSeason, copy
from tests.rules.sources import ROOT


@pytest.fixture
def season(tmp_path):
    return SmallSeason(tmp_path)


def ran(report):
    return [line.split(": runs")[0] for line in report.explanations if ": runs" in line]


UNCHANGED = """
import sys
from pathlib import Path
from services.settings.run_request import RunRequest
from services.forecasting.one_run import run_job
drops, history, output = map(Path, sys.argv[1:])
settings = RunRequest(drops, output, history, incremental=True)
print(run_job(settings).outcome)
print(*sorted({name.split(".")[0] for name in sys.modules}))
"""


def test_build__the_run_after_a_publish_imports_nothing_heavy(season):
    season.run()
    given = (season.drops, season.earlier, season.output)
    done = subprocess.run(
        [sys.executable, "-c", UNCHANGED, *map(str, given)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    outcome, modules = done.stdout.splitlines()
    assert outcome == "unchanged"
    heavy = {"numba", "llvmlite", "pandas", "torch", "pymc", "scipy", "numpy"}
    assert heavy & set(modules.split()) == set()


def edit(document):
    document["predictions"]["Chinese Grand Prix"]["predictions"][0]["p_win"] = 0.9
    return document


def drop_event(document):
    del document["predictions"]["Chinese Grand Prix"]
    return document


def reorder(document):
    return dict(reversed(document.items()))


def clear_rejected(document):
    document["metadata"]["rejected"] = [{"file": "x.json", "reason": "y"}]
    return document


@pytest.mark.parametrize("change", [edit, drop_event, reorder, clear_rejected])
def test_build__a_document_changed_by_hand_is_put_right(season, change):
    season.run()
    before = season.digest()
    season.output.write_bytes(orjson.dumps(change(season.document())))
    report = season.run()
    assert (report.outcome, report.stages_run) == ("published", 0)
    assert season.digest() == before


def test_build__a_document_that_was_removed_is_published_again(season):
    season.run()
    before = season.digest()
    season.output.unlink()
    report = season.run()
    assert (report.outcome, report.stages_run) == ("published", 0)
    assert season.digest() == before


def test_build__a_document_of_another_series_is_replaced(season, tmp_path):
    other = SmallSeason(tmp_path / "other")
    other.output = season.output
    (other.drops / "03-japan" / "race.json").unlink()
    season.run()
    before = season.digest()
    assert other.run().outcome == "published"
    report = season.run()
    assert (report.outcome, report.stages_run) == ("published", 0)
    assert season.digest() == before


def test_build__only_volatile_fields_edited_count_as_unchanged(season):
    season.run()
    document = season.document()
    document["metadata"]["generated_at"] = "2020-01-01T00:00:00+00:00"
    season.output.write_bytes(orjson.dumps(document))
    assert season.run().outcome == "unchanged"


def test_build__a_first_folder_of_earlier_seasons_is_noticed(season, tmp_path):
    """Nothing was there to look at in the run before, and nothing that was there changed."""
    drops = tmp_path / "2014"
    for name in ("calendar.json", "01-australia/race.json"):
        copy(f"2014/{name}", drops / name)
    assert season.run(train_data=drops, history=None).outcome == "published"
    assert season.run(train_data=drops, history=None).outcome == "unchanged"
    copy("2024/calendar.json", tmp_path / "2013" / "calendar.json")
    content = orjson.loads((tmp_path / "2013" / "calendar.json").read_bytes()) | {"season": 2013}
    (tmp_path / "2013" / "calendar.json").write_bytes(orjson.dumps(content))
    report = season.run(train_data=drops, history=None)
    assert report.outcome == "published"
    assert season.earlier_seasons() == 1


@pytest.mark.parametrize("name", ["japan", "2025-japan", "Japanese Grand Prix", "3"])
def test_build__only_one_event_runs_its_forecasts_and_nothing_that_follows(season, name):
    season.run()
    report = season.run(only=name, incremental=False)
    assert ran(report) == ["forecast/2025-japan/dry"]
    assert "forecast/2025-japan/dry: runs, forced: --only 2025-japan" in report.explanations
    assert report.outcome == "unchanged"


def test_build__only_an_unknown_event_is_a_mistake_with_a_suggestion(season):
    season.run()
    before = season.output.read_bytes()
    with pytest.raises(UsageError) as caught:
        season.run(only="japn")
    assert caught.value.exit_code == 2
    assert caught.value.do == "did you mean 2025-japan?"
    assert season.output.read_bytes() == before


def test_build__force_is_stronger_than_only(season):
    season.run()
    report = season.run(only="japan", force_retrain=True)
    assert report.stages_reused == 0
    with pytest.raises(UsageError):
        season.run(only="nowhere at all", force_retrain=True)
