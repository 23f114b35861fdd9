"""The ruler of market prices: what it makes of a price, and what it prints, by hand."""

from __future__ import annotations

import csv
import os
import subprocess
import sys

import numpy as np
import pytest

from tests.rules.sources import ROOT
from tests.validation.market import Race, market_odds, pairs, read_prices, winner_loss

TAKEN = ROOT.parent / "shared" / "data" / "market"


def price(event, timing, **odds):
    return [
        {"event_id": event, "timing": timing, "driver_id": driver, "p_win_power": p,
         "quoted": quoted}
        for driver, (p, quoted) in odds.items()
    ]  # fmt: skip


def forecast(event, season, number, horizon, **odds):
    return [
        {"season": season, "round": number, "event_id": event, "horizon": horizon,
         "driver_id": driver, "p_win": p}
        for driver, p in odds.items()
    ]  # fmt: skip


def write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_market_odds__a_starter_without_a_price_gets_the_lowest_quote_at_most():
    prices = {"a": (0.6, True), "b": (0.396, True), "gone": (0.004, True)}
    # Who did not start is left out; who has no price gets .004, which is less than 1 in 201.
    odds = market_odds(prices, ["b", "new", "a"])
    assert odds == pytest.approx(np.array([0.396, 0.004, 0.6]) / 1.0)
    odds = market_odds({"a": (0.6, True), "b": (0.4, True)}, ["a", "b", "new"])
    assert odds == pytest.approx(np.array([0.6, 0.4, 1 / 201]) / (1 + 1 / 201))


def test_market_odds__what_was_filled_in_is_no_quote():
    odds = market_odds({"a": (0.9, True), "b": (0.1, True), "c": (1e-4, False)}, ["a", "new"])
    assert odds[1] == pytest.approx(1 / 201 / (0.9 + 1 / 201))


def test_pairs__a_race_counts_once_and_at_its_own_horizon():
    p = np.array([0.5, 0.5])
    races = [Race(2025, 1, "x", horizon, ("a", "b"), p) for horizon in "abc"]
    races.append(Race(2025, 2, "without-price", "a", ("a", "b"), p))
    even, sure = {"a": (0.5, True), "b": (0.5, True)}, {"a": (0.8, True), "b": (0.2, True)}
    prices = {("x", "before_weekend"): even, ("x", "after_practice"): sure}
    (found,) = pairs(races, prices, "b", ("before_weekend", "after_practice"))
    assert (found.product, found.market) == pytest.approx((np.log(2.0), np.log(2.0)))
    (found,) = pairs(races, prices, "b", ("after_practice",))
    assert found.market == pytest.approx(-np.log(0.8))
    # The even pool is sqrt(.5 * .8) to sqrt(.5 * .2), which is 2 to 1.
    assert found.even_pool == pytest.approx(-np.log(2.0 / 3.0))
    assert pairs(races, prices, "c", ("after_qualifying",)) == []


def test_winner_loss__looks_no_deeper_than_the_scores_do():
    assert winner_loss(np.array([0.0, 1.0])) == pytest.approx(-np.log(1e-4 / 1.0001))


def run(*argv):
    return subprocess.run(
        [sys.executable, "tests/validation/market.py", *map(str, argv)],
        capture_output=True, text=True, check=False, timeout=300,
        cwd=ROOT, env={**os.environ, "PYTHONPATH": "."},
    )  # fmt: skip


def test_main__prints_pairs_by_rounds_and_the_power_by_era(tmp_path):
    write(
        tmp_path / "win_probabilities.csv",
        [
            *price("2025-x", "before_weekend", a=(0.5, True), b=(0.5, True)),
            *price("2025-y", "before_qualifying_undated", a=(0.8, True), b=(0.2, True)),
        ],
    )
    write(
        tmp_path / "table.csv",
        [
            *forecast("2025-x", 2025, 6, "a", a=0.6, b=0.4),
            *forecast("2025-y", 2025, 7, "a", b=0.4, a=0.6),
            *forecast("2024-z", 2024, 8, "a", a=0.6, b=0.4),
        ],
    )
    done = run(tmp_path, "--predictions", tmp_path / "table.csv")
    assert done.returncode == 0, done.stderr
    rows = [[cell.strip() for cell in line.split("|")[2:-1]] for line in done.stdout.splitlines()]
    # -ln .6 against -ln .5, then -ln .4 against -ln .2
    assert ["all", "rounds 1-6", "1", "0.693", "0.511", "-0.182"] in [row[:6] for row in rows]
    assert ["all", "round 7 on", "1", "1.609", "0.916", "-0.693"] in [row[:6] for row in rows]
    # mean -.438; the two differ by .511, so the error is half of that
    (whole,) = [row for row in rows if row[:2] == ["all", "all rounds"]]
    assert whole[2:6] == ["2", "1.151 ± 0.458", "0.714 ± 0.203", "-0.438 ± 0.255"]
    # Two of three favourites of .6 won: ln 2 / ln 1.5, error 1 / sqrt(3 * 2/9) / ln 1.5
    assert ["2024-2025", "3", "1.71 ± 3.02"] in rows


def test_main__without_prices_says_so_and_is_done(tmp_path):
    done = run(tmp_path / "nowhere")
    assert done.returncode == 0, done.stderr
    assert "no market prices" in done.stdout
    assert done.stderr == ""


def test_read_prices__every_price_is_of_a_driver_and_an_event_of_the_shipped_seasons():
    if not TAKEN.is_dir():
        pytest.skip("no market prices beside this checkout")
    for (event_id, timing), odds in read_prices(TAKEN).items():
        (folder,) = (ROOT / "race-data" / event_id[:4]).glob(f"*{event_id[5:]}")
        race = (folder / "race.json").read_text(encoding="utf-8")
        assert all(f'"{driver}"' in race for driver in odds), (event_id, timing)
        assert sum(p for p, _ in odds.values()) == pytest.approx(1.0, abs=1e-3)
