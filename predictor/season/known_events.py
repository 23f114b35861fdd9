"""The events of a season while files are settled: each with all by which files may call it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from predictor.season.naming import Named, name_event

__all__ = ["KnownEvent", "day_of", "is_in_weekend", "listed_ids", "named"]

_BEFORE_RACE = timedelta(days=4)  # Thursday practice to a Sunday race, and one to spare
_AFTER_RACE = timedelta(days=1)  # a race past midnight UTC, or put off to Monday
_WEEKEND = timedelta(days=3)  # first to last session; the next weekend's first is four days on


@dataclass(frozen=True, slots=True)
class KnownEvent:
    """One event and everything by which files may call it."""

    event_id: str
    slug: str
    name: str | None = None  # as the most trusted file spells it
    round: int | None = None
    date: str | None = None  # of the race, else of the latest session seen
    has_race_date: bool = False  # a complete calendar says when the race is
    circuits: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    provider_keys: frozenset[str] = frozenset()
    is_cancelled: bool = False
    listed: bool = True  # False: only in a partial calendar beside a complete one


def listed_ids(events: Iterable[KnownEvent]) -> str:
    """Give the ids of the events that count, in order of their rounds, as words."""
    ordered = sorted(events, key=lambda event: (event.round or 10**6, event.event_id))
    return ", ".join(event.event_id for event in ordered if event.listed)


@lru_cache(maxsize=4096)
def named(event: KnownEvent, season: int) -> Named:
    """Give every name of an event."""
    return name_event(
        event.event_id,
        season,
        slug=event.slug,
        name=event.name,
        circuits=sorted(event.circuits),
        countries=event.countries,
    )


def is_in_weekend(said: str | None, event: KnownEvent) -> bool:
    """Whether a day falls into the weekend of an event; False where one is not known."""
    day, race = day_of(said), day_of(event.date)
    if day is None or race is None:
        return False
    if event.has_race_date:
        return race - _BEFORE_RACE <= day <= race + _AFTER_RACE
    return abs(day - race) <= _WEEKEND


def day_of(text: str | None) -> date | None:
    """Give the day that a date or time begins with; what cannot be read is no evidence."""
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None
