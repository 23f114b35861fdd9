"""A small real season in a temporary folder, and a small forecast of it.

The files are the first three events of 2025 as shipped; the forecast gives every
entered driver the same chance, so that a run takes milliseconds.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import orjson

from predictor.graph.plan import FORECAST_PART, Literal, Node, NodeRef, Plan, Stage, Tags
from services.forecasting.one_run import run_job
from services.publishing.publisher import stable_digest
from services.publishing.subscribers import Subscriber
from services.settings.limits import Limits
from services.settings.run_request import RunReport, RunRequest
from tests.rules.sources import ROOT

RACE_DATA = ROOT / "race-data"
EVENTS = ("01-australia", "02-china", "03-japan")


class SmallSeason:
    """Folders of one test: drops, earlier seasons, predictions."""

    def __init__(self, folder: Path) -> None:
        self.drops = folder / "drops"
        self.earlier = folder / "earlier"
        self.output = folder / "predictions" / "season.json"
        folder.mkdir(exist_ok=True)
        for name in ("calendar.json", "entries.json"):
            self.add(name)
        for event in EVENTS:
            self.add(f"{event}/qualifying.json")
            self.add(f"{event}/race.json")
        copy("2024/calendar.json", self.earlier / "2024" / "calendar.json")
        copy("2024/01-bahrain/race.json", self.earlier / "2024" / "race.json")

    def add(self, name: str) -> Path:
        """Drop a file of the real season."""
        return copy(f"2025/{name}", self.drops / name)

    def run(
        self,
        build_plan: Any = None,
        limits: Limits | None = None,
        subscribers: Sequence[Subscriber] = (),
        **changed: Any,
    ) -> RunReport:
        """Run the job, incrementally unless told otherwise."""
        given = {
            "train_data": self.drops,
            "history": self.earlier,
            "output": self.output,
            "incremental": True,
        }
        settings = RunRequest(**(given | changed))
        plan = build_plan or even_plan
        return run_job(settings, limits or Limits(), plan, subscribers=subscribers)

    def document(self) -> dict[str, Any]:
        """Read what is published."""
        return orjson.loads(self.output.read_bytes())

    def digest(self) -> str:
        """Give the digest of what is published, outside its volatile fields."""
        return stable_digest(self.output.read_bytes())

    def earlier_seasons(self) -> int:
        """Give how many earlier seasons the published forecast rests on."""
        event = next(iter(self.document()["predictions"].values()))
        return event["metadata"]["notes"].count("an earlier season")

    def history(self) -> list[dict[str, Any]]:
        """Read the record of runs."""
        lines = (self.output.parent / "training_history.jsonl").read_bytes().splitlines()
        return [orjson.loads(line) for line in lines]


def copy(name: str, target: Path) -> Path:
    """Copy a file out of ``race-data``."""
    target.parent.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy(RACE_DATA / name, target))


def even_forecast(event: Any, n_earlier: int, n_simulations: int) -> list[dict[str, Any]]:
    """Give every driver of an event the same chance; the last row is what that rests on."""
    n = len(event.entries)
    odds = {
        "p_win": 1 / n,
        "p_podium": 1 / n,
        "p_points": 1 / n,
        "p_dnf": 0.0,
        "p_position": [1 / n] * n,
        "expected_position": 1.0,
        "expected_points": 1.0,
        "interval_90": [1, n],
    }
    names = ("driver_id", "name", "number", "team", "team_id")
    return [
        {"driver": entry.code, **{name: getattr(entry, name) for name in names}, **odds}
        for entry in event.entries
    ] + [
        {
            "n_simulations": n_simulations,
            "notes": [
                *(f"{one.kind} is known" for one in event.sessions),
                *["an earlier season"] * n_earlier,
            ],
        }
    ]


def count_earlier(history: Any) -> int:
    """Give the number of earlier seasons."""
    return len(history.states)


def even_document(season: int, names: dict[str, str], **forecasts: Any) -> bytes:
    """Join the forecasts."""
    events = {
        names[event_id]: bare_event(event_id, rows[:-1], **(rows[-1] if rows else {}))
        for event_id, rows in forecasts.items()
    }
    return bare_forecast(season, events)


def bare_event(event_id: str, rows: list[Any], **metadata: Any) -> dict[str, Any]:
    """Give an event of which little more is known than some forecast."""
    unknown = dict.fromkeys(("date", "circuit", "time_zone", "sprint", "as_of"))
    known = {"event_id": event_id, "round": 1, "status": "scheduled", "horizon": "c"}
    return {
        "metadata": {**unknown, **known, "sessions": {}, "notes": [], **metadata},
        "predictions": rows,
        "scenarios": {},
    }


def bare_forecast(season: int, events: dict[str, Any], notes: tuple[str, ...] = ()) -> bytes:
    """Give a season's forecast as the library gives it, with nothing but its events."""
    forecast = {
        "schema_version": "1.0.0",
        "metadata": {
            "season": season,
            "as_of": None,
            "status": "partial",
            "notes": notes,
            "num_simulations": 1,
            "use_bayesian": False,
            "use_ml_layer": False,
            "driver_weights": {},
            "team_weights": {},
            "scenarios": ["dry"],
            "horizon": "c",
            "seed": 1,
            "backend": "cpu",
            "sources": [],
        },
        "championship": {"drivers": [], "constructors": []},
        "scores": {},
        "predictions": events,
    }
    return msgspec.json.encode(forecast)


COUNT = Stage("count-earlier", 1, count_earlier, int)
FORECAST = Stage("forecast", 1, even_forecast, list[dict[str, Any]])
DOCUMENT = Stage("document", 1, even_document, bytes)


def even_plan(
    season: Any, history: NodeRef, options: Any, *, history_digest: str, forecast: Stage = FORECAST
) -> Plan:
    """Plan the small forecast."""
    nodes = [Node("earlier", COUNT, {"history": history})]
    events = [event for event in season.events if event.entries]
    nodes += [
        Node(
            f"forecast/{event.event_id}/dry",
            forecast,
            {"event": Literal(event), "n_earlier": NodeRef("earlier")},
            {"n_simulations": options.n_simulations},
            Tags(FORECAST_PART, event.event_id, "dry"),
        )
        for event in events
    ]
    names = {event.event_id: event.name for event in events}
    references = {event.event_id: NodeRef(f"forecast/{event.event_id}/dry") for event in events}
    given = {"season": Literal(season.season), "names": Literal(names), **references}
    return Plan((*nodes, Node("document", DOCUMENT, given)), frozenset({history.node_id}))


def impossible_forecast(event: Any, n_earlier: int, n_simulations: int) -> list[dict[str, Any]]:
    """Give odds that no document may have."""
    rows = even_forecast(event, n_earlier, n_simulations)
    return [*({**row, "p_win": 1.5} for row in rows[:-1]), rows[-1]]


IMPOSSIBLE = Stage("impossible", 1, impossible_forecast, list[dict[str, Any]])
impossible_plan = partial(even_plan, forecast=IMPOSSIBLE)
