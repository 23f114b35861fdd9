"""What the stages of the ML layer compute: each a pure function of what it is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from predictor.bayes.online import FilterConfig, FormState, outlook
from predictor.errors import F1Error
from predictor.evaluate import grid_frequency
from predictor.evaluate.grid_frequency import GridFrequency
from predictor.features.weekend import RaceOutcome, Weekend
from predictor.forecast.assemble import ScenarioForecast
from predictor.forecast.blend import Blend, RaceName, blend, evidence_of
from predictor.forecast.learned_report import LayerReport, layer_report
from predictor.learn.bundle import ModelBundle
from predictor.learn.features.examples import LearnRace, learn_races
from predictor.learn.features.feature_table import FeatureTable, feature_table
from predictor.learn.features.ledger import Ledger, advance_ledger, empty_ledger
from predictor.learn.features.moments import RaceMoment
from predictor.learn.model_kinds import load_model
from predictor.learn.monitoring.drift import DriftReport, feature_drift
from predictor.learn.outcome.evidence import RaceEvidence
from predictor.learn.outcome.orders import OrderForecast
from predictor.learn.outcome.outcome_model import OutcomeModel
from predictor.season.state import HasStates
from predictor.vocabulary import Scenario

__all__ = [
    "Learned",
    "Past",
    "Scored",
    "ask_model",
    "drift_of",
    "gather",
    "past_after",
    "past_before",
    "past_learn_races",
    "score",
    "table_at",
    "tilt",
]


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
        model: OutcomeModel = load_model(bundle.files)
        return Learned(model.predict(table))
    except F1Error as error:
        return Learned(None, f"{bundle.name} {bundle.version}: {error.one_line()}")


def tilt(
    bundle: ModelBundle,
    learned: Learned,
    forecasts: Mapping[str, ScenarioForecast],
    scored: Mapping[str, Scored],
    probability: Mapping[Scenario, float],
    race: RaceName,
    reason: str,
) -> Blend:
    """Weigh the learned forecast of an event by what earlier races say of the model.

    Parameters
    ----------
    forecasts : mapping of scenario to ScenarioForecast
        Without user weights.
    scored : mapping of event id to Scored
        Earlier races of the season.
    """
    return blend(
        _by_scenario(forecasts),
        probability,
        learned.forecast,
        [*bundle.evidence, *_evidence(scored)],
        race,
        reason=reason or learned.trouble,
    )


def score(
    learned: Learned,
    past: Past,
    weekend: Weekend,
    outcome: RaceOutcome,
    forecasts: Mapping[str, ScenarioForecast],
    probability: Mapping[Scenario, float],
    race: RaceName,
) -> Scored:
    """Score the simulated forecast, the learned one and their pools on a race that is run.

    Parameters
    ----------
    past : Past
        Before the race.
    weekend : Weekend
        As the forecast knew it.
    forecasts : mapping of scenario to ScenarioForecast
        Without user weights.
    """
    if learned.forecast is None:
        return Scored(None)
    grid = grid_frequency.forecast(past.grid, weekend)
    known = _by_scenario(forecasts)
    return Scored(evidence_of(known, probability, learned.forecast, grid, outcome, race))


def drift_of(bundle: ModelBundle, tables: Mapping[str, FeatureTable]) -> DriftReport | None:
    """Compare the features of the season's races with those that the model was trained on."""
    if bundle.reference is None or not tables:
        return None
    return feature_drift(
        bundle.reference, list(tables.values()), features_digest=bundle.features_digest
    )


def gather(
    blends: Mapping[str, Blend],
    scored: Mapping[str, Scored],
    shadow: Mapping[str, Scored],
    notes: tuple[str, ...],
    new_regulations: bool,
    bundle: ModelBundle | None = None,
    candidate: ModelBundle | None = None,
    drift: DriftReport | None = None,
) -> LayerReport:
    """Put together what the layer did in a season, by event id.

    Parameters
    ----------
    scored, shadow : mapping of event id to Scored
        What races say of the active model, and of the candidate.
    """
    return layer_report(
        bundle,
        candidate,
        blends,
        _evidence(scored),
        _evidence(shadow),
        drift,
        notes,
        new_regulations=new_regulations,
    )


def _by_scenario(forecasts: Mapping[str, ScenarioForecast]) -> dict[Scenario, ScenarioForecast]:
    return {Scenario(name): one for name, one in forecasts.items()}


def _evidence(scored: Mapping[str, Scored]) -> tuple[RaceEvidence, ...]:
    return tuple(one.evidence for one in scored.values() if one.evidence is not None)
