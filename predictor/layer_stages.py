"""The ML layer's part of the graph.

history -> ledger before the season -> ledger after race 1 -> 2 -> ...
                                               |
belief before event j, weekend j -> features j -> learned forecast j (and a candidate's)
                                                       |
simulated forecasts j -> blend j, evidence j <---------+
evidence of races before j ----^

The features rest on the online filter, whatever the simulated forecasts rest on: a model was
trained on them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from predictor.bayes.online import FilterConfig, FormState, outlook
from predictor.errors import F1Error
from predictor.features.weekend import RaceOutcome, Weekend
from predictor.forecast.blend import Blend, blend, evidence_of
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
from predictor.season.state import EventState, SeasonState
from predictor.vocabulary import Horizon, Scenario

__all__ = ["LAYER_REPORT", "LayerNodes", "Learned", "Scored"]

LAYER_REPORT = "learn/report"
_RACES = "learn/races"
_LEDGER_BEFORE = "learn/ledger/before-season"


class HasStates(Protocol):
    """A folder of seasons, as the stage that reads the history gives it."""

    @property
    def states(self) -> tuple[SeasonState, ...]:
        """Season states, ordered by season."""


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


def ledger_before(races: tuple[LearnRace, ...]) -> Ledger:
    """Fold the races of earlier seasons into the ledger with which a season begins."""
    ledger = empty_ledger()
    for race in races:
        ledger = advance_ledger(ledger, race.moments[-1], race.weekends[-1], race.outcome)
    return ledger


def table_at(
    form: FormState,
    ledger: Ledger,
    moment: RaceMoment,
    weekend: Weekend,
    steps: int,
    config: FilterConfig,
) -> FeatureTable:
    """Give the features of an event ``steps`` events after the last race that is known."""
    ahead = outlook(form, weekend, float(steps), config)
    return feature_table(ledger, ahead, moment, weekend, config)


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
    horizon: Horizon,
    date: str,
    reason: str,
    **given: Any,  # noqa: ANN401
) -> Blend:
    """Weigh the learned forecast of an event by what earlier races say of the model.

    Parameters
    ----------
    given : ScenarioForecast or Scored
        By ``forecast/<scenario>``, without user weights, and ``evidence/<event id>``.
    """
    scored = [one.evidence for name, one in given.items() if name.startswith("evidence/")]
    return blend(
        _forecasts(given),
        {Scenario(name): share for name, share in probability.items()},
        learned.forecast,
        [*bundle.evidence, *(one for one in scored if one is not None)],
        Horizon(horizon),
        date=date,
        reason=reason or learned.trouble,
    )


def score(
    learned: Learned,
    probability: Mapping[Scenario, float],
    outcome: RaceOutcome,
    named: Mapping[str, Any],
    grid: Any,  # noqa: ANN401
    **given: Any,  # noqa: ANN401
) -> Scored:
    """Score the simulated forecast, the learned one and their pools on a race that is run."""
    if learned.forecast is None:
        return Scored(None)
    shares = {Scenario(name): share for name, share in probability.items()}
    return Scored(
        evidence_of(_forecasts(given), shares, learned.forecast, outcome.ranking, **named)
    )


def drift_of(bundle: ModelBundle, seed: int, **tables: FeatureTable) -> DriftReport | None:
    """Compare the features of the season's races with those that the model was trained on."""
    if bundle.reference is None or not tables:
        return None
    return feature_drift(bundle.reference, list(tables.values()), seed=seed)


def gather(
    bundle: ModelBundle | None = None,
    candidate: ModelBundle | None = None,
    drift: DriftReport | None = None,
    notes: tuple[str, ...] = (),
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
    return layer_report(bundle, candidate, of("blend/"), scored, shadow, drift, notes)


def _forecasts(given: Mapping[str, Any]) -> dict[Scenario, Any]:
    start = "forecast/"
    return {
        Scenario(name.removeprefix(start)): one
        for name, one in given.items()
        if name.startswith(start)
    }


_PAST = Stage("learn-races", 1, past_learn_races, tuple[LearnRace, ...])
_LEDGER_START = Stage("ledger-before-season", 1, ledger_before, Ledger)
_LEDGER = Stage("ledger", 1, advance_ledger, Ledger)
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
    config: FilterConfig
    seed: int
    nodes: list[Node] = field(default_factory=list)
    blends: dict[str, NodeRef] = field(default_factory=dict)  # by event id
    scored: dict[str, NodeRef] = field(default_factory=dict)
    shadow: dict[str, NodeRef] = field(default_factory=dict)
    tables: dict[str, NodeRef] = field(default_factory=dict)  # of races that are run
    ledger: NodeRef = field(default_factory=lambda: NodeRef(_LEDGER_BEFORE))

    def begin(self, history: NodeRef | None, season: int) -> None:
        """Add the ledger with which the season begins."""
        races: Input = Literal(())
        if history is not None:
            self.nodes.append(Node(_RACES, _PAST, {"history": history}, {"before": season}))
            races = NodeRef(_RACES)
        self.nodes.append(Node(_LEDGER_BEFORE, _LEDGER_START, {"races": races}))

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
                "ledger": self.ledger,
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
        shares = {one.value: share for one, share in probability.items()}
        self.blends[name] = self._node(
            f"learn/blend/{name}",
            _BLEND,
            {
                "bundle": _bundle(active),
                **given,
                **{f"evidence/{one}": ref for one, ref in self.scored.items()},
            },
            {
                "probability": shares,
                "horizon": weekend.horizon.value,
                "date": event.date or "",
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
            named = {
                "event_id": name,
                "season": event.season,
                "horizon": weekend.horizon.value,
                "date": event.date or "",
            }
            scored[name] = self._node(
                f"learn/evidence/{what}/{name}",
                _SCORE,
                {
                    "learned": NodeRef(f"learn/{what}/{name}"),
                    "outcome": Literal(outcome),
                    **given,
                },
                {
                    "probability": {one.value: share for one, share in probability.items()},
                    "named": named,
                    "grid": weekend.grid,
                },
            )
        self.ledger = self._node(
            f"learn/ledger/{name}",
            _LEDGER,
            {
                "ledger": self.ledger,
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
                {"seed": self.seed},
            )
        if self.layer.candidate is not None:
            inputs["candidate"] = _bundle(self.layer.candidate)
        for start, refs in (
            ("blend/", self.blends),
            ("evidence/", self.scored),
            ("shadow/", self.shadow),
        ):
            inputs |= {start + name: ref for name, ref in refs.items()}
        return self._node(LAYER_REPORT, _REPORT, inputs, {"notes": self.layer.notes})

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
