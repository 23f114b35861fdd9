"""Makes the cards of all events as SVG."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from predictor.published.event_types import Event
from services.web.cards.card import draw_card
from services.web.cards.event_card import event_card
from services.web.maker import Later, Made, reads
from services.web.resource import Resource, make_resource
from services.web.world import World

__all__ = ["make"]

_SVG = "image/svg+xml"


@reads("documents")
def make(world: World, *, hide: bool) -> Iterator[Made]:
    """Give a card for every event."""
    for document in world.documents.values():
        for title, event in document.predictions.items():
            yield (
                f"/events/{event.metadata.event_id}/card.svg",
                Later(partial(_card, title, event, hide=hide)),
            )


def _card(title: str, event: Event, *, hide: bool) -> Resource:
    return make_resource(draw_card(event_card(title, event, hide=hide)), _SVG)
