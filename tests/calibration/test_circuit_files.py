"""Fitted constants survive the way to a file and back, and bad files are told apart."""

from __future__ import annotations

import pytest

from predictor.circuit_fit.estimate import Estimate
from predictor.circuit_fit.fit import FittedCircuit
from predictor.circuit_fit.stop_plans import CircuitPlans
from predictor.errors import UsageError
from predictor.forecast.climate import Climate, ClimateKind
from predictor.vocabulary import Scenario
from services.calibration.circuit_files import check_folder, write_circuits
from services.errors import SomebodysFile
from services.settings.model_constants import read_model

FITTED = FittedCircuit(
    {
        "pit_loss_green_s": Estimate(21.12345, 0.4, 7, "laps"),
        "tyre_slope_s": Estimate((0.05, 0.04, 0.03, 0.05, 0.04), (0.01,) * 5, 7, "laps"),
        "safety_car_laps": Estimate((2, 3, 6), 0.0, 7, "flags"),
    },
    {"accident": Estimate(1.25, 0.2, 7, "results"), "failure": Estimate(1.0, 0.1, 7, "results")},
    CircuitPlans(((1, 2), (1, 2, 1)), ((0.4,), (0.3, 0.7)), (0.75, 0.25), 0.1, 0.07, 0.4, 7),
    Estimate(240.0, 2.0, 7, "laps"),
)
CREWS = {"ferrari": {"median_s": Estimate(2.3, 0.1, 8, "stops"),
                     "shape": Estimate(3.6, 0.4, 8, "stops")}}  # fmt: skip
COMMAND = "python -m services fit-circuits"


def write(folder, circuits=None, climates=None):
    return write_circuits(
        folder, circuits or {"monza": FITTED}, CREWS, climates or {}, command=COMMAND
    )


def test_write_circuits__what_is_read_is_what_was_fitted(tmp_path):
    assert write(tmp_path) == 2
    model = read_model(tmp_path)
    race = model.circuit("monza").race
    assert race.parameters.pit_loss_green_s == 21.12
    assert race.parameters.tyre_slope_s == (0.05, 0.04, 0.03, 0.05, 0.04)
    assert race.parameters.safety_car_laps == (2, 3, 6)
    assert (race.accident, race.failure) == (1.25, 1.0)
    assert [plan.at for plan in race.plans] == [(0.4,), (0.3, 0.7)]
    assert race.shares == (0.75, 0.25)
    assert (race.jitter, race.shared_jitter, race.spread) == (0.1, 0.07, 0.4)
    assert (race.first_stop, race.speed_kmh) == (0.15, 240.0)
    assert (model.crews["ferrari"].median_s, model.crews["ferrari"].shape) == (2.3, 3.6)


