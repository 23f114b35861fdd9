"""Title odds of two small seasons: what is printed, written, and must not be known."""

from __future__ import annotations

import math
import re
import shutil
import tempfile
from pathlib import Path

import msgspec
import numpy as np
import orjson
import pytest

from predictor.evaluate.title_scores import TitleForecast
from predictor.fingerprint import decode
from services.backtesting.season import SeasonTask
from services.backtesting.titles_season import SeasonTitles, forecast_titles
from services.cli.main import commands, main
from services.settings.limits import Limits
from services.settings.run_request import RunRequest
from tests.backtesting import backtest_data

N_SIMS = 40


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return backtest_data.folder_of_seasons(tmp_path_factory.mktemp("seasons"))


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    folder = tmp_path_factory.mktemp("earlier")
    backtest_data.copy_season(2023, folder / "2023")
    return folder


def titles_of(folder, history):
    """Forecast the titles of a season in this process."""
    with tempfile.TemporaryDirectory() as scratch:
        output = Path(scratch).resolve() / "season.json"
        settings = RunRequest(folder, output, history, n_simulations=N_SIMS, jobs=1)
        payload = forecast_titles(SeasonTask(settings, (), Limits()), lambda *_: None)
    answer = msgspec.msgpack.decode(payload, type=SeasonTitles)
    return answer, decode(answer.forecasts, tuple[TitleForecast, ...])


@pytest.fixture(scope="module")
def real(data, history):
    return titles_of(data / "2025", history)


def test_forecast_titles__one_per_round_and_championship_with_the_real_champion(real):
    _, found = real
    assert [(one.n_done, one.n_rounds, one.championship) for one in found] == [
        (1, 3, "drivers"), (1, 3, "constructors"), (2, 3, "drivers"), (2, 3, "constructors"),
    ]  # fmt: skip
    # Norris led after three rounds of 2025, and McLaren; the sprint in China counted too
    assert [one.names[one.champion] for one in found[:2]] == ["lando-norris", "mclaren"]
    for one in found:
        assert one.p_title.sum() == pytest.approx(1.0, abs=1e-4)
        assert {name: p.sum() for name, p in one.baselines.items()} == {
            "uniform": pytest.approx(1.0), "standings": pytest.approx(1.0),
        }  # fmt: skip


def test_forecast_titles__the_reference_model_follows_the_standings_of_the_time(real, history):
    drivers = real[1][2]  # after China
    # 2023 is the only earlier season; its champion-to-be led after rounds 1 and 2
    led = drivers.names.index("lando-norris")
    n = len(drivers.names)
    assert drivers.baselines["standings"][led] == pytest.approx((1 + 1 / n) / 2)
    assert drivers.baselines["standings"].argmax() == led


@pytest.mark.parametrize("number", [1, 2])
def test_forecast_titles__know_nothing_of_what_follows_a_round(
    data, history, real, tmp_path, number
):
    shutil.copytree(data / "2025", tmp_path / "2025")
    backtest_data.poison_from(tmp_path / "2025", number)
    _, poisoned = titles_of(tmp_path / "2025", history)
    assert len(poisoned) == len(real[1]) == 4
    for one, other in zip(real[1], poisoned, strict=True):
        if one.n_done <= number:
            assert one.names == other.names
            assert np.array_equal(one.p_title, other.p_title)
            for name, p_title in one.baselines.items():
                assert np.array_equal(p_title, other.baselines[name])
        else:
            assert not np.array_equal(one.p_title, other.p_title)  # the poison is one
    # two races turned round make another champion, the last one alone does not
    assert (real[1][0].champion != poisoned[0].champion) == (number == 1)


def test_forecast_titles__a_newcomer_of_a_later_round_is_no_contender_before(
    data, history, tmp_path
):
    shutil.copytree(data / "2025", tmp_path / "2025")
    last = max(tmp_path.glob("2025/*/race.json"))

    def another_winner(race):
        race["results"][0] |= {"driver": "NEW", "driver_id": "nobody-knew", "number": 99}
        return race

    backtest_data.edit(last, another_winner)
    _, found = titles_of(tmp_path / "2025", history)
    assert all("nobody-knew" not in one.names for one in found)


