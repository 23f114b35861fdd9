"""The page of models: with none, with the shipped one, with one that serves, and one that fails."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import UNSET, structs

from predictor.published.learned_types import EventModel, PlaceLogLoss
from services.monitoring.monitor import Training
from services.monitoring.status_file import ModelStatus, Status
from services.registry.listing import listed
from services.web.derived.model_words import models_headline
from services.web.pages import models
from services.web.world import World
from tests.published.small_document import small_document
from tests.registry.small_models import promoted, registered
from tests.web.pages.reading import Page


def shown(world, *, hide=False):
    [(_, made)] = models.make(world, hide=hide)
    return Page((made() if callable(made) else made).body.decode())


def world_of(document, **given):
    return World(output=Path("nowhere"), documents={2025: document}, default_season=2025, **given)


def scored(document, *losses):
    """Give the first events losses of model, filter and grid."""
    found = dict(document.predictions)
    for (title, event), (model, without, grid) in zip(list(found.items()), losses, strict=False):
        said = PlaceLogLoss(model=model, filter=without, grid=grid)
        usual = {"weight": 0.1, "best_weight": 0.1, "gain": 0.0, "se": 0.0, "n": 2}
        one = EventModel(**usual, reason=None, place_log_loss=said)
        found[title] = structs.replace(event, metadata=structs.replace(event.metadata, ml=one))
    return structs.replace(document, predictions=found)


def test_models__without_any_says_what_the_forecast_rests_on_and_how_to_train_one():
    page = shown(world_of(small_document(ml_layer=UNSET)))
    assert "No learned model has a say in the forecast" in page.text
    assert "The forecast rests on two things: a belief about drivers and teams" in page.text
    assert "python -m services models train --data race-data" in page.text
    # One comes with the product, and its card is there though nobody asks for it.
    assert "One comes with the product" in page.text
    assert "Its limits" in page.text
    assert "has a say of" not in page.text


def test_models__the_one_that_serves_is_told_with_its_say_its_losses_and_its_drift():
    # The filter lost 0.2 and 0.4 more: mean 0.3, two standard errors 0.2. The grid ends level.
    document = scored(small_document(), (2.0, 2.2, 2.1), (2.0, 2.4, 1.9))
    page = shown(world_of(document))
    assert "Model 1.2 has a say of 10 % in the forecast; one feature has drifted" in page.text
    assert "Alone it is better than the forecast without it" in page.text
    assert "Forecast without it +0.300 ± 0.200 better" in page.text
    assert "Grid place alone 0.000 ± 0.200 level" in page.text
    assert "gap psi 1.50 0.40 0.001" in page.text
    assert "1.3 is damaged; 1.2 serves" in page.text
    # The only card here is that of another version, and it is said to be.
    assert "Came with the product; version 1.2 has the say" in page.text
    assert "Candidate 1.2 (small) runs beside it and moves no forecast" in page.text


def test_models__hidden_tells_nothing_that_results_bore_out():
    document = scored(small_document(), (2.0, 2.2, 2.1), (2.0, 2.4, 1.9))
    page = shown(world_of(document), hide=True)
    assert "Model 1.2 serves" in page.text
    for said in ("say of", "feature has", "Lost more by", "Gain:", "Candidate 1.2"):
        assert said not in page.text


def test_models__registered_versions_and_what_the_daemon_did(tmp_path):
    first, second = promoted(tmp_path / "models", b"one", b"two")
    [third] = registered(tmp_path / "models", b"three")
    training = Training(
        "s", "2025-03-18T02:00:00Z", 9.0, "registered", [], third, "it gains little"
    )
    told = ModelStatus("race_outcome", second, "2024", served=7, last_training=training)
    status = Status(*("idle", 1, "1", "c", "", ""), updated_every_s=1.0, train_data="x", model=told)
    listing = listed(tmp_path / "models")
    page = shown(world_of(small_document(), models=listing, status=status))
    assert f"Version {second} serves" in page.text
    assert f"{third} candidate small" in page.text
    assert f"Before it served {first}" in page.text
    assert "7 forecasts had it in." in page.text
    assert f"registered as {third}. it gains little." in page.text


def layer_with(**changed):
    return structs.replace(small_document().metadata.ml_layer, **changed)


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        (None, "No learned model has a say in the forecast"),
        (layer_with(version=None), "A learned model is asked for, and none can be used"),
        (layer_with(weights={}), "Model 1.2 is asked, and earlier races give it no say"),
    ],
)
def test_models_headline__has_a_branch_for_every_state(layer, said):
    assert models_headline(layer) == said
