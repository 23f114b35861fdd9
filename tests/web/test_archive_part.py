"""The archive under a running server: comes, grows, goes, is damaged, is back."""

from __future__ import annotations

import sqlite3

import pytest

from services.archive.place import StorePlace
from services.errors import ArchiveDamaged
from services.web.archive_part import ArchivePart
from services.web.counters import Counters
from services.web.follower import Follower
from services.web.maker import reads
from services.web.resource import make_resource
from services.web.snapshot import make_snapshot
from services.web.world_reader import WorldReader
from tests.archive.small_archive import SmallArchive, one_event

FILE = "archive.sqlite"


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def part(tmp_path, clock):
    made = ArchivePart(tmp_path, clock=clock)
    yield made
    made.close()


def archive(folder, *runs):
    """Make an archive of a run, and of further ones."""
    add(folder, "first")
    for name in runs:
        add(folder, name)


def add(folder, name):
    small = SmallArchive(folder / FILE)
    small.add(name, one_event(1))
    small.close()


def test_look__without_an_archive_there_is_none_and_no_trouble(part):
    assert not part.look()
    assert (part.archive, part.trouble) == (None, "")


def test_look__one_that_was_asked_for_and_is_not_there_is_told(tmp_path):
    part = ArchivePart(tmp_path, StorePlace(path=tmp_path / "mine.sqlite"))
    assert part.look()
    assert "mine.sqlite" in part.trouble
    assert not part.look()


def test_look__it_comes_grows_and_goes(part, tmp_path):
    part.look()
    archive(tmp_path)
    assert part.look()
    assert part.archive.seasons() == (2025,)
    assert not part.look()
    stamp = part.stamp
    add(tmp_path, "second")
    assert part.look()
    assert part.stamp != stamp
    assert len(part.archive.runs()) == 2
    (tmp_path / FILE).rename(tmp_path / "moved")
    assert part.look()
    assert (part.archive, part.trouble) == (None, "")
    assert not part.look()
    (tmp_path / "moved").rename(tmp_path / FILE)
    assert part.look()
    assert len(part.archive.runs()) == 2


def test_look__logs_of_the_database_that_come_and_go_change_nothing(part, tmp_path):
    archive(tmp_path)
    part.look()
    for _ in range(3):
        with sqlite3.connect(tmp_path / FILE) as writer:
            writer.execute("PRAGMA journal_mode=WAL")
            writer.execute("BEGIN IMMEDIATE")
            writer.rollback()
            assert not part.look()
            writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        writer.close()
        assert not part.look()


@pytest.mark.parametrize("damage", [b"", b"no database" * 999])
def test_look__one_that_is_damaged_is_told_and_taken_up_once_it_is_whole(
    part, tmp_path, clock, damage
):
    archive(tmp_path)
    whole = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).unlink()
    (tmp_path / FILE).write_bytes(damage)
    assert part.look()
    assert part.archive is None
    assert FILE in part.trouble
    assert not part.look()
    (tmp_path / FILE).write_bytes(whole)  # the same file, so the clock alone has it asked again
    clock.now += 60.0
    assert part.look()
    assert part.archive.seasons() == (2025,)


def test_look__one_that_is_replaced_is_opened_anew(part, tmp_path):
    archive(tmp_path)
    part.look()
    other = tmp_path / "other"
    other.mkdir()
    archive(other, "second")
    (other / FILE).rename(tmp_path / FILE)
    assert part.look()
    assert len(part.archive.runs()) == 2


def text(words):
    return make_resource(words, "text/plain; charset=utf-8")


@reads("archive", "archive_trouble")
def of_archive(world, *, hide):
    known = "none" if world.archive is None else str(len(world.archive.runs()))
    yield "/archive", text(f"{known} {world.archive_trouble}")


@reads("documents")
def of_documents(world, *, hide):
    yield "/documents", text(str(len(world.documents)))


def test_follower__pages_of_the_archive_are_made_anew_when_it_grows_and_no_others(folder):
    archive(folder)
    made = []
    follower = Follower(
        WorldReader(folder),
        made.append,
        Counters(),
        make=lambda world, old: make_snapshot(world, old, makers=(of_archive, of_documents)),
    )
    follower.look()
    assert made[-1].resources["/archive"].body == b"1 "
    add(folder, "second")
    follower.look()
    assert made[-1].resources["/archive"].body == b"2 "
    assert made[-1].resources["/documents"] is made[-2].resources["/documents"]
    for _ in range(10):
        follower.look()
    assert len(made) == 2


def test_follower__an_archive_that_fails_while_pages_are_made_costs_its_pages_alone(folder):
    def failing(world, *, hide):
        if world.archive is not None:
            raise ArchiveDamaged("a page of the archive is damaged", where=FILE)
        yield "/odds", text(world.archive_trouble)

    archive(folder)
    made = []
    follower = Follower(
        WorldReader(folder),
        made.append,
        Counters(),
        make=lambda world, old: make_snapshot(world, old, makers=(of_documents, failing)),
    )
    follower.look()
    (only,) = made
    assert only.failures == ()
    assert b"a page of the archive is damaged" in only.resources["/odds"].body
    assert only.resources["/documents"].body == b"1"
