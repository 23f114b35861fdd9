"""Backtests with the learned layer: it moves forecasts, is named, and has seen no race of them."""

from __future__ import annotations

import msgspec
import numpy as np
import orjson
import pytest

from predictor.evaluate.race_forecast import RaceForecast
from predictor.fingerprint import decode
from predictor.learn.learned_layer import Layer
from predictor.vocabulary import Horizon
from services.backtesting.backtest import backtest_seasons
from services.backtesting.season import SeasonForecasts, SeasonTask, forecast_season
from services.backtesting.text import backtest_json, backtest_text
from services.backtesting.titles import title_odds_of_seasons
from services.backtesting.titles_text import titles_json, titles_text
from services.cli.main import commands, main
from services.registry.registry import active_bundle
from services.settings.limits import Limits
from services.settings.run_request import RunRequest
from tests.backtesting import backtest_data
from tests.graph.test_learned_part import bundle

pytest.importorskip("torch")

N_SIMS = 60
ROUNDS = ("2025-australia", "2025-china", "2025-japan")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return backtest_data.folder_of_seasons(tmp_path_factory.mktemp("seasons"))


def request(data, *, layer):
    return RunRequest(data, n_simulations=N_SIMS, jobs=1, use_ml_layer=layer)


def season_of(data, tmp_path, layer):
    """Forecast 2025 in this process; give the answer, and tables of places by event."""
    settings = RunRequest(
        data / "2025", tmp_path / "season.json", n_simulations=N_SIMS, jobs=1,
        use_ml_layer=layer is not None,
    )  # fmt: skip
    task = SeasonTask(settings, (Horizon.BEFORE_WEEKEND,), Limits(), ("2024",), layer=layer)
    answer = msgspec.msgpack.decode(forecast_season(task, lambda *_: None), type=SeasonForecasts)
    found = decode(answer.forecasts, tuple[RaceForecast, ...])
    return answer, {one.event_id: one.p_position for one in found}


def test_forecast_season__a_layer_moves_every_race_that_it_has_not_seen(data, tmp_path):
    plain, without = season_of(data, tmp_path, None)
    assert plain.layer_weights == {"a": None}
    layered, with_it = season_of(data, tmp_path, Layer(bundle()))
    assert layered.layer_weights == {"a": 0.3}
    assert all(not np.array_equal(with_it[event], without[event]) for event in ROUNDS)
    # One that has learnt from the first two races may not forecast them, whoever hands it over.
    late, known = season_of(data, tmp_path, Layer(bundle(trained_until="2025-03-23")))
    assert [np.array_equal(known[event], without[event]) for event in ROUNDS] == [True, True, False]
    assert late.layer_weights == {"a": pytest.approx(0.1)}


def test_forecast_season__without_a_model_forecasts_stand_alone_with_a_word(data, tmp_path):
    _, without = season_of(data, tmp_path, None)
    answer, found = season_of(data, tmp_path, Layer(notes=("too few seasons",)))
    assert all(np.array_equal(found[event], without[event]) for event in ROUNDS)
    assert answer.layer_weights == {"a": None}
    assert "ML layer: too few seasons" in answer.notes


def test_backtest__names_the_layer_and_compares_with_one_without(data, tmp_path, capsys):
    a = (Horizon.BEFORE_WEEKEND,)
    layers = {2024: Layer(), 2025: Layer(bundle())}
    plain = backtest_seasons(data, (2024, 2025), a, request(data, layer=False))
    found = backtest_seasons(data, (2024, 2025), a, request(data, layer=True), layers=layers)
    lines = backtest_text(found).splitlines()
    assert "| learned layer | model | trained until | mean weight (a) |" in lines
    assert "| 2024 | none that may be used |  |  |" in lines
    assert "| 2025 | race_outcome 1.0 (small) | 2024-12-08 | 0.30 |" in lines
    assert "learned layer" not in backtest_text(plain)
    files = [tmp_path / "plain.json", tmp_path / "layered.json"]
    for path, one in zip(files, (plain, found), strict=True):
        path.write_bytes(backtest_json(one))
    before, after = (orjson.loads(path.read_bytes())["settings"] for path in files)
    assert "layers" not in before
    assert after["layers"]["2024"]["version"] is None
    assert after["layers"]["2025"] == {
        "model": "race_outcome", "version": "1.0", "kind": "small", "digest": bundle().digest,
        "trained_until": "2024-12-08", "shipped": False, "weights": {"a": 0.3},
    }  # fmt: skip
    assert main(commands, ["compare", *map(str, files)]) == 0
    rows = capsys.readouterr().out
    assert "(a) before the weekend, 6 races" in rows
    assert "| second minus first |" in rows
    assert "| winner log loss |" in rows
    assert not any(row.endswith("+0.000 ± 0.000 |") for row in rows.splitlines() if "log" in row)


def test_titles__the_layer_is_named_and_moves_no_odds(data):
    plain = title_odds_of_seasons(data, (2025,), request(data, layer=False))
    layers = {2025: Layer(bundle())}
    found = title_odds_of_seasons(data, (2025,), request(data, layer=True), layers=layers)
    assert found.championships == plain.championships
    assert "2025: ML layer: title odds rest on the simulated races alone" in found.notes
    assert "| 2025 | race_outcome 1.0 (small) | 2024-12-08 |" in titles_text(found).splitlines()
    told = orjson.loads(titles_json(found))["settings"]["layers"]["2025"]
    assert (told["version"], told["weights"]) == ("1.0", {})


@pytest.mark.parametrize("command", ["backtest", "titles"])
def test_main__the_shipped_model_forecasts_the_season_after_those_it_has_seen(
    data, tmp_path, monkeypatch, capsys, command
):
    monkeypatch.chdir(tmp_path)
    argv = [command, "--data", str(data), "--seasons", "2025", "--num-simulations", "20",
            "--use-ml-layer", "--json", "figures.json"]  # fmt: skip
    assert main(commands, argv) == 0
    shipped = active_bundle(tmp_path / "models").bundle.version
    assert f"| 2025 | race_outcome {shipped} (small) | 2024-12-08 |" in capsys.readouterr().out
    layer = orjson.loads((tmp_path / "figures.json").read_bytes())["settings"]["layers"]["2025"]
    assert (layer["version"], layer["shipped"]) == (shipped, True)
    assert [path.name for path in tmp_path.iterdir()] == ["figures.json"]


def test_main__a_season_that_the_shipped_model_has_seen_is_not_forecast_by_it(
    data, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    argv = ["backtest", "--data", str(data), "--seasons", "2024", "--horizons", "a",
            "--num-simulations", "20", "--use-ml-layer"]  # fmt: skip
    assert main(commands, argv) == 0
    shown = capsys.readouterr()
    # There is no season before it to train another on.
    assert "| 2024 | none that may be used |  |  |" in shown.out
    assert "too few seasons before 2024" in shown.err
