"""Limits are checked when they are read, and the shipped file says the defaults."""

from __future__ import annotations

import pytest

from predictor.errors import UsageError
from predictor.forecast.climate import Climate, ClimateKind
from services.settings.limits import Limits, read_settings
from services.settings.model_constants import read_model


def write(tmp_path, text):
    path = tmp_path / "settings.toml"
    path.write_text(text)
    return path


def test_read_settings__the_shipped_file_holds_the_defaults():
    assert read_settings() == Limits()


def test_read_settings__what_is_left_out_keeps_its_default(tmp_path):
    settings = read_settings(write(tmp_path, "[store]\nmax_bytes = 1_000"))
    assert settings.store.max_bytes == 1000
    assert settings.scan == Limits().scan


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[store]\nmax_bites = 1", "max_bites"),
        ("[stores]", "stores"),
        ("[store]\nmax_bytes = 0", "$.store.max_bytes"),
        ('[store]\nmax_bytes = "1"', "$.store.max_bytes"),
        ("[store", "table declaration"),
        ("[history]\nin_document = 51", "$.history.in_document"),
    ],
)
def test_read_settings__a_mistake_is_named(tmp_path, text, named):
    with pytest.raises(UsageError) as caught:
        read_settings(write(tmp_path, text))
    assert named in caught.value.got
    assert caught.value.where.endswith("settings.toml")


def test_read_settings__a_missing_file_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError):
        read_settings(tmp_path / "settings.toml")


def write_model(tmp_path, text, circuits=""):
    (tmp_path / "model.toml").write_text(text)
    (tmp_path / "circuits").mkdir()
    (tmp_path / "circuits" / "spa.toml").write_text(circuits)
    return tmp_path


def test_read_model__sets_the_constant_that_is_named(tmp_path):
    model = read_model(write_model(tmp_path, "[weights]\nkappa = 0.5"))
    assert model.weights.kappa == 0.5
    assert model.filter == read_model(tmp_path / "nowhere").filter


def test_read_model__refuses_a_weight_too_few_of_the_regressors(tmp_path):
    with pytest.raises(UsageError, match="model constants cannot be used"):
        read_model(write_model(tmp_path, "[filter.strength]\nbeta_mean = [1.0, 0.4, 0.0, 0.4]"))


def test_read_model__reads_the_climate_of_every_circuit(tmp_path):
    text = '[climate]\nkind = "rainy"\nwet = [2010, 2021]\nsafety_car = [2011]'
    model = read_model(write_model(tmp_path, "", text))
    assert model.circuit("spa").climate == Climate(
        ClimateKind.RAINY, safety_car=(2011,), wet=(2010, 2021)
    )
    assert read_model().circuit("monaco").climate.wet == (2016, 2022, 2023)


@pytest.mark.parametrize(
    ("text", "circuits", "named"),
    [
        ("[weights]\nkapa = 0.5", "", "weights.kapa"),
        ("[wheights]\nkappa = 0.5", "", "wheights"),
        ('[weights]\nkappa = "high"', "", "$.weights.kappa"),
        ("", "[climate]\nwett = [2014]", "climate.wett"),
        ("", "[climate]\nwet = 2014", "wet"),
        ("", '[climate]\nkind = "moist"', "climate.kind"),
        ("[climate]\nwet_share = 1.0", "", "climate.wet_share is 1.0"),
        ("[climate]\nsafety_car_races = 0.0", "", "climate.safety_car_races is 0.0"),
        ("[weights]\nkappa = nan", "", "weights.kappa is not a finite number"),
        ("[race]\nsetback_scale = -inf", "", "race.setback_scale is not a finite number"),
        ("", "climate = 2", "climate"),
    ],
)
def test_read_model__a_constant_that_does_not_exist_is_named(tmp_path, text, circuits, named):
    with pytest.raises(UsageError) as caught:
        read_model(write_model(tmp_path, text, circuits))
    assert named in caught.value.got
