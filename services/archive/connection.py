"""Connections to the archive, and what the database says as errors of this product's own."""

from __future__ import annotations

import contextlib
import functools
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, NoSuchModuleError
from sqlalchemy.pool import NullPool, Pool, StaticPool

from predictor.errors import F1Error, PackageMissing
from services.archive.place import StorePlace
from services.disk.program import how_to_install
from services.disk.regular_file import what_is
from services.disk.targets import not_writable
from services.errors import ArchiveDamaged, ArchiveMissing, ArchiveUnusable

__all__ = ["HOW_TO_MAKE_ANEW", "reading", "telling", "writing"]

HOW_TO_MAKE_ANEW = (
    "move it away and run `python -m services store sync`: it is made anew from the documents kept"
)
_OLDEST_SQLITE = (3, 37)  # strict tables
_BUSY_S = 10.0  # how long a writer waits for another
_BROKEN = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_LOCK = 0x46315F41  # of PostgreSQL, for one writer at a time
_NO_DATABASE = "3D000"  # SQLSTATE: invalid_catalog_name


def reading(place: StorePlace) -> Engine:
    """Return an engine that cannot change the archive.

    Raises
    ------
    ArchiveMissing
        If there is no file.
    PackageMissing
        If the driver of the database is not installed.
    """
    if place.path is None:
        engine = _postgres(place, pool_size=1, max_overflow=0, pool_pre_ping=True)

        @event.listens_for(engine, "begin")
        def read_only(connection: Connection) -> None:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")

        return engine
    if not place.path.exists():
        raise _missing(place)
    mode = "mode=ro" if _may_read_wal(place.path) else "immutable=1"
    return _sqlite(place.path, "BEGIN", mode, StaticPool)


@functools.lru_cache(maxsize=8)
def writing(place: StorePlace) -> Engine:
    """Return an engine whose transactions write, one at a time; a file is made if need be.

    It holds no connection; it is one to a place, because statements that it has once put into
    words it need not again.

    Raises
    ------
    OutputNotWritable
        If the folder of the file cannot be made.
    PackageMissing
        If the driver of the database is not installed.
    """
    if place.path is None:
        engine = _postgres(place, poolclass=NullPool)

        @event.listens_for(engine, "begin")
        def lock(connection: Connection) -> None:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")

        return engine
    try:
        place.path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise not_writable(place.path, error, "--store") from error
    engine = _sqlite(place.path, "BEGIN IMMEDIATE", "mode=rwc", NullPool)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401 - SQLAlchemy's
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")  # what a power cut takes is synced again
        connection.execute("PRAGMA foreign_keys = ON")

    return engine


@contextlib.contextmanager
def telling(place: StorePlace) -> Iterator[None]:
    """Have what the database refuses be told as an error that says where and what to do.

    Raises
    ------
    ArchiveMissing, ArchiveDamaged, ArchiveUnusable
    """
    try:
        yield
    except DBAPIError as error:
        raise _told(error, place) from error
    except sqlite3.Error as error:  # while a connection is prepared
        raise _told_by_sqlite(error, place) from error


def _sqlite(path: Path, begin: str, mode: str, poolclass: type[Pool]) -> Engine:
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        raise PackageMissing(
            "the archive needs a newer SQLite",
            got=sqlite3.sqlite_version,
            expected=".".join(map(str, _OLDEST_SQLITE)) + " or newer",
            do="use a Python that brings it, or name a database of PostgreSQL",
        )
    uri = f"file:{quote(os.path.abspath(path))}?{mode}"  # noqa: PTH100 - links stay as they are

    def connect() -> sqlite3.Connection:
        _refuse_other_kinds(path)  # each time: to open a pipe would wait for its other end
        # One thread at a time uses it, not always the same; transactions are begun below.
        return sqlite3.connect(
            uri, uri=True, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
        )

    engine = create_engine("sqlite://", creator=connect, poolclass=poolclass)

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _refuse_other_kinds(path: Path) -> None:
    try:
        found = what_is(path.stat())
    except OSError:  # SQLite says it better
        return
    if found:
        raise ArchiveUnusable(
            "the archive of forecasts cannot be used",
            where=str(path),
            got=found,
            expected="a file",
            do="move it away, or name another with --store",
        )


def _may_read_wal(path: Path) -> bool:
    """Whether the files beside the archive, which a reader shares, are there or can be made.

    In a folder that cannot be written SQLite opens a file without them only as one that never
    changes; with the last writer gone, and its log with it, that is what it is.
    """
    log = path.with_name(path.name + "-wal")
    try:
        return os.access(path.parent, os.W_OK) or log.stat().st_size > 0
    except OSError:
        return False


def _postgres(place: StorePlace, **pool: Any) -> Engine:  # noqa: ANN401 - SQLAlchemy's
    url = make_url(place.url).set(drivername="postgresql+psycopg")
    try:
        return create_engine(url, **pool)
    except (ImportError, NoSuchModuleError) as error:
        raise PackageMissing(
            "an archive in PostgreSQL needs the package psycopg",
            where=place.words,
            got=str(error),
            do=how_to_install("postgres"),
        ) from error


def _missing(place: StorePlace) -> ArchiveMissing:
    return ArchiveMissing(
        "there is no archive of forecasts",
        where=place.words,
        do="run `python -m services store sync`, which makes one from the documents kept, or name "
        "another with --store",
    )


def _told(error: DBAPIError, place: StorePlace) -> F1Error:
    said = error.orig
    if isinstance(said, sqlite3.Error):
        return _told_by_sqlite(said, place)
    words = str(said).strip().partition("\n")[0]
    if getattr(said, "sqlstate", None) in (None, _NO_DATABASE):  # None: never got through
        return ArchiveMissing(
            "the database of the archive cannot be reached",
            where=place.words,
            got=words,
            do="start the server, make the database, or name another with --store",
        )
    return ArchiveUnusable(
        "the database refused what the archive asked of it",
        where=place.words,
        got=words,
        do="mend what it names; what was not archived is taken up by the next run",
    )


def _told_by_sqlite(error: sqlite3.Error, place: StorePlace) -> F1Error:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # without its extension
    if code in _BROKEN:
        return ArchiveDamaged(
            "the archive of forecasts is damaged",
            where=place.words,
            got=str(error),
            do=HOW_TO_MAKE_ANEW,
        )
    if place.path is not None and not place.path.exists() and code == sqlite3.SQLITE_CANTOPEN:
        return _missing(place)
    return ArchiveUnusable(
        "another process has written to the archive all the time"
        if code in _BUSY
        else "the archive of forecasts cannot be used",
        where=place.words,
        got=str(error),
        do="run it again; what was not archived is taken up then"
        if code in _BUSY
        else "mend what it names: permissions, or room on the disk",
    )
