"""Missing, damaged, foreign and newer archives: each error says where, and what to do."""

from __future__ import annotations

import os
import sqlite3
import stat

import pytest
from sqlalchemy import create_engine, text

from predictor.errors import UsageError
from services.archive.place import StorePlace, place_of, store_place, without_password
from services.archive.reader import open_archive
from services.errors import (
    ArchiveDamaged,
    ArchiveMissing,
    ArchiveOfAnotherVersion,
    ArchiveUnusable,
    SomebodysFile,
)
from tests.archive.small_archive import SmallArchive, one_event


def test_open__nothing_there(tmp_path):
    path = tmp_path / "archive.sqlite"
    with pytest.raises(ArchiveMissing) as told:
        open_archive(path)
    assert told.value.where == str(path)
    assert "store sync" in told.value.do
    assert not path.exists()


@pytest.mark.parametrize("content", [b"", b"no database" * 999, b"SQLite format 3\0" + b"x" * 999])
def test_open__no_archive_at_all(tmp_path, content):
    path = tmp_path / "archive.sqlite"
    path.write_bytes(content)
    with pytest.raises(ArchiveDamaged) as told:
        open_archive(str(path))
    assert told.value.where == str(path)
    assert "store sync" in told.value.do


@pytest.mark.skipif(os.name != "posix", reason="makes a named pipe")
@pytest.mark.parametrize(("make", "got"), [(os.mkfifo, "a named pipe"), (os.mkdir, "a folder")])
def test_open__what_is_no_file_is_not_waited_for(tmp_path, make, got):
    path = tmp_path / "archive.sqlite"
    make(path)
    for use in (open_archive, SmallArchive):
        with pytest.raises(ArchiveUnusable) as told:
            use(path)
        assert (told.value.where, told.value.got) == (str(path), got)


def test_open__somebodys_database(tmp_path):
    path = tmp_path / "archive.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE run (mine INTEGER)")
    connection.close()
    with pytest.raises(ArchiveDamaged, match="no archive of forecasts"):
        open_archive(path)


def test_make__in_somebodys_file_nothing_is_touched(tmp_path):
    path = tmp_path / "archive.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE mine (number INTEGER)")
    connection.close()
    with pytest.raises(SomebodysFile) as told:
        SmallArchive(path)
    assert told.value.where == str(path)
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT name FROM sqlite_schema").fetchall() == [("mine",)]
    connection.close()


def test_open__of_a_later_version(in_sqlite):
    with in_sqlite._engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ArchiveOfAnotherVersion) as told:
        in_sqlite.open()
    assert told.value.got == "tables of version 9999"


def test_read__damage_in_the_middle_is_told_where_it_is_met(in_sqlite):
    for n in range(40):
        in_sqlite.add(f"r{n}", one_event(1, p_win=n / 100))
    in_sqlite.close()
    path = in_sqlite.place.path
    with open_archive(path) as archive:
        whole = archive.title_history(2025, "driver")
    data = path.read_bytes()
    path.write_bytes(data[:4096] + os.urandom(len(data) - 8192) + data[-4096:])
    with pytest.raises(ArchiveDamaged) as told, open_archive(path) as archive:
        assert archive.title_history(2025, "driver") != whole
    assert told.value.where == str(path)


def test_document__other_bytes_than_its_digest_says(in_sqlite):
    sha256 = in_sqlite.add("r1", one_event(1))
    with in_sqlite._engine.begin() as connection:
        connection.execute(text("UPDATE run SET frame = x'00'"))
    with in_sqlite.open() as archive, pytest.raises(ArchiveDamaged, match="a document"):
        archive.document(sha256)


def test_stamp__says_that_the_archive_has_gone(in_sqlite, tmp_path):
    in_sqlite.add("r1", one_event(1))
    with in_sqlite.open() as archive:
        archive.stamp()
        in_sqlite.place.path.rename(tmp_path / "elsewhere")
        with pytest.raises(ArchiveMissing):
            archive.stamp()


