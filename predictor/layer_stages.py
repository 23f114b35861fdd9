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

from predictor.bayes.online import FilterConfig, FormState, outlook
from predictor.errors import F1Error
from predictor.evaluate import grid_frequency
from predictor.evaluate.grid_frequency import GridFrequency
from predictor.features.weekend import RaceOutcome, Weekend
from predictor.forecast.blend import Blend, RaceName, blend, evidence_of
from predictor.forecast.layer_report import LayerReport, layer_report
from predictor.learn.bundle import ModelBundle
from predictor.learn.drift import DriftReport, feature_drift
from predictor.learn.evidence import RaceEvidence
from predictor.learn.examples import LearnRace, learn_races
from predictor.learn.feature_table import FeatureTable, feature_table
from predictor.learn.kinds import load_model
from predictor.learn.layer import Layer
from predictor.learn.ledger import Ledger, advance_ledger, empty_ledger
from predictor.learn.moments import RaceMoment, moment_of
from predictor.learn.orders import OrderForecast
from predictor.plan import Deferred, Input, Literal, Node, NodeRef, Stage
from predictor.season.state import EventState, HasStates
from predictor.vocabulary import Scenario

__all__ = ["LAYER_REPORT", "LayerNodes", "Learned", "Scored"]

LAYER_REPORT = "learn/report"
_RACES = "learn/races"
_PAST_BEFORE = "learn/past/before-season"


@dataclass(frozen=True, slots=True)
class Past:
    """What features, and the grid baseline that models are compared with, know of past races."""

    ledger: Ledger
    grid: GridFrequency


@dataclass(frozen=True, slots=True)
class Learned:
    """A model's forecast of one event, or why it has none."""

    forecast: OrderForecast | None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Scored:
    """What a race says of a model; nothing where it gave no forecast or had seen the race."""

    evidence: RaceEvidence | None


def past_learn_races(history: HasStates, before: int) -> tuple[LearnRace, ...]:
    """Give the races of all seasons before ``before`` as the ledger takes them."""
    return learn_races(history.states, before)


def past_before(races: tuple[LearnRace, ...]) -> Past:
    """Fold the races of earlier seasons into what a season begins with."""
    past = Past(empty_ledger(), GridFrequency())
    for race in races:
        past = past_after(past, race.moments[-1], race.weekends[-1], race.outcome)
    return past


def past_after(past: Past, moment: RaceMoment, weekend: Weekend, outcome: RaceOutcome) -> Past:
    """Fold one race in."""
    return Past(
        advance_ledger(past.ledger, moment, weekend, outcome),
        grid_frequency.learn(past.grid, weekend, outcome),
    )


def table_at(
    form: FormState,
    past: Past,
    moment: RaceMoment,
    weekend: Weekend,
    steps: int,
    config: FilterConfig,
) -> FeatureTable:
    """Give the features of an event ``steps`` events after the last race that is known."""
    ahead = outlook(form, weekend, float(steps), config)
    return feature_table(past.ledger, ahead, moment, weekend, config)


def ask_model(bundle: ModelBundle, table: FeatureTable) -> Learned:
    """Ask a model about one event; a model that fails is a value, not an exception."""
    try:
        return Learned(load_model(bundle.files).predict(table))
    except F1Error as error:
        return Learned(None, f"{bundle.name} {bundle.version}: {error.one_line()}")


def tilt(
    bundle: ModelBundle,
    learned: Learned,
    probability: Mapping[Scenario, float],
    race: RaceName,
    reason: str,
    **given: Any,  # noqa: ANN401
) -> Blend:
    """Weigh the learned forecast of an event by what earlier races say of the model.

    Parameters
    ----------
    given : ScenarioForecast or Scored
        By ``forecast/<scenario>``, without user weights, and ``evidence/<event id>``.
    """
    scored = (one.evidence for name, one in given.items() if name.startswith("evidence/"))
    return blend(
        _forecasts(given),
        probability,
        learned.forecast,
        [*bundle.evidence, *(one for one in scored if one is not None)],
        race,
        reason=reason or learned.trouble,
    )


def score(
    learned: Learned,
    past: Past,
    weekend: Weekend,
    outcome: RaceOutcome,
    probability: Mapping[Scenario, float],
    race: RaceName,
    **given: Any,  # noqa: ANN401
) -> Scored:
    """Score the simulated forecast, the learned one and their pools on a race that is run.

    Parameters
    ----------
    past : Past
        Before the race.
    weekend : Weekend
        As the forecast knew it.
    given : ScenarioForecast
        By ``forecast/<scenario>``, without user weights.
    """
    if learned.forecast is None:
        return Scored(None)
    grid = grid_frequency.forecast(past.grid, weekend)
    forecasts = _forecasts(given)
    return Scored(evidence_of(forecasts, probability, learned.forecast, grid, outcome, race))


def drift_of(bundle: ModelBundle, **tables: FeatureTable) -> DriftReport | None:
    """Compare the features of the season's races with those that the model was trained on."""
    if bundle.reference is None or not tables:
        return None
    return feature_drift(
        bundle.reference, list(tables.values()), features_digest=bundle.features_digest
    )


def gather(
    bundle: ModelBundle | None = None,
    candidate: ModelBundle | None = None,
    drift: DriftReport | None = None,
    notes: tuple[str, ...] = (),
    new_regulations: bool = False,
    **given: Any,  # noqa: ANN401
) -> LayerReport:
    """Put together what the layer did in a season, by ``blend/``, ``evidence/``, ``shadow/``."""

    def of(start: str) -> dict[str, Any]:
        found = {k.removeprefix(start): one for k, one in given.items() if k.startswith(start)}
        return {name: one for name, one in found.items() if one is not None}

    scored, shadow = (
        tuple(one.evidence for one in of(start).values() if one.evidence is not None)
        for start in ("evidence/", "shadow/")
    )
    return layer_report(
        bundle,
        candidate,
        of("blend/"),
        scored,
        shadow,
        drift,
        notes,
        new_regulations=new_regulations,
    )


def _forecasts(given: Mapping[str, Any]) -> dict[Scenario, Any]:
    start = "forecast/"
    return {
        Scenario(name.removeprefix(start)): one
        for name, one in given.items()
        if name.startswith(start)
    }


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
            inputs["bundle"] = _bundle(active)
            inputs["drift"] = self._node(
                "learn/drift",
                _DRIFT,
                {"bundle": _bundle(active), **self.tables},
            )
        if self.layer.candidate is not None:
            inputs["candidate"] = _bundle(self.layer.candidate)
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
        inputs = {"bundle": _bundle(bundle), "table": table}
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


def _not_asked(bundle: ModelBundle, event: EventState) -> str:
    """Say why a model may not forecast an event; empty if it may."""
    if not event.date:
        return "the event has no date, so nobody can say whether the model has seen it"
    if event.date <= bundle.trained_until:
        return f"the model was trained on races up to {bundle.trained_until}"
    return ""


def _name(event: EventState, weekend: Weekend) -> RaceName:
    return RaceName(event.event_id, event.season, weekend.horizon, event.date or "")