def test_forecast_titles__a_season_that_goes_on_is_skipped_with_a_word(data, history, tmp_path):
    shutil.copytree(data / "2025", tmp_path / "2025")
    max(tmp_path.glob("2025/*/race.json")).unlink()
    answer, found = titles_of(tmp_path / "2025", history)
    assert (found, answer.skipped) == ((), "not yet run: 2025-japan")


def test_forecast_titles__without_a_calendar_nobody_knows_the_last_round(data, history, tmp_path):
    shutil.copytree(data / "2025", tmp_path / "2025")
    (tmp_path / "2025" / "calendar.json").unlink()
    answer, found = titles_of(tmp_path / "2025", history)
    assert (found, answer.skipped) == ((), "there is no calendar of the whole season")


@pytest.fixture(scope="module")
def run(data, history, tmp_path_factory):
    """Run the command once per number of processes; give the figures and what was printed."""
    folder = tmp_path_factory.mktemp("titles")

    def once(jobs):
        path = folder / f"{jobs}.json"
        argv = [
            "titles", "--data", str(data), "--history", str(history), "--seasons", "2024:2025",
            "--num-simulations", str(N_SIMS), "--jobs", str(jobs), "--json", str(path),
        ]  # fmt: skip
        return argv, path

    return once


def test_titles__prints_what_its_figures_say_on_any_number_of_processes(
    run, capsys, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)
    shown = {}
    for jobs in (1, 2):
        argv, path = run(jobs)
        assert main(commands, argv) == 0
        shown[jobs] = (capsys.readouterr().out, path.read_bytes())
    assert shown[1] == shown[2]
    assert list(tmp_path.iterdir()) == []
    text, figures = shown[1]
    content = orjson.loads(figures)
    assert content["settings"]["seasons"] == [2024, 2025]
    drivers = content["titles"]["drivers"]
    assert [(one["season"], one["n_done"]) for one in drivers["per_forecast"]] == [
        (2024, 1), (2024, 2), (2025, 1), (2025, 2)
    ]  # fmt: skip
    losses = [one["scores"]["product"]["log_loss"] for one in drivers["per_forecast"]]
    halves = [np.mean(losses[:2]), np.mean(losses[2:])]
    line = re.search(r"^\| whole season \| 4 \| (\S+) ± (\S+) \|", text, re.MULTILINE)
    assert float(line[1]) == pytest.approx(np.mean(losses), abs=6e-4)
    # two seasons of two rounds: the error is that of the seasons' means
    assert float(line[2]) == pytest.approx(np.std(halves, ddof=1) / math.sqrt(2), abs=6e-4)
    # a stand-in drove in the second round of 2024
    assert sum(one["count"] for one in drivers["bins"]) == 20 + 21 + 22 * 2


def test_titles__tells_which_season_it_skips(data, history, tmp_path, monkeypatch, capsys):
    shutil.copytree(data, tmp_path / "data")
    max(tmp_path.glob("data/2025/*/race.json")).unlink()
    monkeypatch.chdir(tmp_path)
    argv = ["titles", "--data", "data", "--history", str(history), "--num-simulations", "20"]
    assert main(commands, [*argv, "--seasons", "2024,2025"]) == 0
    shown = capsys.readouterr()
    assert "walk-forward over 2024:" in shown.out
    assert "2025 is not scored: not yet run: 2025-japan" in shown.err
    assert main(commands, [*argv, "--seasons", "2025"]) == 65
    assert "no title to score" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["--seasons", "20x"], ["--seasons", "'20x'", "2014:2025"]),
        (["--data", "nowhere"], ["no such folder", "nowhere"]),
        (["--data", ".", "--seasons", "2022"], ["no folder of the season 2022", "do: "]),
        (["--num-simulations", "0"], ["--num-simulations"]),
        (["--horizons", "a"], ["no such option", "--horizons"]),
        (["--json", ""], ["path is empty", "--json"]),
    ],
)
def test_titles__a_mistake_is_told_before_any_work(capsys, tmp_path, monkeypatch, argv, words):
    monkeypatch.chdir(tmp_path)
    assert main(commands, ["titles", *argv]) == 2
    shown = capsys.readouterr().err
    assert all(word in shown for word in words), shown
    assert list(tmp_path.iterdir()) == []
