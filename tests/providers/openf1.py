"""A season as OpenF1 answers: drivers are numbers, sessions are keys.

What it lacks: reasons of retirements, fastest laps, engines, grid penalties, scheduled laps,
lengths of circuits. Its grid lists who started from the pit lane behind the others, and those
who never started. It tells nothing of seasons before 2023; those are written as if it did.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from .facts import Event, Facts, dump, placed_first

__all__ = ["openf1_files", "team_name"]

Row = dict[str, Any]

_NAMES = {
    "fp1": "Practice 1",
    "fp2": "Practice 2",
    "fp3": "Practice 3",
    "sprint-qualifying": "Sprint Qualifying",
    "sprint": "Sprint",
    "qualifying": "Qualifying",
    "race": "Race",
}
_TYPES = {"fp1": "Practice", "fp2": "Practice", "fp3": "Practice", "race": "Race", "sprint": "Race"}
_SHOOTOUT_IN = 2023  # the sprint's qualifying was called so for a year
_CIRCUITS = {
    "bahrain": "Sakhir",
    "marina-bay": "Singapore",
    "mexico-city": "Mexico City",
    "monaco": "Monte Carlo",
    "montreal": "Montreal",
    "austin": "Austin",
    "hockenheimring": "Hockenheim",
    "imola": "Imola",
    "interlagos": "Interlagos",
    "istanbul": "Istanbul",
    "nurburgring": "Nurburgring",
    "portimao": "Portimao",
    "spielberg": "Spielberg",
    "yas-marina": "Yas Marina Circuit",
    "yeongam": "Yeongam",
}
_TEAMS = {"Haas": "Haas F1 Team", "Red Bull": "Red Bull Racing"}
_DRIVERS = {"carlos-sainz-jr": "Carlos Sainz", "guanyu-zhou": "Zhou Guanyu"}


def team_name(name: str) -> str:
    """Give a team's name as the timing of the championship has it."""
    return _TEAMS.get(name, name)


def openf1_files(facts: Facts) -> dict[str, bytes]:
    """Give the answers for each session, and the season's lists, by file name."""
    lines = [_session_lines(facts, event) for event in facts.events]
    files = {
        "meetings.json": dump([_meeting(facts, event) for event in facts.events]),
        "sessions.json": dump([line for event in lines for line in event]),
    }
    drivers: list[Row] = []
    for event in facts.events:
        for kind, session in event.sessions.items():
            keys = _keys(facts, event, kind)
            results = placed_first(session["results"])
            drivers += [_driver(row, facts) | keys for row in results]
            rows = [_ROWS.get(kind, _practice_row)(row, results) | keys for row in results]
            files[f"session_result_{keys['session_key']}.json"] = dump(rows)
        files |= _grids(facts, event)
    return files | {"drivers.json": dump(drivers)}


def _keys(facts: Facts, event: Event, kind: str) -> Row:
    meeting = facts.season % 100 * 100 + event.round
    return {"meeting_key": meeting, "session_key": meeting * 10 + list(_NAMES).index(kind)}


def _place(event: Event) -> Row:
    circuit = event.line["circuit"]
    return {
        "circuit_short_name": _CIRCUITS.get(circuit["id"], circuit["name"]),
        "country_name": circuit["country"],
        "gmt_offset": "00:00:00",
    }


def _meeting(facts: Facts, event: Event) -> Row:
    return {
        "meeting_key": _keys(facts, event, "race")["meeting_key"],
        **_place(event),
        "meeting_name": event.provider_name,
        "meeting_official_name": event.provider_name.upper(),
        "date_start": _start(event, next(iter(event.sessions))),
        "year": facts.season,
    }


def _session_lines(facts: Facts, event: Event) -> list[Row]:
    return [
        {
            **_keys(facts, event, kind),
            "date_start": _start(event, kind),
            "session_type": _TYPES.get(kind, "Qualifying"),
            "session_name": _session_name(facts.season, kind),
            **_place(event),
            "year": facts.season,
        }
        for kind in event.sessions
    ]


def _session_name(season: int, kind: str) -> str:
    is_shootout = kind == "sprint-qualifying" and season == _SHOOTOUT_IN
    return "Sprint Shootout" if is_shootout else _NAMES[kind]


