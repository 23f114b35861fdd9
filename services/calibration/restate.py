"""Restate season files in the product's own layout, without hindsight.

The source folder holds ``<year>/calendar.json``, ``<year>/entrants.json`` and
``<year>/<NN>-<slug>/<session>.json``. What is written has the same shape, so one
adapter reads both; it adds permanent event ids and leaves out whatever nobody
could have known before the season, and whatever is empty or repeated.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from predictor.errors import FormatError, UsageError
from predictor.formats.timing import utc_stamp
from predictor.season.time_zones import time_zone_of
from services.disk.own_kinds import SEASON_FILE
from services.disk.regular_file import read_regular
from services.disk.targets import Target, check_targets, write_target

__all__ = [
    "CORRECTED_DAYS",
    "Summary",
    "dump_compact",
    "restate_calendar",
    "restate_entries",
    "restate_seasons",
    "restate_session",
]

Json = dict[str, Any]

# laps and distance_km are what was run, not what was planned; `held` is only known afterwards.
EVENT_FIELDS = (
    "round",
    "slug",
    "name",
    "date",
    "circuit",
    "scheduled_laps",
    "qualifying_format",
    "grid_from",
    "sprint",
    "sprint_laps",
    "sprint_format",
    "sessions",
)
CIRCUIT_FIELDS = ("id", "name", "type", "length_km", "country")
SESSION_FIELDS = ("season", "round", "grand_prix", "session", "date", "format")
GRID_FIELDS = ("driver", "grid", "pit_lane_start")
FALSE_BY_DEFAULT = ("pit_lane_start", "fastest_lap")

# Days of races that the source has wrong, by event id; each with where the right one stands.
CORRECTED_DAYS = {
    # The source has 3 October, for which the race had been planned until 28 August 2021.
    # Source: FIA, Final Race Classification of the Turkish Grand Prix, 10 October 2021.
    "2021-turkey": "2021-10-10",
    # The source has the day in UTC; by the clocks of Las Vegas it is the evening before.
    # Source: FIA, Final Race Classifications of these Grands Prix.
    "2023-las-vegas": "2023-11-18",
    "2024-las-vegas": "2024-11-23",
    "2025-las-vegas": "2025-11-22",
}


@dataclass(frozen=True, slots=True)
class Summary:
    """What one run of `restate_seasons` wrote."""

    seasons: int
    events: int
    files: int
    bytes: int


def restate_calendar(season: int, events: Sequence[Json], *, source: str) -> Json:
    """Give a calendar with permanent event ids and only what was planned.

    Parameters
    ----------
    season : int
    events : sequence of dict
        One object per event, as the source's calendar has them.
    source : str
        Credit line to carry along.

    Returns
    -------
    dict
        ``{"season", "source", "events": [...]}`` in order of rounds.
    """
    rows = [
        _restate_event(event, season) for event in sorted(events, key=lambda event: event["round"])
    ]
    return {"season": season, "source": source, "events": rows}


def restate_entries(entrants: Json, *, source: str) -> Json:
    """Give one row per driver: entered for the opening round, or a reserve.

    The rounds a driver raced are hindsight, and so is the team of a mid-season
    swap. Whether a reserve ever raced is not said either.
    """
    by_driver: dict[str, Json] = {}
    for row in entrants["drivers"]:
        role = "race" if 1 in row["rounds"] else "reserve"
        known = by_driver.get(row["id"])
        if known is None or (role == "race" and known["role"] != "race"):
            by_driver[row["id"]] = {
                "id": row["id"],
                "code": row["code"],
                "number": row["number"],
                "name": row["name"],
                "team_id": row["team_id"],
                "team": row["team"],
                "engine": row["engine"],
                "role": role,
            }
    order = {"race": 0, "reserve": 1}
    drivers = sorted(
        by_driver.values(), key=lambda row: (order[row["role"]], row["team_id"], row["id"])
    )
    return {"season": entrants["season"], "source": source, "drivers": drivers}


def restate_session(session: Json, *, slug: str) -> Json:
    """Give one session with its event id, without empty or repeated fields.

    ``starting_grid`` is kept only for drivers whose result row lacks the grid
    place; ``fastest_laps`` repeats ``best_s`` and is left out.
    """
    season = session["season"]
    out: Json = {"event_id": _event_id(season, slug)}
    out |= {key: session[key] for key in SESSION_FIELDS if session.get(key) is not None}
    out |= _corrected(out["event_id"])
    out["results"] = [_drop_empty(row) for row in session["results"]]
    grid = _grid_missing_from_results(session)
    if grid:
        out["starting_grid"] = grid
    if session.get("pit_stops"):
        out["pit_stops"] = [_drop_empty(row) for row in session["pit_stops"]]
    return out


def dump_compact(document: Mapping[str, Any]) -> bytes:
    """Write a document as UTF-8 JSON: one header field and one row per line."""
    fields = []
    for key, value in document.items():
        name = json.dumps(key)
        if isinstance(value, list) and value:
            rows = ",\n".join("  " + _one_line(row) for row in value)
            fields.append(f" {name}: [\n{rows}\n ]")
        else:
            fields.append(f" {name}: {_one_line(value)}")
    return ("{\n" + ",\n".join(fields) + "\n}\n").encode()


def restate_seasons(source: Path, destination: Path, seasons: Iterable[int]) -> Summary:
    """Write the named seasons of ``source`` to ``destination``.

    Files that already hold the same bytes are left alone, so running it twice
    changes nothing on disk.

    Raises
    ------
    FormatError
        If a season lacks its calendar or entrants, or a file is not JSON.
    UsageError
        If a file at the destination is none that this wrote, or is part of the source.
    """
    _refuse_to_mix(source, destination)
    n_seasons = n_events = 0
    contents: dict[Path, bytes] = {}
    for season in seasons:
        documents = _restate_season(source / str(season), season)
        for relative, document in documents.items():
            contents[destination / str(season) / relative] = dump_compact(document)
        n_seasons += 1
        n_events += len(documents["calendar.json"]["events"])
    check_targets([_target(path) for path in contents])
    for path, content in contents.items():
        _write_if_changed(path, content)
    n_bytes = sum(map(len, contents.values()))
    return Summary(seasons=n_seasons, events=n_events, files=len(contents), bytes=n_bytes)


def _restate_season(folder: Path, season: int) -> dict[str, Json]:
    """Give every document of one season by its path below the season's folder."""
    entrants = _read_json(folder / "entrants.json")
    credit = entrants["source"]
    calendar = _read_json(folder / "calendar.json")
    events = calendar["events"] if isinstance(calendar, dict) else calendar
    documents = {
        "calendar.json": restate_calendar(season, events, source=credit),
        "entries.json": restate_entries(entrants, source=credit),
    }
    for event in sorted(events, key=lambda event: event["round"]):
        name = f"{event['round']:02d}-{event['slug']}"
        for path in sorted((folder / name).glob("*.json")):
            session = _read_json(path)
            documents[f"{name}/{path.name}"] = restate_session(session, slug=event["slug"])
    return documents


