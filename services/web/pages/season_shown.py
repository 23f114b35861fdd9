"""What the parts of a season's page are made of."""

from __future__ import annotations

from dataclasses import dataclass

from predictor.published.season_types import SeasonDocument
from services.web.derived.cars import Cars
from services.web.pages.archived import Kept
from services.web.world import World

__all__ = ["SeasonShown"]


@dataclass(frozen=True, slots=True)
class SeasonShown:
    """One season as it is shown: its document, its cars, what the archive keeps of it."""

    world: World
    document: SeasonDocument
    cars: Cars
    kept: Kept
    hide: bool

    @property
    def year(self) -> int:
        """The season."""
        return self.document.metadata.season
