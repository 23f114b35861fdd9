"""The facts of a season, read from session files in the product's own form."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

__all__ = ["Event", "Facts", "clock", "dump", "facts_of", "placed_first", "without_practice"]

_FIELDS = (
    "position grid pit_lane_start laps time_s gap_s gap_laps classified status reason points "
    "fastest_lap best_s q1_s q2_s q3_s"
)
SESSIONS = ("fp1", "fp2", "fp3", "sprint-qualifying", "sprint", "qualifying", "race")


@dataclass(frozen=True)
class Event:
    """One event: its line of the calendar, and the files of its sessions."""

    line: dict[str, Any]
    sessions: dict[str, dict[str, Any]]  # by kind, in the order of the weekend

    @property
    def round(self) -> int:
        return self.line["round"]

    @property
    def slug(self) -> str:
        return self.line["slug"]

    @property
    def circuit_id(self) -> str:
        return self.line["circuit"]["id"]

    @property
    def provider_name(self) -> str:
        """Give the event's name as the championship calls it; f1db calls one otherwise."""
        is_city = self.slug == "mexico" and self.line["date"] >= "2021"
        return "Mexico City Grand Prix" if is_city else self.line["name"]

    def start(self, kind: str) -> str | None:
        """Give a session's start as the calendar has it; a bare day is none."""
        said = (self.line.get("sessions") or {}).get(kind)
        return said if said and "T" in said else None


@dataclass(frozen=True)
class Facts:
    """One season."""

    season: int
    events: tuple[Event, ...]
    names: dict[str, str]  # by driver id, "Max Verstappen"


def facts_of(folder: Path) -> Facts:
    """Read the folder of one season."""
    calendar = json.loads((folder / "calendar.json").read_bytes())
    lines = calendar if isinstance(calendar, list) else calendar["events"]
    entries = json.loads(next(folder.glob("entr*.json")).read_bytes())
    events = []
    for line in lines:
        place = folder / f"{line['round']:02d}-{line['slug']}"
        found = [(kind, place / f"{kind}.json") for kind in SESSIONS]
        sessions = {kind: _session(path) for kind, path in found if path.is_file()}
        events.append(Event(line, sessions))
    names = {driver["id"]: driver["name"] for driver in entries["drivers"]}
    return Facts(entries["season"], tuple(events), names)


def _session(path: Path) -> dict[str, Any]:
    """Read a session; what a row leaves out is None."""
    session = json.loads(path.read_bytes())
    unknown = dict.fromkeys(_FIELDS.split())
    return session | {"results": [unknown | row for row in session["results"]]}


def without_practice(facts: Facts) -> Facts:
    """Give the same season without practice, which pays no points."""
    events = [
        replace(
            event,
            sessions={
                kind: session
                for kind, session in event.sessions.items()
                if not kind.startswith("fp")
            },
        )
        for event in facts.events
    ]
    return replace(facts, events=tuple(events))


def placed_first(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give rows as an official result lists them: the placed, the retired, the others."""
    last = {"dnf": 0, "nc": 0, "dsq": 1, "dns": 2, "dnq": 3, "dnp": 4}
    return sorted(
        results,
        key=lambda row: (
            not row["position"],
            row["position"] or 0,
            last.get(row.get("status") or "", 0),
            -(row.get("laps") or 0),
        ),
    )


def clock(seconds: float) -> str:
    """Give "1:31.295", with hours where there are any."""
    minutes, rest = divmod(round(seconds * 1000), 60_000)
    hours, minutes = divmod(minutes, 60)
    tail = f"{rest // 1000:02d}.{rest % 1000:03d}"
    return f"{hours}:{minutes:02d}:{tail}" if hours else f"{minutes}:{tail}"


def dump(value: Any) -> bytes:
    return json.dumps(value).encode()