def _restate_event(event: Json, season: int) -> Json:
    out: Json = {"event_id": _event_id(season, event["slug"])}
    out |= {key: event[key] for key in EVENT_FIELDS if event.get(key) is not None}
    out |= _corrected(out["event_id"])
    out["circuit"] = {key: event["circuit"][key] for key in CIRCUIT_FIELDS}
    time_zone = time_zone_of(out["circuit"]["id"])
    if time_zone is not None:
        out["circuit"]["time_zone"] = time_zone
    if "sessions" in out:
        out["sessions"] = {key: _start(said) for key, said in out["sessions"].items()}
    return out


def _start(said: str | None) -> Json | None:
    """Give when a planned session starts; None, not left out, where no time of day is known."""
    stamp = utc_stamp(said) if said is not None and "T" in said else None
    return None if stamp is None else {"starts_at": stamp}


def _corrected(event_id: str) -> Json:
    day = CORRECTED_DAYS.get(event_id)
    return {} if day is None else {"date": day}


def _grid_missing_from_results(session: Json) -> list[Json]:
    has_grid = {
        row["driver"]
        for row in session["results"]
        if row.get("grid") is not None or row.get("pit_lane_start")
    }
    rows = [
        {key: row[key] for key in GRID_FIELDS}
        for row in session.get("starting_grid", [])
        if row["driver"] not in has_grid and (row["grid"] is not None or row["pit_lane_start"])
    ]
    return [_drop_empty(row) for row in rows]


def _drop_empty(row: Json) -> Json:
    return {
        key: value
        for key, value in row.items()
        if value is not None and not (key in FALSE_BY_DEFAULT and value is False)
    }


def _event_id(season: int, slug: str) -> str:
    return f"{season}-{slug}"


def _one_line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _read_json(path: Path) -> Any:  # noqa: ANN401 - JSON has no narrower type
    try:
        return json.loads(read_regular(path))
    except (OSError, ValueError) as error:
        raise FormatError(
            "cannot restate this season file",
            where=str(path),
            got=str(error),
            expected="a readable JSON file",
            do="give a folder with <year>/calendar.json, entrants.json and session files",
        ) from error


def _refuse_to_mix(source: Path, destination: Path) -> None:
    """Refuse to write where the source is read: both have files of the same names."""
    read, written = source.resolve(), destination.resolve()
    if read == written or read in written.parents or written in read.parents:
        raise UsageError(
            "the source would be overwritten",
            where=f"DESTINATION {destination}",
            got=f"a folder in or above {source}" if read != written else "the source itself",
            expected="a folder apart from it",
            do="name another folder",
        )


def _target(path: Path) -> Target:
    return Target(path, SEASON_FILE, "DESTINATION")


def _write_if_changed(path: Path, content: bytes) -> None:
    if path.is_file() and read_regular(path) == content:
        return
    write_target(_target(path), content)
