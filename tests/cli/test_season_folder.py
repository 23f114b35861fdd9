"""A season named by its year, where no folder has that name."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from services.cli.main import commands
from services.cli.season_folder import SeasonFolder
from services.disk.program import RACE_DATA

FOLDER = SeasonFolder(path_type=Path)


def test_season_folder__a_year_is_the_season_that_comes_with_the_program(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert FOLDER.convert("2024", None, None) == RACE_DATA / "2024"


@pytest.mark.parametrize("name", ["race-data", "race-data/2024"])
def test_season_folder__race_data_is_the_one_that_comes_with_the_program(
    name, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert FOLDER.convert(Path(name), None, None) == RACE_DATA.parent / name
    (tmp_path / name).mkdir(parents=True)
    assert FOLDER.convert(Path(name), None, None) == Path(name)


@pytest.mark.parametrize("arguments", [["scores"], ["backtest"], ["titles"], ["models", "train"]])
def test_season_folder__is_the_default_of_what_studies_past_seasons(
    arguments, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    command = commands
    for name in arguments:
        command = command.get_command(click.Context(command), name)
    (option,) = (one for one in command.params if isinstance(one.type, SeasonFolder))
    default = option.get_default(click.Context(command))
    assert RACE_DATA in (found := option.type_cast_value(None, default), found.parent)


@pytest.mark.parametrize(
    ("name", "parameter"), [("doctor", "folder"), ("check", "train_data"), ("scores", "train_data")]
)
def test_commands__that_look_at_one_season_take_its_year(name, parameter, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    command = commands.get_command(click.Context(commands), name)
    (one,) = (one for one in command.params if one.name == parameter)
    assert one.type_cast_value(click.Context(command), "2024") == RACE_DATA / "2024"


def test_season_folder__a_folder_of_that_name_goes_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "2024").mkdir()
    assert FOLDER.convert("2024", None, None) == Path("2024")


def test_season_folder__a_year_that_is_not_shipped_is_a_path_like_any_other(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert FOLDER.convert("1950", None, None) == Path("1950")
    assert FOLDER.convert("./2024", None, None) == Path("2024")
    assert FOLDER.convert("race-data/1950", None, None) == Path("race-data/1950")
    assert FOLDER.convert("race-data/../2024", None, None) == Path("race-data/../2024")
