"""Does race pace, read off the laps of earlier races, make the forecast better?

Prints the scores of 2019-2021 with formulations of that idea minus those without it
(negative is better, save for Spearman's correlation), paired by race, with standard
errors. Laps of 2018-2021 teach; nothing later is read. Run by ``make validate``.

    PYTHONPATH=. python tests/validation/lap_pace.py [../shared/data] [--sims 1000]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from predictor.bayes import online, qualifying, strength
from predictor.bayes.gaussian import NamedGaussian
from predictor.bayes.online import FilterConfig, FormState, Outlook
from predictor.bayes.qualifying import SessionGaps
from predictor.evaluate.scores import score_race
from predictor.features.weekend import RaceOutcome, Weekend, race_outcome, weekend_of
from predictor.vocabulary import Horizon
from services.settings.model_constants import read_model
from tests.validation.simulator_skill import past_seasons, published

SCORED, LONGER, LAST = range(2019, 2022), range(2016, 2022), 2021
METRICS = ("winner_log_loss", "podium_log_loss", "rps", "spearman")
GREEN = "1"
RAIN_TYRES = ("INTERMEDIATE", "WET")
TRAFFIC_S = 1.5  # nearer than that to the car ahead a lap is not one's own
FEWEST_LAPS = 12
SLOWEST = 5.0  # % over the race's median; slower is no racing lap
RIDGE = 0.01  # keeps compounds that hardly ran from running away
FURTHEST = 3.0  # % from the middle of the field

Pace = Mapping[tuple[int, int], Mapping[str, float]]


def read_pace(data: Path) -> Pace:
    """Give the race pace by (season, round) and driver code, in % of the race's median."""
    laps = pd.read_parquet(data / "laps.parquet")
    laps = laps[(laps.session == "race") & (laps.season <= LAST)]
    laps = laps.sort_values(["season", "round", "lap", "lap_end_s"])
    laps["gap_ahead"] = laps.groupby(["season", "round", "lap"]).lap_end_s.diff()
    green = (laps.track_status == GREEN) & ~laps.pit_in & ~laps.pit_out & (laps.lap > 3)
    laps = laps[green & laps.lap_time_s.notna() & ~laps.compound.isin(RAIN_TYRES)]
    races = laps.groupby(["season", "round"])
    laps["slower"] = 100.0 * (laps.lap_time_s / races.lap_time_s.transform("median") - 1.0)
    races = laps[laps.slower < SLOWEST].groupby(["season", "round"])
    return {(int(year), int(number)): race_pace(race) for (year, number), race in races}


def race_pace(laps: pd.DataFrame) -> dict[str, float]:
    """Give each driver's pace in one race, fuel, tyres and traffic taken out.

    A linear regression with Cauchy weights: drivers, lap of the race (fuel and rubber),
    compound and its age, and whether the car ahead was near. Negative is faster.
    """
    drivers = pd.get_dummies(laps.driver).astype(float)
    compounds = pd.get_dummies(laps["compound"].fillna("")).to_numpy(float)
    lap = laps.lap.to_numpy(float) / float(laps.lap.max())
    age = laps.tyre_life.fillna(10).to_numpy(float) / 20.0
    near = (laps.gap_ahead.to_numpy(float) < TRAFFIC_S).astype(float)
    x = np.column_stack([drivers, lap, compounds[:, 1:], compounds * age[:, None], near])
    y, weight = laps.slower.to_numpy(float), np.ones(len(laps))
    for _ in range(5):
        weighted = x * weight[:, None]
        effect = np.linalg.solve(weighted.T @ x + RIDGE * np.eye(x.shape[1]), weighted.T @ y)
        rest = y - x @ effect
        scale = 2.0 * 1.48 * np.median(np.abs(rest)) + 1e-6
        weight = 1.0 / (1.0 + (rest / scale) ** 2)
    enough = laps.driver.value_counts() >= FEWEST_LAPS
    pace = {code: effect[i] for i, code in enumerate(drivers) if enough[code]}
    middle = np.median(list(pace.values())) if pace else 0.0
    return {code: float(np.clip(v - middle, -FURTHEST, FURTHEST)) for code, v in pace.items()}


def pace_of(pace: Pace, event) -> np.ndarray:
    """Give the race pace of an event's drivers, float64[D] in %; NaN where there is none."""
    known = pace.get((event.season, event.round), {})
    return np.array([known.get(entry.code, np.nan) for entry in event.entries])


