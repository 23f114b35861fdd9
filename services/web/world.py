"""Everything that pages are made of, read once and never changed: the world at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from services.settings.limits import WhatIfLimits

if TYPE_CHECKING:
    from predictor.published.season_types import SeasonDocument
    from predictor.published.told_types import ToldRace
    from services.archive.reader import Archive
    from services.monitoring.status_file import Status

__all__ = ["EMPTY", "Demo", "World"]

EMPTY: Mapping[Any, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Demo:
    """A recorded weekend that is replayed.

    Attributes
    ----------
    of : str
        What is replayed, as "The Belgian Grand Prix of 2025".
    coming : str
        What comes next; empty once all has come.
    every_s : float, s
        Between two drops.
    """

    of: str
    coming: str
    every_s: float

    @property
    def words(self) -> str:
        """What a reader is told."""
        if not self.coming:
            return f"{self.of} has been replayed to its end. Start the demo anew to see it again."
        pause = f"{self.every_s:g} seconds" if self.every_s != 1 else "a second"
        return f"{self.of} is replayed as it was recorded. Next: {self.coming}, within {pause}."


@dataclass(frozen=True, slots=True)
class World:
    """What is known when pages are made.

    Attributes
    ----------
    output : Path
        The output folder.
    documents : Mapping[int, SeasonDocument]
        Year -> the season's document.
    raw : Mapping[int, bytes]
        Year -> the same as published.
    default_season : int, optional
        Whose page is the front page; None while nothing is published.
    archive : Archive, optional
        Of forecasts; None where there is none, or none that can be read.
    archive_stamp : object
        Equal while nothing is added to it.
    archive_trouble : str
        Why there is none, if one was to be there.
    status : Status, optional
        What the folder's daemon said last.
    daemon : str
        none | well | silent | stopped
    models : Mapping, optional
        What `services.registry.listing.listed` gives; None where no model is registered.
    told : Mapping[str, ToldRace]
        Event id, with ``-sprint`` after it of a sprint -> a race told by `simulate --publish`.
    troubles : tuple of str
        What could not be read, for the page of health.
    now : datetime
        UTC; pages are made anew when a session begins, not with every second.
    public_url : str
        Where readers find this server, without a slash at its end; empty: not told.
    demo : Demo, optional
        What is replayed, if this is no season of now.
    most_simulations : int
        That may be asked for in a what-if, per event and scenario.
    """

    output: Path
    documents: Mapping[int, SeasonDocument] = field(default_factory=lambda: EMPTY)
    raw: Mapping[int, bytes] = field(default_factory=lambda: EMPTY)
    default_season: int | None = None
    archive: Archive | None = None
    archive_stamp: object = None
    archive_trouble: str = ""
    status: Status | None = None
    daemon: str = "none"
    models: Mapping[str, Any] | None = None
    told: Mapping[str, ToldRace] = field(default_factory=lambda: EMPTY)
    troubles: tuple[str, ...] = ()
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    public_url: str = ""
    demo: Demo | None = None
    most_simulations: int = WhatIfLimits().max_simulations
