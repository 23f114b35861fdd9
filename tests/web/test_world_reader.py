"""The world as it lies on a disk on which everything may come, go and be damaged."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from services.monitoring.status_file import Status, write_status
from services.web.world_reader import WorldReader, read_world
from tests.published.small_document import small_document
from tests.published.small_told import as_bytes
from tests.web.conftest import NAME, publish

NOW = datetime(2025, 3, 1, tzinfo=UTC)


class Clock:
    now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def reader(folder, clock):
    return WorldReader(folder, clock=clock)


def status(state="idle", updated=NOW, **changed):
    told = {
        "state": state, "pid": 1, "version": "0", "code": "c", "started": NOW.isoformat(),
        "updated": updated.isoformat(), "updated_every_s": 10.0, "train_data": "drops",
    }  # fmt: skip
    return Status(**(told | changed))


def test_look__an_unchanged_folder_is_the_very_same_world(reader):
    assert reader.look() is reader.look()


def test_look__a_document_that_is_written_again_as_it_was_is_no_other_world(
    reader, folder, published
):
    before = reader.look()
    publish(published[0], folder)
    assert reader.look() is before


def test_look__parts_that_have_not_changed_are_the_same_objects(reader, folder, published):
    (folder / "told").mkdir()
    (folder / "told" / "a.json").write_bytes(as_bytes())
    before = reader.look()
    publish(published[1], folder)
    after = reader.look()
    assert after.documents is not before.documents
    assert after.told is before.told
    assert after.told["2025-monaco"]


def test_look__a_folder_that_is_not_there_is_an_empty_world_until_it_is(tmp_path, folder):
    reader = WorldReader(tmp_path / "later")
    empty = reader.look()
    assert empty.default_season is None
    assert empty.troubles == ()
    assert reader.look() is empty
    folder.rename(tmp_path / "later")
    assert reader.look().default_season == 2025
    (tmp_path / "later").rename(folder)
    assert reader.look().documents == {}


@pytest.mark.parametrize("damage", [b"", b"{}", b"\0" * 1000, b'{"schema_version": "1.0.0"'])
def test_look__a_damaged_document_leaves_the_last_good_one_and_is_told(reader, folder, damage):
    good = reader.look()
    (folder / NAME).write_bytes(damage)
    world = reader.look()
    assert world.documents is good.documents
    assert NAME in world.troubles[0]
    assert "the last good one is shown" in world.troubles[0]
    assert reader.look() is world


def test_look__a_damaged_document_without_a_good_one_is_told_and_not_shown(folder):
    (folder / NAME).write_bytes(b'{"schema_version":')
    world = read_world(folder)
    assert world.documents == {}
    assert NAME in world.troubles[0]


def test_look__a_trouble_stays_told_when_another_file_changes(reader, folder):
    (folder / NAME).write_bytes(b"{}")
    reader.look()
    (folder / "season_2024_incremental.json").write_bytes(
        msgspec.json.encode(small_document(season=2024))
    )
    world = reader.look()
    assert set(world.documents) == {2024}
    assert NAME in world.troubles[0]


def test_look__files_of_other_kinds_are_passed_over(reader, folder):
    before = reader.look()
    (folder / "bench.json").write_text('{"host": 1}')
    (folder / "list.json").write_text("[1]")
    (folder / ".hidden.json").write_text("{}")
    (folder / "a.json").mkdir()
    world = reader.look()
    assert world.documents is before.documents
    assert [one for one in world.troubles if "bench" in one or "list" in one] == []


def test_look__the_document_under_its_own_name_stands_before_others(folder):
    told = json.loads((folder / NAME).read_bytes())
    told["metadata"]["generated_at"] = "2031-01-01T00:00:00+00:00"
    (folder / "mine.json").write_text(json.dumps(told))
    assert read_world(folder).raw[2025] == (folder / NAME).read_bytes()
    (folder / NAME).unlink()
    assert read_world(folder).raw[2025] == (folder / "mine.json").read_bytes()


def test_look__a_look_back_is_no_forecast_of_now(folder):
    told = json.loads((folder / NAME).read_bytes())
    told["metadata"]["known_until"] = {"round": 2}
    (folder / NAME).unlink()
    (folder / "season_2025_as_of_round_2.json").write_text(json.dumps(told))
    assert read_world(folder).documents == {}


def test_look__the_daemons_clocks_and_counters_make_no_other_world(reader, folder, clock):
    write_status(folder, status())
    before = reader.look()
    assert before.daemon == "well"
    clock.now += timedelta(seconds=10)
    write_status(folder, status(updated=clock.now, surveys=99, due_in_s=3.0, progress="3 of 9"))
    assert reader.look() is before
    write_status(folder, status("building", updated=clock.now))
    assert reader.look().status.state == "building"


def test_look__a_daemon_that_says_nothing_is_silent_then_well_again(reader, folder, clock):
    write_status(folder, status())
    assert reader.look().daemon == "well"
    clock.now += timedelta(minutes=10)
    silent = reader.look()
    assert silent.daemon == "silent"
    assert reader.look() is silent
    write_status(folder, status(updated=clock.now))
    assert reader.look().daemon == "well"
    write_status(folder, status("stopped", updated=clock.now))
    assert reader.look().daemon == "stopped"
    (folder / ".status.json").unlink()
    assert reader.look().daemon == "none"


def test_look__told_races_come_go_and_may_be_damaged(reader, folder, tmp_path):
    assert reader.look().told == {}
    told = folder / "told"
    told.mkdir()
    (told / "a.json").write_bytes(as_bytes())
    (told / "b.json").write_text("{")
    world = reader.look()
    assert set(world.told) == {"2025-monaco"}
    assert "told/b.json" in world.troubles[0]
    told.rename(tmp_path / "moved")
    assert reader.look().told == {}


def test_look__pages_are_made_anew_when_a_session_begins(reader, folder, clock):
    (folder / NAME).write_bytes(msgspec.json.encode(small_document(season=2025)))
    before = reader.look()
    start = datetime(2025, 3, 16, 4, tzinfo=UTC)
    clock.now = start - timedelta(seconds=1)
    assert reader.look() is before
    clock.now = start
    after = reader.look()
    assert after is not before
    assert after.documents is before.documents
    assert reader.look() is after


def test_look__a_document_that_may_not_be_read_is_told(folder, monkeypatch):
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "loop.json").symlink_to(folder / "loop.json")
    (folder / NAME).symlink_to(folder / "nowhere")
    assert read_world(folder).documents == {}
