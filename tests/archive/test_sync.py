"""What is kept is archived, once; what cannot be is told, and keeps nothing else out."""

from __future__ import annotations

import threading

import pytest

from services.archive.connection import writing
from services.archive.kept import keep, kept_documents
from services.archive.place import StorePlace
from services.archive.reader import open_archive
from services.archive.sync import sync
from services.errors import ArchiveDamaged
from tests.archive.dumped import dumped
from tests.archive.small_archive import document_of, one_event, payload_of


@pytest.fixture
def folder(tmp_path):
    """An output folder with three documents kept."""
    for n, p_win in enumerate((0.6, 0.7, 0.7), start=1):
        document = document_of(f"r{n}", one_event(1, p_win=p_win), one_event(2))
        keep(tmp_path, payload_of(document), document)
    return tmp_path


def run_ids(place):
    with open_archive(place) as archive:
        return [one.run_id for one in archive.runs()]


def test_sync__archives_what_is_kept_and_no_second_time(folder, place):
    told = []
    first = sync(folder, place, lambda *progress: told.append(progress))
    assert (first.added, first.known, first.left_out) == (3, 0, ())
    assert told == [(1, 3), (2, 3), (3, 3)]
    again = sync(folder, place)
    assert (again.added, again.known) == (0, 3)
    assert run_ids(place) == ["r1", "r2", "r3"]


def test_sync__goes_on_where_it_was(folder, place):
    last = kept_documents(folder)[-1].path
    aside = folder / "aside"
    last.rename(aside)
    assert sync(folder, place).added == 2
    aside.rename(last)
    done = sync(folder, place)
    assert (done.added, done.known) == (1, 2)
    anew = StorePlace(path=folder / "anew.sqlite")
    sync(folder, anew)
    assert dumped(open_archive(anew))["run_event"] == dumped(open_archive(place))["run_event"]


def test_sync__leaves_out_what_is_damaged_and_takes_the_rest(folder, sqlite_place):
    one = kept_documents(folder)[1].path
    one.write_bytes(one.read_bytes()[:-9])
    done = sync(folder, sqlite_place)
    assert done.added == 2
    ((path, why),) = done.left_out
    assert path == str(one)
    assert why.startswith("is damaged")
    assert run_ids(sqlite_place) == ["r1", "r3"]


def test_sync__takes_documents_in_place_that_nobody_kept(folder, sqlite_place):
    (folder / "season_2025_incremental.json").write_bytes(
        payload_of(document_of("r4", one_event(1)))
    )
    (folder / "other.json").write_bytes(payload_of(document_of("r5", one_event(1))))
    assert sync(folder, sqlite_place).added == 4
    assert sync(folder, sqlite_place).added == 0
    assert run_ids(sqlite_place)[-1] == "r4"


def test_sync__an_edited_document_in_place_is_another_of_its_run(folder, sqlite_place):
    edited = document_of("r3", one_event(1, p_win=0.99))
    place_of_it = folder / "season_2025_incremental.json"
    place_of_it.write_bytes(payload_of(edited))
    done = sync(folder, sqlite_place)
    assert done.added == 3
    assert done.left_out == (
        (str(place_of_it), "another document of run r3 is archived: this one was edited"),
    )


def test_sync__what_is_no_document_is_left_out(folder, sqlite_place):
    place_of_it = folder / "season_2025_incremental.json"
    place_of_it.write_bytes(b'{"schema_version": "1.0.0"}')
    ((path, _),) = sync(folder, sqlite_place).left_out
    assert path == str(place_of_it)


def test_sync__a_text_that_the_database_refuses_keeps_nothing_else_out(folder, postgres_place):
    document = document_of("r\x004", one_event(1))
    keep(folder, payload_of(document), document)
    after = document_of("r5", one_event(1))
    keep(folder, payload_of(after), after)
    done = sync(folder, postgres_place)
    assert done.added == 4
    assert len(done.left_out) == 1


def test_sync__without_anything_kept_makes_an_empty_archive(tmp_path, sqlite_place):
    assert sync(tmp_path / "nowhere", sqlite_place).added == 0
    with open_archive(sqlite_place) as archive:
        assert archive.runs() == archive.seasons() == archive.scores() == ()
        assert archive.stamp()[-1] == 0


def test_sync__a_damaged_archive_is_told_and_made_anew_when_moved_away(folder, sqlite_place):
    sqlite_place.path.write_bytes(b"no database at all, and longer than its header" * 99)
    with pytest.raises(ArchiveDamaged) as told:
        sync(folder, sqlite_place)
    assert told.value.where == str(sqlite_place.path)
    assert "store sync" in told.value.do
    sqlite_place.path.rename(folder / "damaged")
    assert sync(folder, sqlite_place).added == 3


def test_sync__waits_for_another_writer(folder, place):
    sync(folder / "nowhere", place)
    done = []
    with writing(place).connect() as other:
        transaction = other.begin()
        waiting = threading.Thread(target=lambda: done.append(sync(folder, place)))
        waiting.start()
        assert done == []  # nobody writes while another does
        transaction.rollback()
    waiting.join(60)
    assert done[0].added == 3


def test_sync__of_two_at_once_takes_no_document_twice(folder, place):
    done = []
    threads = [threading.Thread(target=lambda: done.append(sync(folder, place))) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert sum(one.added for one in done) == 3
    assert run_ids(place) == ["r1", "r2", "r3"]
