"""Publishing and recording: what a build came to, or that it came to nothing."""

from __future__ import annotations

import shutil

import pytest

from predictor.errors import F1Error
from services.errors import RunCancelled
from services.forecasting.build import build
from services.intake.run_folders import Folders
from services.publishing.built import Built, Unchanged
from services.publishing.conclude import conclude, facts_at_start, record_failure
from services.publishing.last_run import LastRun
from services.settings.limits import Limits
from services.settings.run_request import RunRequest
from tests.forecasting.small_season import SmallSeason, even_plan
from tests.published.small_document import as_json


@pytest.fixture
def season(tmp_path):
    return SmallSeason(tmp_path)


def settings_of(season):
    return RunRequest(season.drops, season.output, season.earlier, incremental=True)


def built_now(settings):
    folders = Folders(settings, Limits())
    return build(settings, Limits(), folders, LastRun(settings), build_plan=even_plan)


def concluded(settings, answer):
    return conclude(settings, Limits(), facts_at_start(settings), answer, LastRun(settings))


def test_conclude__a_build_publishes_nothing_before_it_is_concluded(season):
    settings = settings_of(season)
    season.output.parent.mkdir()
    built = built_now(settings)
    assert not season.output.exists()
    assert isinstance(built, Built)
    report = concluded(settings, built)
    assert (report.outcome, as_json(report.document)) == ("published", season.document())


def test_conclude__a_document_that_went_away_since_is_an_error_that_helps(season):
    season.run()
    settings = settings_of(season)
    same = built_now(settings)
    assert isinstance(same, Unchanged)
    season.output.unlink()
    with pytest.raises(F1Error, match="went away") as caught:
        concluded(settings, same)
    assert "run again" in caught.value.do
    assert season.run().outcome == "published"


def test_conclude__a_refused_last_good_folder_is_a_note_and_no_failure(season):
    season.run()
    folder = season.output.parent / ".last-good"
    shutil.rmtree(folder)
    folder.write_bytes(b"a file where the folder should be")
    report = season.run(n_simulations=9)
    assert report.outcome == "published"
    assert "the last good files could not be recorded" in " ".join(report.notes)


@pytest.mark.parametrize(
    ("error", "outcome", "words"),
    [
        (RunCancelled("stopped between two stages"), "cancelled", "RunCancelled: stopped"),
        (KeyboardInterrupt(), "cancelled", "KeyboardInterrupt"),
        (F1Error("no cars", where="/secret/place"), "failed", "F1Error: no cars"),
        (OSError("/secret/place"), "failed", "OSError"),
    ],
)
def test_record_failure__says_what_happened_and_no_path(season, error, outcome, words):
    season.run()
    settings = settings_of(season)
    record_failure(settings, facts_at_start(settings), error, LastRun(settings))
    entry = season.history()[-1]
    assert entry["outcome"] == outcome
    assert entry["error"].startswith(words)
    assert "secret" not in entry["error"]
    assert entry["counter"] == 2
