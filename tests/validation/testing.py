"""What does pre-season testing give to the forecasts of rounds 1 to 6?

Forecasts seasons of ``race-data/`` before each weekend twice: as shipped, and with the files of
their testing dropped beside them. 2024 and 2025 have best laps of every day (OpenF1's answers);
2025 also the long runs, from laps. Prints winner and podium log loss, RPS and the rank
correlation, with minus without, race by race. **Two seasons under unchanged rules are no
evidence of skill:** one surprise in them outweighs all of it. No constant may be fitted here.

    PYTHONPATH=. python tests/validation/testing.py [../shared/data] [--sims 10000]
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from predictor.evaluate.scores import score_race
from predictor.vocabulary import Horizon
from services.backtesting.backtest import backtest_folder
from services.settings.run_request import RunRequest

RACE_DATA = Path(__file__).parents[2] / "race-data"
ROUNDS = 6
SCORES = ("winner_log_loss", "podium_log_loss", "rps", "spearman")

Files = Mapping[str, Any]  # path -> content


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path, nargs="?", default=Path("../shared/data"))
    parser.add_argument("--sims", type=int, default=10_000)
    options = parser.parse_args()
    laps, answers = options.data / "market/testing_2025.csv", options.data / "formats/openf1"
    if not laps.exists() or not answers.exists():
        print(f"skipped: no testing in {options.data}")
        return
    print("| season | testing from | rounds | " + " | ".join(SCORES) + " |")
    print("|---" * (3 + len(SCORES)) + "|")
    without: dict[int, dict[int, dict[str, float]]] = {}  # by season and round
    with tempfile.TemporaryDirectory() as folder:
        for season, source, files in (
            (2024, "OpenF1: best laps", openf1_files(answers, 2024)),
            (2025, "OpenF1: best laps", openf1_files(answers, 2025)),
            (2025, "laps: best laps and long runs", native_files(laps)),
        ):
            if season not in without:
                without[season] = _scores(season, {}, Path(folder), options.sims)
            found = _scores(season, files, Path(folder), options.sims)
            _print_gain(season, source, found, without[season])


def native_files(path: Path) -> dict[str, Any]:
    """Return days of testing as the product's own files, from a table of best laps and runs."""
    days = defaultdict(list)
    with path.open(encoding="utf-8") as table:
        for row in csv.DictReader(table):
            result = {"driver": row["driver"], "team": row["team"], "laps": int(row["n"])}
            result |= {"best_s": float(row["best"])} if row["best"] else {}
            result |= {"long_run_s": round(float(row["long"]), 3)} if row["long"] else {}
            days[int(row["day"])].append(result)
    return {
        f"testing/day-{day}.json": {
            "season": 2025,
            "session": "testing",
            "day": day,
            "results": results,
        }
        for day, results in days.items()
    }


def openf1_files(folder: Path, season: int) -> dict[str, Any]:
    """Return OpenF1's answers on a season's tests alone."""
    names = ("meetings", "sessions", "session_result")
    answers = {name: json.loads((folder / f"{name}.json").read_bytes()) for name in names}
    tests = {
        row["meeting_key"]
        for row in answers["meetings"]
        if row["year"] == season and "Testing" in row["meeting_name"]
    }
    return {
        f"testing/{name}.json": [row for row in rows if row["meeting_key"] in tests]
        for name, rows in answers.items()
    }


def _scores(season: int, files: Files, folder: Path, sims: int) -> dict[int, dict[str, float]]:
    """Return the scores of the first rounds, by round."""
    root = folder / str(season)
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(RACE_DATA / str(season), root)
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(json.dumps(content), encoding="utf-8")
    settings = RunRequest(
        train_data=root, history=RACE_DATA, output=folder / "out.json", n_simulations=sims, seed=1
    )
    found = backtest_folder(settings, [Horizon.BEFORE_WEEKEND]).forecasts
    return {one.round: score_race(one.p_position) for one in found if one.round <= ROUNDS}


def _print_gain(
    season: int,
    source: str,
    found: Mapping[int, Mapping[str, float]],
    without: Mapping[int, Mapping[str, float]],
) -> None:
    for label, rounds in (("1", [1]), ("1-3", [1, 2, 3]), (f"1-{ROUNDS}", sorted(found))):
        cells = []
        for name in SCORES:
            gain = np.array([found[one][name] - without[one][name] for one in rounds])
            error = gain.std(ddof=1) / np.sqrt(len(gain)) if len(gain) > 1 else np.nan
            before = np.mean([without[one][name] for one in rounds])
            cells.append(f"{before:.3f}, {gain.mean():+.4f} ± {error:.4f}")
        print(f"| {season} | {source} | {label} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
