"""The archive as its readers see it: questions in, plain rows out; nothing can be changed here."""

from __future__ import annotations

import os
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from predictor.vocabulary import Horizon
from services.archive import event_rows, season_rows
from services.archive.connection import HOW_TO_MAKE_ANEW, reading, telling
from services.archive.document_parts import Parts, joined, sha256_of, unpacked
from services.archive.place import StorePlace, place_of
from services.archive.rows import (
    EventRow,
    ForecastRow,
    Frozen,
    Race,
    ResultRow,
    RunRow,
    ScoreRow,
    Subject,
    TitleRow,
)
from services.archive.schema import REVISION, block, change, event, run, run_event
from services.archive.upgrade import version_of
from services.errors import ArchiveDamaged, ArchiveMissing, ArchiveOfAnotherVersion

__all__ = ["Archive", "open_archive"]


def open_archive(url: str | Path | StorePlace) -> Archive:
    """Open an archive for reading.

    Parameters
    ----------
    url : str, Path or StorePlace
        A file of SQLite, or ``postgresql://user@host/database``.

    Raises
    ------
    ArchiveMissing
        If there is none.
    ArchiveDamaged
        If what is there is none, or cannot be read.
    ArchiveOfAnotherVersion
        If it was made by another version of the program, and is not brought up to date.
    UsageError
        If the URL is neither.
    PackageMissing
        If the driver of the database is not installed.
    """
    place = url if isinstance(url, StorePlace) else place_of(url)
    with telling(place):
        engine = reading(place)
        try:
            with engine.connect() as connection:
                _check(connection, place)
        except BaseException:
            engine.dispose()
            raise
    return Archive(engine, place)


def _check(connection: Connection, place: StorePlace) -> None:
    found = version_of(connection)
    if found is None:
        if place.path is None:
            raise ArchiveMissing(
                "the database holds no archive of forecasts",
                where=place.words,
                do="run `python -m services store sync --store URL`, which makes one there",
            )
        raise ArchiveDamaged(
            "the file is no archive of forecasts",
            where=place.words,
            do=HOW_TO_MAKE_ANEW,
        )
    if found != REVISION:
        raise ArchiveOfAnotherVersion(
            "the archive was made by another version of the program",
            where=place.words,
            got=f"tables of version {found}",
            expected=REVISION,
            do="run `python -m services store sync`, which brings an older one up to date",
        )


