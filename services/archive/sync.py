"""Take up what was published and is not archived yet: after each run, and by hand at any time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec
from sqlalchemy import Connection, select
from sqlalchemy.exc import DataError, IntegrityError

from services.archive.connection import telling, writing
from services.archive.document_parts import sha256_of
from services.archive.kept import Kept, kept_documents, read_kept
from services.archive.place import StorePlace
from services.archive.schema import run
from services.archive.upgrade import bring_up_to_date
from services.archive.writer import add_document
from services.disk.regular_file import read_regular
from services.publishing.places import has_default_name

__all__ = ["Synced", "sync"]

_SHORT = 12  # digits of the digest in the name of a file
# What is wrong with one document, and must not keep the others out.
_OF_ONE_DOCUMENT = (
    OSError,
    ValueError,
    OverflowError,
    RecursionError,
    msgspec.MsgspecError,
    DataError,
    IntegrityError,
)


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync came to.

    Attributes
    ----------
    added : int
        Documents that are archived now and were not.
    known : int
        Those that were.
    left_out : tuple of (str, str)
        Files that could not be taken up, and why.
    """

    added: int
    known: int
    left_out: tuple[tuple[str, str], ...] = ()


def sync(
    folder: Path, place: StorePlace, on_progress: Callable[[int, int], None] | None = None
) -> Synced:
    """Archive every document kept in an output folder, and those in place; each once.

    A transaction to a document: a process that is killed leaves an archive that is whole, and the
    next sync goes on after it. An archive that is not there yet is made; one of an earlier
    version is brought up to date.

    Parameters
    ----------
    folder : Path
        The output folder.
    place : StorePlace
        Of the archive.
    on_progress : callable, optional
        Called with the number of documents done and of all.

    Raises
    ------
    ArchiveUnusable
        If the archive cannot be written: damaged, of a later version, or refused by the system.
    OSError
        If the documents kept cannot be listed.
    """
    with telling(place), writing(place).connect() as connection:
        with connection.begin():
            bring_up_to_date(connection, place)
            archived = _archived(connection)
        return _take_up(connection, folder, archived, on_progress)


def _archived(connection: Connection) -> set[str]:
    return {
        sha256[:_SHORT] for sha256 in connection.execute(select(run.c.document_sha256)).scalars()
    }


def _take_up(
    connection: Connection,
    folder: Path,
    archived: set[str],
    on_progress: Callable[[int, int], None] | None,
) -> Synced:
    kept = kept_documents(folder)
    missing = [one for one in kept if one.sha12 not in archived]
    left_out: list[tuple[str, str]] = []
    n_added = 0
    for n_done, (path, read) in enumerate(_sources(folder, missing), start=1):
        try:
            payload = read()
            if sha256_of(payload)[:_SHORT] in archived:
                continue
            with connection.begin():
                n_added += add_document(connection, payload)
        except _OF_ONE_DOCUMENT as error:
            left_out.append((str(path), str(error).partition("\n")[0]))
        if on_progress is not None:
            on_progress(n_done, len(missing))
    return Synced(n_added, len(kept) - len(missing), tuple(left_out))


def _sources(folder: Path, missing: list[Kept]) -> Iterator[tuple[Path, Callable[[], bytes]]]:
    """Yield documents to archive: those kept, then those in place that may not have been."""
    for one in missing:
        yield one.path, partial(read_kept, one)
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if has_default_name(path.name):
            yield path, partial(read_regular, path)