def _start(event: Event, kind: str) -> str:
    """Give a session's start; where nobody noted it, noon of a likely day."""
    known = event.start(kind)
    if known:
        return f"{known.removesuffix('Z')}:00+00:00"
    days_before = {"race": 0, "fp1": 2, "fp2": 2, "fp3": 1, "sprint-qualifying": 1}.get(kind, 1)
    day = date.fromisoformat(event.line["date"]) - timedelta(days=days_before)
    return f"{day}T12:00:00+00:00"


def _driver(row: Row, facts: Facts) -> Row:
    name = _DRIVERS.get(row["driver_id"], facts.names[row["driver_id"]])
    first, _, last = name.partition(" ")
    full = f"{first.upper()} {last}" if row["driver_id"] == "guanyu-zhou" else ""
    return {
        "driver_number": row["number"],
        "full_name": full or f"{first} {last.upper()}",
        "name_acronym": row["driver"],
        "team_name": team_name(row["team"]),
        "first_name": first,
        "last_name": last,
    }


def _flags(row: Row) -> Row:
    return {flag: row.get("status") == flag for flag in ("dnf", "dns", "dsq")}


def _race_row(row: Row, results: list[Row]) -> Row:
    is_running = row["status"] == "finished"
    gap: float | str | None = None
    if is_running and row["gap_laps"]:
        gap = f"+{row['gap_laps']} LAP{'S' if row['gap_laps'] > 1 else ''}"
    elif is_running:
        gap = row["gap_s"] or 0
    return {
        "position": row["position"] if row["classified"] else None,
        "driver_number": row["number"],
        "number_of_laps": row["laps"] or 0,
        "points": float(row["points"] or 0),
        **_flags(row),
        "gap_to_leader": gap,
        "duration": row["time_s"] if is_running else None,
    }


def _qualifying_row(row: Row, results: list[Row]) -> Row:
    parts = ("q1_s", "q2_s", "q3_s")
    if not any(one.get(part) for one in results for part in parts):
        return _practice_row(row, results)
    times = [row.get(part) for part in parts]
    best = [min((one[part] for one in results if one.get(part)), default=None) for part in parts]
    return {
        "position": row["position"],
        "driver_number": row["number"],
        "number_of_laps": row.get("laps"),
        **_flags(row),
        "duration": times,
        "gap_to_leader": [
            None if time is None or first is None else round(time - first, 3)
            for time, first in zip(times, best, strict=True)
        ],
    }


def _practice_row(row: Row, results: list[Row]) -> Row:
    return {
        "position": row["position"],
        "driver_number": row["number"],
        "number_of_laps": row.get("laps"),
        **_flags(row),
        "duration": row.get("best_s"),
        "gap_to_leader": row.get("gap_s") if row.get("best_s") else None,
    }


_ROWS = {
    "race": _race_row,
    "sprint": _race_row,
    "qualifying": _qualifying_row,
    "sprint-qualifying": _qualifying_row,
}


def _grids(facts: Facts, event: Event) -> dict[str, bytes]:
    """Give the grids of race and sprint, each under the key of the session that set it."""
    files = {}
    for kind in ("race", "sprint"):
        setter = "qualifying" if kind == "race" else "sprint-qualifying"
        if kind not in event.sessions or setter not in event.sessions:
            continue
        if kind == "race" and event.line.get("grid_from") == "sprint":
            continue  # 2021 and 2022, which OpenF1 knows nothing of
        keys = _keys(facts, event, setter)
        laps = {row["driver_id"]: row["best_s"] for row in event.sessions[setter]["results"]}
        rows = [row for row in event.sessions[kind]["results"] if row["status"] not in _NO_GRID]
        taken = {row["grid"] for row in rows}
        free = (place for place in range(1, len(rows) + 1) if place not in taken)
        lines = []
        for row in rows:  # who has no place, as from the pit lane, fills those that are left
            place = row["grid"] or next(free, len(rows))
            lap = {"lap_duration": laps.get(row["driver_id"])}
            lines.append({"position": place, "driver_number": row["number"], **lap, **keys})
        lines.sort(key=lambda line: line["position"])
        files[f"starting_grid_{keys['session_key']}.json"] = dump(lines)
    return files


_NO_GRID = ("dnq", "dnp")
