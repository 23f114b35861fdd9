"""What the parts of an event's page are made of."""

from __future__ import annotations

from dataclasses import dataclass

from predictor.published.event_types import Event
from predictor.published.season_types import SeasonDocument
from services.web.derived.cars import Cars
from services.web.pages.archived import Kept
from services.web.world import World

__all__ = ["Shown"]


@dataclass(frozen=True, slots=True)
class Shown:
    """One event as it is shown.

    Attributes
    ----------
    world : World
    document : SeasonDocument
        Of its season.
    title : str
        The event's name.
    event : Event
    cars : Cars
        Of its season.
    kept : Kept
        What the archive keeps of its season.
    hide : bool
        Whether results are hidden.
    """

    world: World
    document: SeasonDocument
    title: str
    event: Event
    cars: Cars
    kept: Kept
    hide: bool

    @property
    def event_id(self) -> str:
        """Permanent id of the event."""
        return self.event.metadata.event_id
