"""The filter's part of the graph: the belief on which forecasts rest unless another takes over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from predictor.bayes.online import FormState
from predictor.bayes.pre_season import with_tests
from predictor.features.pre_season import pre_season
from predictor.graph.belief.form import form_after, form_before
from predictor.graph.belief.past_races import PastRace, past_races
from predictor.graph.part import Board, Part, RaceRun, SeasonAsked, Slot
from predictor.graph.plan import BELIEF_PART, Input, Literal, Node, NodeRef, Stage
from predictor.graph.simulation.belief import BELIEF, FORECAST, Belief

__all__ = ["FILTERED", "FORM_BEFORE", "PAST_RACES", "RACES", "FilterPart", "filter_part"]

PAST_RACES = "history/races"
FORM_BEFORE = "form/before-season"
FORM_TESTED = "form/testing"

RACES: Slot[Input] = Slot("races of earlier seasons")
FILTERED: Slot[NodeRef] = Slot("belief of the online filter")

_PAST_RACES = Stage("past-races", 1, past_races, tuple[PastRace, ...])
_FORM_BEFORE_SEASON = Stage("form-before-season", 1, form_before, FormState)
_FORM_TESTED = Stage("form-tested", 1, with_tests, FormState)
_FORM = Stage("form", 1, form_after, FormState)


@dataclass(slots=True)
class FilterPart(Part):
    """The online filter, folded over the season."""

    asked: SeasonAsked
    name: str = BELIEF_PART

    def before_season(self, board: Board) -> Iterator[Node]:
        """Fold the earlier seasons, and the tests before this one."""
        asked = self.asked
        races: Input = Literal(())
        if asked.history is not None:
            before = {"before": asked.season.season}
            yield Node(PAST_RACES, _PAST_RACES, {"history": asked.history}, before)
            races = NodeRef(PAST_RACES)
        config = {"config": asked.options.model.filter}
        yield Node(FORM_BEFORE, _FORM_BEFORE_SEASON, {"races": races}, config)
        form = NodeRef(FORM_BEFORE)
        tests = pre_season(asked.season)
        if tests is not None:
            given: dict[str, Input] = {"state": form, "tests": Literal(tests)}
            yield Node(FORM_TESTED, _FORM_TESTED, given, config)
            form = NodeRef(FORM_TESTED)
        board.put(RACES, races)
        board.put(FILTERED, form)
        board.put(BELIEF, Belief(form, FORECAST))

    def after_event(self, run: RaceRun, board: Board) -> Iterator[Node]:
        """Fold one race in, where anything rests on it."""
        before = board.get(FILTERED)
        serves = board.get(BELIEF).node == before
        if not serves and FILTERED not in board.needed:
            return
        form = f"form/{run.ahead.event.event_id}"
        yield Node(
            form,
            _FORM,
            {"before": before, "weekend": Literal(run.learnt), "outcome": Literal(run.outcome)},
            {"steps": run.ahead.steps, "config": self.asked.options.model.filter},
        )
        board.put(FILTERED, NodeRef(form))
        if serves:
            board.put(BELIEF, Belief(NodeRef(form), FORECAST))


def filter_part(asked: SeasonAsked) -> FilterPart:
    """Return the filter's part; every forecast has it."""
    return FilterPart(asked)
