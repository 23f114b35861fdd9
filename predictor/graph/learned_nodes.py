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

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from predictor.bayes.online import FilterConfig
from predictor.features.weekend import RaceOutcome, Weekend
from predictor.fingerprint import digest
from predictor.forecast.blend import Blend, RaceName
from predictor.forecast.learned_report import LayerReport
from predictor.graph.learned_steps import (
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
from predictor.graph.plan import Deferred, Input, Literal, Node, NodeRef, Stage
from predictor.learn.bundle import ModelBundle
from predictor.learn.features.examples import LearnRace
from predictor.learn.features.feature_table import FeatureTable
from predictor.learn.features.moments import moment_of
from predictor.learn.learned_layer import Layer
from predictor.learn.monitoring.drift import DriftReport
from predictor.season.state import EventState
from predictor.vocabulary import Scenario

__all__ = ["LAYER_REPORT", "LayerNodes"]

LAYER_REPORT = "learn/report"
_RACES = "learn/races"
_PAST_BEFORE = "learn/past/before-season"


_HISTORY = Stage("learn-races", 1, past_learn_races, tuple[LearnRace, ...])
_PAST_START = Stage("past-before-season", 1, past_before, Past)
_PAST_NEXT = Stage("past", 1, past_after, Past)
_TABLE = Stage("features", 1, table_at, FeatureTable)
_LEARNED = Stage("learned", 1, ask_model, Learned)
_BLEND = Stage("blend", 1, tilt, Blend)
_SCORE = Stage("evidence", 1, score, Scored)
_DRIFT = Stage("drift", 1, drift_of, DriftReport | None)
_REPORT = Stage("layer-report", 1, gather, LayerReport)


@dataclass(slots=True)
class LayerNodes:
    """Collects the layer's nodes of one season, event by event in calendar order."""

    layer: Layer
    season: int
    config: FilterConfig
    nodes: list[Node] = field(default_factory=list)
    blends: dict[str, NodeRef] = field(default_factory=dict)  # by event id
    scored: dict[str, NodeRef] = field(default_factory=dict)
    shadow: dict[str, NodeRef] = field(default_factory=dict)
    tables: dict[str, NodeRef] = field(default_factory=dict)  # of races that are run
    past: NodeRef = field(default_factory=lambda: NodeRef(_PAST_BEFORE))

    def begin(self, history: NodeRef | None) -> None:
        """Add what is known of past races as the season begins."""
        races: Input = Literal(())
        if history is not None:
            self.nodes.append(Node(_RACES, _HISTORY, {"history": history}, {"before": self.season}))
            races = NodeRef(_RACES)
        self.nodes.append(Node(_PAST_BEFORE, _PAST_START, {"races": races}))

    def event(
        self,
        event: EventState,
        weekend: Weekend,
        form: NodeRef,
        steps: int,
        forecasts: Mapping[Scenario, NodeRef],
        probability: Mapping[Scenario, float],
    ) -> None:
        """Add an event's features, learned forecast and blend.

        Parameters
        ----------
        form : NodeRef
            Belief of the online filter before the event.
        forecasts : mapping of Scenario to NodeRef
            Simulated, without user weights.
        """
        active = self.layer.active
        if active is None:
            return
        name = event.event_id
        table = self._node(
            f"learn/features/{name}",
            _TABLE,
            {
                "form": form,
                "past": self.past,
                "moment": Literal(moment_of(event, weekend.horizon)),
                "weekend": Literal(weekend),
            },
            {"steps": steps, "config": self.config},
        )
        learned = self._ask("learned", active, name, table)
        given: dict[str, Input] = {
            "learned": learned,
            **{f"forecast/{one.value}": ref for one, ref in forecasts.items()},
        }
        self.blends[name] = self._node(
            f"learn/blend/{name}",
            _BLEND,
            {
                "bundle": _bundle(active),
                **given,
                **{f"evidence/{one}": ref for one, ref in self.scored.items()},
            },
            {
                "probability": probability,
                "race": _name(event, weekend),
                "reason": _not_asked(active, event),
            },
        )

    def run(
        self,
        event: EventState,
        weekend: Weekend,
        learnt: Weekend,
        outcome: RaceOutcome,
        forecasts: Mapping[Scenario, NodeRef],
        probability: Mapping[Scenario, float],
    ) -> None:
        """Add what a race that has been run says of the models, and fold it into the ledger.

        Parameters
        ----------
        weekend, learnt : Weekend
            As the forecast knew it, and with all that was known before the race.
        """
        active, candidate = self.layer.active, self.layer.candidate
        if active is None:
            return
        name = event.event_id
        self.tables[name] = NodeRef(f"learn/features/{name}")
        whole = set(forecasts) == set(Scenario)  # part of the scenarios is not the forecast
        of_models = ((active, "learned", self.scored), (candidate, "candidate", self.shadow))
        for bundle, what, scored in of_models:
            if bundle is None or not whole or _not_asked(bundle, event):
                continue
            if bundle is candidate:
                self._ask(what, bundle, name, self.tables[name])
            given = {f"forecast/{one.value}": ref for one, ref in forecasts.items()}
            scored[name] = self._node(
                f"learn/evidence/{what}/{name}",
                _SCORE,
                {
                    "learned": NodeRef(f"learn/{what}/{name}"),
                    "past": self.past,
                    "weekend": Literal(weekend),
                    "outcome": Literal(outcome),
                    **given,
                },
                {"probability": probability, "race": _name(event, weekend)},
            )
        self.past = self._node(
            f"learn/past/{name}",
            _PAST_NEXT,
            {
                "past": self.past,
                "moment": Literal(moment_of(event)),
                "weekend": Literal(learnt),
                "outcome": Literal(outcome),
            },
        )

    def finish(self) -> NodeRef:
        """Add what the document says of the layer."""
        active = self.layer.active
        inputs: dict[str, Input] = {}
        if active is not None:
            inputs["bundle"] = _told(active)
            inputs["drift"] = self._node(
                "learn/drift",
                _DRIFT,
                {"bundle": _bundle(active), **self.tables},
            )
        if self.layer.candidate is not None:
            inputs["candidate"] = _told(self.layer.candidate)
        for start, refs in (
            ("blend/", self.blends),
            ("evidence/", self.scored),
            ("shadow/", self.shadow),
        ):
            inputs |= {start + name: ref for name, ref in refs.items()}
        config = {
            "notes": self.layer.notes,
            "new_regulations": self.season in self.config.new_regulations,
        }
        return self._node(LAYER_REPORT, _REPORT, inputs, config)

    def _ask(self, what: str, bundle: ModelBundle, event_id: str, table: NodeRef) -> NodeRef:
        inputs: dict[str, Input] = {"bundle": _bundle(bundle), "table": table}
        return self._node(f"learn/{what}/{event_id}", _LEARNED, inputs)

    def _node(
        self,
        node_id: str,
        stage: Stage,
        inputs: Mapping[str, Input],
        config: Mapping[str, Any] | None = None,
    ) -> NodeRef:
        self.nodes.append(Node(node_id, stage, inputs, config or {}))
        return NodeRef(node_id)


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
