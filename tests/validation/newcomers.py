"""Are newcomers given what they turn out to be worth, and does a preseason table make sense?

Walks through the races with the published forecast of (a) and (c), and prints how debutants in
their first six starts, teams in their first season, drivers in the first six starts for another
team and drivers in the first six after a year out were forecast, and how they came in: forecast
minus outcome, with standard errors as if cars were independent (team-mates are not: be generous).
Then the ten favourites before the first race of every season, to be read as a fan would, and every
debutant beside a team-mate with some starts, before his first start. Constants
were chosen on 2012-2021 with the seasons of 2010 and 2011 before them. Run by ``make validate``.

    PYTHONPATH=. python tests/validation/newcomers.py [folder of seasons] [--sims 1000]
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from predictor.bayes.online import advance, initial_state, outlook
from predictor.features.weekend import race_outcome, weekend_of
from predictor.vocabulary import Horizon
from services.settings.model_constants import read_model
from tests.validation.simulator_skill import RACE_DATA, past_seasons, published

STARTS = 6  # for how many somebody counts as new
ERAS = {"up to 2021": range(2012, 2022), "2022-2025": range(2022, 2026)}
FAVOURITES = 10
HORIZONS = (Horizon.BEFORE_WEEKEND, Horizon.AFTER_QUALIFYING)


class Careers:
    """Who is new to what, from the races so far; in the first season known nobody is."""

    def __init__(self) -> None:
        self.starts: dict[str, int] = defaultdict(int)
        self.last_season: dict[str, int] = {}
        self.team_since: dict[str, int] = {}
        self.changed: dict[str, tuple[str, int]] = {}  # what is new to him, starts since
        self.last_team: dict[str, str] = {}
        self.first_season = 0

    def kinds(self, season: int, driver: str, team: str) -> Iterator[str]:
        """Return what a car's driver is new to before a race."""
        if self.first_season in (0, season):
            return
        if self.starts[driver] < STARTS:
            yield "debutant"
        elif self._change(season, driver, team):
            kind, since = self.changed[driver]
            if since < STARTS:
                yield kind
        if self.team_since.get(team, season) == season:
            yield "new team"

    def _change(self, season: int, driver: str, team: str) -> bool:
        if self.last_season[driver] < season - 1:
            self.changed[driver] = ("back after a year out", 0)
        elif self.last_team[driver] != team:
            self.changed[driver] = ("in another team", 0)
        return driver in self.changed

    def add(self, season: int, driver: str, team: str) -> None:
        """Count a start."""
        self.first_season = self.first_season or season
        self.starts[driver] += 1
        self.last_season[driver] = season
        self.last_team[driver] = team
        self.team_since.setdefault(team, season)
        if driver in self.changed:
            kind, since = self.changed[driver]
            self.changed[driver] = (kind, since + 1)


def error_of(p: np.ndarray, place: int) -> tuple[float, ...]:
    """Return forecast minus outcome in points, podium, win and place, and points forecast."""
    return (
        p[:10].sum() - (place <= 10),
        p[:3].sum() - (place <= 3),
        p[0] - (place == 1),
        float(expected_place(p)) - place,
        p[:10].sum(),
    )


def expected_place(p: np.ndarray) -> np.ndarray:
    """Return the mean place, float64[...], of chances float64[..., D] of every place."""
    return p @ np.arange(1, p.shape[-1] + 1)


def main() -> None:
    """Print all three tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="?", type=Path, default=RACE_DATA)
    parser.add_argument("--sims", type=int, default=1000)
    told = parser.parse_args()
    model, state, careers = read_model(), initial_state(), Careers()
    errors: dict[tuple[str, str, str], list[tuple[float, ...]]] = defaultdict(list)
    before_season: list[str] = []
    debuts: list[str] = []
    for season in past_seasons(told.data):
        opened = False
        for event in season.events:
            outcome = race_outcome(event)
            if outcome is None:
                continue
            weekend = weekend_of(event)
            place = {i: k for k, i in enumerate(outcome.ranking, start=1)}
            seats = list(zip(weekend.driver_ids, weekend.lineages, strict=True))
            new_to = [tuple(careers.kinds(season.season, *seat)) for seat in seats]
            era = next((name for name, years in ERAS.items() if season.season in years), "")
            for horizon in HORIZONS if era else ():
                known = weekend_of(event, horizon)
                ahead = outlook(state, known, 1.0, model.filter)
                p = published(known, ahead, event, model, told.sims)
                for i, kinds in enumerate(new_to):
                    for kind in kinds or ("nothing new",):
                        if i in place:
                            errors[era, horizon.value, kind].append(error_of(p[i], place[i]))
                if horizon is Horizon.BEFORE_WEEKEND:
                    debuts += beside_team_mates(event.event_id, seats, careers, p)
                    if not opened:
                        before_season.append(favourites(season.season, known.driver_ids, p))
                    opened = True
            for i, seat in enumerate(seats):
                if i in place:
                    careers.add(season.season, *seat)
            state = advance(state, weekend, outcome, model.filter)
    print_errors(errors)
    print("\nBefore the first race: driver, chance to win in %, expected place")
    print("\n".join(before_season))
    print("\nDebutants and team-mates before the debut: chance to win in %, expected place")
    print("\n".join(debuts))


def beside_team_mates(
    event_id: str, seats: list[tuple[str, str]], careers: Careers, p: np.ndarray
) -> Iterator[str]:
    """Return a line for every debutant with an experienced team-mate."""
    for i, (driver, team) in enumerate(seats):
        if careers.starts[driver] or careers.first_season in (0, int(event_id[:4])):
            continue
        for j, (mate, of_team) in enumerate(seats):
            if of_team == team and careers.starts[mate] >= STARTS:
                own, other = (expected_place(p[k]) for k in (i, j))
                word = "  in front" if own < other or p[i, 0] > p[j, 0] else ""
                yield (
                    f"{event_id:20} {driver} {100 * p[i, 0]:.2f} {own:.1f}  beside "
                    f"{mate} {100 * p[j, 0]:.2f} {other:.1f}{word}"
                )


def favourites(season: int, drivers: tuple[str, ...], p: np.ndarray) -> str:
    """Return a season's likeliest winners of its first race in one line."""
    expected = expected_place(p)
    first = np.argsort(-p[:, 0], kind="stable")[:FAVOURITES]
    return f"{season}  " + ", ".join(
        f"{drivers[i]} {100 * p[i, 0]:.1f} {expected[i]:.1f}" for i in first
    )


def print_errors(errors: dict[tuple[str, str, str], list[tuple[float, ...]]]) -> None:
    """Print forecast minus outcome by era, horizon and what is new."""
    print("forecast minus outcome; points: a place in the first ten")
    for (era, horizon, kind), rows in sorted(errors.items()):
        table = np.array(rows)
        mean, se = table.mean(axis=0), table.std(axis=0, ddof=1) / len(table) ** 0.5
        print(
            f"{era:10} ({horizon}) {kind:22} {len(table):5} starts  points forecast "
            f"{mean[4]:.3f} {mean[0]:+.3f} +- {se[0]:.3f}  podium {mean[1]:+.3f} +- {se[1]:.3f}  "
            f"win {mean[2]:+.4f} +- {se[2]:.4f}  place {mean[3]:+.2f} +- {se[3]:.2f}"
        )


if __name__ == "__main__":
    main()
