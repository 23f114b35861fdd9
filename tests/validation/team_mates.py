"""Is the gap between team-mates over a season held too surely, or learnt too slowly?

Cuts every season after its rounds 0, 1, 3, 6 and half, simulates the rest of it as title odds do,
and prints how likely it was that the one of two team-mates who ended with more points would: log
loss beside that of a coin, the slope of a logistic regression of the outcome on the log-odds
(below 1: held too surely), its standard error by pairs, a reliability table, and how often who led
so far stayed ahead. Pairs are those of the next race's line-up; of equal points at the end nothing
is scored. "To the end": pairs who were still team-mates in the last race. Another belief is tried
with ``--set strength.driver_sd=0.2``. Run by ``make validate``.

    PYTHONPATH=. python tests/validation/team_mates.py [folder] [--sims 500] [--set NAME=VALUE ...]
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from predictor.bayes.online import FilterConfig, FormState, advance, initial_state, outlook
from predictor.features.race_facts import RaceFacts, race_facts, sprint_facts
from predictor.features.weekend import (
    Weekend,
    race_outcome,
    sprint_weekend_of,
    weekend_of,
)
from predictor.forecast.assemble import RaceSetup, forecast_race
from predictor.forecast.championship import (
    FinalPoints,
    PointsRules,
    RemainingRace,
    final_points,
)
from predictor.forecast.options import ModelConfig
from predictor.forecast.scenarios import scenario_probabilities
from predictor.formats import link_files, parse_file
from predictor.season.fold import fold
from predictor.season.known import season_with
from predictor.season.points import fastest_lap_point, race_points, sprint_points
from predictor.season.standings import standings
from predictor.season.state import EventState, SeasonState
from predictor.vocabulary import EventStatus, Scenario
from services.settings.model_constants import read_model
from tests.validation.simulator_skill import RACE_DATA

FIRST_SEASON = 2014  # what was before it is too little to believe anything of
CUTS = ("0", "1", "3", "6", "half")
ERAS = {"2014-2021": range(2014, 2022), "2022-2025": range(2022, 2026)}
EDGES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.97, 1.0)
SEED = 1


class Pair(NamedTuple):
    """Two team-mates at a cut: the likelier one, how likely, and whether he did end ahead."""

    season: int
    cut: str
    names: tuple[str, str]
    p: float
    ahead: bool
    stayed: bool  # team-mates in the last race, too
    odds: tuple[float, float]  # of the title
    points: tuple[float, float]  # mean at the end of the season
    lead: float  # his points less the other's so far


def season_pairs(
    season: SeasonState,
    known: SeasonState,
    cut: str,
    belief: FormState,
    model: ModelConfig,
    n_sims: int,
) -> Iterator[Pair]:
    """Return the pairs of the next race's line-up, as they were forecast after a round."""
    ahead = [
        event
        for event in known.events
        if event.status not in (EventStatus.COMPLETED, EventStatus.CANCELLED) and event.entries
    ]
    races = []
    for steps, event in enumerate(ahead, start=1):
        races += remaining(event, steps, belief, model, n_sims)
    table = standings(known)
    drivers, _ = final_points(table.drivers, table.constructors, races, seed=SEED, n_sims=n_sims)
    final = {row.key: row.points for row in standings(season).drivers}
    at_end = set(line_up(next(e for e in reversed(season.events) if race_outcome(e))))
    for pair in line_up(ahead[0]):
        a, b = pair
        if final.get(a, 0.0) != final.get(b, 0.0):
            yield as_forecast(drivers, season.season, cut, pair, final, stayed=pair in at_end)


def as_forecast(
    drivers: FinalPoints,
    season: int,
    cut: str,
    names: tuple[str, str],
    final: Mapping[str, float],
    *,
    stayed: bool,
) -> Pair:
    """Return one pair, the likelier man first."""
    columns = [drivers.names.index(name) for name in names]
    a, b = (drivers.points[:, column] for column in columns)
    n = len(a)
    p = (float((a > b).sum()) + 0.5 * float((a == b).sum()) + 0.5) / (n + 1.0)
    title = {row.name: (row.p_title, row.mean) for row in drivers.odds()}
    if p < 0.5:
        names, p = names[::-1], 1.0 - p
    ahead = final.get(names[0], 0.0) > final.get(names[1], 0.0)
    odds, means = zip(*(title[name] for name in names), strict=True)
    so_far = [drivers.current[drivers.names.index(name)] for name in names]
    return Pair(season, cut, names, p, ahead, stayed, odds, means, so_far[0] - so_far[1])


