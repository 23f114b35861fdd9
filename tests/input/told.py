"""A season whose document tells all that is known of it, so that no change stays unseen."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import orjson

from predictor.fingerprint import digest
from predictor.graph.plan import Literal, Node, NodeRef, Plan, Stage
from predictor.notes import Note
from tests.forecasting.small_season import SmallSeason, bare_event, bare_forecast
from tests.published.small_document import as_json, small_document

__all__ = ["ToldSeason", "sha256", "told_plan"]

RACE = "02-china/race.json"


class ToldSeason(SmallSeason):
    """The small real season, forecast by stating what is known."""

    def told(self, **changed: Any) -> dict[str, Any]:
        """Run, and give the document."""
        self.report = self.run(told_plan, **changed)
        return self.document()

    def drop(self, name: str, data: bytes) -> Path:
        """Drop these bytes."""
        path = self.drops / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def good(self, name: str = RACE) -> bytes:
        """Give the bytes of a file of the season."""
        return (self.drops / name).read_bytes()


def sha256(document: dict[str, Any]) -> str:
    """Give the digest of a document's predictions, as the record of runs has it."""
    return hashlib.sha256(orjson.dumps(document["predictions"])).hexdigest()


def tell(event: Any, n_earlier: int) -> list[str]:
    """Give all that is known of an event, by its digest, and what is noted of it."""
    sessions = [f"{one.kind}: {len(one.results)}" for one in event.sessions]
    return [digest(event), *sessions, *map(str, event.notes), f"{n_earlier} earlier seasons"]


def count_earlier(history: Any) -> int:
    """Give the number of earlier seasons."""
    return len(history.states)


def tell_season(season: int, notes: tuple[Note, ...], names: list[str], **events: Any) -> bytes:
    """Join what is known."""
    row = as_json(small_document())["predictions"]["2025-first Grand Prix"]["predictions"][0]
    told = {
        names[int(place[1:])]: bare_event(place, [row], notes=lines)
        for place, lines in events.items()
    }
    return bare_forecast(season, told, tuple(map(str, notes)))


COUNT = Stage("count-earlier", 1, count_earlier, int)
TELL = Stage("tell", 1, tell, list[str])
JOIN = Stage("join", 1, tell_season, bytes)


def told_plan(season: Any, history: NodeRef, options: Any, *, history_digest: str) -> Plan:
    """Plan a document that tells the season's state."""
    nodes = [Node("earlier", COUNT, {"history": history})]
    references = {}
    for place, event in enumerate(season.events):
        given = {"event": Literal(event), "n_earlier": NodeRef("earlier")}
        nodes.append(Node(f"tell/{event.event_id}", TELL, given))
        references[f"e{place:02d}"] = NodeRef(f"tell/{event.event_id}")
    names = [f"{event.event_id} {event.name}" for event in season.events]
    given = {
        "season": Literal(season.season),
        "notes": Literal(season.notes),
        "names": Literal(names),
        **references,
    }
    return Plan((*nodes, Node("join", JOIN, given)), frozenset({history.node_id}))
