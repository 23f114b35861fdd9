"""The page of health: every trouble once, what to do about it, and none where there is none."""

from __future__ import annotations

from msgspec.structs import replace as with_fields

from predictor.published.json_text import read_json
from predictor.published.season_types import PassedOver, Rejection, SeasonDocument
from predictor.vocabulary import SessionKind
from services.archive.run_values import Backfilled
from services.monitoring.status_file import BuildStatus, Status
from services.web.pages import health
from services.web.snapshot import make_snapshot
from services.web.world import World
from services.web.world_reader import read_world
from tests.archive.small_archive import SmallArchive, one_event
from tests.web.conftest import NAME
from tests.web.pages.reading import Page


def shown(world):
    made = make_snapshot(world, makers=(health.make,)).resources["/health"]
    return Page(made.body.decode())


def world_of(folder, daemon="none", status=None, **metadata):
    """Give the world of a document whose metadata says something else."""
    found = read_world(folder)
    document = read_json((folder / NAME).read_bytes(), SeasonDocument)
    changed = with_fields(document, metadata=with_fields(document.metadata, **metadata))
    first, event = next(iter(changed.predictions.items()))
    seen = with_fields(event.metadata, known_sessions=(SessionKind.FP1, SessionKind.QUALIFYING))
    changed.predictions[first] = with_fields(event, metadata=seen)
    return World(
        output=folder,
        documents={2025: changed},
        raw=found.raw,
        default_season=2025,
        daemon=daemon,
        status=status,
        # Of the day after the last race that is run: nothing is missing.
        now=found.now.fromisoformat("2025-04-07T00:00:00+00:00"),
    )


def status_of(**said):
    usual = {"pid": 1, "version": "1", "code": "c", "started": "", "updated": ""}
    return Status(**({"state": "idle", "updated_every_s": 1.0, "train_data": "x"} | usual | said))


def test_health__of_a_folder_in_which_all_is_well_says_so(folder):
    page = shown(world_of(folder))
    assert "The forecast is sound, as of its time Every file could be used" in page.text
    assert page.of_class("warning") == []
    assert "Files of each weekend, 2025" in page.text
    assert len(page.of_class("seen")) == 2
    assert page.of_class("missing") == page.of_class("refused") == []
    well = shown(world_of(folder, daemon="well"))
    assert "The forecast is sound and up to date" in well.text


def test_health__a_refused_file_is_told_with_its_reason_and_what_to_do(folder):
    refused = Rejection(file="03-japan/fp2.json", reason="is not valid JSON: it ends in line 12")
    page = shown(world_of(folder, rejected=(refused,)))
    assert "The forecast is sound, as of its time. One file is refused" in page.text
    assert "× Refused: 03-japan/fp2.json It is not valid JSON: it ends in line 12." in page.text
    assert "The forecast goes on without it. Do: drop the file again" in page.text
    stood_in = world_of(folder, rejected=(refused,), stale_inputs=(refused.file,))
    page = shown(stood_in)
    assert "Its last good content is in use." in page.text
    assert len(page.of_class("old")) == 1


def test_health__a_form_that_is_not_read_says_what_to_do(folder):
    page = shown(world_of(folder, passed_over=(PassedOver(file="x.pdf", do="make it CSV"),)))
    assert "× Not read: x.pdf It is data in a form that is not read. Do: make it CSV." in page.text


def test_health__a_daemon_that_is_gone_makes_the_forecast_old(folder):
    for state, said in (("stopped", "Daemon stopped"), ("silent", "Daemon silent")):
        page = shown(world_of(folder, daemon=state, status=status_of(state=state)))
        assert "The forecast may be old. One thing needs a look" in page.text
        assert f"× {said} " in page.text
        assert "Do: start it again with python -m services watch" in page.text


def test_health__a_run_that_failed_is_told_and_what_the_daemon_does_without(folder):
    failed = BuildStatus("r", "failed", "file", "2025-04-06T10:00:00Z", 1.0, error="disk full")
    page = shown(world_of(folder, "well", status_of(last_build=failed, degraded=["no watcher"])))
    assert "The forecast is not the latest it could be. Two things need a look" in page.text
    assert "Disk full. The forecast before it is shown." in page.text
    assert "× Does without No watcher." in page.text


def test_health__tells_every_trouble(folder):
    (folder / NAME).write_bytes(b"{")
    (folder / "told").mkdir()
    (folder / "told" / "<b>.json").write_text("{")
    page = shown(read_world(folder))
    assert "There is no forecast yet. Two things need a look" in page.text
    assert f"{NAME[1:]} is no season document" in page.text
    assert "/<b>.json: it is no told race" in page.text
    assert "Nothing is published." in page.text


def test_health__an_archive_that_cannot_be_read_is_told(tmp_path):
    page = shown(World(output=tmp_path, archive_trouble="the archive is damaged"))
    assert "There is no forecast yet. One thing needs a look" in page.text
    assert "The archive is damaged. Pages do without what it keeps." in page.text
    assert "Archive: cannot be read" in page.text


def test_health__an_archive_that_lags_says_so(folder, tmp_path):
    small = SmallArchive(tmp_path / "archive.sqlite")
    world = world_of(folder)
    archived = World(**{name: getattr(world, name) for name in ("output", "documents", "raw")})
    with small.open() as archive:
        page = shown(with_archive(archived, archive))
        assert "Archive: behind The document of 2025 that is shown is not in it yet." in page.text
    small.take((folder / NAME).read_bytes())
    for number in range(40):  # a backfill comes after it
        small.add(f"b{number}", one_event(1), backfilled=Backfilled("2025-first", "a"))
    with small.open() as archive:
        page = shown(with_archive(archived, archive))
        assert "Archive: up to date" in page.text
    small.close()


def with_archive(world, archive):
    return World(
        output=world.output,
        documents=world.documents,
        raw=world.raw,
        default_season=2025,
        archive=archive,
    )


def test_health__a_page_that_failed_is_told_there(tmp_path):
    def fails(world, *, hide):
        yield "/x", lambda: 1 / 0

    made = make_snapshot(World(output=tmp_path), makers=(fails, health.make))
    assert b"/x could not be made: ZeroDivisionError" in made.resources["/health"].body
