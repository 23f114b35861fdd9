"""Makes the cards of all events as SVG."""

from __future__ import annotations

from collections.abc import Iterator

from services.web.cards.card import draw_card
from services.web.cards.event_card import event_card
from services.web.maker import Made, reads
from services.web.resource import make_resource
from services.web.world import World

__all__ = ["make"]

_SVG = "image/svg+xml"


@reads("documents")
def make(world: World, *, hide: bool) -> Iterator[Made]:
    """Give a card for every event."""
    for document in world.documents.values():
        for title, event in document.predictions.items():
            path = f"/events/{event.metadata.event_id}/card.svg"
            yield (
                path,
                lambda title=title, event=event: make_resource(  # type: ignore[misc]
                    draw_card(event_card(title, event, hide=hide)), _SVG
                ),
            )
