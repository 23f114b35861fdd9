"""The recorded weekend is whole, small, in order, and of the files that come with the program."""

from __future__ import annotations

import pytest

from predictor.errors import F1Error
from predictor.vocabulary import EventStatus, SessionKind
from services.disk.program import RACE_DATA
from services.publishing.told_races import is_of, read_told
from services.web.demo.recording import RECORDING, read_recording


@pytest.fixture(scope="module", name="recording")
def _recording():
    return read_recording()


def test_recording__is_small():
    assert RECORDING.stat().st_size < 700_000


def test_recording__is_in_the_order_of_time(recording):
    drops = (*recording.before, *recording.weekend)
    assert [one.at for one in drops] == sorted(one.at for one in drops)
    for one in drops:
        assert one.season_document.metadata.generated_at == one.at


def test_recording__its_files_come_with_the_program_each_once(recording):
    names = [name for one in (*recording.before, *recording.weekend) for name in one.files]
    assert len(names) == len(set(names))
    assert [name for name in names if not (RACE_DATA / recording.season / name).is_file()] == []


def test_recording__each_drop_of_the_weekend_is_seen_in_its_document(recording):
    kinds = []
    for one in recording.weekend:
        event = one.season_document.predictions["Belgian Grand Prix"].metadata
        assert len(one.files) == 1
        kinds.append(SessionKind(one.files[0].partition("/")[2].removesuffix(".json")))
        assert set(kinds) <= {*event.known_sessions}
    assert kinds[-1] is SessionKind.RACE
    assert event.status is EventStatus.COMPLETED


def test_recording__of_the_season_so_far_the_next_race_is_forecast(recording):
    for one in recording.before[1:]:
        events = list(one.season_document.predictions.values())
        ahead = [event for event in events if event.metadata.status is EventStatus.SCHEDULED]
        assert ahead[0].predictions
        assert all(event.predictions for event in events if event.result)


def test_recording__has_what_reference_models_said_of_every_race_at_every_horizon(recording):
    events = recording.weekend[-1].season_document.predictions.values()
    run = [one.metadata.event_id for one in events if one.result]
    assert len(run) == 13
    said = {(one.event_id, one.horizon, one.model) for one in recording.references}
    models = (
        "elo", "grid_frequency", "last_race", "points_order", "reverse_plackett_luce", "uniform"
    )  # fmt: skip
    assert said == {(one, at, by) for one in run for at in "abc" for by in models}
    for one in recording.references:
        assert [sum(row) for row in one.p_position] == pytest.approx(
            [1.0] * len(one.drivers), abs=2e-3
        )


def test_recording__tells_a_race_of_each_forecast_of_the_weekend_and_a_sprint_before_it_is_run(
    recording,
):
    told = [
        [(read_told(bytes(race)), one.season_document) for race in one.told]
        for one in (recording.before[-1], *recording.weekend)
    ]
    assert all(is_of(race, document) for of_one in told for race, document in of_one)
    assert [[race.event.session for race, _ in of_one] for of_one in told] == [
        *[["race", "sprint"]] * 3,
        *[["race"]] * 2,
        [],
    ]
    assert [race.event.horizon.value for (race, _), *_ in told[:-1]] == ["a", "b", "b", "b", "c"]


def test_recording__tells_of_no_machine(recording):
    for one in (*recording.before, *recording.weekend):
        assert one.season_document.metadata.run.host == {}


def test_read_recording__of_a_damaged_file_says_what_to_do(tmp_path):
    path = tmp_path / "recording"
    path.write_bytes(RECORDING.read_bytes()[:-100])
    with pytest.raises(F1Error, match="cannot be read"):
        read_recording(path)
