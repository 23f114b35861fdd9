"""A small folder of seasons: three events of 2024 and of 2025, the latter with 22 cars."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from tests.rules.sources import ROOT

RACE_DATA = ROOT / "race-data"
N_EVENTS = 3
_STARTED = ("finished", "dnf", "nc", "dsq")
_OUTCOME = ("laps", "time_s", "gap_s", "gap_laps", "best_s", "points", "reason", "time_penalty_s")


def folder_of_seasons(folder: Path) -> Path:
    """Make the folder."""
    for year in (2024, 2025):
        copy_season(year, folder / str(year))
    for path in sorted(folder.glob("2025/*/race.json")):
        edit(path, add_a_team)
    return folder


def copy_season(year: int, to: Path, n_events: int = N_EVENTS) -> None:
    """Copy the first events of a season, and its calendar without the others."""
    to.mkdir(parents=True)
    shutil.copy(RACE_DATA / str(year) / "entries.json", to)
    events = sorted(path for path in (RACE_DATA / str(year)).iterdir() if path.is_dir())
    for path in events[:n_events]:
        shutil.copytree(path, to / path.name)
    shutil.copy(RACE_DATA / str(year) / "calendar.json", to)
    edit(to / "calendar.json", lambda content: content | {"events": content["events"][:n_events]})


def edit(path: Path, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Rewrite a file."""
    path.write_bytes(orjson.dumps(change(orjson.loads(path.read_bytes()))))


def add_a_team(race: dict[str, Any]) -> dict[str, Any]:
    """Enter two more cars, which retire."""
    last = max(row.get("grid") or 0 for row in race["results"])
    for i, name in enumerate(("nora-new", "max-next"), start=1):
        race["results"].append(
            {"driver": name[:2].upper() + name[-1].upper(), "driver_id": name, "number": 97 + i,
             "team": "Andromeda", "engine": "X", "position": None, "grid": last + i, "laps": 3,
             "classified": False, "status": "dnf", "points": 0}
        )  # fmt: skip
    return race


def turn_round(session: dict[str, Any]) -> dict[str, Any]:
    """Give every result of a session to somebody else: the last driver's to the first."""
    who = ("driver", "driver_id", "number", "team", "engine", "grid", "pit_lane_start")
    rows = session["results"]
    people = [{name: row[name] for name in who if name in row} for row in reversed(rows)]
    for row, person in zip(rows, people, strict=True):
        for name in who:
            row.pop(name, None)
        row.update(person)
    return session


def another_outcome(race: dict[str, Any]) -> dict[str, Any]:
    """Reverse who finished where; grid, entries and who started stay as they are."""
    started = [row for row in race["results"] if row["status"] in _STARTED]
    for place, row in enumerate(reversed(started), start=1):
        for name in _OUTCOME:
            row.pop(name, None)
        row |= {"position": place, "status": "finished", "classified": True}
    race["results"] = sorted(race["results"], key=lambda row: row.get("position") or 99)
    race.pop("pit_stops", None)
    return race


def poison_from(season: Path, number: int) -> None:
    """Spoil all that is learnt once race ``number`` (from 0) has started."""
    events = sorted(path for path in season.iterdir() if path.is_dir())
    edit(events[number] / "race.json", another_outcome)
    for event in events[number + 1 :]:
        for path in sorted(event.glob("*.json")):
            edit(path, another_outcome if path.name == "race.json" else turn_round)
