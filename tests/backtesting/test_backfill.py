"""Past seasons archived race by race: what each forecast knew, what it comes to, going on."""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import sys
import time

import msgspec
import pytest

from predictor.errors import UsageError
from predictor.evaluate.baselines import BASELINES
from predictor.published.season_types import SeasonDocument
from predictor.vocabulary import Horizon
from services.archive.place import StorePlace
from services.archive.reader import open_archive
from services.backtesting.backfill import backfill
from services.backtesting.backtest import backtest_seasons
from services.execution.local_processes import LocalProcesses
from services.settings.limits import Limits
from services.settings.run_request import RunRequest
from tests.archive.dumped import dumped
from tests.backtesting.backtest_data import copy_season, poison_from
from tests.rules.sources import ROOT

A, B, C = Horizon
N_SIMS = 30


def fill(data, output, seasons=(2025,), horizons=(A, B, C), place=None):
    settings = RunRequest(
        train_data=data, output=output / "season.json", history=data, n_simulations=N_SIMS
    )
    place = place or StorePlace(path=output / "archive.sqlite")
    found = backfill(data, seasons, horizons, settings, Limits(), place, LocalProcesses(1))
    return list(found)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Three events of 2024 and of 2025."""
    folder = tmp_path_factory.mktemp("seasons")
    for year in (2024, 2025):
        copy_season(year, folder / str(year))
    return folder


@pytest.fixture(scope="module")
def filled(data, tmp_path_factory):
    """An output folder whose archive has 2025."""
    output = tmp_path_factory.mktemp("output")
    (one,) = fill(data, output)
    assert (one.season, one.added, one.known, one.left_out) == (2025, 12, 0, ())
    return output


@pytest.fixture
def archive(filled):
    with open_archive(filled / "archive.sqlite") as found:
        yield found


def test_backfill__has_a_run_to_each_race_and_horizon_and_the_looks_back(archive):
    runs = archive.runs(season=2025)
    assert [(one.known_round, one.horizon.value) for one in runs] == [
        (known, letter) for known in range(4) for letter in "abc"
    ]  # fmt: skip
    assert {one.is_backfill for one in runs} == {True}
    assert {(one.trigger, one.outcome) for one in runs} == {("backfill", "backfilled")}
    assert {one.n_sims for one in runs} == {N_SIMS}


def test_backfill__titles_after_every_round(archive):
    for kind in ("driver", "team"):
        rows = archive.title_by_round(2025, kind)
        for known in range(4):
            of_round = [one for one in rows if one.known_round == known]
            assert len({one.subject_id for one in of_round}) == len(of_round)
            assert math.isclose(sum(one.p_title for one in of_round), 1.0, abs_tol=1e-4)
        assert all(one.points_now == 0.0 for one in rows if one.known_round == 0)
        over = [one for one in rows if one.known_round == 3]
        assert max(one.p_title for one in over) == 1.0


def test_backfill__forecasts_and_scores_are_those_of_a_backtest(archive, data):
    settings = RunRequest(train_data=data, history=data, n_simulations=N_SIMS, jobs=1)
    expected = backtest_seasons(data, (2025,), (A, B, C), settings)
    found = {
        (one.event_id, one.horizon.value, one.model, one.metric): one.value
        for one in archive.scores(season=2025)
    }
    names = {"product": "ours"}
    compared = 0
    for horizon, told in expected.horizons.items():
        for race in told["per_race"]:
            for model, scores in race["scores"].items():
                for metric, value in scores.items():
                    key = (race["event_id"], horizon, names.get(model, model), metric)
                    assert found[key] == pytest.approx(value, abs=1e-9), key
                    compared += 1
    assert compared == len(found) == 3 * 3 * (1 + len(BASELINES)) * 8


def test_backfill__stood_before_the_race_and_says_what_it_knew(archive):
    frozen = archive.frozen_season(2025)
    assert list(frozen) == ["2025-australia", "2025-china", "2025-japan"]
    for horizons in frozen.values():
        assert set(horizons) == {A, B, C}
        assert not any(row.is_live for rows in horizons.values() for row in rows)
    with_sprint = archive.frozen_season(2025, "sprint")
    assert list(with_sprint) == ["2025-china"]


def test_backfill__a_step_knows_nothing_of_the_session_that_follows(archive):
    for run in archive.runs(season=2025):
        document = msgspec.json.decode(archive.document(run.document_sha256), type=SeasonDocument)
        blocks = list(document.predictions.values())
        run_ones = [one for one in blocks if one.result]
        assert len(run_ones) == run.known_round
        if run.known_round < 3:
            assert blocks[run.known_round].metadata.horizon is run.horizon
        later = blocks[run.known_round + 1 :]
        assert {one.metadata.horizon for one in later} <= {A}


def test_backfill__what_happened_later_changes_no_earlier_forecast(archive, data, tmp_path):
    poisoned = tmp_path / "poisoned"
    shutil.copytree(data, poisoned)
    poison_from(poisoned / "2025", 1)
    fill(poisoned, tmp_path / "other", horizons=(A, C))
    with open_archive(tmp_path / "other" / "archive.sqlite") as other:
        for event_id, horizons in (("2025-australia", (A, C)), ("2025-china", (A, C))):
            ours, theirs = archive.frozen(event_id), other.frozen(event_id)
            for horizon in horizons:
                assert odds(ours[horizon]) == odds(theirs[horizon])
        third = "2025-japan"
        assert odds(archive.frozen(third)[A]) != odds(other.frozen(third)[A])


def odds(rows):
    return {one.driver_id: one.p_position for one in rows}


def test_backfill__called_again_makes_nothing_twice(data, filled):
    before = dumped(open_archive(filled / "archive.sqlite"))
    (again,) = fill(data, filled)
    assert (again.added, again.known) == (0, 12)
    assert dumped(open_archive(filled / "archive.sqlite")) == before


def test_backfill__goes_on_with_what_is_missing(data, filled, tmp_path):
    (first,) = fill(data, tmp_path / "half", horizons=(A,))
    assert first.added == 4
    (then,) = fill(data, tmp_path / "half", horizons=(A, B, C))
    assert (then.added, then.known) == (8, 4)
    half, whole = (open_archive(one / "archive.sqlite") for one in (tmp_path / "half", filled))
    with half, whole:
        assert values(half) == values(whole)


def values(archive):
    return {
        (one.event_id, one.session, one.horizon, one.model, one.metric): one.value
        for session in ("race", "sprint")
        for one in archive.scores(session=session)
    }


def test_backfill__leaves_no_results_of_stages_behind(filled):
    assert list((filled / ".cache" / "backfill").iterdir()) == []


def test_backfill__a_season_that_is_not_there(data, tmp_path):
    with pytest.raises(UsageError):
        fill(data, tmp_path, seasons=(2023,))


WORK = """
import sys
from pathlib import Path
from tests.backtesting.test_backfill import fill
if __name__ == "__main__":
    fill(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def test_backfill__killed_in_the_middle_goes_on_and_comes_to_the_same(data, filled, tmp_path):
    script = tmp_path / "work.py"
    script.write_text(WORK)
    output = tmp_path / "output"
    stages = output / ".cache" / "backfill" / "2025"
    words = [sys.executable, str(script), str(data), str(output)]
    with subprocess.Popen(words, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}) as work:
        until(lambda: work.poll() is not None or sum(1 for _ in stages.glob("*/*")) > 60)
        work.kill()
    assert work.returncode == -9
    (one,) = fill(data, output)
    assert one.added == 12
    with open_archive(output / "archive.sqlite") as again:
        assert values(again) == values(open_archive(filled / "archive.sqlite"))


def until(happened, patience_s=300.0):
    """Wait for a fact."""
    deadline = time.monotonic() + patience_s
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)
