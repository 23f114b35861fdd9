"""A backtest with `--use-bayesian`: it rests on fits, and they know nothing of what follows."""

from __future__ import annotations

import shutil

import msgspec
import numpy as np
import pytest

from predictor.evaluate.race_forecast import RaceForecast
from predictor.fingerprint import decode
from predictor.vocabulary import Horizon
from services.backtesting.season import SeasonForecasts, SeasonTask, forecast_season
from services.settings import environment
from services.settings.limits import Limits
from services.settings.run_request import RunRequest
from tests.backtesting import backtest_data

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(
        not environment.sampler_versions(), reason="PyMC and nutpie are not installed"
    ),
]


def forecasts_of(folder, history, *, sampled):
    settings = RunRequest(
        folder, folder.parent / "season.json", history, n_simulations=200, jobs=1,
        use_bayesian=sampled,
    )  # fmt: skip
    task = SeasonTask(settings, (Horizon.BEFORE_WEEKEND,), Limits(), ())
    answer = msgspec.msgpack.decode(forecast_season(task, lambda *_: None), type=SeasonForecasts)
    assert not [note for note in answer.notes if "not used" in note]
    found = decode(answer.forecasts, tuple[RaceForecast, ...])
    return {one.event_id: dict(zip(one.driver_ids, one.p_position, strict=True)) for one in found}


def test_forecast_season__sampled_forecasts_are_others_and_know_nothing_of_what_follows(tmp_path):
    history = tmp_path / "earlier"
    backtest_data.copy_season(2023, history / "2023")
    backtest_data.copy_season(2024, tmp_path / "2024")
    fitted = forecasts_of(tmp_path / "2024", history, sampled=True)
    filtered = forecasts_of(tmp_path / "2024", history, sampled=False)
    first, second, third = filtered
    for event in filtered:  # the fit of the last season stands behind every race of this one
        gone = [np.abs(fitted[event][driver] - p).max() for driver, p in filtered[event].items()]
        assert 0.002 < max(gone) < 0.25
    spoiled = tmp_path / "spoiled" / "2024"
    shutil.copytree(tmp_path / "2024", spoiled)
    race = sorted(spoiled.glob("*/race.json"))[1]
    backtest_data.edit(race, backtest_data.another_outcome)
    again = forecasts_of(spoiled, history, sampled=True)
    for event in (first, second):
        for driver, p in fitted[event].items():
            np.testing.assert_array_equal(again[event][driver], p)
    assert any((again[third][driver] != p).any() for driver, p in fitted[third].items())
