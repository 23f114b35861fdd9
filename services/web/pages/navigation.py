"""The way around, and the line that says of when a page is: the same on every page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from predictor.published.season_types import SeasonDocument
from predictor.vocabulary import EventStatus
from services.web.derived.news import latest_run
from services.web.derived.weekend import upcoming
from services.web.world import World

__all__ = ["WAYS", "Here", "Way", "navigation"]


@dataclass(frozen=True, slots=True)
class Way:
    """One entry of the navigation."""

    label: str
    path: str
    is_here: bool = False


def _season(world: World) -> str:
    return "/" if world.default_season is None else f"/{world.default_season}"


def _next_race(world: World) -> str | None:
    document = None if world.default_season is None else world.documents[world.default_season]
    found = None if document is None else upcoming(document)
    return None if found is None else f"/events/{found[1].metadata.event_id}"


# Label and address, in their order; one whose address is None is not shown.
WAYS: tuple[tuple[str, Callable[[World], str | None]], ...] = (
    ("Season", _season),
    ("Next race", _next_race),
    ("What if", lambda _world: "/what-if"),
    ("Health", lambda _world: "/health"),
    ("API", lambda _world: "/api"),
)


def navigation(world: World, path: str) -> tuple[Way, ...]:
    """Return the ways from a page."""
    found = ((label, to(world)) for label, to in WAYS)
    return tuple(Way(label, to, to == path) for label, to in found if to is not None)


@dataclass(frozen=True, slots=True)
class Here:
    """What the as-of line tells."""

    world: World
    document: SeasonDocument | None

    @property
    def generated_at(self) -> str:
        """When the forecast was made, RFC 3339; empty without one."""
        return self.document.metadata.generated_at if self.document else ""

    @property
    def run(self) -> int:
        """Number of the last run of all seasons: what the stream is asked for what came after."""
        return max(map(latest_run, self.world.documents.values()), default=0)

    @property
    def n_events(self) -> int:
        """Events of the season."""
        return len(self.document.predictions) if self.document else 0

    @property
    def n_run(self) -> int:
        """Of these, races that are run."""
        if self.document is None:
            return 0
        events = self.document.predictions.values()
        return sum(one.metadata.status is EventStatus.COMPLETED for one in events)

    @property
    def state(self) -> str:
        """Whether the forecast is kept up to date, in words."""
        return {
            "well": "up to date",
            "silent": "the daemon is silent: it may be out of date",
            "stopped": "the daemon is stopped: new files are not taken up",
        }.get(self.world.daemon, "made by a single run")