def test_stamp__sees_an_archive_in_the_place_of_another(in_sqlite, tmp_path):
    in_sqlite.add("r1", one_event(1))
    other = SmallArchive(tmp_path / "other.sqlite")
    other.add("r1", one_event(1))
    other.close()
    in_sqlite.close()
    with in_sqlite.open() as archive:
        before = archive.stamp()
        other.place.path.replace(in_sqlite.place.path)
        assert archive.stamp() != before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_open__in_a_folder_that_cannot_be_written(in_sqlite):
    in_sqlite.add("r1", one_event(1))
    in_sqlite.close()
    folder = in_sqlite.place.path.parent
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        with in_sqlite.open() as archive:
            assert archive.seasons() == (2025,)
    finally:
        folder.chmod(stat.S_IRWXU)


def test_read__cannot_change_anything(archive):
    archive.add("r1", one_event(1))
    with archive.open() as found, pytest.raises(ArchiveUnusable), found._reading() as connection:
        connection.execute(text("DELETE FROM title_odds"))


def test_open__a_server_that_is_not_there():
    url = "postgresql://me:secret@/f1?host=/nowhere"
    with pytest.raises(ArchiveMissing) as told:
        open_archive(url)
    assert told.value.where == "postgresql://me:***@/f1?host=/nowhere"
    assert "secret" not in str(told.value)


def test_open__a_database_without_an_archive(postgres_place):
    with pytest.raises(ArchiveMissing, match="holds no archive"):
        open_archive(postgres_place)


def test_open__a_database_that_is_not_there(postgres_url):
    with pytest.raises(ArchiveMissing):
        open_archive(postgres_url.replace("/postgres?", "/nowhere?"))


def test_make__where_somebodys_tables_are_nothing_is_touched(postgres_place):
    engine = create_engine(postgres_place.url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE event (mine INTEGER)"))
    with pytest.raises(SomebodysFile) as told:
        SmallArchive(postgres_place)
    assert told.value.got == "event"
    with engine.connect() as connection:
        names = connection.execute(
            text("SELECT tablename FROM pg_tables WHERE schemaname='public'")
        )
        assert names.scalars().all() == ["event"]
    engine.dispose()


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("a/b.sqlite", "a/b.sqlite"),
        ("sqlite:///a/b%20c.sqlite", "a/b c.sqlite"),
        ("sqlite:////a/b.sqlite", "/a/b.sqlite"),
    ],
)
def test_place__of_a_file(named, expected):
    assert str(place_of(named).path) == expected


def test_place__of_a_database():
    place = place_of("postgres://me@host/f1")
    assert (place.path, place.url, place.words) == (
        None, "postgresql://me@host/f1", "postgresql://me@host/f1"
    )  # fmt: skip


@pytest.mark.parametrize("named", ["mysql://x/y", "sqlite://", "sqlite:///", "mongodb://me:pw@h/d"])
def test_place__of_no_kind_that_there_is(named):
    with pytest.raises(UsageError) as told:
        place_of(named, "--store")
    assert told.value.where == "--store"
    assert ":pw@" not in str(told.value)


def test_store_place__option_before_variable_before_settings(tmp_path):
    environ = {"F1_STORE": "from-variable"}
    assert store_place(tmp_path, "asked", "set", environ) == StorePlace(path=place_of("asked").path)
    assert str(store_place(tmp_path, "", "set", environ).path) == "from-variable"
    assert str(store_place(tmp_path, "", "set", {}).path) == "set"
    assert store_place(tmp_path, "", "", {}).path == tmp_path / "archive.sqlite"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://me:secret@host:5432/f1", "postgresql://me:***@host:5432/f1"),
        ("postgresql://host/f1?user=me&password=secret", "postgresql://host/f1?user=me&password=***"),
        ("postgresql:///f1?SSLPASSWORD=secret&host=h", "postgresql:///f1?SSLPASSWORD=***&host=h"),
        ("postgresql://me:secret@host:port/f1", "postgresql:…"),
        ("postgresql://me:sec#secret@host/f1", "postgresql:…"),
        ("postgresql://me:secret@[::1/f1", "postgresql:…"),
        ("postgresql:me:secret@host/f1", "postgresql:…"),
    ],
)  # fmt: skip
def test_without_password__no_part_of_it_is_said(url, said):
    assert without_password(url) == said


@pytest.mark.parametrize("rest", ["//me:secret@host:port/f1", "//me:secret@[::1/f1", "me:secret@h"])
def test_place_of__an_address_that_cannot_be_read_is_refused_without_its_password(rest):
    with pytest.raises(UsageError) as refused:
        place_of(f"postgresql:{rest}")
    assert "secret" not in str(refused.value)
