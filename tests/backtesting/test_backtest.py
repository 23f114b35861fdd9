"""A backtest of two small seasons: what it prints, writes, and must not know."""

from __future__ import annotations

import csv
import math
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

import msgspec
import numpy as np
import orjson
import pytest

from predictor.errors import NoUsableInput, UsageError
from predictor.evaluate.race_forecast import RaceForecast
from predictor.fingerprint import decode
from predictor.vocabulary import Horizon
from services.backtesting.backtest import backtest_folder, backtest_seasons
from services.backtesting.season import SeasonForecasts, SeasonTask, forecast_season
from services.cli.main import commands, main
from services.settings.limits import Limits
from services.settings.run_request import RunRequest
from tests.backtesting import backtest_data
from tests.rules.sources import ROOT

N_SIMS = 60
EVENTS = ("2025-australia", "2025-china", "2025-japan")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return backtest_data.folder_of_seasons(tmp_path_factory.mktemp("seasons"))


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    folder = tmp_path_factory.mktemp("earlier")
    backtest_data.copy_season(2023, folder / "2023")
    return folder


def season_forecasts(folder, history, *, beside=(), horizons=tuple(Horizon)):
    """Forecast a season in this process; all as a backtest's own processes do it."""
    with tempfile.TemporaryDirectory() as scratch:
        output = Path(scratch).resolve() / "season.json"
        settings = RunRequest(folder, output, history, n_simulations=N_SIMS, jobs=1)
        task = SeasonTask(settings, horizons, Limits(), beside)
        payload = forecast_season(task, lambda *_: None)
    answer = msgspec.msgpack.decode(payload, type=SeasonForecasts)
    return decode(answer.forecasts, tuple[RaceForecast, ...])


