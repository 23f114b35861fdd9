"""What is in the archive, what of the documents kept is not, and whether all of it is sound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from services.archive.kept import kept_documents
from services.archive.place import StorePlace
from services.archive.reader import Archive, open_archive
from services.archive.rows import RunRow
from services.errors import ArchiveDamaged

__all__ = ["SeasonStatus", "StoreStatus", "faults", "store_status"]

_PAGE = 500  # runs looked at together
_SHORT = 12


@dataclass(frozen=True, slots=True)
class SeasonStatus:
    """What is archived of a season.

    Attributes
    ----------
    published, backfilled : int
        Runs.
    last_published : str or None
    rounds : int
        Races of which a result is archived.
    scored : int
        Those of which a forecast that stood is scored.
    """

    season: int
    published: int
    backfilled: int
    last_published: str | None
    rounds: int
    scored: int


@dataclass(frozen=True, slots=True)
class StoreStatus:
    """What is in an archive, and what is kept for it.

    Attributes
    ----------
    place : str
    n_bytes : int or None
        Of the file; None for a database.
    counts : mapping of str to int
    kept : int
        Documents.
    not_archived : int
        Of those; the next run or a sync takes them up.
    """

    place: str
    n_bytes: int | None
    counts: dict[str, int]
    seasons: tuple[SeasonStatus, ...]
    kept: int
    not_archived: int


def store_status(folder: Path, place: StorePlace) -> StoreStatus:
    """Look at an archive and at what is kept for it.

    Raises
    ------
    ArchiveUnusable
        As `services.archive.reader.open_archive`.
    OSError
        If the documents kept cannot be listed.
    """
    kept = kept_documents(folder)
    with open_archive(place) as archive:
        runs = {year: list(_runs(archive, year)) for year in archive.seasons()}
        seasons = tuple(_season(archive, year, found) for year, found in runs.items())
        counts = archive.count()
    archived = {one.document_sha256[:_SHORT] for found in runs.values() for one in found}
    return StoreStatus(
        place=place.words,
        n_bytes=_size(place),
        counts=counts,
        seasons=seasons,
        kept=len(kept),
        not_archived=sum(one.sha12 not in archived for one in kept),
    )


def faults(place: StorePlace) -> list[str]:
    """Read all of an archive and say what is wrong with it: an empty list for a sound one.

    Raises
    ------
    ArchiveUnusable
        If it cannot be opened.
    """
    with open_archive(place) as archive:
        found = archive.check()
        for season in archive.seasons():
            for run in _runs(archive, season):
                try:
                    archive.document(run.document_sha256)
                except ArchiveDamaged as error:
                    found.append(f"run {run.run_id}: {error.got}")
    return found


def _runs(archive: Archive, season: int) -> Iterator[RunRow]:
    page: tuple[RunRow, ...] = archive.runs(season=season, limit=_PAGE)
    while page:
        yield from page
        page = archive.runs(season=season, after=page[-1].run_no, limit=_PAGE)


def _season(archive: Archive, season: int, runs: list[RunRow]) -> SeasonStatus:
    published = [one.published_at for one in runs if not one.is_backfill]
    ours = {one.event_id for one in archive.scores(season=season) if one.run_no is not None}
    return SeasonStatus(
        season=season,
        published=len(published),
        backfilled=len(runs) - len(published),
        last_published=max(published, default=None),
        rounds=len({one.event_id for one in archive.results(season)}),
        scored=len(ours),
    )


def _size(place: StorePlace) -> int | None:
    return place.path.stat().st_size if place.path is not None else None