def line_up(event: EventState) -> list[tuple[str, str]]:
    """Return the pairs of team-mates of an event, each by name."""
    of: dict[str, list[str]] = {}
    for entry in event.entries:
        of.setdefault(entry.team_id, []).append(entry.driver_id)
    return [(pair[0], pair[1]) for pair in map(sorted, of.values()) if len(pair) == 2]


def remaining(
    event: EventState, steps: int, belief: FormState, model: ModelConfig, n_sims: int
) -> Iterator[RemainingRace]:
    """Return an event's sprint and race, simulated before its weekend."""
    teams = tuple(entry.team_id for entry in event.entries)
    season = event.season
    if event.sprint_format is not None:
        facts = sprint_facts(event)
        rules = PointsRules(tuple(sprint_points(season)), counts_for_countback=False)
        yield simulated(
            event, sprint_weekend_of(event), facts, steps, belief, model, n_sims, rules, teams
        )
    paid = race_points(season, event_id=event.event_id)
    rules = PointsRules(tuple(paid), fastest_lap_point(season))
    facts = race_facts(event)
    yield simulated(event, weekend_of(event), facts, steps, belief, model, n_sims, rules, teams)


def simulated(
    event: EventState,
    weekend: Weekend,
    facts: RaceFacts,
    steps: int,
    belief: FormState,
    model: ModelConfig,
    n_sims: int,
    rules: PointsRules,
    teams: tuple[str, ...],
) -> RemainingRace:
    """Return one race or sprint in every scenario."""
    circuit = model.circuit(event.circuit_id or "")
    distance = facts.n_laps / race_facts(event).n_laps
    odds = scenario_probabilities(
        tuple(Scenario), circuit.climate, model.climate, distance=distance
    )
    setup = RaceSetup(
        SEED, np.zeros(len(teams)), model.filter, model.race, circuit.race, model.crews
    )
    ahead = outlook(belief, weekend, float(steps), model.filter)
    found = {s: forecast_race(ahead, weekend, facts, s, setup, n_sims=n_sims) for s in odds}
    return RemainingRace(facts.event, found, odds, rules, teams)


