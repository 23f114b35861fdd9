"""Told of every publication: keeps the document, and has the archive take it up.

Keeping needs nothing that may be missing. The archive may fail or lag: the next publication, or
``store sync``, takes up all that is kept. A run that changed nothing looks at two names.
"""

from __future__ import annotations

from pathlib import Path

from predictor.published.season_types import SeasonDocument
from services.archive.instants import instant
from services.archive.kept import KEPT_FOLDER, Kept, keep, kept_documents, thin
from services.archive.place import StorePlace, store_place
from services.disk.atomic_write import replace_file
from services.disk.program import how_to_install
from services.disk.regular_file import read_regular
from services.publishing.places import has_default_name
from services.publishing.subscribers import Published, Subscriber
from services.settings.environment import is_installed
from services.settings.limits import ArchiveLimits
from services.settings.logs import LOG

__all__ = ["archive_forecasts"]

_LAST_ARCHIVED = ".archived"  # what was archived last, and where
_told_of_packages = False


def archive_forecasts(limits: ArchiveLimits) -> Subscriber:
    """Return who keeps and archives what is published.

    Parameters
    ----------
    limits : ArchiveLimits
    """

    def take(published: Published) -> None:
        if limits.enabled and _counts(published.path):
            _take(published, limits)

    return Subscriber("archive", take)


def _counts(path: Path) -> bool:
    """Whether a document is the season's own, and no experiment in the folder of another."""
    if has_default_name(path.name):
        return True
    return not any(has_default_name(one.name) for one in path.parent.iterdir())


def _take(published: Published, limits: ArchiveLimits) -> None:
    folder, document = published.path.parent, published.document
    there = [one for one in kept_documents(folder) if one.season == document.metadata.season]
    if published.outcome == "published" or not _is_kept(published.path, there):
        new = keep(folder, read_regular(published.path), document)
        there += [new] if new is not None else []
    place = store_place(folder, settings=limits.url)
    if not there or _is_archived(folder, there[-1], place):
        return
    if not _synced(folder, place):
        return
    replace_file(folder / KEPT_FOLDER / _LAST_ARCHIVED, _mark(there[-1], place))
    thin(there, limits.kept, _session_starts(document))


def _is_kept(path: Path, there: list[Kept]) -> bool:
    """Whether a document in place is kept: one that is newer was published and nobody was told."""
    return bool(there) and there[-1].path.stat().st_mtime_ns >= path.stat().st_mtime_ns


def _is_archived(folder: Path, last: Kept, place: StorePlace) -> bool:
    if place.path is not None and not place.path.exists():
        return False
    try:
        return read_regular(folder / KEPT_FOLDER / _LAST_ARCHIVED) == _mark(last, place)
    except OSError:
        return False


def _mark(last: Kept, place: StorePlace) -> bytes:
    return f"{last.path.name} {place.words}\n".encode()


def _synced(folder: Path, place: StorePlace) -> bool:
    """Archive all that is kept; return whether the packages for it are there."""
    global _told_of_packages  # noqa: PLW0603 - once to a process
    if not is_installed("sqlalchemy"):
        if not _told_of_packages:
            _told_of_packages = True
            LOG.info(
                "forecasts are kept in %s and not archived, which needs a package: %s",
                folder / KEPT_FOLDER,
                how_to_install("store"),
            )
        return False
    from services.archive.sync import sync  # noqa: PLC0415 - SQLAlchemy loads here

    done = sync(folder, place)
    LOG.debug("%d documents archived in %s", done.added, place.words)
    for path, why in done.left_out:
        LOG.warning("%s cannot be archived: %s", path, why)
    return True


def _session_starts(document: SeasonDocument) -> set[str]:
    blocks = (block.metadata for block in document.predictions.values())
    return {instant(session.starts_at) for one in blocks for session in one.sessions.values()}
