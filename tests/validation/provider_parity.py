"""How far do forecasts differ when the same season comes from another provider's files?

Restates seasons of ``race-data/`` as Jolpica, OpenF1 and FastF1 would have given them (a calendar
with no more than FastF1's schedule tells stands beside its files), forecasts each from these
files and earlier seasons of ``race-data/``, and prints by how much win, podium, points and
retirement odds differ from those of the native files: the mean over a race's drivers, then the
mean of the season's events and the largest, with its event. Jolpica has no practice and no
sprint qualifying, so it is compared with the native files without them too. The random numbers
are the same.

    PYTHONPATH=. python tests/validation/provider_parity.py [2023 2024] [--sims 5000]
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from services.forecasting.one_run import run_job
from services.settings.run_request import RunRequest
from tests.providers.facts import facts_of
from tests.providers.fastf1 import fastf1_files
from tests.providers.jolpica import jolpica_files
from tests.providers.openf1 import openf1_files
from tests.providers.schedule import schedule

RACE_DATA = Path(__file__).parents[2] / "race-data"
COLUMNS = ("p_win", "p_podium", "p_points", "p_dnf")
NO_JOLPICA = ("fp", "sprint-qualifying")  # sessions it has no answer for

Blocks = dict[str, dict[str, Any]]  # event id -> driver id -> row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("seasons", nargs="*", type=int, default=[2023, 2024])
    parser.add_argument("--sims", type=int, default=5000)
    given = parser.parse_args()
    titles = " | ".join(f"{name} (largest)" for name in COLUMNS)
    print(f"| season | files of | against | {titles} |")
    print("|---" * (3 + len(COLUMNS)) + "|")
    with tempfile.TemporaryDirectory() as folder:
        for season in given.seasons:
            _print_season(season, given.sims, Path(folder))


def _print_season(season: int, sims: int, folder: Path) -> None:
    facts = facts_of(RACE_DATA / str(season))
    native = {
        str(path.relative_to(RACE_DATA)): path.read_bytes()
        for path in sorted((RACE_DATA / str(season)).rglob("*.json"))
    }
    known_to_jolpica = {
        path: held for path, held in native.items() if not Path(path).stem.startswith(NO_JOLPICA)
    }

    def forecast(files: Mapping[str, bytes]) -> Blocks:
        return _forecast(_written(files, season, folder), sims, folder)

    whole = forecast(native)
    slugs = [event_id.partition("-")[2] for event_id in whole]
    jolpica = forecast(jolpica_files(facts))
    fastf1 = fastf1_files(facts) | {"calendar.json": schedule(facts)}
    for files_of, against, expected, found in (
        ("Jolpica", "native", whole, jolpica),
        ("Jolpica", "native without practice", forecast(known_to_jolpica), jolpica),
        ("OpenF1", "native", whole, forecast(openf1_files(facts))),
        ("FastF1", "native", whole, forecast(fastf1)),
    ):
        by_event = _differences(expected, found).T
        cells = [
            f"{values.mean():.4f} ({values.max():.4f} {slugs[values.argmax()]})"
            for values in by_event
        ]
        print(f"| {season} | {files_of} | {against} | {' | '.join(cells)} |", flush=True)


def _written(files: Mapping[str, bytes], season: int, folder: Path) -> Path:
    root = folder / "files" / str(season)
    shutil.rmtree(root, ignore_errors=True)
    for name, content in files.items():
        path = root / name.removeprefix(f"{season}/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def _forecast(files: Path, sims: int, folder: Path) -> Blocks:
    """Give each event's rows by driver id; what earlier seasons come to is stored and reused."""
    output = folder / "predictions" / "season.json"
    output.parent.mkdir(exist_ok=True)
    settings = RunRequest(
        files, output=output, history=RACE_DATA, n_simulations=sims, incremental=True
    )
    run_job(settings)
    blocks = json.loads(output.read_bytes())["predictions"].values()
    return {
        block["metadata"]["event_id"]: {row["driver_id"]: row for row in block["predictions"]}
        for block in blocks
    }


def _differences(expected: Blocks, found: Blocks) -> np.ndarray:
    """Give the mean absolute difference over the drivers, float64[events, columns]."""
    assert expected.keys() == found.keys(), expected.keys() ^ found.keys()
    rows = []
    for event_id, drivers in expected.items():
        others = found[event_id]
        assert drivers.keys() == others.keys(), (event_id, drivers.keys() ^ others.keys())
        rows.append(
            [
                np.mean([abs(row[name] - others[who][name]) for who, row in drivers.items()])
                for name in COLUMNS
            ]
        )
    return np.array(rows)


if __name__ == "__main__":
    main()
