"""Forecasts of rain, sorted to the events that they are for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from predictor.notes import Note, NoteKind
from predictor.records import EventRef, RainForecast, RainRecord

__all__ = ["rain_by_event"]


def rain_by_event(
    said: Iterable[tuple[str, RainRecord]], by_ref: Mapping[EventRef, str]
) -> tuple[dict[str, tuple[RainForecast, ...]], list[Note]]:
    """Give the forecasts of every event in order of issue, and notes on those that differ.

    Of two that were issued for one event at one instant the higher chance counts.
    """
    found: dict[str, dict[str, RainForecast]] = defaultdict(dict)
    notes = []
    for _, record in said:
        event_id = by_ref[record.event]
        for one in record.forecasts:
            other = found[event_id].setdefault(one.issued_at, one)
            found[event_id][one.issued_at] = max(one, other, key=lambda it: (it.chance, it.by))
            if other.chance != one.chance:
                text = f"two chances of rain, issued at {one.issued_at}; the higher one counts"
                notes.append(Note(NoteKind.FILES_DIFFER, text, where=event_id))
    return {event_id: tuple(of[at] for at in sorted(of)) for event_id, of in found.items()}, notes