@dataclass(frozen=True)
class Formulation:
    """One way to use race pace; noises in % of the lap time, None for not at all.

    Attributes
    ----------
    observed : (noise_sd, team_sd), optional
        One more session of the pace filter, seen when the race is over.
    in_regressor : (noise_sd, team_sd, share), optional
        A second pace filter sees laps too; its prediction takes this share of the regressor
        "predicted gap" of race strength, and qualifying is forecast without it.
    in_strength : (noise_sd, per_strength), optional
        A linear observation of race strength beside the order, ``per_strength`` % a unit.
    """

    name: str
    observed: tuple[float, float] | None = None
    in_regressor: tuple[float, float, float] | None = None
    in_strength: tuple[float, float] | None = None
    pace: Mapping[str, float] = field(default_factory=dict)  # changed constants of the filters
    form: Mapping[str, float] = field(default_factory=dict)
    finishes: Mapping[str, float] = field(default_factory=dict)

    def config(self, config: FilterConfig) -> FilterConfig:
        """Give the filter's constants."""
        return replace(
            config,
            qualifying=replace(config.qualifying, **self.pace),
            strength=replace(config.strength, **self.form),
            race_form=replace(config.race_form, **self.finishes),
        )


NOISES = ((0.35, 0.25), (0.5, 0.3), (0.5, 0.6), (0.8, 0.6))
WIDER = {"team_weekend_sd": 0.45}
SLOWER = {"team_walk": 0.06, "season_sd": 0.15}
WITHOUT_FORM = Formulation(
    "without the gaps of earlier finishes", finishes={"prior_races": 1e9, "debut_gap": 0.0}
)
FORMULATIONS = (
    *(Formulation(f"third observation {a}, team {b}", observed=(a, b)) for a, b in NOISES),
    Formulation("the same .5, .3, weekend sd .45", observed=(0.5, 0.3), pace=WIDER),
    Formulation("  without laps, weekend sd .45", pace=WIDER),
    Formulation("the same .5, .3, slower walk", observed=(0.5, 0.3), pace=SLOWER),
    Formulation("  without laps, slower walk", pace=SLOWER),
    Formulation("regressor .5, .3, half", in_regressor=(0.5, 0.3, 0.5)),
    Formulation("regressor .5, .3, all", in_regressor=(0.5, 0.3, 1.0)),
    Formulation("regressor .8, .6, all", in_regressor=(0.8, 0.6, 1.0)),
    Formulation("strength, sd .6, .40 % a unit", in_strength=(0.6, 0.40)),
    Formulation("strength, sd 1.2, .40 % a unit", in_strength=(1.2, 0.40)),
    Formulation("strength, sd 1.2, .25 % a unit", in_strength=(1.2, 0.25)),
)


@dataclass(frozen=True)
class Belief:
    """The product's belief, and that of the second pace filter."""

    form: FormState = field(default_factory=online.initial_state)
    with_laps: FormState = field(default_factory=online.initial_state)


def look_ahead(belief: Belief, known: Weekend, steps, how: Formulation, config) -> Outlook:
    """Give the outlook with the regressor that the formulation asks for."""
    ahead = online.outlook(belief.form, known, steps, config)
    if how.in_regressor is None:
        return ahead
    other = online.outlook(belief.with_laps, known, steps, config).predicted_gap
    share = how.in_regressor[2]
    return replace(ahead, predicted_gap=(1.0 - share) * ahead.predicted_gap + share * other)


def learn(
    belief: Belief, weekend: Weekend, outcome: RaceOutcome, laps, how: Formulation, config
) -> Belief:
    """Fold one race into the belief as the product does, and its laps as told."""
    before = replace(belief, form=online.drifted(belief.form, weekend.season, 1.0, config))
    after = online.advance(belief.form, weekend, outcome, config)
    if how.observed:
        after = replace(after, qualifying=see(before.form, weekend, laps, how.observed, config))
    if how.in_regressor:
        laps_form = online.drifted(belief.with_laps, weekend.season, 1.0, config)
        seen = see(laps_form, weekend, laps, how.in_regressor[:2], config)
        before = replace(before, with_laps=laps_form)
        belief = replace(belief, with_laps=replace(laps_form, qualifying=seen))
        after = replace(after, strength=learn_order(before, weekend, outcome, how, config))
    if how.in_strength:
        after = replace(after, strength=see_strength(before, after, weekend, laps, how, config))
    return replace(belief, form=after)


def see(state: FormState, weekend: Weekend, laps, noise, config) -> NamedGaussian:
    """Update the pace filter with qualifying, practice and the race's laps together."""
    q = config.qualifying
    sessions = [
        SessionGaps(weekend.qualifying_gap, q.noise_sd, 0.0),
        SessionGaps(weekend.practice_gap, q.practice_noise_sd, q.practice_team_sd),
        SessionGaps(laps, *noise),
    ]
    drivers, teams = weekend.driver_ids, weekend.lineages
    return qualifying.observe_weekend(state.qualifying, drivers, teams, sessions, q)


