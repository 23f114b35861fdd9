"""Is the published forecast as good as the plain Plackett-Luce race fed by the same draws?

Prints, for blocks of seasons and horizons, mean scores of both and their paired
difference (published minus Plackett-Luce; negative is better) with its standard error.
The constants in `RaceConfig` were chosen on 2014-2018 by this table. Run by
``make validate``.
"""

from pathlib import Path

import numpy as np

from predictor.bayes.online import advance, initial_state, outlook
from predictor.evaluate.scores import score_race
from predictor.features.race_facts import race_facts
from predictor.features.weekend import race_outcome, weekend_of, with_horizon
from predictor.forecast.assemble import RaceSetup, forecast_race, mixture
from predictor.forecast.draws import draw_weekend
from predictor.forecast.scenarios import scenario_probabilities
from predictor.formats import link_files, parse_file
from predictor.season.fold import fold
from predictor.vocabulary import Horizon, Scenario
from services.settings.model_constants import read_model

RACE_DATA = Path(__file__).parents[2] / "race-data"
BLOCKS = {"2014-2018": range(2014, 2019), "2019-2021": range(2019, 2022)}
N_SIMS = 2000
METRICS = ("winner_log_loss", "rps", "podium_log_loss")


def plackett_luce(draws, hazard):
    """Position probabilities by strength and setback alone, the retired behind at random."""
    n_sims, n_drivers = draws.skill.shape
    place = simulated_places(draws, hazard, np.random.default_rng(0)) - 1
    counts = np.stack([np.bincount(column, minlength=n_drivers) for column in place.T])
    return (counts + 1 / n_drivers) / (n_sims + 1)


def simulated_places(draws, hazard, rng):
    """Places 1 to D of every sim and car in the plain Plackett-Luce race."""
    luck = rng.random((2, *draws.skill.shape))
    score = draws.skill + draws.from_grid - draws.setback
    score = np.where(luck[0] < hazard, luck[1] - 1e6, score)
    return np.argsort(np.argsort(-score, axis=1), axis=1) + 1


def published(known, ahead, event, model, n_sims=N_SIMS):
    """Position probabilities as the document has them: every scenario, mixed."""
    circuit = model.circuit(event.circuit_id)
    chances = model.chances(event.circuit_id, event.season)
    odds = scenario_probabilities(tuple(Scenario), chances)
    no_weights = np.zeros(len(known.driver_ids))
    setup = RaceSetup(1, no_weights, model.filter, model.race, circuit.race, model.crews)
    forecasts = {
        scenario: forecast_race(
            ahead,
            known,
            race_facts(event),
            scenario,
            setup,
            n_sims=n_sims,
        )
        for scenario in odds
    }
    return mixture(forecasts, odds)[0]


def past_seasons(folder=RACE_DATA):
    """What session files tell of every season, oldest first; by default the shipped ones."""
    files = {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*.json")}
    parsed, _ = link_files({path: parse_file(path, data) for path, data in files.items()})
    return [season for _, season in sorted(fold(parsed).items())]


def walk():
    """Every race with the belief held before it."""
    config, state = read_model().filter, initial_state()
    for season in past_seasons():
        for event in season.events:
            outcome, weekend = race_outcome(event), weekend_of(event)
            if outcome is None:
                continue
            yield event, weekend, outcome, state
            state = advance(state, weekend, outcome, config)


def main():
    model = read_model()
    config = model.filter
    table = {}
    for event, weekend, outcome, state in walk():
        block = next((name for name, years in BLOCKS.items() if event.season in years), None)
        if block is None:
            continue
        for horizon in (Horizon.BEFORE_WEEKEND, Horizon.AFTER_QUALIFYING):
            known = with_horizon(weekend, horizon)
            ahead = outlook(state, known, 1.0, config)
            draws = draw_weekend(
                ahead, known, config, seed=1, sims=range(N_SIMS), event=event.event_id,
                grid_order=known.grid if known.grid_source else None,
            )  # fmt: skip
            pair = [
                score_race(p[list(outcome.ranking)])
                for p in (
                    published(known, ahead, event, model),
                    plackett_luce(draws, ahead.hazard),
                )
            ]
            table.setdefault((block, horizon.value), []).append(pair)
    for (block, horizon), pairs in table.items():
        print(f"{block} ({horizon}), {len(pairs)} races")
        for metric in METRICS:
            both = np.array([[scores[metric] for scores in pair] for pair in pairs])
            gap = both[:, 0] - both[:, 1]
            error = gap.std(ddof=1) / len(gap) ** 0.5
            print(
                f"  {metric:16} published {both[:, 0].mean():.4f}  Plackett-Luce "
                f"{both[:, 1].mean():.4f}  difference {gap.mean():+.4f} +- {error:.4f}"
            )


if __name__ == "__main__":
    main()
