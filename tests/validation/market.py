"""Does the published forecast know as much as the betting market, and is it sharp enough?

Prints the winner's log loss of forecast and market price on the races that have a price, paired
(forecast minus market; negative is better), by horizon and by rounds 1 to 6 and 7 on; then the
best power of the win probabilities by horizon and era (above 1: too flat). Walk-forward, every
forecast as it would have been published. Prices are a ruler: no forecast reads one, and the pool
with them in the last column is for the eye alone. Run by ``make validate``; without prices it
says so and is done.

    PYTHONPATH=. python tests/validation/market.py [../shared/data/market] [--sims 5000]

``--predictions FILE.csv`` takes forecasts that ``backtest --predictions`` wrote instead, of
whatever seasons, horizons and options.
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from predictor.evaluate.calibration import win_power
from predictor.evaluate.scores import SMALLEST_PROBABILITY
from predictor.evaluate.summary import mean_and_error
from predictor.vocabulary import Horizon
from services.backtesting.backtest import backtest_seasons
from services.backtesting.text import MEANING, figure, table
from services.settings.run_request import RunRequest

RACE_DATA = Path(__file__).parents[2] / "race-data"
MARKET = Path("../shared/data/market")
PRICES = "win_probabilities.csv"
ERAS = (range(2014, 2022), range(2022, 2026))
# When prices were taken, by what a forecast of about that moment may know.
TIMINGS = {
    "a": ("before_weekend", "before_qualifying_undated"),
    "b": ("before_weekend", "before_qualifying_undated", "after_practice"),
    "c": ("after_qualifying",),
}
ROUNDS = {"all rounds": range(1, 99), "rounds 1-6": range(1, 7), "round 7 on": range(7, 99)}
UNQUOTED = 1.0 / 201.0  # or the lowest quote, whichever is smaller

Prices = Mapping[tuple[str, str], Mapping[str, tuple[float, bool]]]


class Race(NamedTuple):
    """A forecast of a race, the winner first."""

    season: int
    round: int
    event_id: str
    horizon: str
    driver_ids: Sequence[str]
    p_win: np.ndarray


class Pair(NamedTuple):
    """What a forecast and a price came to on one race: losses of the winner."""

    round: int
    product: float
    market: float
    even_pool: float


def read_prices(folder: Path) -> Prices:
    """Return the market's probabilities, and who was quoted, by event and timing."""
    found: dict[tuple[str, str], dict[str, tuple[float, bool]]] = defaultdict(dict)
    with (folder / PRICES).open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            price = float(row["p_win_power"]), row["quoted"] == "True"
            found[row["event_id"], row["timing"]][row["driver_id"]] = price
    return found


def forecast_races(seasons: Sequence[int], n_simulations: int, jobs: int | None) -> list[Race]:
    """Return the forecasts of all races of seasons, as they would have been published."""
    request = RunRequest(RACE_DATA, n_simulations=n_simulations, jobs=jobs)
    found = backtest_seasons(RACE_DATA, seasons, tuple(Horizon), request)
    return [
        Race(one.season, one.round, one.event_id, one.known.value, one.driver_ids,
             one.p_position[:, 0])
        for one in found.forecasts
    ]  # fmt: skip


def races_of_table(path: Path) -> list[Race]:
    """Return the forecasts in a table of ``backtest --predictions``."""
    rows_of: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            rows_of[row["event_id"], row["horizon"]].append(row)
    return [
        Race(
            int(rows[0]["season"]),
            int(rows[0]["round"]),
            event_id,
            horizon,
            [row["driver_id"] for row in rows],
            np.array([float(row["p_win"]) for row in rows]),
        )
        for (event_id, horizon), rows in rows_of.items()
    ]


def market_odds(price: Mapping[str, tuple[float, bool]], driver_ids: Sequence[str]) -> np.ndarray:
    """Return the market's probabilities for the starters of a race.

    A starter without a price gets the smaller of the lowest quote and 1 in 201.
    """
    least = min(UNQUOTED, *(p for p, quoted in price.values() if quoted))
    odds = np.array([price[one][0] if one in price else least for one in driver_ids])
    return odds / odds.sum()


