"""A season named by its year, where no folder has that name."""

from __future__ import annotations

from pathlib import Path

from services.cli.season_folder import SeasonFolder
from services.disk.program import RACE_DATA

FOLDER = SeasonFolder(path_type=Path)


def test_season_folder__a_year_is_the_season_that_comes_with_the_program(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert FOLDER.convert("2024", None, None) == RACE_DATA / "2024"


def test_season_folder__a_folder_of_that_name_goes_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "2024").mkdir()
    assert FOLDER.convert("2024", None, None) == Path("2024")


def test_season_folder__a_year_that_is_not_shipped_is_a_path_like_any_other(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert FOLDER.convert("1950", None, None) == Path("1950")
    assert FOLDER.convert("./2024", None, None) == Path("2024")
