"""The headline of an event, the same on its page and on its card."""

from __future__ import annotations

from predictor.published.event_types import Event
from predictor.vocabulary import EventStatus
from services.web.derived.level import sims_of
from services.web.derived.race_words import favourites_sentence
from services.web.derived.result_words import result_sentence
from services.web.derived.weekend import has_run

__all__ = ["event_headline"]


def event_headline(title: str, event: Event, *, hide: bool) -> str:
    """Return the answer that an event's page gives, as a sentence.

    Parameters
    ----------
    title : str
        The event's name.
    event : Event
    hide : bool
        Whether to tell nothing of its result.
    """
    status = event.metadata.status
    if status is EventStatus.CANCELLED:
        return f"The {title} is cancelled"
    if has_run(event) and not hide:
        return result_sentence(event)
    if status is EventStatus.POSTPONED:
        return f"The {title} is postponed"
    if not event.predictions:
        return f"{title}: no forecast yet"
    return f"{title}: {favourites_sentence(event.predictions, sims_of(event))}"