@pytest.fixture(scope="module")
def run(data, history, tmp_path_factory):
    """Run the command once per number of processes; give the folder and what was printed."""

    def once(jobs):
        folder = tmp_path_factory.mktemp(f"jobs-{jobs}")
        done = subprocess.run(
            [
                sys.executable, "-c",
                f"import sys; sys.path.insert(0, {str(ROOT)!r}); "
                "from services.cli.main import commands, main; sys.exit(main(commands))",
                "backtest", "--data", str(data), "--history", str(history),
                "--seasons", "2024:2025", "--num-simulations", str(N_SIMS), "--jobs", str(jobs),
                "--json", "all.json", "--predictions", "table.csv",
            ],
            cwd=folder, capture_output=True, text=True, check=False, timeout=600,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return folder, done.stdout

    return {jobs: once(jobs) for jobs in (1, 2)}


def test_backtest__any_number_of_processes_gives_the_same(run):
    (one, shown_one), (two, shown_two) = run[1], run[2]
    assert shown_one == shown_two
    for name in ("all.json", "table.csv"):
        assert (one / name).read_bytes() == (two / name).read_bytes()


def test_backtest__leaves_nothing_but_what_was_asked_for(run):
    folder, _ = run[1]
    assert sorted(path.name for path in folder.iterdir()) == ["all.json", "table.csv"]


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_backtest__the_table_has_a_row_per_driver_and_blanks_in_smaller_fields(run):
    rows = rows_of(run[1][0] / "table.csv")
    assert list(rows[0])[:11] == [
        "season", "round", "event_id", "horizon", "driver_id", "position",
        "p_win", "p_podium", "p_points", "p_dnf", "p_position_1",
    ]  # fmt: skip
    of_race = defaultdict(list)
    for row in rows:
        of_race[row["event_id"], row["horizon"]].append(row)
    assert len(of_race) == 2 * 3 * 3
    large = of_race["2025-japan", "c"]
    assert len(large) == 22
    assert {row["p_position_22"] == "" for row in large} == {False}
    assert {"nora-new", "max-next"} < {row["driver_id"] for row in large}
    small = of_race["2024-bahrain", "a"]
    assert len(small) == 20
    assert {(row["p_position_21"], row["p_position_22"]) for row in small} == {("", "")}
    for race in of_race.values():
        assert [int(row["position"]) for row in race] == list(range(1, len(race) + 1))
        assert sum(float(row["p_win"]) for row in race) == pytest.approx(1.0, abs=1e-3)
        assert sum(float(row["p_podium"]) for row in race) == pytest.approx(3.0, abs=2e-3)


def scored_again(rows):
    """Score one race from the table alone, in plain Python."""
    n = len(rows)
    p = [[float(row[f"p_position_{k}"]) for k in range(1, n + 1)] for row in rows]
    win = [max(float(row["p_win"]), 1e-4) for row in rows]
    podium = [min(max(float(row["p_podium"]), 1e-4), 1 - 1e-4) for row in rows]
    likelier = sum(float(row["p_win"]) > float(rows[0]["p_win"]) for row in rows)
    equal = sum(float(row["p_win"]) == float(rows[0]["p_win"]) for row in rows)
    ranks = range(likelier + 1, likelier + equal + 1)
    rps = sum(
        (sum(row[:k]) - (place < k)) ** 2 for place, row in enumerate(p) for k in range(1, n)
    ) / (n * (n - 1))
    expected = [sum(k * q for k, q in enumerate(row, start=1)) for row in p]
    rank = [
        1
        + sum(b < a - 1e-9 for b in expected)
        + (sum(abs(b - a) <= 1e-9 for b in expected) - 1) / 2
        for a in expected
    ]
    missed = [float(row["p_podium"]) - (i < 3) for i, row in enumerate(rows)]
    return {
        "winner log loss": -math.log(win[0] / sum(win)),
        "winner first": sum(r == 1 for r in ranks) / equal,
        "winner in top 3": sum(r <= 3 for r in ranks) / equal,
        "MRR of the winner": sum(1 / r for r in ranks) / equal,
        "podium Brier": sum(one**2 for one in missed) / n,
        "podium log loss": -sum(math.log(q if i < 3 else 1 - q) for i, q in enumerate(podium)) / n,
        "RPS": rps,
        "Spearman": float(np.corrcoef(rank, range(n))[0, 1]),
    }  # fmt: skip


def test_backtest__the_table_scored_again_gives_the_printed_figures(run):
    folder, shown = run[1]
    parts = re.split(r"^### \((\w)\).*$", shown, flags=re.MULTILINE)
    printed = dict(zip(parts[1::2], parts[2::2], strict=True))
    assert list(printed) == ["a", "b", "c"]
    for horizon, text in printed.items():
        of_race = defaultdict(list)
        for row in rows_of(folder / "table.csv"):
            if row["horizon"] == horizon:
                of_race[row["event_id"]].append(row)
        scores = [scored_again(rows) for rows in of_race.values()]
        assert len(scores) == 6
        for title in scores[0]:
            values = np.array([one[title] for one in scores])
            line = re.search(rf"^\| {title} \| (\S+) ± (\S+) \|", text, re.MULTILINE)
            digits = len(line[1].partition(".")[2])
            assert float(line[1]) == pytest.approx(values.mean(), abs=0.51 * 10**-digits), title
            error = values.std(ddof=1) / math.sqrt(len(values))
            assert float(line[2]) == pytest.approx(error, abs=0.51 * 10**-digits), title


def test_backtest__json_holds_every_race_bins_and_settings(run):
    content = orjson.loads((run[1][0] / "all.json").read_bytes())
    assert content["settings"]["seasons"] == [2024, 2025]
    assert content["settings"]["num_simulations"] == N_SIMS
    summary = content["horizons"]["c"]
    assert set(summary["differences"]) == {
        "uniform", "grid_frequency", "last_race", "points_order", "elo", "reverse_plackett_luce"
    }  # fmt: skip
    assert [one["event_id"] for one in summary["per_race"]][3:] == list(EVENTS)
    # a car was withdrawn from the third race of 2024
    assert [one["starters"] for one in summary["per_race"]] == [20, 20, 19, 22, 22, 22]
    assert sum(one["count"] for one in summary["bins"]["win"]) == 125
    mean = np.mean([one["scores"]["product"]["rps"] for one in summary["per_race"]])
    assert summary["scores"]["product"]["rps"]["mean"] == pytest.approx(mean)


def by_driver(forecasts):
    """Give every forecast by race and horizon, drivers in one order, the baselines' too."""
    found = {}
    for one in forecasts:
        order = np.argsort(one.driver_ids)
        arrays = {"product": one.p_position, "points": one.p_points, "dnf": one.p_dnf}
        for name, values in (arrays | dict(one.baselines)).items():
            found[one.event_id, one.horizon, name] = values[order]
    return found


@pytest.mark.parametrize("number", [0, 1])
def test_forecast_season__knows_nothing_of_what_follows_a_start(data, history, tmp_path, number):
    shutil.copytree(data / "2025", tmp_path / "2025")
    backtest_data.poison_from(tmp_path / "2025", number)
    real, poisoned = (season_forecasts(folder / "2025", history) for folder in (data, tmp_path))
    assert [one.driver_ids[0] for one in real[number:]] != [
        one.driver_ids[0] for one in poisoned[number:]
    ]
    real, poisoned = by_driver(real), by_driver(poisoned)
    assert len(real) == 3 * 3 * 9
    assert real.keys() == poisoned.keys()
    for (event, horizon, name), values in real.items():
        same = np.array_equal(values, poisoned[event, horizon, name])
        if EVENTS.index(event) <= number:
            assert same, (event, horizon, name)
        elif name not in ("uniform", "points"):
            assert not same, (event, horizon, name)  # the poison is one


def test_forecast_season__earlier_seasons_beside_it_complete_a_history(data, history):
    c = (Horizon.AFTER_QUALIFYING,)
    alone = season_forecasts(data / "2025", history, horizons=c)
    both = season_forecasts(data / "2025", history, beside=("2024",), horizons=c)
    assert not np.array_equal(alone[0].p_position, both[0].p_position)
    assert not np.array_equal(
        alone[0].baselines["grid_frequency"], both[0].baselines["grid_frequency"]
    )


def test_backtest_seasons__a_season_that_is_not_there(data):
    with pytest.raises(UsageError) as caught:
        backtest_seasons(data, (2019,), tuple(Horizon), RunRequest(data))
    assert caught.value.exit_code == 2
    assert "2024, 2025" in caught.value.got


def test_backtest_seasons__a_folder_with_another_season_in_it(data, history, tmp_path):
    shutil.copytree(data / "2025", tmp_path / "2026")
    settings = RunRequest(tmp_path, history=history, n_simulations=N_SIMS)
    with pytest.raises(UsageError, match="another season"):
        backtest_seasons(tmp_path, (2026,), (Horizon.BEFORE_WEEKEND,), settings)


def test_backtest_folder__without_a_finished_race_there_is_nothing_to_score(
    data, history, tmp_path
):
    shutil.copytree(data / "2025", tmp_path / "2025")
    for path in (tmp_path / "2025").glob("*/race.json"):
        path.unlink()
    settings = RunRequest(tmp_path / "2025", history=history, n_simulations=N_SIMS)
    with pytest.raises(NoUsableInput, match="no race to score"):
        backtest_folder(settings, (Horizon.BEFORE_WEEKEND,))


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["--seasons", "20x"], ["--seasons", "'20x'", "2014:2025"]),
        (["--seasons", "2025:2022"], ["--seasons", "'2025:2022'"]),
        (["--seasons", ""], ["--seasons"]),
        (["--horizons", "a,d"], ["no such horizon", "'d'", "a,b,c"]),
        (["--horizons", ""], ["no such horizon"]),
        (["--predictions", "table.xlsx"], ["--predictions", "'table.xlsx'", ".csv or .parquet"]),
        (["--data", "nowhere"], ["no such folder", "nowhere"]),
        (["--data", ""], ["path is empty", "--data"]),
        (["--data", ".", "--seasons", "2022"], ["no folder of the season 2022", "do: "]),
        (["--num-simulations", "0"], ["--num-simulations"]),
        (["--jobs", "0"], ["--jobs"]),
    ],
)
def test_main__a_mistake_is_told_before_any_work(capsys, tmp_path, monkeypatch, argv, words):
    monkeypatch.chdir(tmp_path)
    assert main(commands, ["backtest", *argv]) == 2
    shown = capsys.readouterr().err
    assert all(word in shown for word in words), shown
    assert list(tmp_path.iterdir()) == []


def test_scores__prints_a_line_per_horizon_and_publishes_nothing(
    data, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    assert main(commands, ["scores", "--train-data", str(data / "2025")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("| 2025 | winner log loss | RPS | podium log loss |")
    assert [line[2:5] for line in lines[2:]] == ["(a)", "(b)", "(c)"]
    assert list(tmp_path.iterdir()) == []
