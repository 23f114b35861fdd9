"""Is the sampled posterior worth its time? Against the online filter, race by race.

Prints, per horizon, mean scores of the plain Plackett-Luce race fed by both beliefs and
their paired difference (sampled minus filter; negative is better) with its standard error;
then how often the mean places of drivers and teams over the second half of a season lay within
the intervals that each belief gave at half-time. Run by ``make validate``; seasons may be named
on the command line.
"""

import sys

import numpy as np

from predictor.bayes.online import advance, initial_state, outlook
from predictor.bayes.sampled import (
    advance_sampled,
    fit_last_season,
    fit_this_season,
    learned,
    start_sampled,
)
from predictor.bayes.season_data import RaceSeen
from predictor.evaluate.scores import score_race
from predictor.features.weekend import with_horizon
from predictor.forecast.draws import draw_weekend
from predictor.vocabulary import Horizon
from services.disk.program import ROOT
from services.settings.environment import keep_sampler_in, use_one_blas_thread
from services.settings.model_constants import read_model
from tests.validation.simulator_skill import plackett_luce, simulated_places, walk

SEASONS = range(2015, 2022)
N_SIMS = 4000
METRICS = ("winner_log_loss", "podium_log_loss", "rps", "spearman")
LEVELS = (50, 80, 90)
LEAST_RACES = 5  # of a half-season; fewer are mostly luck


def states_of(races, season, model):
    """The sampled belief before each race of a season, and after the last."""
    past = tuple(race for race in races if race.weekend.season < season)
    form = initial_state()
    for race in past:
        form = advance(form, race.weekend, race.outcome, model.filter)
    fit = fit_last_season(past, season, 1, model.filter, model.fit, "")
    fits, state = [fit], start_sampled(form, model.filter, fit)
    start, states, seen = state, [state], []
    for race in (race for race in races if race.weekend.season == season):
        seen.append(race)
        fit = None
        if len(seen) % model.fit.refit_every == 0:
            fit = fit_this_season(start, tuple(seen), 1, model.filter, model.fit, "")
            fits.append(fit)
        state = advance_sampled(state, race.weekend, race.outcome, 1, model.filter, fit)
        states.append(state)
    return states, fits


def scores_of(state, weekend, outcome, config, horizon):
    known = with_horizon(weekend, horizon)
    ahead = outlook(state, known, 1.0, config)
    draws = draw_weekend(
        ahead, known, config, seed=1, sims=range(N_SIMS), event=known.event_id,
        grid_order=known.grid if known.grid_source else None,
    )  # fmt: skip
    return score_race(plackett_luce(draws, ahead.hazard)[list(outcome.ranking)])


def half_season_ranks(state, races, config):
    """How the mean places of the rest of a season lie in what was forecast before it.

    Every race is forecast from the one belief at half-time, drifted as far ahead as it lies;
    a simulated season keeps its drivers, teams and weights. Gives the probability integral
    transform of each driver's and team's mean place over at least five races: uniform over
    0 to 1 if the belief is as certain as it should be.
    """
    forecast, real, races_run = {}, {}, {}
    for ahead, race in enumerate(races, start=1):
        known = with_horizon(race.weekend, Horizon.BEFORE_WEEKEND)
        belief = outlook(state, known, float(ahead), config)
        draws = draw_weekend(
            belief, known, config, seed=1, sims=range(N_SIMS), event=known.event_id
        )
        place = simulated_places(draws, belief.hazard, np.random.default_rng(ahead))
        for finished, car in enumerate(race.outcome.ranking, start=1):
            names = f"driver:{known.driver_ids[car]}", f"team:{known.lineages[car]}"
            for name in names:
                forecast[name] = forecast.get(name, 0) + place[:, car]
                real[name] = real.get(name, 0) + finished
                races_run.setdefault(name, set()).add(ahead)
    ranks = {"driver": [], "team": []}
    for name, places in forecast.items():
        if len(races_run[name]) >= LEAST_RACES:
            below, level = np.mean(places < real[name]), np.mean(places == real[name])
            ranks[name.split(":")[0]].append(below + level / 2)
    return ranks


def main():
    use_one_blas_thread()
    keep_sampler_in(ROOT / "predictions" / ".cache" / "sampler")
    model = read_model()
    events = [(weekend, outcome, state) for _, weekend, outcome, state in walk()]
    races = [RaceSeen(weekend, outcome) for weekend, outcome, _ in events]
    seasons = [int(word) for word in sys.argv[1:]] or list(SEASONS)
    table, ranks, fits = {}, {}, []
    for season in seasons:
        own = [i for i, race in enumerate(races) if race.weekend.season == season]
        states, done = states_of(races[: own[-1] + 1], season, model)
        fits += done
        for i, sampled in zip(own, states, strict=False):
            weekend, outcome, form = events[i]
            config = learned(sampled, model.filter)
            for horizon in (Horizon.BEFORE_WEEKEND, Horizon.AFTER_QUALIFYING):
                pair = [
                    scores_of(sampled.form, weekend, outcome, config, horizon),
                    scores_of(form, weekend, outcome, model.filter, horizon),
                ]
                table.setdefault(horizon.value, []).append(pair)
        half = len(own) // 2
        rest = [races[i] for i in own[half:]]
        beliefs = {
            "sampled": (states[half].form, learned(states[half], model.filter)),
            "filter": (events[own[half]][2], model.filter),
        }
        for name, (form, config) in beliefs.items():
            for kind, values in half_season_ranks(form, rest, config).items():
                ranks.setdefault((name, kind), []).extend(values)
    used = sum(fit.accepted for fit in fits)
    print(f"{len(fits)} fits of {seasons}, {used} accepted; largest R-hat "
          f"{max(fit.diagnostics.r_hat_max for fit in fits):.3f}, least ESS "
          f"{min(fit.diagnostics.ess_min for fit in fits):.0f}")  # fmt: skip
    for horizon, pairs in table.items():
        print(f"({horizon}), {len(pairs)} races")
        for metric in METRICS:
            both = np.array([[scores[metric] for scores in pair] for pair in pairs])
            gap = both[:, 0] - both[:, 1]
            error = gap.std(ddof=1) / len(gap) ** 0.5
            print(
                f"  {metric:16} sampled {both[:, 0].mean():.4f}  filter {both[:, 1].mean():.4f}  "
                f"difference {gap.mean():+.4f} +- {error:.4f}"
            )
    print("mean places of second halves of seasons, within the intervals held at half-time")
    for (name, kind), values in sorted(ranks.items()):
        off = np.abs(2 * np.array(values) - 1)
        shown = "  ".join(f"{level} %: {np.mean(100 * off <= level):.3f}" for level in LEVELS)
        print(f"  {name:8} {kind:7} {len(values):4}  {shown}")
    walks = [fit.posterior.walk_ratio for fit in fits if fit.posterior]
    for kind in walks[0]:
        ratios = [ratio[kind] for ratio in walks]
        print(f"walk of {kind}: {np.mean(ratios):.2f} times the filter's ({min(ratios):.2f} to "
              f"{max(ratios):.2f})")  # fmt: skip


if __name__ == "__main__":
    main()
