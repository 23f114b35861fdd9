"""How often the tests for drift alarm in past seasons, and how soon they see a planted fault.

Prints, for every season after four of training: the features that the test for drift names, from
which race on and for how many looks; how soon it sees faults planted into the features; and for
the test of losses, the race of its alarm where one reference model stands in for a model that has
gone wrong. The constants of `predictor.learn.monitoring.drift` were chosen on 2015-2021. Run by
``make validate``.
"""

from dataclasses import replace

import numpy as np

from predictor.evaluate.baselines import baseline_forecasts
from predictor.features.weekend import race_outcome, weekend_of
from predictor.graph.belief.past_races import PastRace
from predictor.learn.features.definitions import FEATURE_NAMES
from predictor.learn.features.examples import learn_races, race_examples
from predictor.learn.monitoring.concept import concept_drift
from predictor.learn.monitoring.drift import drift_reference, feature_drift
from predictor.vocabulary import Horizon
from services.settings.model_constants import read_model
from tests.validation.simulator_skill import past_seasons

FROM, FIRST = 5, 9  # races: the first look; the first race of a late fault
PRACTICE = [i for i, name in enumerate(FEATURE_NAMES) if name.startswith("practice_")]
GAPS = [i for i in PRACTICE if FEATURE_NAMES[i] != "practice_laps"]
SMALLEST = 1e-4
PAIRS = (
    ("reverse_plackett_luce", "grid_frequency"),
    ("elo", "reverse_plackett_luce"),
    ("grid_frequency", "reverse_plackett_luce"),
    ("uniform", "grid_frequency"),
    ("uniform", "reverse_plackett_luce"),
)


def scaled(factor):
    """Give a fault: gaps in practice in another unit."""

    def fault(values):
        values[:, GAPS] *= factor

    return fault


def unknown(values):
    """Take all of practice away."""
    values[:, PRACTICE] = np.nan


FAULTS = {
    "gaps x 10": scaled(10.0),
    "gaps / 10": scaled(0.1),
    "gaps x 1.6": scaled(1.6),
    "no practice": unknown,
}


def planted(tables, fault, first):
    """Give the tables with a fault from the first-th race on."""
    found = []
    for i, table in enumerate(tables, start=1):
        values = table.values.copy()
        if i >= first:
            fault(values)
        found.append(replace(table, values=values))
    return found


def seen_at(reference, tables):
    """Give the race at which a feature of practice is named first, or a dash."""
    for n in range(FROM, len(tables) + 1):
        alarms = feature_drift(reference, tables[:n]).alarms
        if any(alarm.name.startswith("practice_") for alarm in alarms):
            return str(n)
    return "-"


def named(reference, tables):
    """Give every feature that is named, its first race and for how many looks."""
    found = {}
    for n in range(FROM, len(tables) + 1):
        for alarm in feature_drift(reference, tables[:n]).alarms:
            found.setdefault(alarm.name, []).append(n)
    return ", ".join(f"{name} ({at[0]}, {len(at)})" for name, at in found.items()) or "-"


def drift(states):
    """Print what the test for drift says."""
    examples = race_examples(learn_races(states), read_model().filter)
    tables = [one.table for one in examples if one.table.horizon is Horizon.AFTER_QUALIFYING]
    for season in sorted({table.season for table in tables})[5:]:
        reference = drift_reference([table for table in tables if table.season < season])
        now = [table for table in tables if table.season == season]
        print(f"{season} named (first race, looks): {named(reference, now)}")
        for name, fault in FAULTS.items():
            early, late = (seen_at(reference, planted(now, fault, first)) for first in (1, FIRST))
            print(f"    {name:12} from race 1: at {early:3} from race {FIRST}: at {late}")


def losses(states):
    """Print what the test of losses says of one reference model beside another."""
    events = [event for state in states for event in state.events if race_outcome(event)]
    races = [PastRace(weekend_of(event), race_outcome(event)) for event in events]
    ranking = {race.weekend.event_id: list(race.outcome.ranking) for race in races}
    found = {}
    for one in baseline_forecasts([], races, [Horizon.AFTER_QUALIFYING]):
        order = ranking[one.event_id]
        p = one.p_position[order, np.arange(len(order))]
        loss = float(-np.log(np.maximum(p, SMALLEST)).mean())
        found.setdefault(one.name, {}).setdefault(int(one.event_id[:4]), []).append(loss)
    for model, other in PAIRS:
        at = []
        for season in sorted(found[model])[2:]:
            report = concept_drift(found[model][season], found[other][season])
            at.append(f"{season}: {report.alarm_race or '-'}")
        print(f"{model} worse than {other}, race of the alarm: {', '.join(at)}")


def main():
    """Print both."""
    states = past_seasons()
    drift(states)
    losses(states)


if __name__ == "__main__":
    main()
