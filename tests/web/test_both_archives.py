"""Pages and answers of an archive in PostgreSQL: the same bytes as of one in a file."""

from __future__ import annotations

from datetime import datetime

from services.web.demo.recording import read_recording
from services.web.snapshot import make_snapshot
from services.web.world_reader import WorldReader
from tests.archive.small_archive import SmallArchive
from tests.postgres import postgres_place, postgres_url
from tests.web.conftest import NAME

__all__ = ["postgres_place", "postgres_url"]

N_ROUNDS = 4


def test_make_snapshot__a_database_answers_as_a_file_does(tmp_path, postgres_place):
    drops = read_recording().before[:N_ROUNDS]
    folder = tmp_path / "predictions"
    folder.mkdir()
    (folder / NAME).write_bytes(drops[-1].document)

    def made(place):
        archive = SmallArchive(place)
        for drop in drops:
            archive.take(bytes(drop.document))
        archive.close()
        reader = WorldReader(
            folder, archive.place, clock=lambda: datetime.fromisoformat(drops[-1].at)
        )
        try:
            world = reader.look()
            assert world.archive is not None, world.archive_trouble
            snapshot = make_snapshot(world)
        finally:
            reader.close()
        assert snapshot.failures == ()
        return {path: one.body for path, one in snapshot.resources.items()}

    of_file, of_database = made(tmp_path / "archive.sqlite"), made(postgres_place)
    assert [path for path in of_file if of_file[path] != of_database.get(path)] == []
    assert of_file.keys() == of_database.keys()