def winner_loss(p_win: np.ndarray) -> float:
    """Return the winner's log loss as `predictor.evaluate.scores` has it; the winner is first."""
    p = np.maximum(p_win, SMALLEST_PROBABILITY)
    return float(-np.log(p[0] / p.sum()))


def pair(race: Race, price: Mapping[str, tuple[float, bool]]) -> Pair:
    """Return what forecast, market and their even pool lost on a race."""
    market = market_odds(price, race.driver_ids)
    both = np.sqrt(np.maximum(race.p_win, SMALLEST_PROBABILITY) * market)
    losses = map(winner_loss, (race.p_win, market, both / both.sum()))
    return Pair(race.round, *losses)


def pairs(
    races: Iterable[Race], prices: Prices, horizon: str, timings: Sequence[str]
) -> list[Pair]:
    """Return the races of a horizon that have a price of one of the timings, the first of them."""
    found = []
    for race in races:
        priced = [prices[race.event_id, one] for one in timings if (race.event_id, one) in prices]
        if race.horizon == horizon and priced:
            found.append(pair(race, priced[0]))
    return found


def market_rows(races: Sequence[Race], prices: Prices) -> Iterator[list[str]]:
    """Yield a row per horizon and timing; that of all timings together also by rounds."""
    for horizon, timings in TIMINGS.items():
        parts = {one.replace("_", " "): (one,) for one in timings} if len(timings) > 1 else {}
        for name, chosen in {**parts, "all": timings}.items():
            paired = pairs(races, prices, horizon, chosen)
            for rounds, numbers in ROUNDS.items() if name == "all" else [*ROUNDS.items()][:1]:
                part = np.array([one[1:] for one in paired if one.round in numbers])
                if len(part):
                    yield [MEANING[horizon], name, rounds, str(len(part)), *_figures(part)]


def _figures(losses: np.ndarray) -> Iterator[str]:
    product, market, pool = losses.T
    yield figure(mean_and_error(market), 3)
    yield figure(mean_and_error(product), 3)
    yield figure(mean_and_error(product - market), 3, "+")
    yield figure(mean_and_error(pool - product), 3, "+")


def power_rows(races: Sequence[Race]) -> Iterator[list[str]]:
    """Yield the best power of the win probabilities by horizon and era."""
    for horizon, meaning in MEANING.items():
        for era in ERAS:
            there = [one for one in races if one.horizon == horizon and one.season in era]
            power, error = win_power([one.p_win for one in there])
            if power is not None:
                seasons = [one.season for one in there]
                span = f"{min(seasons)}-{max(seasons)}"
                yield [meaning, span, str(len(there)), figure({"mean": power, "se": error}, 2)]


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("market", type=Path, nargs="?", default=MARKET)
    parser.add_argument("--sims", type=int, default=5000)
    parser.add_argument("--predictions", type=Path)
    parser.add_argument("--jobs", type=int)
    given = parser.parse_args()
    if not (given.market / PRICES).is_file():
        print(f"no market prices to compare with: {given.market / PRICES} is not there")
        return
    prices = read_prices(given.market)
    if given.predictions is not None:
        races = races_of_table(given.predictions)
    else:
        seasons = [season for era in ERAS for season in era]
        races = forecast_races(seasons, given.sims, given.jobs)
    head = ["", "prices", "rounds", "races", "market", "product", "product minus market",
            "even pool minus product"]  # fmt: skip
    print("Winner log loss, mean ± standard error\n")
    print("\n".join(table(head, [*market_rows(races, prices)])))
    print("\nBest power of the win probabilities; above 1 they were too flat\n")
    print("\n".join(table(["", "seasons", "races", "power"], [*power_rows(races)])))


if __name__ == "__main__":
    main()
