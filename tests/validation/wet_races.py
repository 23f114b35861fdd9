"""Are wet races as wild as they are? The wet scenario of races that were wet, beside what came.

Forecasts every wet race of ``config/circuits`` with its grid known, from races before it, in the
wet scenario and in the one of a safety car. Prints the log loss of the winner and of all
places, how likely the favourite was to win and how often he did, retirements, safety cars
and stops. Real stops and safety cars of 2018-2025: 2.25 and 1.28 a race. The constants in
`conditions_for` were chosen on 2014-2021. Run by ``make validate``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from predictor.bayes.online import outlook
from predictor.features.race_facts import race_facts
from predictor.features.weekend import with_horizon
from predictor.forecast.assemble import RaceSetup, event_inputs
from predictor.forecast.counts import count_races, frequencies
from predictor.simulator.simulate import simulate
from predictor.vocabulary import Horizon, Scenario
from services.settings.model_constants import read_model
from tests.validation.simulator_skill import walk

N_SIMS = 4000
NO_RACE = "2021-belgium"  # three laps behind the safety car
BLOCKS = {"2014-2021": (2014, 2021), "2022-2025": (2022, 2025), "2014-2025": (2014, 2025)}
SCENARIOS = (Scenario.WET, Scenario.SAFETY_CAR)


class Figures(NamedTuple):
    """What is said of one race in one scenario, and what came."""

    winner_log_loss: float
    place_log_loss: float
    favourite: float  # chance of winning
    favourite_won: float
    retired: float  # share of cars
    retired_really: float
    safety_cars: float
    stops: float  # a car


def wet_races() -> Iterator[tuple[int, dict[Scenario, Figures]]]:
    """Every wet race: its season, and figures by scenario."""
    model = read_model()
    for event, weekend, outcome, state in walk():
        circuit = model.circuit(event.circuit_id or "")
        if event.season not in circuit.climate.wet or event.event_id == NO_RACE:
            continue
        known = with_horizon(weekend, Horizon.AFTER_QUALIFYING)
        ahead = outlook(state, known, 1.0, model.filter)
        shift = np.zeros(len(known.driver_ids))
        setup = RaceSetup(1, shift, model.filter, model.race, circuit.race, model.crews)
        found = {}
        for scenario in SCENARIOS:
            inputs = event_inputs(
                ahead, known, race_facts(event), scenario, setup, sims=range(N_SIMS)
            )
            found[scenario] = figures(simulate(inputs), outcome)
        yield event.season, found


def figures(simulated, outcome) -> Figures:
    """Compare simulated races with the one that was run."""
    p = frequencies(count_races(simulated)).p_position
    ranking = list(outcome.ranking)
    placed = p[ranking, range(len(ranking))]
    favourite = int(p[:, 0].argmax())
    return Figures(
        -np.log(p[ranking[0], 0]),
        -np.log(np.maximum(placed, 1e-4)).mean(),
        p[favourite, 0],
        float(ranking[0] == favourite),
        simulated.retired.mean(),
        outcome.retired[ranking].mean(),
        simulated.safety_cars.mean(),
        simulated.n_stops.mean(),
    )


def main() -> None:
    """Print every block, and the wet scenario minus the one of a safety car."""
    races = list(wet_races())
    for title, (first, last) in BLOCKS.items():
        of = [found for season, found in races if first <= season <= last]
        print(f"{title}, {len(of)} wet races")
        tables = {one: np.array([found[one] for found in of]) for one in SCENARIOS}
        for scenario, table in tables.items():
            words = "  ".join(
                f"{name} {value:.3f}"
                for name, value in zip(Figures._fields, table.mean(axis=0), strict=True)
            )
            print(f"  {scenario.value:10} {words}")
        gap = (tables[Scenario.WET] - tables[Scenario.SAFETY_CAR])[:, :2]
        error = gap.std(axis=0, ddof=1) / len(gap) ** 0.5
        print(
            "  wet minus safety car: winner {:+.3f} ± {:.3f}, places {:+.3f} ± {:.3f}".format(
                *np.array([gap.mean(axis=0), error]).T.ravel()
            )
        )


if __name__ == "__main__":
    main()
