"""The ML layer's part of the graph.

history -> past before the season -> past after race 1 -> 2 -> ...
                                               |
belief before event j, weekend j -> features j -> learned forecast j (and a candidate's)
                                                       |
simulated forecasts j -> blend j, evidence j <---------+
evidence of races before j ----^

The features rest on the online filter, whatever the simulated forecasts rest on: a model was
trained on them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from predictor.features.weekend import Weekend
from predictor.fingerprint import digest
from predictor.forecast.blend import Blend, RaceName
from predictor.forecast.learned_report import LayerReport
from predictor.graph.belief.part import FILTERED
from predictor.graph.learned.steps import (
    Learned,
    Past,
    Scored,
    ask_model,
    drift_of,
    gather,
    past_after,
    past_before,
    past_learn_races,
    score,
    table_at,
    tilt,
)
from predictor.graph.part import Board, EventAhead, Part, RaceRun, SeasonAsked, Slot
from predictor.graph.plan import Deferred, Group, Input, Literal, Node, NodeRef, Stage
from predictor.graph.simulation.part import UNWEIGHTED
from predictor.learn.bundle import ModelBundle
from predictor.learn.features.examples import LearnRace
from predictor.learn.features.feature_table import FeatureTable
from predictor.learn.features.moments import moment_of
from predictor.learn.learned_layer import Layer
from predictor.learn.monitoring.drift import DriftReport
from predictor.season.state import EventState
from predictor.vocabulary import Scenario

__all__ = ["LAYER_REPORT", "LearnedPart", "learned_part"]

LAYER_REPORT = "learn/report"
_RACES = "learn/races"
_PAST_BEFORE = "learn/past/before-season"
_DRIFT_ID = "learn/drift"


_HISTORY = Stage("learn-races", 1, past_learn_races, tuple[LearnRace, ...])
_PAST_START = Stage("past-before-season", 1, past_before, Past)
_PAST_NEXT = Stage("past", 1, past_after, Past)
_TABLE = Stage("features", 1, table_at, FeatureTable)
_LEARNED = Stage("learned", 1, ask_model, Learned)
_BLEND = Stage("blend", 1, tilt, Blend)
_SCORE = Stage("evidence", 1, score, Scored)
_DRIFT = Stage("drift", 1, drift_of, cast("type[DriftReport | None]", DriftReport | None))
_REPORT = Stage("layer-report", 1, gather, LayerReport)


@dataclass(slots=True)
class LearnedPart(Part):
    """A model that serves, one that waits, and what the season's races say of both."""

    layer: Layer
    asked: SeasonAsked
    # By event id: what the document tells, and what later events are weighed by.
    blends: dict[str, NodeRef] = field(default_factory=dict)
    scored: dict[str, NodeRef] = field(default_factory=dict)
    shadow: dict[str, NodeRef] = field(default_factory=dict)
    tables: dict[str, NodeRef] = field(default_factory=dict)  # of races that are run
    past: NodeRef = field(default_factory=lambda: NodeRef(_PAST_BEFORE))
    name: str = "learned"
    needs: tuple[Slot[NodeRef], ...] = (FILTERED,)

    def before_season(self, board: Board) -> Iterator[Node]:  # noqa: ARG002
        """Add what is known of past races as the season begins."""
        races: Input = Literal(())
        if self.asked.history is not None:
            before = {"before": self.asked.season.season}
            yield Node(_RACES, _HISTORY, {"history": self.asked.history}, before)
            races = NodeRef(_RACES)
        yield Node(_PAST_BEFORE, _PAST_START, {"races": races})

    def before_event(self, ahead: EventAhead, board: Board) -> Iterator[Node]:
        """Add an event's features, learned forecast and blend."""
        active = self.layer.active
        if active is None:
            return
        event, name = ahead.event, ahead.event.event_id
        forecasts = board.get(UNWEIGHTED)
        yield Node(
            f"learn/features/{name}",
            _TABLE,
            {
                "form": board.get(FILTERED),
                "past": self.past,
                "moment": Literal(moment_of(event, ahead.weekend.horizon)),
                "weekend": Literal(ahead.weekend),
            },
            {"steps": ahead.steps, "config": self.asked.options.model.filter},
        )
        yield _ask("learned", active, name)
        yield Node(
            f"learn/blend/{name}",
            _BLEND,
            {
                "bundle": _bundle(active),
                "learned": NodeRef(f"learn/learned/{name}"),
                "forecasts": Group(forecasts, "forecast/"),
                "scored": Group(dict(self.scored), "evidence/"),
            },
            {
                "probability": ahead.probability,
                "race": _name(event, ahead.weekend),
                "reason": _not_asked(active, event),
            },
        )
        self.blends[name] = NodeRef(f"learn/blend/{name}")

    def after_event(self, run: RaceRun, board: Board) -> Iterator[Node]:
        """Add what a race that has been run says of the models, and fold it into the ledger."""
        active, candidate = self.layer.active, self.layer.candidate
        event, name = run.ahead.event, run.ahead.event.event_id
        if active is None or name not in self.blends:
            return
        self.tables[name] = NodeRef(f"learn/features/{name}")
        # Part of the scenarios is not the forecast.
        forecasts = board.get(UNWEIGHTED)
        whole = set(forecasts) == set(Scenario)
        of_models = ((active, "learned", self.scored), (candidate, "candidate", self.shadow))
        for bundle, what, scored in of_models:
            if bundle is None or not whole or _not_asked(bundle, event):
                continue
            if bundle is candidate:
                yield _ask(what, bundle, name)
            yield self._score(what, run, forecasts)
            scored[name] = NodeRef(f"learn/evidence/{what}/{name}")
        yield Node(
            f"learn/past/{name}",
            _PAST_NEXT,
            {
                "past": self.past,
                "moment": Literal(moment_of(event)),
                "weekend": Literal(run.learnt),
                "outcome": Literal(run.outcome),
            },
        )
        self.past = NodeRef(f"learn/past/{name}")

    def finish(self, board: Board) -> Iterator[Node]:
        """Add what the document says of the layer."""
        inputs: dict[str, Input] = {
            "blends": Group(self.blends, "blend/"),
            "scored": Group(self.scored, "evidence/"),
            "shadow": Group(self.shadow, "shadow/"),
        }
        active, candidate = self.layer.active, self.layer.candidate
        if active is not None:
            given: dict[str, Input] = {"bundle": _bundle(active), "tables": Group(self.tables)}
            yield Node(_DRIFT_ID, _DRIFT, given)
            inputs |= {"bundle": _told(active), "drift": NodeRef(_DRIFT_ID)}
        if candidate is not None:
            inputs["candidate"] = _told(candidate)
        new = self.asked.season.season in self.asked.options.model.filter.new_regulations
        config = {"notes": self.layer.notes, "new_regulations": new}
        yield Node(LAYER_REPORT, _REPORT, inputs, config)
        board.told["layer"] = NodeRef(LAYER_REPORT)

    def _score(self, what: str, run: RaceRun, forecasts: Mapping[str, NodeRef]) -> Node:
        name = run.ahead.event.event_id
        return Node(
            f"learn/evidence/{what}/{name}",
            _SCORE,
            {
                "learned": NodeRef(f"learn/{what}/{name}"),
                "past": self.past,
                "weekend": Literal(run.ahead.weekend),
                "outcome": Literal(run.outcome),
                "forecasts": Group(forecasts, "forecast/"),
            },
            {
                "probability": run.ahead.probability,
                "race": _name(run.ahead.event, run.ahead.weekend),
            },
        )


