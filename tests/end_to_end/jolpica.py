"""Write a native race or qualifying as a Jolpica answer, as the API words it."""

import json
from pathlib import Path

_REASONS = {"finished": "Finished", "dnf": "Retired", "dsq": "Disqualified", "dns": "Did not start"}
_LETTERS = {"dnf": "R", "dsq": "D", "dns": "W", "nc": "N"}


def clock(seconds):
    minutes, rest = divmod(round(seconds * 1000), 60_000)
    return f"{minutes}:{rest // 1000:02d}.{rest % 1000:03d}"


def driver(row, names):
    name = names[row["driver_id"]]
    given, _, family = name.partition(" ")
    return {
        "driverId": row["driver_id"].split("-")[-1] if row["driver"] != "VER" else "max_verstappen",
        "permanentNumber": str(row["number"]),
        "code": row["driver"],
        "url": "",
        "givenName": given,
        "familyName": family,
        "nationality": "",
    }


def constructor(row):
    return {"constructorId": row["team"].lower().replace(" ", "_"), "name": row["team"]}


def answer(key, season, event, rows):
    race = {
        "season": str(season),
        "round": str(event["round"]),
        "url": "",
        "raceName": event["name"],
        "Circuit": {"circuitId": event["circuit"]["id"], "circuitName": event["circuit"]["name"]},
        "date": event["date"],
        key: rows,
    }
    table = {"season": str(season), "Races": [race]}
    return {
        "MRData": {
            "series": "f1", "limit": "100", "offset": "0", "total": str(len(rows)),
            "RaceTable": table,
        }
    }  # fmt: skip


def race_rows(results, names):
    rows = []
    for place, row in enumerate(results, start=1):
        letter = str(row["position"]) if row.get("position") else _LETTERS[row["status"]]
        status = "Lapped" if row.get("gap_laps") else _REASONS[row["status"]]
        shown = {
            "number": str(row["number"]),
            "position": str(place),
            "positionText": letter,
            "points": f"{row.get('points', 0):g}",
            "Driver": driver(row, names),
            "Constructor": constructor(row),
            "grid": str(row.get("grid") or 0),
            "laps": str(row.get("laps") or 0),
            "status": status,
        }
        if row.get("time_s"):
            shown["Time"] = {"millis": str(round(row["time_s"] * 1000)), "time": "+1"}
        rows.append(shown)
    return rows


def qualifying_rows(results, names):
    return [
        {
            "number": str(row["number"]),
            "position": str(place),
            "Driver": driver(row, names),
            "Constructor": constructor(row),
        }
        | {f"Q{i}": clock(row[f"q{i}_s"]) for i in (1, 2, 3) if row.get(f"q{i}_s")}
        for place, row in enumerate(results, start=1)
    ]


def rewrite_as_jolpica(season_folder: Path, destination: Path) -> None:
    """Write the races and qualifyings of a native season as Jolpica answers, flat."""
    calendar = json.loads((season_folder / "calendar.json").read_text())
    entries = json.loads((season_folder / "entries.json").read_text())
    names = {entry["id"]: entry["name"] for entry in entries["drivers"]}
    destination.mkdir(parents=True)
    for event in calendar["events"]:
        folder = season_folder / f"{event['round']:02d}-{event['slug']}"
        for stem, key, rows in (
            ("race", "Results", race_rows),
            ("qualifying", "QualifyingResults", qualifying_rows),
        ):
            results = json.loads((folder / f"{stem}.json").read_text())["results"]
            text = json.dumps(answer(key, calendar["season"], event, rows(results, names)))
            (destination / f"{key}-{event['round']}.json").write_text(text)
