"""What else does an earlier race tell of the next one? Likelihood ratios of what is left out.

For each candidate, known before the race, fits ``scale * eta + weight * candidate`` to the
finishing orders (reverse Plackett-Luce), where eta is the published model's own expected
strength, and prints twice the gain in log likelihood over ``scale * eta`` alone with the
weight and its standard error. One degree of freedom each: less than 3.8 is chance at 5 %,
and among this many rows something near 10 is. The weight is fitted to the very races it is
judged by, so a second table forecasts some of them walk-forward with a fixed weight, added to
strength both where the model learns and where it forecasts, and prints scores minus those
without (negative is better, save for Spearman's correlation). Nothing after 2021 is read. Run
by ``make validate``.

    PYTHONPATH=. python tests/validation/left_out.py [../shared/data] [--sims 1000]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from predictor.bayes import online, strength
from predictor.bayes.gaussian import NamedGaussian
from predictor.bayes.online import FormState
from predictor.evaluate.scores import score_race
from predictor.features.weekend import RaceOutcome, Weekend, race_outcome, weekend_of
from predictor.forecast.draws import draw_weekend
from predictor.season.state import EventState
from predictor.vocabulary import Horizon, SessionKind
from services.settings.model_constants import read_model
from tests.validation.lap_pace import LAST, METRICS, pace_of, print_difference, read_pace
from tests.validation.simulator_skill import past_seasons, published

FIRST, FIRST_WITH_LAPS = 2016, 2019
DECAY = 0.85  # of a form, per race
PRIOR_RACES = 2.0  # a form is pulled to nought by as many
DRAWS = 500  # of a weekend, for expected strength
FURTHEST = 4.0  # %; a gap of more says nothing more


# Weights of the candidates that are walked forward.
WALKED = {
    "race pace form, driver": (0.3, 0.6),
    "race pace over expected pace, driver": (0.4, 0.8),
    "best race lap form, driver": (0.15, 0.3),
    "driver x circuit, race surprise": (0.15, 0.3),
    "driver x circuit type, race surprise": (0.3,),
    "team x circuit, qualifying surprise": (0.2,),
}


@dataclass(frozen=True)
class Race:
    """One race: what was expected of it at every horizon, and what it showed."""

    event: EventState
    weekend: Weekend
    outcome: RaceOutcome
    eta: dict[Horizon, np.ndarray]  # expected strength
    expected_gap: np.ndarray  # pace before the weekend, %
    laps: np.ndarray  # race pace, %
    finish: np.ndarray  # gap at the finish, % of the winner's time
    best_lap: np.ndarray  # gap of the best race lap, %


def races(seasons, pace) -> Iterator[Race]:
    """Walk through the races with the belief held before each."""
    config, state = read_model().filter, online.initial_state()
    for season in seasons:
        for event in season.events:
            outcome = race_outcome(event)
            if outcome is None:
                continue
            weekend = weekend_of(event)
            at = {h: weekend_of(event, h) for h in Horizon}
            ahead = {h: online.outlook(state, known, 1.0, config) for h, known in at.items()}
            rows = {row.driver.driver_id: row for row in event.results(SessionKind.RACE)}
            yield Race(
                event,
                weekend,
                outcome,
                {h: expected_strength(ahead[h], at[h], event.event_id, config) for h in Horizon},
                ahead[Horizon.BEFORE_WEEKEND].predicted_gap,
                pace_of(pace, event),
                finishing_gaps([rows.get(d) for d in weekend.driver_ids]),
                best_laps([rows.get(d) for d in weekend.driver_ids]),
            )
            state = online.advance(state, weekend, outcome, config)


def expected_strength(ahead, known: Weekend, event_id: str, config) -> np.ndarray:
    """Give the mean log-strengths of many draws, the grid drawn where it is not known."""
    grid = known.grid if known.grid_source else None
    draws = draw_weekend(
        ahead, known, config, seed=1, sims=range(DRAWS), event=event_id, grid_order=grid
    )
    return (draws.skill + draws.from_grid).mean(axis=0)


def finishing_gaps(rows) -> np.ndarray:
    """Give the gaps to the winner, float64[D] in % of his time; NaN for the retired."""
    winner = next((row for row in rows if row and row.position == 1), None)
    gaps = np.full(len(rows), np.nan)
    for i, row in enumerate(rows):
        if winner is None or row is None or row.position is None or row.classified is False:
            continue
        if row.position == 1:
            gaps[i] = 0.0
        elif row.gap_s is not None and winner.time_s:
            gaps[i] = 100.0 * row.gap_s / winner.time_s
        elif row.gap_laps and winner.laps:
            gaps[i] = 100.0 * (row.gap_laps + 0.3) / winner.laps
    return np.minimum(gaps, FURTHEST)


def best_laps(rows) -> np.ndarray:
    """Give the gaps to the best lap of the race, float64[D] in %."""
    laps = np.array([row.best_s if row and row.best_s else np.nan for row in rows], dtype=float)
    best = np.min(laps, initial=np.inf, where=np.isfinite(laps))
    return np.minimum(100.0 * (laps / best - 1.0), FURTHEST)


Observed = Callable[[Race], np.ndarray]
Key = Callable[[Race, int], object]


def form(
    races_: list[Race], observed: Observed, key: Key, decay=DECAY, prior=PRIOR_RACES
) -> list[np.ndarray]:
    """Give for each race what earlier ones showed of each key, shrunk to nought."""
    seen: dict[object, tuple[float, float]] = {}
    before = []
    for race in races_:
        keys = [key(race, i) for i in range(len(race.weekend.driver_ids))]
        now = np.array([seen.get(k, (0.0, 0.0)) for k in keys])
        before.append(now[:, 0] / (now[:, 1] + prior))
        values = observed(race)
        for k in dict.fromkeys(keys):
            own = [v for v, other in zip(values, keys, strict=True) if other == k]
            own = [v for v in own if np.isfinite(v)]
            if own:
                total, n = seen.get(k, (0.0, 0.0))
                seen[k] = (total * decay + sum(own), n * decay + len(own))
    return before


def middle(values: np.ndarray) -> np.ndarray:
    """Give values relative to the middle of the field, in front positive."""
    return np.nanmedian(values) - values if np.isfinite(values).any() else values


def surprise(race: Race) -> np.ndarray:
    """Give how much better each finisher did than expected before the weekend."""
    order = list(race.outcome.order)
    out = np.full(len(race.weekend.driver_ids), np.nan)
    eta = race.eta[Horizon.BEFORE_WEEKEND][order]
    cumulated = np.logaddexp.accumulate(-eta)
    out[order] = np.tril(np.exp(-eta[None, :] - cumulated[:, None])).sum(axis=0) - 1.0
    return out


def qualifying_surprise(race: Race) -> np.ndarray:
    """Give how much faster each driver qualified than expected, in %."""
    return middle(race.weekend.qualifying_gap) - middle(race.expected_gap)


def practice_bias(race: Race) -> np.ndarray:
    """Give how much better practice looked than qualifying, in %."""
    return middle(race.weekend.practice_gap) - middle(race.weekend.qualifying_gap)


def driver(race: Race, i: int) -> object:
    return race.weekend.driver_ids[i]


def team(race: Race, i: int) -> object:
    return race.weekend.lineages[i]


class Candidate(NamedTuple):
    """A quantity known before each race."""

    name: str
    values: list[np.ndarray]
    first: int = FIRST


def candidates(all_races: list[Race], *, laps: bool) -> list[Candidate]:
    """Give every candidate; those of laps only where there are laps."""
    gaps: dict[str, Observed] = {
        "finishing gap form": lambda r: middle(r.finish),
        "best race lap form": lambda r: middle(r.best_lap),
    }
    found = [
        Candidate(f"{name}, {who.__name__}", form(all_races, observed, who))
        for name, observed in gaps.items()
        for who in (driver, team)
    ]
    if laps:
        of_race = {
            "race pace form": lambda r: middle(r.laps),
            "race pace over expected pace": lambda r: middle(r.laps) - middle(r.expected_gap),
            "race pace over qualifying": lambda r: (
                middle(r.laps) - middle(r.weekend.qualifying_gap)
            ),
        }
        for name, observed in of_race.items():
            for who in (driver, team):
                values = form(all_races, observed, who)
                found.append(Candidate(f"{name}, {who.__name__}", values, FIRST_WITH_LAPS))
    keys: dict[str, tuple[Key, float]] = {
        "team x circuit type x season": (
            lambda r, i: (team(r, i), r.event.circuit_kind, r.event.season),
            6.0,
        ),
        "team x circuit": (lambda r, i: (team(r, i), r.weekend.circuit_id), 2.0),
        "driver x circuit type": (lambda r, i: (driver(r, i), r.event.circuit_kind), 6.0),
        "driver x circuit": (lambda r, i: (driver(r, i), r.weekend.circuit_id), 2.0),
    }
    for name, (key, prior) in keys.items():
        for observed in (surprise, qualifying_surprise):
            values = form(all_races, observed, key, decay=1.0, prior=prior)
            label = "race" if observed is surprise else "qualifying"
            found.append(Candidate(f"{name}, {label} surprise", values))
    for who in (team, driver):
        bias = form(all_races, practice_bias, who, decay=0.9, prior=3.0)
        now = [np.isfinite(r.weekend.practice_gap).any() for r in all_races]
        values = [b * known for b, known in zip(bias, now, strict=True)]
        found.append(Candidate(f"practice bias, {who.__name__}", values))
    return found


def centred(values: np.ndarray) -> np.ndarray:
    """Give values less their mean, nought where there is none."""
    known = np.isfinite(values)
    return (
        np.where(known, values - values[known].mean(), 0.0)
        if known.any()
        else np.zeros(len(values))
    )


def fit(designs: list[np.ndarray]) -> tuple[float, np.ndarray, np.ndarray]:
    """Give log likelihood, weights and their standard errors.

    ``designs`` are float64[finishers, weights], winner first. Newton's method: the log
    likelihood is concave.
    """
    theta = np.zeros(designs[0].shape[1])
    theta[0] = 1.0
    for _ in range(12):
        gradient, curvature = np.zeros(len(theta)), np.zeros((len(theta), len(theta)))
        for x in designs:
            g, h = strength._derivatives(x @ theta, 1.0)
            gradient += x.T @ g
            curvature += x.T @ h @ x
        theta = theta + np.linalg.solve(curvature, gradient)
    gained = sum(strength.log_likelihood(x @ theta) for x in designs)
    return gained, theta, np.sqrt(np.diag(np.linalg.inv(curvature)))


def ratio(all_races: list[Race], candidate: Candidate, horizon: Horizon):
    """Give the likelihood ratio, weight, its standard error and the number of races."""
    used = [
        (race, values)
        for race, values in zip(all_races, candidate.values, strict=True)
        if race.event.season >= candidate.first and len(race.outcome.order) >= 5
    ]
    both = [
        np.column_stack([centred(race.eta[horizon]), centred(values)])[list(race.outcome.order)]
        for race, values in used
    ]
    alone, _, _ = fit([x[:, :1] for x in both])
    gained, theta, error = fit(both)
    return 2.0 * (gained - alone), theta[1], error[1], len(used)


def shifted(state: FormState, weekend: Weekend, by: np.ndarray, config) -> FormState:
    """Give the belief with ``by`` float64[D] added to the drivers' mean strengths."""
    drivers = weekend.driver_ids
    belief = strength._known(state.strength, drivers, weekend.lineages, config.strength)
    mean = belief.mean.copy()
    mean[belief.index([f"driver:{d}" for d in drivers])] += by
    return replace(state, strength=NamedGaussian(belief.names, mean, belief.cov))


