"""Find an event by what people call it."""

from __future__ import annotations

import difflib
import unicodedata

from predictor.errors import UsageError
from predictor.season.state import EventState, SeasonState

__all__ = ["find_event"]

_SHORTEST_PART = 3


def find_event(season: SeasonState, text: str) -> EventState:
    """Give the event that a user names by id, slug, name or round.

    Parameters
    ----------
    season : SeasonState
    text : str
        ``2025-monaco``, ``monaco``, ``Monaco Grand Prix`` in any case and without accents or
        hyphens, ``8``, or three letters
        or more of a slug or name that no other event has: ``brit`` for Britain.

    Raises
    ------
    UsageError
        If no event is called that, the nearest one is suggested; if a part fits several, they
        are named.
    """
    names: dict[str, EventState] = {}
    for event in season.events:
        for name in (event.event_id, event.slug, event.name, str(event.round)):
            names.setdefault(_plain(name), event)
    wanted = _plain(text)
    if wanted in names:
        return names[wanted]
    if len(wanted) >= _SHORTEST_PART and not wanted.isdecimal():
        fit = [e for e in season.events if wanted in _plain(e.slug) or wanted in _plain(e.name)]
        if len(fit) == 1:
            return fit[0]
        if fit:
            raise UsageError(
                "more than one event is called that",
                where=f"season {season.season}",
                got=repr(text),
                expected="an id, or a part that one event alone has",
                do=f"name one of {', '.join(event.event_id for event in fit)}",
            )
    # A round that does not exist is near no other one.
    near = [] if wanted.isdecimal() else difflib.get_close_matches(wanted, names, n=1, cutoff=0.4)
    last = max((event.round for event in season.events), default=0)
    raise UsageError(
        "no such event",
        where=f"season {season.season}",
        got=repr(text),
        expected=f"an id, name or round of one of its {len(season.events)} events",
        do=f"did you mean {names[near[0]].event_id}?"
        if near
        else f"rounds are 1 to {last}; the season document has the ids",
    )


def _plain(text: str) -> str:
    """Give a name as people type it: no accents, no hyphens, no capitals."""
    letters = unicodedata.normalize("NFKD", text.strip())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return bare.casefold().replace("-", " ")
