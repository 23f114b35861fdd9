"""What a part of the forecast is: nodes for the season, for each event, and for its end.

A part says what it gives to other parts by a `Slot`, and finds there what they give; the planner
knows neither. A capability joins with a folder of its own and a line in `predictor.graph.parts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar, cast

from predictor.features.weekend import RaceOutcome, Weekend
from predictor.forecast.options import ForecastOptions
from predictor.graph.plan import Input, Node, NodeRef
from predictor.season.state import EventState, SeasonState
from predictor.vocabulary import Scenario

__all__ = ["Board", "EventAhead", "MakePart", "Part", "RaceRun", "SeasonAsked", "Slot"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SeasonAsked:
    """The season to plan, and what is asked of it."""

    season: SeasonState
    options: ForecastOptions
    history: NodeRef | None  # whose value has the earlier seasons' ``states``
    history_digest: str  # of that value


@dataclass(frozen=True, slots=True)
class EventAhead:
    """An event as its forecast may know it."""

    event: EventState
    weekend: Weekend
    steps: int  # events since the last race that is known, this one included
    probability: Mapping[Scenario, float]


@dataclass(frozen=True, slots=True)
class RaceRun:
    """An event whose race has been run."""

    ahead: EventAhead
    learnt: Weekend  # all that was known before the race, whatever the forecast might use
    outcome: RaceOutcome


@dataclass(frozen=True, slots=True)
class Slot(Generic[T]):
    """A place on the board for one kind of value; the part that fills it exports it."""

    name: str


@dataclass(frozen=True, slots=True)
class Board:
    """What the parts of one plan give each other.

    Attributes
    ----------
    needed : frozenset of Slot
        What the chosen parts declare that they take; a part need not plan what nobody takes.
    told : dict of str to Input
        What the season document is made from, by argument of its stage.
    """

    needed: frozenset[Slot[NodeRef]] = frozenset()
    told: dict[str, Input] = field(default_factory=dict)
    _given: dict[Slot[object], object] = field(default_factory=dict)

    def put(self, slot: Slot[T], value: T) -> None:
        """Give a value, in the place of what was there."""
        self._given[cast("Slot[object]", slot)] = value

    def get(self, slot: Slot[T]) -> T:
        """Return what was given last.

        Raises
        ------
        LookupError
            If no chosen part has given any.
        """
        try:
            return cast("T", self._given[cast("Slot[object]", slot)])
        except KeyError:
            raise LookupError(
                f"no part gives {slot.name!r}: put the part that does before those that take it"
            ) from None


class Part(Protocol):
    """One part of the forecast of one season; its methods are called in calendar order."""

    name: str  # the tag of its nodes
    needs: tuple[Slot[NodeRef], ...] = ()  # what it takes of others that is planned only on demand

    def before_season(self, board: Board) -> Iterable[Node]:  # noqa: ARG002
        """Return the nodes with which the season begins."""
        return ()

    def before_event(self, ahead: EventAhead, board: Board) -> Iterable[Node]:  # noqa: ARG002
        """Return the nodes of an event that is forecast."""
        return ()

    def after_event(self, run: RaceRun, board: Board) -> Iterable[Node]:  # noqa: ARG002
        """Return the nodes that learn from a race."""
        return ()

    def finish(self, board: Board) -> Iterable[Node]:  # noqa: ARG002
        """Return the nodes that look at the whole season."""
        return ()


MakePart = Callable[[SeasonAsked], Part | None]  # None: not asked for
