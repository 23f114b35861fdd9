"""A season of seven events, cut out of the bundled ones, and ways to change a session file.

Three events are run (the second with a sprint), the fourth has begun, three are still to
come: one with a sprint, and two at one circuit, which only their names tell apart.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import orjson

from tests.providers.facts import Facts, facts_of
from tests.providers.fastf1 import fastf1_files
from tests.providers.jolpica import jolpica_files
from tests.providers.openf1 import openf1_files
from tests.rules.sources import ROOT

__all__ = [
    "CORRUPTIONS",
    "EDITS",
    "ENCODINGS",
    "HISTORY",
    "LATER",
    "OTHERS",
    "SEASON",
    "STRAYS",
    "TESTING",
    "Session",
    "rewritten",
    "with_another_name",
    "with_one_far_ahead",
]

_RACE_DATA = ROOT / "race-data"
_STARTED = ("01-australia", "02-china", "03-japan", "04-bahrain")
_CALENDAR = ("australia", "china", "japan", "bahrain", "miami", "austria")
TESTING = ("00-testing/day-1.json", "00-testing/day-2.json")
_NOT_YET_RUN = (
    *TESTING,
    "03-japan/fp1.json",
    "04-bahrain/fp3.json",
    "04-bahrain/qualifying.json",
    "04-bahrain/race.json",
)
_HISTORY = ("2024/01-bahrain/qualifying.json", "2024/01-bahrain/race.json",
            "2024/02-saudi-arabia/race.json")  # fmt: skip
_IDENTITY = ("driver", "driver_id", "number", "team", "engine")
_TIMES = ("q3_s", "q2_s", "q1_s", "best_s")

Session = dict[str, Any]


@cache
def _real(name: str) -> bytes:
    return (_RACE_DATA / name).read_bytes()


def _season() -> dict[str, bytes]:
    paths = [path for event in _STARTED for path in (_RACE_DATA / "2025" / event).glob("*.json")]
    files = {path.relative_to(_RACE_DATA / "2025").as_posix(): path.read_bytes() for path in paths}
    return {
        "calendar.json": _short_calendar(),
        "entries.json": _real("2025/entries.json"),
        **dict(sorted(files.items())),
        **{name: _testing(day) for day, name in enumerate(TESTING, start=1)},
    }


def _testing(day: int) -> bytes:
    """Give a day of testing, its laps those of a practice."""
    practice = orjson.loads(_real(f"2025/04-bahrain/fp{day}.json"))
    kept = (*_IDENTITY, "best_s", "laps")
    rows = [{name: row[name] for name in kept if name in row} for row in practice["results"]]
    timed = [row | {"long_run_s": round(row["best_s"] + 4.0, 3)} for row in rows if "best_s" in row]
    content = {"season": 2025, "session": "testing", "day": day, "results": timed}
    return orjson.dumps(content | {"date": f"2025-02-2{day}"})


def _short_calendar() -> bytes:
    calendar = orjson.loads(_real("2025/calendar.json"))
    kept = [event for event in calendar["events"] if event["slug"] in _CALENDAR]
    again = kept[-1] | {
        "event_id": "2025-styria",
        "slug": "styria",
        "name": "Styrian Grand Prix",
        "date": "2025-07-06",
        "sessions": {},
    }
    events = [event | {"round": n} for n, event in enumerate([*kept, again], start=1)]
    return orjson.dumps(calendar | {"events": events})


def _short_history() -> dict[str, bytes]:
    calendar = orjson.loads(_real("2024/calendar.json"))
    calendar["events"] = calendar["events"][:2]
    return {"2024/calendar.json": orjson.dumps(calendar)} | {name: _real(name) for name in _HISTORY}


def _others() -> dict[str, dict[str, bytes]]:
    """Give the first three events as other providers tell them, each provider's files."""
    whole = facts_of(_RACE_DATA / "2025")
    facts = Facts(whole.season, whole.events[:3], whole.names)
    openf1 = openf1_files(facts)
    without_keys = {name: data for name, data in openf1.items() if name != "sessions.json"}
    return {
        "fastf1": fastf1_files(facts),
        "jolpica": jolpica_files(facts),
        "openf1": openf1,
        "openf1-without-keys": without_keys,
    }


SEASON = _season()
OTHERS = _others()
LATER = _NOT_YET_RUN  # of SEASON; they are dropped only when a rule says so
HISTORY = _short_history()
# Files that belong to no event of the season: an earlier year's race, and an empty page.
STRAYS = {"2023-race.json": _real("2023/01-bahrain/race.json"), "empty.json": b"{}"}


