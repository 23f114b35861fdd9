"""A calendar with no more than FastF1's schedule tells: no laps, no lengths of circuits."""

from __future__ import annotations

from .facts import Facts, dump

__all__ = ["schedule"]


def schedule(facts: Facts) -> bytes:
    """Give what FastF1's schedule tells, which users have to write down as a calendar."""
    events = [
        {
            "event_id": f"{facts.season}-{event.slug}",
            "round": event.round,
            "slug": event.slug,
            "name": event.provider_name,
            "date": event.line["date"],
            "circuit": {"id": event.circuit_id, "country": event.line["circuit"]["country"]},
        }
        for event in facts.events
    ]
    return dump({"season": facts.season, "events": events})
