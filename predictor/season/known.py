"""A season as it stood after some of its sessions: no later one is looked at."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace

from predictor.records import (
    CalendarRecord,
    EntriesRecord,
    EventRef,
    LapsRecord,
    ParsedFile,
    RainRecord,
    Record,
    SessionRecord,
)
from predictor.season.fold import fold, identify
from predictor.season.material import by_season
from predictor.season.state import SeasonState
from predictor.vocabulary import SessionKind

__all__ = ["IsKnown", "season_with", "without_later"]

IsKnown = Callable[[str, SessionKind | None], bool]  # event id, kind of a session


def season_with(
    files: Mapping[str, ParsedFile], season: int, event_ids: Collection[str]
) -> SeasonState:
    """Fold a season from its calendar, its entries, and the sessions of some events.

    The season is folded anew, so that line-ups too are those of the time. The calendar is the
    one that the files hold, with whatever was moved or struck off later.

    Parameters
    ----------
    files : mapping from str to ParsedFile
        By path, linked; of this season and perhaps others.
    season : int
        One that ``files`` tell of.
    event_ids : collection of str
        Events whose sessions are known; at least one, unless there is a calendar.
    """
    known = without_later(files, [season], lambda event_id, _kind: event_id in event_ids)
    return fold(known, season=season)[season]


def without_later(
    files: Mapping[str, ParsedFile],
    seasons: Collection[int],
    is_known: IsKnown,
    was_tested: Callable[[EventRef], bool] = lambda _: True,
    was_issued: Callable[[str], bool] = lambda _: False,
) -> dict[str, ParsedFile]:
    """Take out of files the sessions of some seasons that are not known.

    Which event a record belongs to is told from all files. Calendars and entry lists stay.

    Parameters
    ----------
    files : mapping from str to ParsedFile
        By path, linked.
    seasons : collection of int
        Those that ``is_known`` is asked about.
    is_known : callable
    was_tested : callable
        The same of a day of testing, by what its file says of it; by default all were before
        whatever is known.
    was_issued : callable
        The same of a forecast of rain, by the instant of its issue; those of races that are
        known stay.
    """
    materials, _ = by_season(files)
    by_ref: dict[EventRef, str] = {}
    for season in sorted(materials.keys() & set(seasons)):
        by_ref |= identify(season, materials[season]).by_ref

    def is_kept(record: SessionRecord | LapsRecord) -> bool:
        if record.kind is SessionKind.TESTING:
            return was_tested(record.event)
        event_id = by_ref.get(record.event)  # None: of another season
        return event_id is None or is_known(event_id, record.kind)

    def kept(record: Record) -> Iterator[Record]:
        if isinstance(record, CalendarRecord | EntriesRecord):
            yield record
        elif isinstance(record, RainRecord):
            yield from _issued(record, by_ref, is_known, was_issued)
        elif is_kept(record):
            yield record

    return {
        path: replace(file, records=tuple(one for record in file.records for one in kept(record)))
        for path, file in files.items()
    }


def _issued(
    record: RainRecord,
    by_ref: Mapping[EventRef, str],
    is_known: IsKnown,
    was_issued: Callable[[str], bool],
) -> Iterator[RainRecord]:
    """Yield what is left of some forecasts of rain; nothing where none of them was issued."""
    event_id = by_ref.get(record.event)
    if event_id is None or is_known(event_id, SessionKind.RACE):
        yield record
        return
    issued = tuple(one for one in record.forecasts if was_issued(one.issued_at))
    if issued:
        yield replace(record, forecasts=issued)
