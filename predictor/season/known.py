"""A season as it stood after some of its events: no later session is looked at."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from predictor.records import CalendarRecord, EntriesRecord, ParsedFile, Record
from predictor.season.fold import fold, identify
from predictor.season.material import by_season
from predictor.season.state import SeasonState

__all__ = ["season_with"]


def season_with(
    files: Mapping[str, ParsedFile], season: int, event_ids: Collection[str]
) -> SeasonState:
    """Fold a season from its calendar, its entries, and the sessions of some events.

    Which event a record belongs to is told from all files; then those of the other events
    are taken out, and the season is folded anew, so that line-ups too are those of the time.
    The calendar is the one that the files hold, with whatever was moved or struck off later.

    Parameters
    ----------
    files : mapping from str to ParsedFile
        By path, linked; of this season and perhaps others.
    season : int
        One that ``files`` tell of.
    event_ids : collection of str
        Events whose sessions are known; at least one, unless there is a calendar.
    """
    by_ref = identify(season, by_season(files)[0][season]).by_ref

    def is_known(record: Record) -> bool:
        if isinstance(record, CalendarRecord | EntriesRecord):
            return True
        event_id = by_ref.get(record.event)  # None: a test, or of another season
        return event_id is None or event_id in event_ids

    known = {
        path: replace(file, records=tuple(one for one in file.records if is_known(one)))
        for path, file in files.items()
    }
    return fold(known, season=season)[season]
