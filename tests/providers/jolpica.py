"""A season as Jolpica (and Ergast before it) answers: everything is text.

What it lacks: practice, sprint qualifying, engines, grid penalties, scheduled laps, lengths of
circuits. Who started from the pit lane has grid "0". Of a sprint the fastest laps have no rank.
"""

from __future__ import annotations

from typing import Any

from predictor.formats.identities import driver_id_from_short

from .facts import Event, Facts, clock, dump, placed_first

__all__ = ["LETTERS", "jolpica_files", "short_id", "short_team", "status_word"]

Row = dict[str, Any]

_CIRCUITS = {
    "austin": "americas",
    "las-vegas": "vegas",
    "lusail": "losail",
    "melbourne": "albert_park",
    "mexico-city": "rodriguez",
    "montreal": "villeneuve",
    "paul-ricard": "ricard",
    "spa-francorchamps": "spa",
    "spielberg": "red_bull_ring",
}
# Teams by the name that f1db gives them: Ergast's id and name.
_TEAMS = {
    "Alfa Romeo": ("alfa", "Alfa Romeo"),
    "Alpine": ("alpine", "Alpine F1 Team"),
    "Haas": ("haas", "Haas F1 Team"),
    "Kick Sauber": ("sauber", "Sauber"),
    "Lotus": ("lotus_f1", "Lotus F1"),
    "Lotus Racing": ("lotus_racing", "Lotus"),
    "Manor": ("manor", "Manor Marussia"),
    "RB": ("rb", "RB F1 Team"),
    "Racing Bulls": ("rb", "RB F1 Team"),
}
_NAMES = {"carlos-sainz-jr": "Carlos Sainz", "kimi-antonelli": "Andrea Kimi Antonelli"}
LETTERS = {"dnf": "R", "dsq": "D", "dns": "W", "nc": "N", "dnq": "F", "dnp": "F"}
_WORDS = {
    "dsq": "Disqualified",
    "dns": "Did not start",
    "nc": "Not classified",
    "dnq": "Did not qualify",
    "dnp": "Did not prequalify",
}
_FEW_WORDS_SINCE = 2025  # no reasons of retirements since, and "Lapped" for "+1 Lap"
_SESSION_DAYS_SINCE = 2022
_KEYS = {
    "fp1": "FirstPractice",
    "fp2": "SecondPractice",
    "fp3": "ThirdPractice",
    "sprint-qualifying": "SprintQualifying",
    "sprint": "Sprint",
    "qualifying": "Qualifying",
}


def jolpica_files(facts: Facts) -> dict[str, bytes]:
    """Give the answers of each round, and the calendar, by file name."""
    files = {"races.json": _answer(facts, [_calendar_line(facts, one) for one in facts.events])}
    for event in facts.events:
        for kind, key, rows in (
            ("race", "Results", _race_rows),
            ("sprint", "SprintResults", _race_rows),
            ("qualifying", "QualifyingResults", _qualifying_rows),
        ):
            if kind in event.sessions:
                results = placed_first(event.sessions[kind]["results"])
                race = _race(facts, event) | {key: rows(results, facts, kind)}
                name = f"{event.round:02d}_{kind}.json"
                files[name] = _answer(facts, [race], total=len(results), round=str(event.round))
    return files


def short_id(driver_id: str) -> str:
    """Give Ergast's driverId: the family name, where one driver alone has it."""
    words = driver_id.removesuffix("-jr").split("-")
    candidates = ["_".join(words[at:]) for at in range(1, len(words))]
    candidates += [words[-1].removeprefix("d")]
    known = [one for one in candidates if driver_id_from_short(one) == driver_id]
    return known[0] if known else driver_id.replace("-", "_")


def short_team(name: str) -> tuple[str, str]:
    """Give Ergast's id and name of a team."""
    return _TEAMS.get(name, (name.lower().replace(" ", "_"), name))


def _answer(facts: Facts, races: list[Row], total: int | None = None, **table: str) -> bytes:
    return dump(
        {
            "MRData": {
                "xmlns": "",
                "series": "f1",
                "url": f"http://api.jolpi.ca/ergast/f1/{facts.season}/",
                "limit": "100",
                "offset": "0",
                "total": str(len(races) if total is None else total),
                "RaceTable": {"season": str(facts.season), **table, "Races": races},
            }
        }
    )


