"""Results that two events have in common: one race was run, and its points count once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from predictor.errors import DropError
from predictor.records import ResultRecord, SessionRecord
from predictor.season.known_events import KnownEvent
from predictor.season.sessions import Candidate
from predictor.vocabulary import SessionKind

__all__ = ["Copy", "find_copies"]

# So many times to the thousandth are never driven twice; places alone may well repeat.
_MIN_TIMES = 3
_TIMES = ("time_s", "gap_s", "best_s", "q1_s", "q2_s", "q3_s")
_MEASURED = ("position", "status", "grid", "laps", *_TIMES)

Candidates = Mapping[tuple[str, SessionKind], Sequence[Candidate]]  # by event id and kind


class Copy(NamedTuple):
    """A record that is not used, as another event has the same rows."""

    event_id: str
    kind: SessionKind
    candidate: Candidate
    reason: DropError


def find_copies(
    candidates: Candidates, events: Iterable[KnownEvent], laps: Mapping[str, int]
) -> tuple[Copy, ...]:
    """Find the records whose rows another event has as well.

    The event whose scheduled laps the winner has run keeps them; where that does not tell,
    the earliest that is not cancelled: a file that is copied as a pattern for the next race
    is the usual cause.

    Parameters
    ----------
    candidates : mapping from (str, SessionKind) to sequence of Candidate
        Canonical.
    events : iterable of KnownEvent
    laps : mapping from str to int
        The scheduled laps by event id, where they are known.
    """
    ordered = sorted(events, key=_in_order)
    places = {event.event_id: place for place, event in enumerate(ordered)}
    same: dict[tuple[object, ...], dict[str, list[Candidate]]] = defaultdict(dict)
    for (event_id, kind), of_one in candidates.items():
        for candidate in of_one:
            if _n_times(candidate.record) >= _MIN_TIMES:
                rows = (kind, *_measured(candidate.record.results))
                same[rows].setdefault(event_id, []).append(candidate)
    return tuple(copy for by_event in same.values() for copy in _copies(by_event, places, laps))


def _copies(
    by_event: Mapping[str, Sequence[Candidate]],
    places: Mapping[str, int],
    laps: Mapping[str, int],
) -> Iterator[Copy]:
    if len(by_event) == 1:
        return

    def fit(event_id: str) -> tuple[bool, int]:
        return not _is_full(by_event[event_id][0].record, laps.get(event_id)), places[event_id]

    owner, *others = sorted(by_event, key=fit)
    used = by_event[owner][0]
    for event_id in others:
        for candidate in by_event[event_id]:
            kind = candidate.record.kind
            reason = DropError(
                f"its {kind} result is, row by row, the one of {owner}: a copy, counted once",
                got=f"the result of {event_id} and, in {used.path}, of {owner}",
                expected=f"the result of {event_id}",
                do="drop the right one",
            )
            yield Copy(event_id, kind, candidate, reason)


def _in_order(event: KnownEvent) -> tuple[bool, str, int, str]:
    return event.is_cancelled, event.date or "9", event.round or 10**6, event.event_id


def _is_full(record: SessionRecord, scheduled: int | None) -> bool:
    """Whether a race has the laps of an event, which few others have."""
    if record.kind is not SessionKind.RACE or scheduled is None:
        return False
    return max((row.laps or 0 for row in record.results), default=0) == scheduled


def _measured(rows: Iterable[ResultRecord]) -> Iterator[tuple[object, ...]]:
    for row in rows:
        yield (row.driver.driver_id, *(getattr(row, name) for name in _MEASURED))


def _n_times(record: SessionRecord) -> int:
    return sum(any(getattr(row, name) for name in _TIMES) for row in record.results)
