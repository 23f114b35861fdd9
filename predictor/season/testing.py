"""Pre-season testing: which day a record is of, and one result for each day.

A test belongs to its season and to no event: it moves no round and is never forecast. Days are
told by their numbers, else by dates that follow each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from predictor.notes import Note, NoteKind
from predictor.records import DayOfTesting, ResultRecord, SessionRecord
from predictor.season.drivers import Roster
from predictor.season.known_events import day_of
from predictor.season.material import TESTING_SCOPE
from predictor.season.practice_parts import join_practice
from predictor.season.sessions import Candidate, canonical_session, choose_session
from predictor.season.state import PreSeasonDay

__all__ = ["fold_testing", "settle_days"]

_PAUSE = timedelta(days=3)  # between days of one test; tests of a season are further apart

Dated = tuple[str, SessionRecord]  # with the path of its file


class DayKey(NamedTuple):
    """A day of testing in a season."""

    test: int
    day: int

    @property
    def words(self) -> str:
        """The day as notes name it."""
        return f"test-{self.test}-day-{self.day}"


def fold_testing(
    season: int, records: Sequence[Dated], roster: Roster, race_days: Collection[str]
) -> tuple[tuple[PreSeasonDay, ...], list[Note]]:
    """Return the days of testing before a season, and what there is to say of their files.

    Parameters
    ----------
    season : int
    records : sequence of (str, SessionRecord)
        By path; all of kind `SessionKind.TESTING`.
    roster : Roster
    race_days : collection of str
        Of the season's races, YYYY-MM-DD. A test that is not before the first is left out.
    """
    first_race = min(race_days, default=None)
    early = [one for one in records if not _is_late(one[1], first_race)]
    notes = [
        Note(
            NoteKind.TESTING,
            f"testing of {record.event.date} is not before the first race, {first_race}; not used",
            where=path,
        )
        for path, record in records
        if _is_late(record, first_race)
    ]
    days: dict[DayKey, list[Candidate]] = defaultdict(list)
    dates: dict[DayKey, set[str]] = defaultdict(set)
    for (path, record), key in zip(early, settle_days([one for _, one in early]), strict=True):
        told = canonical_session(record, event_id=TESTING_SCOPE, season=season, roster=roster)
        named = replace(told, event=replace(told.event, event_id=f"{season}-{key.words}"))
        days[key].append(Candidate(named, path))
        dates[key] |= {record.event.date[:10]} if record.event.date else set()
    found = []
    for key in sorted(days):
        chosen, conflicts = choose_session(join_practice(days[key]))
        notes += conflicts
        results = _with_long_runs(chosen.results, days[key])
        found.append(PreSeasonDay(key.test, key.day, min(dates[key], default=None), results))
    return tuple(found), notes


def settle_days(records: Sequence[SessionRecord]) -> list[DayKey]:
    """Return which day each record is of, whatever their order.

    What a file says outweighs its date, and says it of everybody's files of that date. Dates
    that follow each other are days of one test; without any, a test is the first.
    """
    said = [record.testing or DayOfTesting() for record in records]
    on = [day_of(record.event.date) for record in records]
    clusters = _clusters({day for day in on if day is not None})
    told: dict[date, DayOfTesting] = {}
    for day, one in sorted(zip(on, said, strict=True), key=repr):
        if day is not None and one.day is not None:
            told.setdefault(day, one)
    keys = []
    for day, own in zip(on, said, strict=True):
        one = own if own.day is not None or day is None else told.get(day, own)
        number, start = clusters[day] if day is not None else (1, None)
        by_date = (day - start).days + 1 if day is not None and start is not None else 1
        keys.append(DayKey(one.test or number, one.day or by_date))
    return keys


def _clusters(days: Iterable[date]) -> dict[date, tuple[int, date]]:
    """Return of each day the number of its test and the test's first day."""
    found: dict[date, tuple[int, date]] = {}
    number, start, before = 0, None, None
    for day in sorted(days):
        if before is None or start is None or day - before > _PAUSE:
            number, start = number + 1, day
        found[day], before = (number, start), day
    return found


def _is_late(record: SessionRecord, first_race: str | None) -> bool:
    day = record.event.date
    return first_race is not None and day is not None and day[:10] >= first_race[:10]


def _with_long_runs(
    results: Sequence[ResultRecord], candidates: Sequence[Candidate]
) -> tuple[ResultRecord, ...]:
    """Fill in the long runs from whoever tells them: a provider's laps stand beside its result."""
    told: Mapping[str | None, float] = {
        row.driver.driver_id: row.long_run_s
        for one in sorted(candidates, key=lambda one: one.path, reverse=True)
        for row in one.record.results
        if row.long_run_s is not None
    }
    return tuple(
        row
        if row.long_run_s is not None or row.driver.driver_id not in told
        else replace(row, long_run_s=told[row.driver.driver_id])
        for row in results
    )