def _race(facts: Facts, event: Event) -> Row:
    circuit = event.line["circuit"]
    race = {
        "season": str(facts.season),
        "round": str(event.round),
        "url": "",
        "raceName": event.provider_name,
        "Circuit": {
            "circuitId": _CIRCUITS.get(circuit["id"], circuit["id"].replace("-", "_")),
            "url": "",
            "circuitName": circuit["name"],
            "Location": {"lat": "0", "long": "0", "locality": "", "country": circuit["country"]},
        },
        "date": event.line["date"],
    }
    start = event.start("race")
    return race | ({"time": _time(start)} if start else {})


def _time(start: str) -> str:
    """Give "15:00:00Z" of "2024-03-02T15:00Z"."""
    return f"{start.partition('T')[2].removesuffix('Z')}:00Z"


def _calendar_line(facts: Facts, event: Event) -> Row:
    line = _race(facts, event)
    if facts.season < _SESSION_DAYS_SINCE and "sprint" not in event.sessions:
        return line
    for kind, key in _KEYS.items():
        if kind not in (event.line.get("sessions") or {}):
            continue
        start = event.start(kind)
        line[key] = {"date": (start or event.line["date"])[:10]}
        if start:
            line[key]["time"] = _time(start)
    return line


def _driver(row: Row, facts: Facts) -> Row:
    name = _NAMES.get(row["driver_id"], facts.names[row["driver_id"]])
    given, family = name.rsplit(" ", 1) if row["driver_id"] in _NAMES else name.split(" ", 1)
    return {
        "driverId": short_id(row["driver_id"]),
        "permanentNumber": str(row["number"]),
        "code": row["driver"],
        "url": "",
        "givenName": given,
        "familyName": family,
        "dateOfBirth": "",
        "nationality": "",
    }


def _constructor(row: Row) -> Row:
    team_id, name = short_team(row["team"])
    return {"constructorId": team_id, "url": "", "name": name, "nationality": ""}


def _race_rows(results: list[Row], facts: Facts, kind: str) -> list[Row]:
    ranked = sorted((row["best_s"], row["driver_id"]) for row in results if row.get("best_s"))
    ranks = {driver: place for place, (_, driver) in enumerate(ranked, start=1)}
    marked = next((row["driver_id"] for row in results if row.get("fastest_lap")), None)
    if marked is not None:  # the official one, though a deleted lap may have been faster
        official = ranks[marked]
        ranks = {one: rank + (rank < official) for one, rank in ranks.items()} | {marked: 1}
    rows = []
    for place, row in enumerate(results, start=1):
        text = str(row["position"]) if row["classified"] else LETTERS[row["status"]]
        shown = {
            "number": str(row["number"]),
            "position": str(place),
            "positionText": text,
            "points": f"{row['points'] or 0:g}",
            "Driver": _driver(row, facts),
            "Constructor": _constructor(row),
            "grid": str(row["grid"] or 0),
            "laps": str(row["laps"] or 0),
            "status": status_word(row, facts.season),
        }
        if row["classified"] and row["time_s"]:
            gap = f"+{clock(row['gap_s'] or 0)}" if row["gap_s"] else clock(row["time_s"])
            shown["Time"] = {"millis": str(round(row["time_s"] * 1000)), "time": gap}
        if row.get("best_s"):
            rank = {"rank": str(ranks[row["driver_id"]])} if kind == "race" else {}
            shown["FastestLap"] = rank | {"lap": "1", "Time": {"time": clock(row["best_s"])}}
        rows.append(shown)
    return rows


def status_word(row: Row, season: int) -> str:
    if row["status"] == "finished":
        if not row["gap_laps"]:
            return "Finished"
        if season >= _FEW_WORDS_SINCE:
            return "Lapped"
        return f"+{row['gap_laps']} Lap{'s' if row['gap_laps'] > 1 else ''}"
    if row["status"] == "dnf":
        return "Retired" if season >= _FEW_WORDS_SINCE else row["reason"] or "Retired"
    return _WORDS[row["status"]]


def _qualifying_rows(results: list[Row], facts: Facts, kind: str) -> list[Row]:
    return [
        {
            "number": str(row["number"]),
            "position": str(place),
            "Driver": _driver(row, facts),
            "Constructor": _constructor(row),
        }
        | {f"Q{i}": clock(row[f"q{i}_s"]) for i in (1, 2, 3) if row.get(f"q{i}_s")}
        for place, row in enumerate(results, start=1)
    ]