def rewritten(data: bytes) -> bytes:
    """Give the same values with other spaces and another order of keys."""
    return orjson.dumps(_reversed(orjson.loads(data)), option=orjson.OPT_INDENT_2) + b"\n"


def with_one_far_ahead(data: bytes, pick: int) -> bytes:
    """Give the same session with one driver two seconds faster than all others were."""
    content = orjson.loads(data)
    timed = [row for row in content["results"] if row.get("best_s")]
    fastest = min(row["best_s"] for row in timed)
    timed[pick % len(timed)]["best_s"] = round(fastest - 2.0, 3)
    return orjson.dumps(content)


def with_another_name(data: bytes, pick: int) -> bytes:
    """Give the same calendar with a longer name of one event."""
    content = orjson.loads(data)
    if content.get("events"):
        content["events"][pick % len(content["events"])]["name"] += " of all"
    return orjson.dumps(content)


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _reversed(value[name]) for name in reversed(value)}
    return [_reversed(one) for one in value] if isinstance(value, list) else value


def _swap_drivers(content: Session, pick: int) -> None:
    """Swap two drivers who ended next to each other; each keeps his place on the grid."""
    rows = content["results"]
    here, there = rows[pick % (len(rows) - 1)], rows[pick % (len(rows) - 1) + 1]
    for name in (*_IDENTITY, *(["grid"] if "grid" in here else [])):
        here[name], there[name] = there.get(name), here.get(name)


def _drop_last_rows(content: Session, pick: int) -> None:
    """Cut one row or five off the end."""
    del content["results"][-(1 if pick % 2 else 5) :]


def _drop_a_row(content: Session, pick: int) -> None:
    del content["results"][pick % len(content["results"])]


def _change_a_time(content: Session, pick: int) -> None:
    rows = content["results"]
    row = rows[pick % len(rows)]
    for name in _TIMES:
        if row.get(name):
            row[name] = round(row[name] + 0.4, 3)
            return


def _swap_grid(content: Session, pick: int) -> None:
    rows = content["results"]
    here, there = rows[pick % len(rows)], rows[(pick + 3) % len(rows)]
    here["grid"], there["grid"] = there.get("grid"), here.get("grid")


def _change_points(content: Session, pick: int) -> None:
    """Say that a driver retired, or did not: hazards and points hang on it."""
    row = content["results"][pick % len(content["results"])]
    row["status"] = "dnf" if row.get("status") == "finished" else "finished"


def _swap_dates(content: Session, pick: int) -> None:
    """Swap the dates of two neighbouring events of a calendar."""
    events = content["events"]
    here, there = events[pick % (len(events) - 1)], events[pick % (len(events) - 1) + 1]
    for name in ("round", "date", "sessions"):
        here[name], there[name] = there[name], here[name]


def _drop_an_event(content: Session, pick: int) -> None:
    del content["events"][pick % len(content["events"])]


def _cancel_an_event(content: Session, pick: int) -> None:
    content["events"][pick % len(content["events"])]["status"] = "cancelled"


def _change_the_laps(content: Session, pick: int) -> None:
    content["events"][pick % len(content["events"])]["scheduled_laps"] += 2


# By the field a file must have; what an edit makes may be refused, which is as good a case.
EDITS: dict[str, tuple[Callable[[Session, int], None], ...]] = {
    "results": (
        _swap_drivers,
        _change_a_time,
        _swap_grid,
        _drop_last_rows,
        _drop_a_row,
        _change_points,
    ),
    "events": (_swap_dates, _drop_an_event, _cancel_an_event, _change_the_laps),
}

# The same text in other bytes, as editors and spreadsheets save it.
ENCODINGS: tuple[Callable[[bytes], bytes], ...] = (
    lambda data: b"\xef\xbb\xbf" + data,
    lambda data: data.replace(b"\n", b"\r\n"),
    lambda data: data.decode().encode("utf-16"),
    lambda data: data.replace(b'"team": "Ferrari"', '"team": "Ferrari \U0001f3ce"'.encode()),
)

CORRUPTIONS: tuple[Callable[[bytes], bytes], ...] = (
    lambda data: data[: len(data) // 2],
    lambda data: data[: len(data) // 3] + b"\x80" + data[len(data) // 3 + 1 :],
    lambda data: data.replace(b"91.", b"NaN,").replace(b'"round": 1', b'"round": NaN'),
    lambda _: b"not a session",
    lambda _: b"",
)
