"""How far do forecasts differ when the same season comes from another provider's files?

Restates seasons of ``race-data/`` as Jolpica, OpenF1 and FastF1 would have given them, forecasts
each from these files (earlier seasons from ``race-data/``), and prints by how much win, podium,
points and retirement odds differ from those of the native files: the mean over a race's drivers,
then the mean and the largest of the events. Once with the provider's files alone, once with
``calendar.json`` and ``entries.json`` beside them. The random numbers are the same.

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

from services.job_settings import JobSettings
from services.season_job import run_job
from tests.providers.facts import Facts, facts_of
from tests.providers.fastf1 import fastf1_files
from tests.providers.jolpica import jolpica_files
from tests.providers.openf1 import openf1_files
from tests.providers.schedule import schedule

RACE_DATA = Path(__file__).parents[2] / "race-data"
COLUMNS = ("p_win", "p_podium", "p_points", "p_dnf")
PROVIDERS = {"Jolpica": jolpica_files, "OpenF1": openf1_files, "FastF1": fastf1_files}
OWN = ("calendar.json", "entries.json")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("seasons", nargs="*", type=int, default=[2023, 2024])
    parser.add_argument("--sims", type=int, default=5000)
    parser.add_argument("--providers", nargs="*", default=list(PROVIDERS))
    given = parser.parse_args()
    print("| season | files | " + " | ".join(f"{name} (largest)" for name in COLUMNS) + " |")
    print("|---" * (2 + len(COLUMNS)) + "|")
    with tempfile.TemporaryDirectory() as folder:
        for season in given.seasons:
            _print_season(season, given.sims, given.providers, Path(folder))


def _print_season(season: int, sims: int, providers: list[str], folder: Path) -> None:
    native = RACE_DATA / str(season)
    facts = facts_of(native)
    own = {name: (native / name).read_bytes() for name in OWN}
    expected = _forecast(native, sims, folder)
    for provider in providers:
        files = PROVIDERS[provider](facts)
        alone = files | ({"calendar.json": schedule(facts)} if provider == "FastF1" else {})
        for label, held in ((provider, alone), (f"{provider}, own calendar", files | own)):
            found = _forecast(_written(held, facts, folder), sims, folder)
            differences = _differences(expected, found)
            cells = [f"{values.mean():.4f} ({values.max():.4f})" for values in differences.T]
            print(f"| {season} | {label} | {' | '.join(cells)} |", flush=True)


def _written(files: Mapping[str, bytes], facts: Facts, folder: Path) -> Path:
    root = folder / "files" / str(facts.season)
    shutil.rmtree(root, ignore_errors=True)
    for name, content in files.items():
        path = root / name.removeprefix(f"{facts.season}/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def _forecast(files: Path, sims: int, folder: Path) -> dict[str, dict[str, Any]]:
    """Give each event's rows by driver id; what earlier seasons come to is stored and reused."""
    output = folder / "predictions" / "season.json"
    output.parent.mkdir(exist_ok=True)
    settings = JobSettings(
        files, output=output, history=RACE_DATA, n_simulations=sims, incremental=True
    )
    run_job(settings)
    blocks = json.loads(output.read_bytes())["predictions"].values()
    return {
        block["metadata"]["event_id"]: {row["driver_id"]: row for row in block["predictions"]}
        for block in blocks
    }


def _differences(
    expected: Mapping[str, Mapping[str, Any]], found: Mapping[str, Mapping[str, Any]]
) -> np.ndarray:
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