def walk_pairs(folder: Path, model: ModelConfig, n_sims: int) -> Iterator[Pair]:
    """Walk through all seasons and yield the pairs of every cut."""
    raw = {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*.json")}
    files, _ = link_files({path: parse_file(path, data) for path, data in raw.items()})
    belief = initial_state()
    for year, season in sorted(fold(files).items()):
        run = [event for event in season.events if race_outcome(event) is not None]
        own = {path: file for path, file in files.items() if _is_of(file.records, year)}
        cuts = {(len(run) // 2 if cut == "half" else int(cut)): cut for cut in CUTS}
        for done in range(len(run)):
            if year >= FIRST_SEASON and done in cuts:
                known = season_with(own, year, [event.event_id for event in run[:done]])
                yield from season_pairs(season, known, cuts[done], belief, model, n_sims)
            weekend, outcome = weekend_of(run[done]), race_outcome(run[done])
            if outcome is not None:
                belief = advance(belief, weekend, outcome, model.filter)


def _is_of(records: Sequence[object], year: int) -> bool:
    return any(getattr(one, "season", None) == year or _event_of(one) == year for one in records)


def _event_of(record: object) -> int | None:
    return getattr(getattr(record, "event", None), "season", None)


def slope_of(pairs: Sequence[Pair]) -> tuple[float, float]:
    """Return the slope through the origin of outcome on log-odds, and its error by pairs."""
    x = np.array([np.log(pair.p / (1.0 - pair.p)) for pair in pairs])
    y = np.array([pair.ahead for pair in pairs], float)
    slope = 1.0
    for _ in range(50):
        fitted = 1.0 / (1.0 + np.exp(-slope * x))
        slope += np.sum(x * (y - fitted)) / np.sum(x**2 * fitted * (1.0 - fitted))
    fitted = 1.0 / (1.0 + np.exp(-slope * x))
    by_pair: dict[tuple[int, tuple[str, ...]], float] = {}
    for pair, score in zip(pairs, x * (y - fitted), strict=True):
        key = (pair.season, tuple(sorted(pair.names)))
        by_pair[key] = by_pair.get(key, 0.0) + score
    bread = np.sum(x**2 * fitted * (1.0 - fitted))
    return slope, float(np.sqrt(sum(score**2 for score in by_pair.values())) / bread)


def print_table(title: str, pairs: Sequence[Pair]) -> None:
    """Print scores and slope of some pairs, in a line."""
    if len(pairs) < 2:
        return
    p = np.array([pair.p for pair in pairs])
    y = np.array([pair.ahead for pair in pairs])
    loss = -np.log(np.where(y, p, 1.0 - p))
    slope, error = slope_of(pairs)
    se = loss.std(ddof=1) / len(loss) ** 0.5
    print(
        f"{title:34} {len(pairs):4} pairs  log loss {loss.mean():.4f} +- {se:.4f} (coin .6931)  "
        f"expected {np.mean(-p * np.log(p) - (1 - p) * np.log1p(-p)):.4f}  "
        f"likelier one ahead {y.mean():.3f}, forecast {p.mean():.3f}"
        f"  slope {slope:.2f} +- {error:.2f}"
    )


def print_reliability(pairs: Sequence[Pair]) -> None:
    """Print how often the likelier one ended ahead, by how likely he was."""
    p = np.array([pair.p for pair in pairs])
    y = np.array([pair.ahead for pair in pairs])
    for low, high in pairwise(EDGES):
        here = (p >= low) & (p < high)
        if here.any():
            error = (p[here] * (1 - p[here])).sum() ** 0.5 / here.sum()
            print(
                f"    {low:.2f} to {high:.2f}: {here.sum():4} pairs, forecast {p[here].mean():.3f}"
                f", ahead {y[here].mean():.3f}, error of a true forecast {error:.3f}"
            )


def print_leaders(pairs: Sequence[Pair]) -> None:
    """Print how often who led so far stayed ahead; more than forecast: learnt too slowly."""
    led = [pair for pair in pairs if pair.lead]
    for cut in CUTS[1:]:
        here = [pair for pair in led if pair.cut == cut]
        p = np.array([pair.p if pair.lead > 0.0 else 1.0 - pair.p for pair in here])
        y = np.array([pair.ahead == (pair.lead > 0.0) for pair in here])
        error = (p * (1 - p)).sum() ** 0.5 / len(here)
        print(
            f"    ahead after {cut:4}: {len(here):4} pairs, forecast to stay so {p.mean():.3f}, "
            f"did {y.mean():.3f}, error of a true forecast {error:.3f}"
        )


def changed(config: FilterConfig, settings: Sequence[str]) -> FilterConfig:
    """Return the filter's constants with some of them set, as ``strength.driver_sd=0.2``."""
    for setting in settings:
        name, _, value = setting.partition("=")
        part, _, constant = name.partition(".")
        inner = replace(getattr(config, part), **{constant: float(value)})
        config = replace(config, **{part: inner})
    return config


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="?", type=Path, default=RACE_DATA)
    parser.add_argument("--sims", type=int, default=500)
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE")
    parser.add_argument("--until", type=int, default=9999, help="last season")
    told = parser.parse_args()
    model = read_model()
    model = replace(model, filter=changed(model.filter, told.set))
    pairs = [x for x in walk_pairs(told.data, model, told.sims) if x.season <= told.until]
    print(f"{told.sims} simulated seasons a cut; {' '.join(told.set) or 'constants as shipped'}")
    for kind, chosen in (("all", pairs), ("to the end", [x for x in pairs if x.stayed])):
        for cut in (*CUTS, ""):
            print_table(
                f"{kind}, after {cut or 'any of these'}",
                [x for x in chosen if cut in ("", x.cut)],
            )
        for era, years in ERAS.items():
            print_table(f"{kind}, {era}", [x for x in chosen if x.season in years])
        print_reliability(chosen)
        print_leaders(chosen)
    print("\nWhere the man with more expected points had the smaller odds of the title")
    for pair in pairs:
        (odds, other), (points, others) = pair.odds, pair.points
        if (odds - other) * (points - others) < 0.0 and max(odds, other) > 0.02:
            print(
                f"  {pair.season} after {pair.cut}: {pair.names[0]} {odds:.3f} ({points:.0f}), "
                f"{pair.names[1]} {other:.3f} ({others:.0f}), ahead {pair.p:.2f}"
            )


if __name__ == "__main__":
    main()
