"""The graph of a season forecast: which stages there are and what each depends on.

history -> past races -> form before the season -> form after race 1 -> 2 -> ...
                                                        |
weekend j, facts j, scenario s ----------> forecast of event j in scenario s
                                                        |
standings, remaining events ----------------------> championship
                                                        |
season state, everything above ---------------------> document

With the ML layer the nodes of `predictor.graph.learned_nodes` stand beside them. With the sampled
posterior ``bayes/...`` takes the place of form after the season has begun, and
``bayes/fit/...``, the fits of whole seasons, come in before the season and every few races.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from predictor.bayes.fit import FitReport, SeasonFit, report_fits
from predictor.bayes.online import FilterConfig, FormState, advance, initial_state, outlook
from predictor.bayes.sampled import (
    SampledState,
    advance_sampled,
    fit_last_season,
    fit_this_season,
    learned,
    start_sampled,
)
from predictor.bayes.season_data import RaceSeen
from predictor.features.race_facts import RaceFacts, race_facts, sprint_facts
from predictor.features.weekend import (
    RaceOutcome,
    Weekend,
    race_outcome,
    sprint_weekend_of,
    weekend_of,
)
from predictor.fingerprint import digest
from predictor.forecast.assemble import RaceConfig, ScenarioForecast, forecast_race
from predictor.forecast.circuits import Crew, RaceModel, crews_at
from predictor.forecast.feasible import has_field, has_sprint_ahead, why_no_sprint, why_not_forecast
from predictor.forecast.options import ForecastOptions
from predictor.forecast.weights import match_drivers, match_teams, strength_shift
from predictor.graph.plan import Literal, Node, NodeRef, Plan, Stage
from predictor.report.document import EventBasis, season_document
from predictor.report.event_block import probabilities
from predictor.season.state import EventState, HasStates, SeasonState
from predictor.vocabulary import Backend, EventStatus, Scenario

if TYPE_CHECKING:
    from predictor.graph.learned_nodes import LayerNodes

__all__ = ["DOCUMENT", "PAST_RACES", "ForecastOptions", "PastRace", "build_plan", "past_races"]

DOCUMENT = "document"
PAST_RACES = "history/races"
_FORM_BEFORE = "form/before-season"
_BAYES_BEFORE = "bayes/before-season"
_BAYES_FITS = "bayes/fits"


@dataclass(frozen=True, slots=True)
class PastRace:
    """One race that has been run, ready for the filter."""

    weekend: Weekend
    outcome: RaceOutcome


def past_races(history: HasStates, before: int) -> tuple[PastRace, ...]:
    """Give the races of all seasons before ``before``, in order."""
    found = []
    for state in sorted(history.states, key=lambda s: s.season):
        for event in state.events if state.season < before else ():
            outcome = race_outcome(event)
            if outcome is not None:
                found.append(PastRace(weekend_of(event), outcome))
    return tuple(found)


def form_before(races: tuple[PastRace, ...], config: FilterConfig) -> FormState:
    """Fold the history into the belief with which a season begins."""
    state = initial_state()
    for race in races:
        state = advance(state, race.weekend, race.outcome, config)
    return state


def form_after(
    before: FormState, weekend: Weekend, outcome: RaceOutcome, steps: int, config: FilterConfig
) -> FormState:
    """Fold one race of the season into the belief, ``steps`` events after the last one."""
    return advance(before, weekend, outcome, config, steps=float(steps))


def forecast_scenario(
    form: FormState,
    weekend: Weekend,
    facts: RaceFacts,
    scenario: Scenario,
    shift: np.ndarray,
    steps: int,
    seed: int,
    n_sims: int,
    filter_config: FilterConfig,
    race_config: RaceConfig,
    circuit: RaceModel,
    crews: Mapping[str, Crew],
    backend: Backend = Backend.CPU,
    gpu: str = "",  # noqa: ARG001 - part of the key: another device or compiler may round otherwise
) -> ScenarioForecast:
    """Forecast one race in one scenario from the belief before it."""
    return forecast_race(
        outlook(form, weekend, float(steps), filter_config),
        weekend,
        facts,
        Scenario(scenario),
        shift=shift,
        seed=seed,
        n_sims=n_sims,
        filter_config=filter_config,
        config=race_config,
        circuit=circuit,
        crews=crews,
        backend=Backend(backend),
    )


def forecast_sampled(
    form: SampledState,
    filter_config: FilterConfig,
    **given: Any,  # noqa: ANN401
) -> ScenarioForecast:
    """Forecast one race in one scenario from the sampled belief and its learned walks."""
    config = learned(form, filter_config)
    return forecast_scenario(form=form.form, filter_config=config, **given)


_PAST_RACES = Stage("past-races", 1, past_races, tuple[PastRace, ...])
_FORM_BEFORE_SEASON = Stage("form-before-season", 1, form_before, FormState)
_FORM = Stage("form", 1, form_after, FormState)
_FORECAST = Stage("forecast", 2, forecast_scenario, ScenarioForecast)
_DOCUMENT = Stage("document", 1, season_document, bytes)


def _trouble(fit: SeasonFit) -> str:
    return fit.trouble


_FIT_LAST = Stage("fit-last-season", 1, fit_last_season, SeasonFit, True, _trouble)
_FIT = Stage("fit-season", 1, fit_this_season, SeasonFit, True, _trouble)
_SAMPLED_BEFORE_SEASON = Stage("sampled-before-season", 1, start_sampled, SampledState)
_SAMPLED = Stage("sampled", 1, advance_sampled, SampledState)
_FORECAST_SAMPLED = Stage("forecast-sampled", 2, forecast_sampled, ScenarioForecast)
_FITS = Stage("fits", 1, report_fits, tuple[FitReport, ...])


def build_plan(
    season: SeasonState,
    history: NodeRef | None,
    options: ForecastOptions,
    *,
    history_digest: str = "",
) -> Plan:
    """Plan the forecast of a season.

    Parameters
    ----------
    season : SeasonState
    history : NodeRef, optional
        Node of the same run whose value has the earlier seasons' ``states``.
    options : ForecastOptions
    history_digest : str
        Digest of the history's value; part of every event's ``data_hash``.

    Returns
    -------
    Plan
        Its last node, ``document``, gives the season document as JSON text, without what
        only files and clocks can tell.

    Raises
    ------
    UsageError
        If a weight names nobody of the season.
    """
    return _Planner(season, options).plan(history, history_digest)


class _Planner:
    """Collects the nodes of one season, event by event in calendar order."""

    def __init__(self, season: SeasonState, options: ForecastOptions) -> None:
        self.season = season
        self.options = options
        self.driver_weights = match_drivers(options.driver_weights, season)
        self.team_weights = match_teams(options.team_weights, season)
        self.nodes: list[Node] = []
        self.forecasts: dict[str, NodeRef] = {}
        self.bases: dict[str, EventBasis] = {}
        self.sampled = options.use_bayesian and bool(options.sampler)
        self.races: list[RaceSeen] = []  # of this season, run so far
        self.fits: list[str] = []  # ids of nodes
        self.filtered = NodeRef(_FORM_BEFORE)  # belief of the online filter, for the ML layer
        self.layer: LayerNodes | None = None
        if options.use_ml_layer and options.layer is not None:
            from predictor.graph.learned_nodes import LayerNodes  # noqa: PLC0415 - others do without

            self.layer = LayerNodes(options.layer, season.season, options.model.filter, self.nodes)

    def plan(self, history: NodeRef | None, history_digest: str) -> Plan:
        form = self._begin(history)
        form_event, known = "", history_digest
        steps = 0
        for event in self.season.events:
            if event.status is EventStatus.CANCELLED or not has_field(event):
                continue
            steps += 1
            weekend = weekend_of(event, self.options.horizon)
            odds = probabilities(event, self.options)
            neutral: dict[Scenario, NodeRef] = {}
            if why_not_forecast(event) is None:
                neutral = self._forecast(event, weekend, form, steps)
                if self.layer is not None:
                    self.layer.event(event, weekend, self.filtered, steps, neutral, odds)
                self.bases[event.event_id] = EventBasis(
                    weekend, digest((known, weekend, race_facts(event))), form_event
                )
            outcome = race_outcome(event)
            if outcome is not None:
                # The belief learns from the whole weekend, whatever the forecast may use.
                learnt = weekend_of(event)
                form = self._advance(event, learnt, outcome, form, steps)
                if self.layer is not None:
                    self._filter(event, learnt, outcome, steps)
                    if neutral:
                        self.layer.run(event, weekend, learnt, outcome, neutral, odds)
                form_event, known = event.event_id, digest((known, learnt, outcome))
                steps = 0
        self._document()
        return Plan(tuple(self.nodes), frozenset({history.node_id} if history else ()))

    def _begin(self, history: NodeRef | None) -> NodeRef:
        races: NodeRef | Literal = Literal(())
        if history is not None:
            self.nodes.append(
                Node(
                    PAST_RACES,
                    _PAST_RACES,
                    {"history": history},
                    {"before": self.season.season},
                )
            )
            races = NodeRef(PAST_RACES)
        if self.layer is not None:
            self.layer.begin(history)
        self.nodes.append(
            Node(
                _FORM_BEFORE,
                _FORM_BEFORE_SEASON,
                {"races": races},
                {"config": self.options.model.filter},
            )
        )
        return self._begin_sampled(races) if self.sampled else NodeRef(_FORM_BEFORE)

    def _begin_sampled(self, races: NodeRef | Literal) -> NodeRef:
        season = self.season.season
        inputs: dict[str, Any] = {"form": NodeRef(_FORM_BEFORE)}
        if isinstance(races, NodeRef):
            inputs["fit"] = self._fit(str(season - 1), _FIT_LAST, {"races": races}, season=season)
        config = {"config": self.options.model.filter}
        self.nodes.append(Node(_BAYES_BEFORE, _SAMPLED_BEFORE_SEASON, inputs, config))
        return NodeRef(_BAYES_BEFORE)

    def _fit(self, name: str, stage: Stage, inputs: Mapping[str, Any], **config: int) -> NodeRef:
        node_id = f"bayes/fit/{name}"
        model = self.options.model
        constants = {
            "seed": self.options.seed,
            "config": model.filter,
            "fit": model.fit,
            "sampler": self.options.sampler,
        }
        self.nodes.append(Node(node_id, stage, inputs, {**constants, **config}))
        self.fits.append(node_id)
        return NodeRef(node_id)

    def _advance(
        self, event: EventState, weekend: Weekend, outcome: RaceOutcome, form: NodeRef, steps: int
    ) -> NodeRef:
        inputs: dict[str, Any] = {
            "before": form, "weekend": Literal(weekend), "outcome": Literal(outcome)
        }  # fmt: skip
        node_id, stage = _form_id(event), _FORM
        if self.sampled:
            node_id, stage = f"bayes/{event.event_id}", _SAMPLED
            self.races.append(RaceSeen(weekend, outcome, steps))
            if len(self.races) % self.options.model.fit.refit_every == 0:
                seen = {"start": NodeRef(_BAYES_BEFORE), "races": Literal(tuple(self.races))}
                inputs["fit"] = self._fit(event.event_id, _FIT, seen)
        config = {"steps": steps, "config": self.options.model.filter}
        self.nodes.append(Node(node_id, stage, inputs, config))
        return NodeRef(node_id)

    def _filter(
        self, event: EventState, weekend: Weekend, outcome: RaceOutcome, steps: int
    ) -> None:
        """Go on with the online filter, on which the ML layer rests, beside the sampled belief."""
        if self.sampled:
            inputs: dict[str, Any] = {
                "before": self.filtered, "weekend": Literal(weekend), "outcome": Literal(outcome)
            }  # fmt: skip
            config = {"steps": steps, "config": self.options.model.filter}
            self.nodes.append(Node(_form_id(event), _FORM, inputs, config))
        self.filtered = NodeRef(_form_id(event))

    def _forecast(
        self, event: EventState, weekend: Weekend, form: NodeRef, steps: int
    ) -> dict[Scenario, NodeRef]:
        """Add an event's scenarios and its sprint; give the scenarios without user weights."""
        shift = strength_shift(
            event.entries,
            self.driver_weights,
            self.team_weights,
            self.options.model.weights.kappa,
        )
        facts = race_facts(event)
        prefix = f"forecast/{event.event_id}"
        plain = self._scenarios(prefix, weekend, facts, form, steps, shift)
        if shift.any():
            none = np.zeros_like(shift)
            # The same call as in a run without weights, so that each reuses the other's result.
            plain = self._scenarios(f"{prefix}/unweighted", weekend, facts, form, steps, none)
        if has_sprint_ahead(event) and why_no_sprint(event) is None:
            sprint = sprint_weekend_of(event, self.options.horizon)
            self._scenarios(f"{prefix}/sprint", sprint, sprint_facts(event), form, steps, shift)
        return plain

    def _scenarios(
        self,
        prefix: str,
        weekend: Weekend,
        facts: RaceFacts,
        form: NodeRef,
        steps: int,
        shift: np.ndarray,
    ) -> dict[Scenario, NodeRef]:
        model = self.options.model
        added = {}
        for scenario in self.options.scenarios:
            node_id = f"{prefix}/{scenario.value}"
            self.nodes.append(
                Node(
                    node_id,
                    _FORECAST_SAMPLED if self.sampled else _FORECAST,
                    {"form": form, "weekend": Literal(weekend), "facts": Literal(facts)},
                    {
                        "scenario": scenario,
                        "shift": shift,
                        "steps": steps,
                        "seed": self.options.seed,
                        "n_sims": self.options.n_simulations,
                        "filter_config": model.filter,
                        "race_config": model.race,
                        # Its own circuit's alone: another's may change without it.
                        "circuit": model.circuit(weekend.circuit_id).race,
                        "crews": crews_at(weekend.lineages, model.crews),
                        "backend": self.options.backend,
                        "gpu": self.options.gpu,
                    },
                )
            )
            self.forecasts[node_id] = added[scenario] = NodeRef(node_id)
        return added

    def _document(self) -> None:
        inputs: Mapping[str, Any] = {
            "season": Literal(self.season),
            "bases": Literal(self.bases),
            **self.forecasts,
        }
        if self.fits:
            fits = {name: NodeRef(name) for name in self.fits}
            self.nodes.append(Node(_BAYES_FITS, _FITS, fits, {"order": tuple(self.fits)}))
            inputs = {**inputs, "fits": NodeRef(_BAYES_FITS)}
        if self.layer is not None:
            inputs = {**inputs, "layer": self.layer.finish()}
        # The models are inputs of their own stages; the document needs what they came to.
        asked = replace(self.options, layer=None)
        self.nodes.append(Node(DOCUMENT, _DOCUMENT, inputs, {"options": asked}))


def _form_id(event: EventState) -> str:
    return f"form/{event.event_id}"
