"""The oracle itself, against facts of the season that were read off by hand."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from predictor.errors import NoUsableInput
from services.settings import model_constants as model_file
from services.settings.run_request import RunRequest
from tests.incremental.oracle import Kept, differences, full_rebuild, stable
from tests.incremental.season_files import HISTORY, LATER, SEASON, TESTING, with_one_far_ahead

_DROPPED = {path: data for path, data in SEASON.items() if path not in LATER}
_KEPT = Kept(_DROPPED, HISTORY)
_RACE, _SPRINT = "02-china/race.json", "02-china/sprint.json"
_PRACTICE = "04-bahrain/fp2.json"
_PRACTICE_OF_RUN = "02-china/fp1.json"
# In the order of the calendar; the first three are run.
_EVENTS = (
    "Australian Grand Prix", "Chinese Grand Prix", "Japanese Grand Prix", "Bahrain Grand Prix",
    "Miami Grand Prix", "Austrian Grand Prix", "Styrian Grand Prix",
)  # fmt: skip


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    return _document(_DROPPED)


def test_full_rebuild__a_race_counts_for_later_events_and_not_for_its_own(document):
    corrected = _document(_DROPPED | {_RACE: _swapped(_DROPPED[_RACE], 1, 10)})

    assert _changed(document, corrected) == _EVENTS[2:]


def test_full_rebuild__a_sprint_counts_from_its_own_event_on_and_for_the_standings(document):
    # Second and ninth: those who won it and came tenth were not classified in the race.
    files = _DROPPED | {_SPRINT: _swapped(_DROPPED[_SPRINT], 2, 9)}

    corrected = _document(files)

    assert _changed(document, corrected) == _EVENTS[1:]
    assert corrected["championship"] != document["championship"]


def test_full_rebuild__practice_of_an_event_that_was_run_counts_from_it_on(document):
    data = with_one_far_ahead(_DROPPED[_PRACTICE_OF_RUN], 9)

    corrected = _document(_DROPPED | {_PRACTICE_OF_RUN: data})

    assert _changed(document, corrected) == _EVENTS[1:]


def test_full_rebuild__practice_of_an_event_to_come_counts_for_it_alone(document):
    data = with_one_far_ahead(_DROPPED[_PRACTICE], 9)

    corrected = _document(_DROPPED | {_PRACTICE: data})

    assert _changed(document, corrected) == ("Bahrain Grand Prix",)


def test_full_rebuild__a_race_of_an_earlier_year_counts_for_every_event(document):
    left = {path: data for path, data in HISTORY.items() if "saudi" not in path}

    assert _changed(document, _document(_DROPPED, history=left)) == _EVENTS


def test_full_rebuild__testing_counts_for_every_event_and_is_none(document):
    found = _document(_DROPPED | {path: SEASON[path] for path in TESTING})

    assert tuple(found["predictions"]) == tuple(document["predictions"])
    assert _changed(document, found) == _EVENTS
    told = [one["metadata"]["inputs"]["testing"]["days"] for one in found["predictions"].values()]
    assert told == [2] * len(_EVENTS)
    assert "testing" not in document["predictions"][_EVENTS[0]]["metadata"]["inputs"]


def test_full_rebuild__says_which_race_was_learnt_last(document):
    learnt = [document["predictions"][name]["metadata"]["inputs"] for name in _EVENTS]

    assert [one["form_after"] for one in learnt] == [
        None, "2025-australia", "2025-china", "2025-japan", "2025-japan", "2025-japan",
        "2025-japan",
    ]  # fmt: skip


def test_full_rebuild__what_is_kept_stands_in_for_a_damaged_file_and_is_called_stale(document):
    damaged = _DROPPED | {_RACE: _DROPPED[_RACE][:100]}

    found = _document(damaged, kept=_KEPT)

    assert found["metadata"]["stale_inputs"] == [_RACE]
    assert [one["file"] for one in found["metadata"]["rejected"]] == [_RACE]
    assert found["metadata"]["status"] == "degraded"
    assert _changed(document, found) == ()


def test_full_rebuild__a_damaged_file_is_left_out_where_nothing_is_kept(document):
    damaged = _DROPPED | {_RACE: _DROPPED[_RACE][:100]}

    found = _document(damaged)

    assert found["metadata"]["stale_inputs"] == []
    # Its own forecast too: the race's file tells the grid it was started from.
    assert _changed(document, found) == _EVENTS[1:]


def test_full_rebuild__nothing_stands_in_for_a_deleted_file():
    deleted = {path: data for path, data in _DROPPED.items() if path != _RACE}

    assert _document(deleted, kept=_KEPT) == _document(deleted)


def test_full_rebuild__refuses_a_folder_of_which_nothing_can_be_used():
    with pytest.raises(NoUsableInput):
        _document({"a.json": b"{}", "b.json": "is a link; put the file itself here"})


def test_stable__leaves_out_what_two_equal_runs_differ_in():
    published = {"metadata": {"season": 2025, "generated_at": "now", "run": {}}, "scores": {}}

    assert stable(published) == {"metadata": {"season": 2025}, "scores": {}}


@pytest.mark.parametrize(
    ("got", "expected", "places"),
    [
        ({"a": [1, 2]}, {"a": [1, 2]}, []),
        ({"a": [1, 2]}, {"a": [1, 3]}, ["/a/1: 2, expected 3"]),
        ({"a": 1}, {"b": 1}, [": ['a'], expected ['b']"]),
        ({"a": [1]}, {"a": [1, 2]}, ["/a: [1], expected [1, 2]"]),
    ],
)
def test_differences__names_each_place(got, expected, places):
    assert differences(got, expected) == places


def _document(
    files: dict[str, Any], *, history: dict[str, bytes] = HISTORY, kept: Kept | None = None
) -> dict[str, Any]:
    settings = RunRequest(train_data=None, n_simulations=12)  # type: ignore[arg-type]
    model = model_file.read_model()
    return full_rebuild(files, history, kept or Kept(), settings, model).document


def _swapped(data: bytes, one: int, other: int) -> bytes:
    content = orjson.loads(data)
    here, there = content["results"][one - 1], content["results"][other - 1]
    for name in ("driver", "driver_id", "number", "team", "engine", "grid"):
        here[name], there[name] = there[name], here[name]
    return orjson.dumps(content)


def _changed(one: dict[str, Any], other: dict[str, Any]) -> tuple[str, ...]:
    """Name the events whose forecasts differ between two documents."""
    first, second = one["predictions"], other["predictions"]
    return tuple(
        name
        for name in _EVENTS
        if any(first[name][part] != second[name][part] for part in ("predictions", "scenarios"))
    )
