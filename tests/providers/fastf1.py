"""A season as FastF1 exports it: ``session.results`` and ``session.laps`` as CSV.

What it lacks: fastest laps, engines, grid penalties, scheduled laps, a calendar. Grid 0.0 is a
start from the pit lane. Which event a file is of only its name says.
"""

from __future__ import annotations

import csv
import io
from typing import Any

from .facts import Event, Facts, placed_first
from .jolpica import LETTERS, short_id, short_team, status_word
from .openf1 import team_name

__all__ = ["fastf1_files"]

Row = dict[str, Any]

RESULTS = (
    "DriverNumber,BroadcastName,Abbreviation,DriverId,TeamName,TeamColor,TeamId,FirstName,LastName,"
    "FullName,HeadshotUrl,CountryCode,Position,ClassifiedPosition,GridPosition,Q1,Q2,Q3,Time,"
    "Status,Points,Laps"
)
LAPS = (
    "Time,Driver,DriverNumber,LapTime,LapNumber,Stint,PitOutTime,PitInTime,Sector1Time,Sector2Time,"
    "Sector3Time,Sector1SessionTime,Sector2SessionTime,Sector3SessionTime,SpeedI1,SpeedI2,SpeedFL,"
    "SpeedST,IsPersonalBest,Compound,TyreLife,FreshTyre,Team,LapStartTime,LapStartDate,TrackStatus,"
    "Position,Deleted,DeletedReason,FastF1Generated,IsAccurate"
)


def fastf1_files(facts: Facts) -> dict[str, bytes]:
    """Give an export of every session, by file name."""
    files = {}
    for event in facts.events:
        for kind, session in event.sessions.items():
            results = placed_first(session["results"])
            stem = f"{facts.season}/{event.round:02d}-{event.slug}/{kind}"
            if kind.startswith("fp"):
                files[f"{stem}_laps.csv"] = _table(LAPS, _laps(event, results))
            else:
                is_race = kind in ("race", "sprint")
                rows = [
                    _driver(row, facts)
                    | (_race_row(row, place, facts) if is_race else _qualifying_row(row))
                    for place, row in enumerate(results, start=1)
                ]
                files[f"{stem}_results.csv"] = _table(RESULTS, rows)
    return files


def _table(columns: str, rows: list[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns.split(","), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _driver(row: Row, facts: Facts) -> Row:
    name = facts.names[row["driver_id"]].removesuffix(" Jr.")
    first, last = name.split(" ", 1)
    return {
        "DriverNumber": row["number"],
        "BroadcastName": f"{first[0]} {last.upper()}",
        "Abbreviation": row["driver"],
        "DriverId": short_id(row["driver_id"]),
        "TeamName": team_name(row["team"]),
        "TeamId": short_team(row["team"])[0],
        "FirstName": first,
        "LastName": last,
        "FullName": name,
    }


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds * 1000), 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"0 days {hours:02d}:{minutes:02d}:{rest // 1000:02d}.{rest % 1000:03d}000"


def _race_row(row: Row, place: int, facts: Facts) -> Row:
    letter = str(row["position"]) if row["classified"] else LETTERS[row["status"]]
    time_s = None
    if row["status"] == "finished" and not row["gap_laps"]:
        time_s = row["gap_s"] or row["time_s"]  # the winner's own, the others' gap to it
    return {
        "Position": f"{place:.1f}",
        "ClassifiedPosition": letter,
        "GridPosition": f"{row['grid'] or 0:.1f}",
        "Time": _duration(time_s),
        "Status": status_word(row, facts.season),
        "Points": f"{float(row['points'] or 0)}",
        "Laps": f"{row['laps'] or 0:.1f}",
    }


def _qualifying_row(row: Row) -> Row:
    return {
        "Position": "" if row["position"] is None else f"{row['position']:.1f}",
        **{f"Q{i}": _duration(row.get(f"q{i}_s")) for i in (1, 2, 3)},
    }


def _laps(event: Event, results: list[Row]) -> list[Row]:
    """Give each driver an out-lap, his best, and an in-lap."""
    rows = []
    for row in results:
        for lap in (1, 2, 3):
            is_best = lap == 2
            rows.append(
                {
                    "Driver": row["driver"],
                    "DriverNumber": row["number"],
                    "LapTime": _duration(row.get("best_s")) if is_best else "",
                    "LapNumber": f"{lap:.1f}",
                    "Stint": "1.0",
                    "IsPersonalBest": is_best,
                    "Compound": "SOFT",
                    "TyreLife": f"{lap:.1f}",
                    "FreshTyre": True,
                    "Team": team_name(row["team"]),
                    "LapStartDate": f"{event.line['date']} 12:00:00.000",
                    "Deleted": False,
                    "FastF1Generated": False,
                    "IsAccurate": is_best,
                }
            )
    return rows
