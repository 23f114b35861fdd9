"""``simulate --publish``: from a forecast to a told race beside its document."""

from __future__ import annotations

import shutil

import pytest

from predictor.published.season_types import SeasonDocument
from services.cli.main import commands, main
from services.publishing.told_races import is_of, read_told
from services.web.world_reader import read_world
from tests.web.conftest import SIMS

EVENT = "2025-japan"


def command(forecast, output, *words):
    return [
        "simulate", EVENT, "--train-data", str(forecast.train_data), "--output", str(output),
        "--num-simulations", str(SIMS), "--as-of", "2", "--driver-weights", "HAM=1.5", *words,
    ]  # fmt: skip


@pytest.fixture
def beside(forecast, tmp_path):
    """A copy of the forecast's output folder, so that tests may write into it."""
    folder = tmp_path / "predictions"
    shutil.copytree(forecast.folder, folder)
    return folder / forecast.output.name


def test_simulate__publishes_a_race_of_the_very_forecast(forecast, beside, capsys):
    main(commands, command(forecast, beside, "--publish"))
    path = beside.parent / "told" / f"{EVENT}.json"
    assert str(path) in capsys.readouterr().err
    race = read_told(path.read_bytes())
    world = read_world(beside.parent)
    assert world.told == {EVENT: race}
    document: SeasonDocument = world.documents[2025]
    assert is_of(race, document)
    assert race.gap_bands.n_races == race.leader_odds.n_races == SIMS
    laps = {one.lap: one for one in race.leader_odds.laps}
    first = [lap.cars[0].driver for lap in race.race.laps]
    assert all(one.leader == first[lap - 1] for lap, one in laps.items())
    assert all(sum(one.p_win) == pytest.approx(1.0, abs=5e-3) for one in laps.values())


def test_simulate__publishes_into_no_folder_without_a_forecast(forecast, tmp_path, capsys):
    assert main(commands, command(forecast, tmp_path / "season.json", "--publish")) == 2
    assert "none is there" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_simulate__a_shard_publishes_nothing(forecast, beside, capsys):
    words = ("--publish", "--shard", "1/2", "--json", str(beside.parent / "part.json"))
    assert main(commands, command(forecast, beside, *words)) == 2
    assert "--publish" in capsys.readouterr().err


def test_simulate__another_forecast_is_told_apart(forecast, beside):
    words = command(forecast, beside, "--publish")
    words[words.index("HAM=1.5")] = "HAM=0.5"
    main(commands, words)
    world = read_world(beside.parent)
    assert not is_of(world.told[EVENT], world.documents[2025])