def walk_forward(all_races, candidate: Candidate, weight: float, n_sims: int):
    """Give the scores with the candidate, float64[races, METRICS] by horizon."""
    model = read_model()
    config, state, table = model.filter, online.initial_state(), {}
    for race, values in zip(all_races, candidate.values, strict=True):
        event, offset = race.event, weight * centred(values)
        state = shifted(state, race.weekend, offset, config)
        for horizon in Horizon if event.season >= candidate.first else ():
            known = weekend_of(event, horizon)
            ahead = online.outlook(state, known, 1.0, config)
            p = published(known, ahead, event, model, n_sims)[list(race.outcome.ranking)]
            scores = score_race(p)
            table.setdefault(horizon.value, []).append([scores[m] for m in METRICS])
        state = online.advance(state, race.weekend, race.outcome, config)
        state = shifted(state, race.weekend, -offset, config)
    return {horizon: np.array(rows) for horizon, rows in table.items()}


def print_walks(all_races, found: list[Candidate], n_sims: int) -> None:
    """Print the second table."""
    for first in (FIRST_WITH_LAPS, FIRST):
        chosen = [c for c in found if c.first == first and c.name in WALKED]
        base = None
        for candidate in chosen:
            if base is None:
                print(f"{f'{first}-{LAST}':44}", *(f"{name:>17}" for name in METRICS))
                base = walk_forward(all_races, candidate, 0.0, n_sims)
            for weight in WALKED[candidate.name]:
                rows = walk_forward(all_races, candidate, weight, n_sims)
                print_difference(f"{candidate.name} x {weight}", rows, base)


def main(arguments: list[str]) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?", default=Path("../shared/data"))
    parser.add_argument("--sims", type=int, default=1000)
    options = parser.parse_args(arguments)
    data = options.data
    laps = (data / "laps.parquet").exists()
    if not laps:
        print(f"without race pace: no laps.parquet in {data}")
    seasons = [season for season in past_seasons() if season.season <= LAST]
    all_races = list(races(seasons, read_pace(data) if laps else {}))
    shown = (Horizon.BEFORE_WEEKEND, Horizon.AFTER_PRACTICE, Horizon.AFTER_QUALIFYING)
    print(f"{'likelihood ratio, weight':52}", *(f"{f'({h.value})':>22}" for h in shown))
    found = candidates(all_races, laps=laps)
    for candidate in found:
        cells = []
        for horizon in shown:
            gain, weight, error, n = ratio(all_races, candidate, horizon)
            cells.append(f"{gain:6.1f} {weight:+6.2f} +- {error:.2f}")
        print(f"{candidate.name:44} {n:3d} races", *(f"{c:>22}" for c in cells))
    print_walks(all_races, found, options.sims)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
