"""Is the sampled posterior worth its time? Against the online filter, race by race.

Prints, per horizon, mean scores of the plain Plackett-Luce race fed by both beliefs and
their paired difference (sampled minus filter; negative is better) with its standard error;
then how often the second half of a season lay within the intervals that each belief held for
drivers and teams at half-time. Run by ``make validate``; seasons may be named on the
command line.
"""

import sys
from dataclasses import replace

import numpy as np

from predictor.bayes.gaussian import NamedGaussian
from predictor.bayes.online import (
    advance,
    drifted,
    initial_state,
    outlook,
    race_covariates,
    strength_design,
)
from predictor.bayes.sampled import (
    advance_sampled,
    fit_last_season,
    fit_this_season,
    learned,
    start_sampled,
)
from predictor.bayes.season_data import RaceSeen
from predictor.bayes.strength import observe_order
from predictor.evaluate.scores import score_race
from predictor.features.weekend import with_horizon
from predictor.forecast.draws import draw_weekend
from predictor.vocabulary import Horizon
from services.environment import ROOT, keep_sampler_in, use_one_blas_thread
from services.model_file import read_model
from tests.validation.simulator_skill import plackett_luce, walk

SEASONS = range(2015, 2022)
N_SIMS = 4000
METRICS = ("winner_log_loss", "podium_log_loss", "rps", "spearman")
LEVELS = {50: 0.6745, 80: 1.2816, 90: 1.6449}
VAGUE_SD = 2.0


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


def z_scores(state, races, config):
    """How far the rest of a season lay from the belief before it, in its own sds.

    The rest is estimated from a vague prior N(0, V). Were the belief N(m, C) true, that estimate
    had mean K m and covariance K C K' + K P, with P its posterior covariance and
    K = 1 - P V^-1: what the races, and not the vague prior, say.
    """
    middle = drifted(state, races[0].weekend.season, len(races) / 2, config)
    names = middle.strength.names
    effect = np.array([not name.startswith("beta:") for name in names])
    prior_sd = np.where(effect, VAGUE_SD, 0.01)
    vague = NamedGaussian(names, np.where(effect, 0.0, middle.strength.mean), np.diag(prior_sd**2))
    estimate, seen = vague, set()
    patient = replace(config.strength, newton_steps=25)
    for race in races:
        if not np.isfinite(race.weekend.grid).all():
            continue
        belief, design = strength_design(
            replace(middle, strength=estimate), race.weekend, race.outcome, config
        )
        new = [name for name in belief.names if name not in estimate.names]
        estimate = estimate.with_names(dict.fromkeys(new, (0.0, VAGUE_SD)))
        seen |= {n for n, used in zip(belief.names, design.any(axis=0), strict=True) if used}
        x = race_covariates(middle, race.weekend, config)
        estimate = observe_order(
            estimate, race.weekend.driver_ids, race.weekend.lineages, x, race.outcome.order, patient
        )
    at = estimate.index(names)
    p = estimate.cov[np.ix_(at, at)]
    k = np.eye(len(names)) - p / prior_sd**2
    expected = vague.mean + k @ (middle.strength.mean - vague.mean)
    # Of names that the rest did not see, rounding may leave less than nought.
    spread = np.sqrt(np.maximum(np.diag(k @ middle.strength.cov @ k.T + k @ p), 1e-12))
    z = (estimate.mean[at] - expected) / spread
    return {
        kind: [z[i] for i, n in enumerate(names) if n in seen and n.startswith(f"{kind}:")]
        for kind in ("driver", "team")
    }


def main():
    use_one_blas_thread()
    keep_sampler_in(ROOT / "predictions" / ".cache" / "sampler")
    model = read_model()
    events = [(weekend, outcome, state) for _, weekend, outcome, state in walk()]
    races = [RaceSeen(weekend, outcome) for weekend, outcome, _ in events]
    seasons = [int(word) for word in sys.argv[1:]] or list(SEASONS)
    table, z, fits = {}, {}, []
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
            for kind, values in z_scores(form, rest, config).items():
                z.setdefault((name, kind), []).extend(values)
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
    for (name, kind), values in sorted(z.items()):
        inside = {
            level: np.mean(np.abs(values) <= bound).round(3) for level, bound in LEVELS.items()
        }
        shown = "  ".join(f"{level} %: {share:.3f}" for level, share in inside.items())
        print(f"{name:8} {kind:7} {len(values)} z, sd {np.std(values):.2f}  {shown}")
    walks = [fit.posterior.walk_ratio for fit in fits if fit.posterior]
    for kind in walks[0]:
        ratios = [ratio[kind] for ratio in walks]
        print(f"walk of {kind}: {np.mean(ratios):.2f} times the filter's ({min(ratios):.2f} to "
              f"{max(ratios):.2f})")  # fmt: skip


if __name__ == "__main__":
    main()
