"""What a season's forecasts rest on, as digests; and which seasons there are."""

from __future__ import annotations

import pytest

from predictor.errors import UsageError
from services.settings.limits import Limits
from services.training.learning_data import data_digests, seasons_there
from tests.backtesting.backtest_data import copy_season


@pytest.fixture
def data(tmp_path):
    for year in (2023, 2024):
        copy_season(year, tmp_path / "seasons" / str(year))
    (tmp_path / "seasons" / "notes").mkdir()
    return tmp_path / "seasons"


def digests(data, history=None):
    found = data_digests(data, history, Limits())
    return found.up_to(2023), found.up_to(2024)


def test_seasons_there__are_the_folders_called_by_a_year(data, tmp_path):
    assert seasons_there(data) == [2023, 2024]
    with pytest.raises(UsageError, match="holds none"):
        seasons_there(data / "2023")
    with pytest.raises(UsageError, match="cannot be read"):
        seasons_there(tmp_path / "none")


def test_data_digests__a_later_season_changes_nothing_of_an_earlier_one(data):
    before = digests(data)
    (data / "2024" / "calendar.json").write_bytes(b"{}")
    after = digests(data)
    assert after[0] == before[0]
    assert after[1] != before[1]


def test_data_digests__an_earlier_season_changes_all_later_ones(data):
    before = digests(data)
    (data / "2023" / "calendar.json").write_bytes(b"{}")
    after = digests(data)
    assert set(after).isdisjoint(before)


def test_data_digests__a_folder_of_earlier_seasons_counts(data, tmp_path):
    copy_season(2022, tmp_path / "earlier" / "2022")
    assert set(digests(data)).isdisjoint(digests(data, tmp_path / "earlier"))
