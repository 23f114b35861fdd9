"""The folders of a run are read once, and never hold what the run itself writes."""

from __future__ import annotations

from itertools import islice

import pytest

from services.intake.run_folders import OWN_FOLDERS, Folders
from services.settings.limits import Limits
from services.settings.run_request import RunRequest
from tests.forecasting.small_season import SmallSeason, copy


@pytest.fixture
def season(tmp_path):
    return SmallSeason(tmp_path)


def folders(season, **changed):
    given = {"train_data": season.drops, "history": season.earlier, "output": season.output}
    return Folders(RunRequest(**(given | changed)), Limits())


def test_folders__a_second_look_at_the_histories_sees_the_very_same(season):
    found = folders(season)
    first = list(found.histories(2025))
    copy("2023/calendar.json", season.earlier / "2023" / "calendar.json")
    assert list(found.histories(2025)) == first
    assert next(found.histories(2025)) is first[0]


def test_folders__histories_are_read_as_they_are_asked_for(season, tmp_path):
    copy("2024/calendar.json", tmp_path / "2024" / "calendar.json")
    found = folders(season, history=None, train_data=season.drops)
    first = list(islice(found.histories(2025), 1))
    assert [one.folder for one in first] == [tmp_path.resolve()]
    assert len(list(found.histories(2025))) == 2  # and those shipped with the product
    assert next(found.histories(2025)) is first[0]


def test_folders__a_history_that_is_asked_for_in_part_goes_on_where_it_was(season, tmp_path):
    copy("2024/calendar.json", tmp_path / "2024" / "calendar.json")
    found = folders(season, history=None)
    one, other = found.histories(2025), found.histories(2025)
    assert next(one) is next(other)
    assert [scan.folder for scan in (*one, *other)].count(tmp_path.resolve()) == 0


def test_folders__what_the_product_writes_is_no_input(season):
    output = season.drops / "season.json"
    output.write_bytes(b"[1]")
    for name in OWN_FOLDERS:
        copy("2025/entries.json", season.drops / name / "entries.json")
    names = folders(season, output=output).train.digests()
    assert "season.json" not in names
    assert not [name for name in names if name.startswith(OWN_FOLDERS)]
