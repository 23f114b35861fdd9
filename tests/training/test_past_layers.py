"""Layers of past seasons: trained in the winter before, on nothing that came later."""

from __future__ import annotations

import shutil

import pytest

from predictor.errors import UsageError
from predictor.learn.features.definitions import features_digest
from services.registry.changes import promote
from services.registry.registry import active_bundle
from services.settings.limits import Limits
from services.training.past_layers import past_layers
from services.training.train import train
from tests.backtesting.backtest_data import another_outcome, copy_season, edit
from tests.registry.small_models import NOTHING
from tests.training.test_train import options

pytest.importorskip("torch")

YEARS = (2020, 2021, 2022, 2023, 2024, 2025)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Give three events of each of six seasons."""
    folder = tmp_path_factory.mktemp("seasons")
    for year in YEARS:
        copy_season(year, folder / str(year))
    return folder


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return tmp_path_factory.mktemp("past") / "models"


@pytest.fixture(scope="module")
def found(data, models):
    """Give the layers where no model serves."""
    return past_layers(options(data, models), (2023, 2024, 2025), Limits(), shipped=NOTHING)


def test_past_layers__each_model_has_seen_the_seasons_before_its_own_and_no_other(found):
    assert list(found.layers) == [2023, 2024, 2025]
    models = {season: layer.active for season, layer in found.layers.items()}
    assert models[2024].version == "before-2024"
    # the third race of 2023 and of 2024
    assert models[2024].trained_until == "2023-04-02"
    assert models[2025].trained_until == "2024-03-24"
    assert models[2024].files != models[2025].files
    # 2024 is the first season with twelve races before it, so it alone is evidence
    assert models[2024].evidence == ()
    assert {one.season for one in models[2025].evidence} == {2024}
    assert len(models[2025].evidence) == 3 * 3


def test_past_layers__leave_results_and_no_checkpoint(found, models):
    assert found.layers[2025].active is not None
    assert sorted(path.name for path in models.iterdir()) == [".cache", "checkpoints"]
    assert list((models / "checkpoints").iterdir()) == []


def test_past_layers__before_too_few_seasons_there_is_none_and_a_word(found):
    layer = found.layers[2023]  # nine races before it
    assert layer.active is None
    assert layer.notes == ("there are too few seasons before 2023 to train a model on",)
    assert found.layers[2024].notes == ()


def test_past_layers__in_the_first_season_of_a_folder_nothing_is_trained(data, tmp_path):
    found = past_layers(options(data, tmp_path / "m"), (2020,), Limits(), shipped=NOTHING)
    assert found.layers[2020].active is None
    assert not (tmp_path / "m").exists()


def test_past_layers__a_season_that_is_not_there_is_told_before_any_training(data, tmp_path):
    with pytest.raises(UsageError, match="no folder of the season 2019"):
        past_layers(options(data, tmp_path / "m"), (2025, 2019), Limits(), shipped=NOTHING)
    assert not (tmp_path / "m").exists()


def test_past_layers__know_nothing_of_the_season_nor_of_later_ones(data, found, tmp_path):
    other = shutil.copytree(data, tmp_path / "data")
    for year in (2024, 2025):
        for path in other.glob(f"{year}/*/race.json"):
            edit(path, another_outcome)
    again = past_layers(options(other, tmp_path / "m"), (2024, 2025), Limits(), shipped=NOTHING)
    assert again.layers[2024].active.digest == found.layers[2024].active.digest
    # what has been trained in the same way on another 2024 is another model: the poison is one
    assert again.layers[2025].active.files != found.layers[2025].active.files
    assert again.layers[2025].active.evidence != found.layers[2025].active.evidence


def test_past_layers__a_model_that_serves_is_used_where_it_has_seen_nothing(data, models, found):
    # Trained as a user would have in the winter before 2025, from the same pieces of work.
    made = train(options(data, models, until=2024), Limits(), shipped=NOTHING)
    assert made.n_pieces_done == 0
    promote(models, Limits().models, made.version)
    serving = active_bundle(models, shipped=NOTHING, features_digest=features_digest()).bundle
    again = past_layers(options(data, models), (2024, 2025), Limits(), shipped=NOTHING)
    assert again.layers[2025].active == serving
    assert (serving.version, serving.trained_until) == ("1.0", "2024-03-24")
    assert again.layers[2024].active.digest == found.layers[2024].active.digest
    # What a past season is given is that very model, and that very evidence.
    assert serving.files == found.layers[2025].active.files
    assert serving.evidence == found.layers[2025].active.evidence