def regressors(before: Belief, weekend: Weekend, how: Formulation, config):
    """Give the regressors that the race is learned with."""
    ahead = look_ahead(before, weekend, 0.0, how, config)
    return strength.covariates(
        weekend.grid,
        weekend.grid,
        online.filled_gap(weekend, config),
        ahead.predicted_gap,
        online.expected_practice(weekend, ahead.gap_mean),
        weekend.sprint_place,
        ahead.race_form,
        stickiness=ahead.stickiness,
        config=config.strength,
    )


def learn_order(before: Belief, weekend, outcome, how, config) -> NamedGaussian:
    """Learn strength from the finishing order with the changed regressor."""
    x = regressors(before, weekend, how, config)
    drivers, teams = weekend.driver_ids, weekend.lineages
    return strength.observe_order(
        before.form.strength, drivers, teams, x, outcome.order, config.strength
    )


def see_strength(before: Belief, after: FormState, weekend, laps, how, config) -> NamedGaussian:
    """Update strength with race pace: ``-pace / per_strength = eta + intercept + noise``."""
    noise_sd, per_strength = how.in_strength
    seen = np.flatnonzero(np.isfinite(laps))
    if len(seen) < 2:
        return after.strength
    x = regressors(before, weekend, how, config)[seen]
    # The places that the grid is worth are held by position, not by pace.
    of_place = ("grid", "grid_stickiness", "out_of_place")
    x[..., [name in of_place for name in strength.COVARIATES]] = 0.0
    drivers, teams = (np.array(v)[seen] for v in (weekend.driver_ids, weekend.lineages))
    belief = strength._known(after.strength, drivers, teams, config.strength)
    design = strength._design(belief, drivers, teams)
    h = design[: len(seen)] + x @ design[len(seen) :]
    mean, cov = qualifying._robust_update(
        belief.mean,
        belief.cov,
        h,
        -laps[seen] / per_strength,
        shared=np.full((len(seen), len(seen)), 25.0),
        noise_sd=np.full(len(seen), noise_sd / per_strength),
        dof=config.qualifying.robust_dof,
    )
    return NamedGaussian(belief.names, mean, cov)


def score(
    seasons, pace: Pace, how: Formulation, n_sims: int, scored=SCORED
) -> dict[str, np.ndarray]:
    """Give the scores of every race and horizon, float64[races, METRICS] by horizon."""
    model = read_model()
    model = replace(model, filter=how.config(model.filter))
    belief, table = Belief(), {}
    for season in seasons:
        for event in season.events:
            outcome = race_outcome(event)
            if outcome is None:
                continue
            for horizon in Horizon if season.season in scored else ():
                known = weekend_of(event, horizon)
                ahead = look_ahead(belief, known, 1.0, how, model.filter)
                p = published(known, ahead, event, model, n_sims)[list(outcome.ranking)]
                scores = score_race(p)
                table.setdefault(horizon.value, []).append([scores[m] for m in METRICS])
            weekend = weekend_of(event)
            belief = learn(belief, weekend, outcome, pace_of(pace, event), how, model.filter)
    return {horizon: np.array(rows) for horizon, rows in table.items()}


def print_difference(name: str, scores, base) -> None:
    """Print the paired differences of every horizon, with standard errors."""
    for horizon, rows in scores.items():
        gap = rows - base[horizon]
        error = gap.std(axis=0, ddof=1) / len(gap) ** 0.5
        cells = (f"{m:+8.4f} +- {e:.4f}" for m, e in zip(gap.mean(axis=0), error, strict=True))
        print(f"({horizon}) {name:40.40}", *(f"{c:>17}" for c in cells), flush=True)


def main(arguments: list[str]) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?", default=Path("../shared/data"))
    parser.add_argument("--sims", type=int, default=1000)
    options = parser.parse_args(arguments)
    if not (options.data / "laps.parquet").exists():
        print(f"skipped: no laps.parquet in {options.data}")
        return 0
    seasons = [season for season in past_seasons() if season.season <= LAST]
    pace = read_pace(options.data)
    base = score(seasons, pace, Formulation("as published"), options.sims)
    print(f"{'2019-2021':44}", *(f"{name:>17}" for name in METRICS))
    for horizon, rows in base.items():
        print(f"({horizon}) {'as published':40}", *(f"{v:17.4f}" for v in rows.mean(axis=0)))
    for how in FORMULATIONS:
        print_difference(how.name, score(seasons, pace, how, options.sims), base)
    print("2016-2021, what the gaps at the finish are worth")
    now, without = (
        score(seasons, {}, how, options.sims, LONGER)
        for how in (Formulation("as published"), WITHOUT_FORM)
    )
    print_difference(WITHOUT_FORM.name, without, now)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
