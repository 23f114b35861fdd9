"""From a table of laps and season files to files of constants, and what stops it."""

from __future__ import annotations

import json

import numpy as np
import pytest
from click.testing import CliRunner

from predictor.circuit_fit.race_rows import LAP_COLUMNS
from predictor.errors import UsageError
from services.calibration.circuit_races import read_races
from services.cli.main import commands
from services.settings.model_constants import read_model

pyarrow = pytest.importorskip("pyarrow", reason="the study group is not installed")
parquet = pytest.importorskip("pyarrow.parquet")

CARS, LAPS = 16, 24
PIT_LOSS_S = {"fast-lane": 18.0, "slow-lane": 26.0}
SEASONS = (2021, 2022, 2023)
STATIONARY_AND_COLD_S = 2.5 + 1.0


def lap_rows(season, number, circuit, draw):
    """Cars a tenth apart that stop once, each on another lap."""
    for car in range(CARS):
        stop, clock = 6 + car % 12, 0.0
        for lap in range(1, LAPS + 1):
            second = lap > stop
            time = 90.0 + 0.1 * car + draw.normal(0, 0.1) + PIT_LOSS_S[circuit] * (lap == stop)
            clock += time
            yield {
                "season": season, "round": number, "session": "race", "driver": f"C{car:02d}",
                "lap": lap, "lap_time_s": time, "lap_end_s": clock,
                "compound": ("MEDIUM", "HARD")[second], "tyre_life": lap - stop * second,
                "stint": 1 + second, "position": car + 1, "track_status": "1",
                "pit_in": lap == stop, "pit_out": lap == stop + 1,
            }  # fmt: skip


def result_of(season, number):
    return {
        "season": season, "round": number,
        "results": [
            {"driver": f"C{car:02d}", "team": f"Team {car // 2}", "position": car + 1,
             "grid": car + 1, "laps": LAPS, "gap_s": 1.0 * car, "gap_laps": None,
             "time_penalty_s": None, "status": "finished", "reason": None}
            for car in range(CARS)
        ],
        "pit_stops": [
            {"driver": f"C{car:02d}", "lap": 6 + car % 12, "time_s": 22.0 + 0.1 * (car % 5)}
            for car in range(CARS)
        ],
    }  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    draw, rows = np.random.default_rng(1), []
    for season in SEASONS:
        events = []
        for number, circuit in enumerate(PIT_LOSS_S, start=1):
            rows += lap_rows(season, number, circuit, draw)
            events.append({"round": number, "slug": circuit, "scheduled_laps": LAPS,
                           "circuit": {"id": circuit, "length_km": 5.0}})  # fmt: skip
            path = folder / "seasons" / str(season) / f"{number:02d}-{circuit}" / "race.json"
            path.parent.mkdir(parents=True)
            path.write_text(json.dumps(result_of(season, number)))
        (folder / "seasons" / str(season) / "calendar.json").write_text(json.dumps(events))
    columns = {name: [row[name] for row in rows] for name in LAP_COLUMNS}
    parquet.write_table(pyarrow.table(columns), folder / "laps.parquet")
    return folder


def fit(data, output, *more):
    arguments = ["fit-circuits", "--laps", str(data / "laps.parquet"), "--data",
                 str(data / "seasons"), "--seasons", "2021:2023", "--num-simulations", "2",
                 "--output", str(output), *more]  # fmt: skip
    done = CliRunner(catch_exceptions=False).invoke(commands, arguments)
    assert done.exit_code == 0, done.output
    return done.output


def test_fit_circuits__finds_each_circuits_own_pit_loss(data, tmp_path):
    assert "6 races: 3 circuits" in fit(data, tmp_path)
    model = read_model(tmp_path)
    for circuit, loss in PIT_LOSS_S.items():
        found = model.circuit(circuit).race.parameters.pit_loss_green_s
        assert found == pytest.approx(loss - STATIONARY_AND_COLD_S, abs=0.3)
    assert model.circuit("elsewhere").race.parameters.pit_loss_green_s == pytest.approx(
        22.0 - STATIONARY_AND_COLD_S, abs=0.3
    )
    assert [plan.at for plan in model.circuit("fast-lane").race.plans] == [
        pytest.approx((11 / LAPS,), abs=0.08)
    ]


def test_fit_circuits__counts_what_every_race_was(data, tmp_path):
    fit(data, tmp_path)
    model = read_model(tmp_path)
    assert [model.circuit(name).climate.dry for name in PIT_LOSS_S] == [SEASONS, SEASONS]


def test_fit_circuits__the_second_run_writes_the_same_bytes(data, tmp_path):
    fit(data, tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.toml")}
    assert "0 files changed" in fit(data, tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.toml")} == before
    assert not any(str(tmp_path).encode() in content for content in before.values())


def test_fit_circuits__until_leaves_later_seasons_out(data, tmp_path):
    assert "4 races" in fit(data, tmp_path, "--until", "2022")
    assert "--seasons 2021:2022" in (tmp_path / "pit_crews.toml").read_text()


def test_read_races__says_what_a_table_lacks(data, tmp_path):
    table = parquet.read_table(data / "laps.parquet")
    short = tmp_path / "short.parquet"
    parquet.write_table(table.drop_columns(["tyre_life"]), short)
    with pytest.raises(UsageError) as caught:
        read_races(short, data / "seasons", None, SEASONS)
    assert "tyre_life" in str(caught.value)
    assert str(short) in caught.value.where


@pytest.mark.parametrize("content", [b"", b"PAR1 is not all of it"])
def test_read_races__refuses_what_is_no_table(data, tmp_path, content):
    path = tmp_path / "laps.parquet"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="cannot be read"):
        read_races(path, data / "seasons", None, SEASONS)


def test_read_races__no_race_in_common_is_said(data):
    with pytest.raises(UsageError, match="season file cannot be read"):
        read_races(data / "laps.parquet", data / "seasons", None, (1999,))
    with pytest.raises(UsageError, match="neutralisations"):
        read_races(data / "laps.parquet", data / "seasons", data, SEASONS)