def test_write_circuits__the_second_time_changes_nothing(tmp_path):
    write(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.toml")}
    assert write(tmp_path) == 0
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.toml")} == before


def test_write_circuits__carries_the_climate_over_and_leaves_other_circuits_alone(tmp_path):
    folder = tmp_path / "circuits"
    folder.mkdir()
    text = '[climate]\nkind = "rainy"\nwet = [2008]\nsafety_car = [2014, 2018]\n'
    (folder / "monza.toml").write_text(text)
    (folder / "sepang.toml").write_text("[climate]\nwet = [2012, 2013]\n")
    write(tmp_path, {"monza": FITTED, "_average": FITTED})
    model = read_model(tmp_path)
    monza = model.circuit("monza").climate
    assert monza == Climate(ClimateKind.RAINY, safety_car=(2014, 2018), wet=(2008,))
    assert model.circuit("sepang").climate.wet == (2012, 2013)
    # Nothing was fitted for Sepang: the average circuit stands in, with its own climate.
    assert model.circuit("sepang").race == model.circuit("_average").race
    assert model.circuit("nowhere").race == model.circuit("_average").race
    assert model.circuit("nowhere").climate == Climate()


def test_write_circuits__seasons_that_were_counted_replace_what_was_said_of_them(tmp_path):
    folder = tmp_path / "circuits"
    folder.mkdir()
    text = '[climate]\nkind = "rainy"\ndry = [2019]\nwet = [2008, 2018]\n'
    (folder / "monza.toml").write_text(text)
    counted = {Scenario.DRY: (2018,), Scenario.SAFETY_CAR: (2020, 2020), Scenario.WET: ()}
    write(tmp_path, climates={"monza": counted})
    assert read_model(tmp_path).circuit("monza").climate == Climate(
        ClimateKind.RAINY, dry=(2018, 2019), safety_car=(2020, 2020), wet=(2008,)
    )


def test_write_circuits__a_circuit_without_a_fit_keeps_its_constants_and_learns_its_climate(
    tmp_path,
):
    folder = tmp_path / "circuits"
    folder.mkdir()
    constants = "[constants]\nlap_noise_s = { value = 0.4 }\n"
    (folder / "sepang.toml").write_text(f"[climate]\nwet = [2012]\n\n{constants}")
    climates = {name: {Scenario.WET: (2020,)} for name in ("sepang", "istanbul")}
    write(tmp_path, climates=climates)
    before = {path: path.read_bytes() for path in folder.iterdir()}
    model = read_model(tmp_path)
    assert model.circuit("sepang").climate.wet == (2012, 2020)
    assert model.circuit("sepang").race.parameters.lap_noise_s == 0.4
    assert model.circuit("istanbul").climate.wet == (2020,)
    assert write(tmp_path, climates=climates) == 0
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_write_circuits__every_constant_says_what_it_rests_on(tmp_path):
    write(tmp_path)
    text = (tmp_path / "circuits" / "monza.toml").read_text()
    assert 'pit_loss_green_s = { value = 21.12, sd = 0.4, races = 7, source = "laps" }' in text
    assert "f1db (CC BY 4.0)" in text
    assert COMMAND in text


@pytest.mark.parametrize(
    ("name", "text", "named"),
    [
        ("circuits/spa.toml", "[constants]\npit_los = { value = 3.0 }", "constants.pit_los"),
        ("circuits/spa.toml", "[constants]\nlap_noise_s = { value = -3.0 }", "lap_noise_s"),
        ("circuits/spa.toml", "[constants]\nlap_noise_s = 3.0", "lap_noise_s"),
        ("circuits/spa.toml", "[constants]\nlap_noise_s = { valeu = 3.0 }", "valeu"),
        ("circuits/spa.toml", "[hazards]\nrain = { value = 3.0 }\n[constants]\n"
         "lap_noise_s = { value = 0.4 }", "hazards.rain"),
        ("circuits/spa.toml", "[hazards]\nrain = { value = 3.0 }", "hazards.rain"),
        ("circuits/spa.toml",
         '[strategies]\nplans = [{ compounds = ["SOFT"], at = [], share = 0.5 }]',
         "strategies.plans"),
        ("circuits/spa.toml", "[climate]\nwet = [5, 3]", "climate.wet"),
        ("circuits/spa.toml", "[climate]\nsafety_car = [2018, 2180]", "climate.safety_car"),
        ("circuits/spa.toml", '[strategies]\nplans = [{ compounds = ["PINK"] }]', "PINK"),
        ("circuits/spa.toml", "[strategies]\nplans = [{ stops = 1 }]", "plans.0.stops"),
        ("circuits/spa.toml", "[constants", "spa.toml"),
        ("pit_crews.toml", "[ferrari]\nmedian_s = { value = 2.0 }", "shape"),
        ("pit_crews.toml", "[ferrari]\nmedian_s = { value = -2.0 }\nshape = { value = 3.0 }",
         "ferrari.median_s"),
        ("model.toml", "[circuits.spa]\n", "circuits"),
    ],
)  # fmt: skip
def test_read_model__says_where_a_bad_constant_stands(tmp_path, name, text, named):
    (tmp_path / "circuits").mkdir()
    (tmp_path / name).write_text(text)
    with pytest.raises(UsageError) as caught:
        read_model(tmp_path)
    assert named in str(caught.value)
    assert name in caught.value.where.replace("\\", "/")
    assert caught.value.do


def test_shipped_constants__can_all_be_used():
    model = read_model()
    assert len(model.circuits) > 30
    assert all(one.race.plans for one in model.circuits.values())
    assert len(model.crews) > 10


@pytest.mark.parametrize("name", ["circuits/monza.toml", "pit_crews.toml"])
def test_write_circuits__somebodys_file_stops_it_before_anything_is_written(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text('[tool]\nname = "mine"\n')
    for attempt in (lambda: check_folder(tmp_path), lambda: write(tmp_path)):
        with pytest.raises(SomebodysFile):
            attempt()
    assert list(tmp_path.rglob("*.toml")) == [tmp_path / name]