class Archive:
    """An archive that is open for reading; see `open_archive`.

    Threads may share it, and wait for each other. Every method sees one state of the archive, and
    raises `services.errors.ArchiveUnusable` where it has gone away or turns out to be damaged.
    """

    def __init__(self, engine: Engine, place: StorePlace) -> None:
        self._engine = engine
        self._place = place
        self._lock = threading.Lock()
        self._files: object = None
        self._stamp: object = None

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connection back."""
        self._engine.dispose()

    @property
    def place(self) -> StorePlace:
        """Where it is."""
        return self._place

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._lock, telling(self._place), self._engine.connect() as connection:
            yield connection

    def stamp(self) -> object:
        """Return a value that stays equal while nothing is added, and costs two looks at files.

        Raises
        ------
        ArchiveMissing
            If the archive has gone away.
        """
        files = _look_at(self._place)
        if files is not None and files == self._files:
            return self._stamp
        with self._reading() as connection:
            row = connection.execute(select(change.c.archive_id, change.c.n_changes)).first()
        self._stamp = (_inode(files), *(row or ()))
        self._files = files
        return self._stamp

    def seasons(self) -> tuple[int, ...]:
        """Return the seasons of which a run is archived, in order."""
        with self._reading() as connection:
            found = connection.execute(select(run.c.season).distinct().order_by(run.c.season))
            return tuple(found.scalars())

    def events(self, season: int) -> tuple[EventRow, ...]:
        """Return the events of a season, in calendar order."""
        with self._reading() as connection:
            return event_rows.events(connection, season)

    def runs(
        self,
        *,
        season: int | None = None,
        after: int = 0,
        limit: int = 100,
        newest_first: bool = False,
    ) -> tuple[RunRow, ...]:
        """Return runs in the order in which they were archived.

        Parameters
        ----------
        season : int, optional
            None: all of them.
        after : int
            ``run_no`` of the last run that is known; with ``newest_first`` 0 is none of them.
        limit : int
        newest_first : bool
            From the latest back.
        """
        with self._reading() as connection:
            return season_rows.runs(
                connection, season=season, after=after, limit=limit, newest_first=newest_first
            )

    def run(self, run_id: str) -> RunRow | None:
        """Return one run; None where it is not archived."""
        with self._reading() as connection:
            return season_rows.run_of(connection, run_id)

    def document(self, sha256: str) -> bytes | None:
        """Return a document as it was published, byte for byte; None where it is not archived.

        Parameters
        ----------
        sha256 : str
            Of the file, in hexadecimal; ``RunRow.document_sha256``.

        Raises
        ------
        ArchiveDamaged
            If what is kept of it does not give the digest.
        """
        blocks = (
            select(block.c.payload)
            .join_from(run, run_event, run_event.c.run_no == run.c.run_no)
            .join(block, block.c.block_no == run_event.c.block_no)
            .where(run.c.document_sha256 == sha256)
            .order_by(run_event.c.place)
        )
        with self._reading() as connection:
            frame = connection.scalar(select(run.c.frame).where(run.c.document_sha256 == sha256))
            if frame is None:
                return None
            events = connection.execute(blocks).scalars().all()
        try:
            document = joined(Parts(unpacked(frame), tuple(map(unpacked, events))))
        except (zlib.error, ValueError):
            document = b""
        if sha256_of(document) != sha256:
            raise ArchiveDamaged(
                "a document in the archive is damaged",
                where=self._place.words,
                got=f"other bytes than those of {sha256}",
                do=HOW_TO_MAKE_ANEW,
            )
        return document

    def title_history(
        self, season: int, kind: Subject, subject_id: str | None = None
    ) -> tuple[TitleRow, ...]:
        """Return title odds of every run of a season, by what was known and then by run.

        Parameters
        ----------
        season : int
        kind : {'driver', 'team'}
        subject_id : str, optional
            None: of all.
        """
        with self._reading() as connection:
            return season_rows.title_history(connection, season, kind, subject_id)

    def title_by_round(self, season: int, kind: Subject) -> tuple[TitleRow, ...]:
        """Return title odds after each round: one row per subject and round, 0 before the first.

        The run that speaks for a round is the last one whose last completed race is that round;
        one that was published goes before one of a backfill.
        """
        with self._reading() as connection:
            return season_rows.title_by_round(connection, season, kind)

    def event_history(
        self,
        event_id: str,
        *,
        driver_id: str | None = None,
        horizon: Horizon | None = None,
        scenario: str | None = None,
        session: Race = "race",
        after: int = 0,
        limit: int = 500,
    ) -> tuple[ForecastRow, ...]:
        """Return how the forecast of an event went: the rows of every run that changed it.

        Parameters
        ----------
        event_id : str
        driver_id, horizon : optional
            None: all.
        scenario : str, optional
            None: the headline, which is all scenarios together.
        session : {'race', 'sprint'}
        after : int
            ``run_no`` of the last row that is known.
        limit : int
            Rows at most; a run is given whole or not at all, unless it alone has more.
        """
        asked = event_rows.Asked(driver_id, horizon, scenario, session)
        with self._reading() as connection:
            return event_rows.history(connection, event_id, asked, after=after, limit=limit)

    def frozen(self, event_id: str, session: Race = "race") -> Frozen:
        """Return the forecast that stood at each horizon before the session that ends it began.

        See `services.archive.frozen` for the choice. Never one that may know of the race.
        """
        with self._reading() as connection:
            found = event_rows.frozen(connection, event.c.event_id == event_id, session)
        return found.get(event_id, {})

    def frozen_season(self, season: int, session: Race = "race") -> dict[str, Frozen]:
        """Return the same of every event of a season, by event id in calendar order."""
        with self._reading() as connection:
            return event_rows.frozen(connection, event.c.season == season, session)

    def results(self, season: int, session: Race = "race") -> tuple[ResultRow, ...]:
        """Return the results of a season, each as it was last revised, in calendar order."""
        with self._reading() as connection:
            return event_rows.results(connection, event.c.season == season, session)

    def result_trail(self, event_id: str, session: Race = "race") -> tuple[ResultRow, ...]:
        """Return every revision of one result, the first first."""
        with self._reading() as connection:
            condition = event.c.event_id == event_id
            return event_rows.results(connection, condition, session, all_revisions=True)

    def scores(
        self,
        *,
        season: int | None = None,
        horizon: Horizon | None = None,
        session: Race = "race",
        all_revisions: bool = False,
    ) -> tuple[ScoreRow, ...]:
        """Return scores of the forecasts that stood, and of reference models beside them.

        Parameters
        ----------
        season, horizon : optional
            None: all.
        session : {'race', 'sprint'}
        all_revisions : bool
            Also those by earlier revisions of a result.
        """
        with self._reading() as connection:
            return event_rows.scores(
                connection,
                season=season,
                horizon=horizon,
                session=session,
                all_revisions=all_revisions,
            )

    def count(self) -> dict[str, int]:
        """Return how many runs, events, forecasts, results and scores there are."""
        with self._reading() as connection:
            return {
                name: connection.scalar(select(func.count()).select_from(one)) or 0
                for name, one in season_rows.COUNTED.items()
            }

    def check(self) -> list[str]:
        """Have the database look at all of its pages; return what it finds wrong.

        A server looks after its own, and finds nothing here.
        """
        if self._place.path is None:
            return []
        with self._reading() as connection:
            pages = connection.exec_driver_sql("PRAGMA integrity_check(10)").scalars().all()
            keys = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        return [str(one) for one in pages if one != "ok"] + [
            f"a row of {table} refers to none of {parent}" for table, _, parent, _ in keys
        ]


def _look_at(place: StorePlace) -> Any:  # noqa: ANN401 - compared, never read
    """Return what tells that the files of an archive are as they were; None for a database."""
    if place.path is None:
        return None
    try:
        there = place.path.stat()
        log = place.path.with_name(place.path.name + "-wal")
        written = _size_and_time(log.stat()) if log.exists() else None
    except OSError as error:
        raise ArchiveMissing(
            "the archive of forecasts has gone away",
            where=place.words,
            got=error.strerror or str(error),
            do=HOW_TO_MAKE_ANEW,
        ) from error
    return there.st_ino, _size_and_time(there), written


def _size_and_time(status: os.stat_result) -> tuple[int, int] | None:
    """Return None for an empty log, which says as much as none."""
    return (status.st_size, status.st_mtime_ns) if status.st_size else None


def _inode(files: Any) -> int:  # noqa: ANN401 - see `_look_at`
    return files[0] if files is not None else 0
