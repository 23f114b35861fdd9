"""Take a walked season into the archive: its documents, and what reference models said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from services.archive.connection import telling, writing
from services.archive.place import StorePlace
from services.archive.run_values import Backfilled
from services.archive.schema import run
from services.archive.upgrade import bring_up_to_date
from services.archive.writer import Reference, add_document, add_references

__all__ = ["PastRun", "add_past_season", "add_season_references", "runs_backfilled"]


@dataclass(frozen=True, slots=True)
class PastRun:
    """A document as it would have been published, and what it stands for."""

    stands_for: Backfilled
    document: bytes


def runs_backfilled(place: StorePlace) -> frozenset[str]:
    """Return the ids of all runs of backfills; an archive that is not there yet is made.

    Raises
    ------
    ArchiveUnusable
        If it cannot be written.
    """
    with telling(place), writing(place).begin() as connection:
        bring_up_to_date(connection, place)
        asked = select(run.c.run_id).where(run.c.is_backfill == 1)
        return frozenset(connection.execute(asked).scalars())


def add_past_season(
    place: StorePlace, season: int, runs: Iterable[PastRun], references: Sequence[Reference]
) -> int:
    """Archive the runs of a past season in the place of those of an earlier backfill.

    A transaction to a run. The reference models come with the first: where a run is archived, they
    are too.

    Returns
    -------
    int
        How many runs.

    Raises
    ------
    ArchiveUnusable
        If the archive cannot be written.
    """
    n_added = 0
    with telling(place), writing(place).connect() as connection:
        for one in runs:
            with connection.begin():
                n_added += add_document(connection, one.document, one.stands_for)
                if references:
                    add_references(connection, season, references)
            references = ()
    return n_added


def add_season_references(place: StorePlace, season: int, references: Sequence[Reference]) -> None:
    """Archive what reference models said of the races of a season whose events are archived.

    Raises
    ------
    ArchiveUnusable
        If the archive cannot be written.
    """
    with telling(place), writing(place).begin() as connection:
        bring_up_to_date(connection, place)
        add_references(connection, season, references)