def learned_part(asked: SeasonAsked) -> LearnedPart | None:
    """Return the ML layer's part, where models are given."""
    layer = asked.options.layer
    return LearnedPart(layer, asked) if layer is not None else None


def _ask(what: str, bundle: ModelBundle, event_id: str) -> Node:
    table = NodeRef(f"learn/features/{event_id}")
    return Node(f"learn/{what}/{event_id}", _LEARNED, {"bundle": _bundle(bundle), "table": table})


def _bundle(bundle: ModelBundle) -> Deferred:
    """Give a model as an input: its digest is that of all its files."""
    return Deferred(bundle.digest, lambda: bundle)


def _told(bundle: ModelBundle) -> Deferred:
    """Give a model to a stage that also tells where it came from, which its files do not."""
    return Deferred(digest((bundle.digest, bundle.is_shipped)), lambda: bundle)


def _not_asked(bundle: ModelBundle, event: EventState) -> str:
    """Say why a model may not forecast an event; empty if it may."""
    if not event.date:
        return "the event has no date, so nobody can say whether the model has seen it"
    if event.date <= bundle.trained_until:
        return f"the model was trained on races up to {bundle.trained_until}"
    return ""


def _name(event: EventState, weekend: Weekend) -> RaceName:
    return RaceName(event.event_id, event.season, weekend.horizon, event.date or "")
