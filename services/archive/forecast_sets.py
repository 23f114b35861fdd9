"""An event of a document as a set of rows: its forecast, apart from result, scores and notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from predictor.evaluate.standing import (
    race_forecast_stands_until,
    sprint_forecast_stands_until,
)
from predictor.published.event_types import Event, Odds, ScenarioForecast, ScenarioRow, SprintDriver
from predictor.vocabulary import Scenario
from services.archive.document_parts import sha256_of
from services.archive.instants import instant
from services.archive.rows import HEADLINE, Race

__all__ = ["forecast_rows", "set_values"]

Numbers = Mapping[tuple[str, str], int]


class _SaidOfSprint(Struct):
    predictions: Raw
    scenarios: Raw


class _Said(Struct):
    """What an event's JSON says of its forecast alone."""

    predictions: Raw
    scenarios: Raw
    sprint: _SaidOfSprint | UnsetType = UNSET


def set_values(block: Event, payload: bytes) -> dict[str, Any]:
    """Return what a set says of itself; its digest is of all that a forecast of the event says.

    Parameters
    ----------
    block : Event
    payload : bytes
        The same as published.
    """
    metadata, sprint = block.metadata, block.sprint or None
    stands = {
        "as_of": instant(metadata.as_of),
        "horizon": metadata.horizon.value if metadata.horizon and block.predictions else None,
        "stands_until": instant(race_forecast_stands_until(metadata)),
        "sprint_horizon": sprint.horizon.value if sprint else None,
        "sprint_stands_until": instant(sprint_forecast_stands_until(metadata, sprint.horizon))
        if sprint
        else None,
    }
    said = msgspec.json.decode(payload, type=_Said)
    parts = [msgspec.json.encode(stands), said.predictions, said.scenarios]
    if said.sprint:
        parts += (said.sprint.predictions, said.sprint.scenarios)
    return {"sha256": sha256_of(b"\0".join(map(bytes, parts))), **stands}


def forecast_rows(block: Event, set_no: int, numbers: Numbers) -> Iterator[dict[str, Any]]:
    """Yield the rows of a set: each driver's headline and scenarios, of race and sprint.

    Parameters
    ----------
    block : Event
    set_no : int
    numbers : mapping of (str, str) to int
        Of drivers and teams, by kind and id.
    """
    yield from _session("race", block.predictions, block.scenarios, set_no, numbers)
    if block.sprint:
        sprint = block.sprint
        yield from _session("sprint", sprint.predictions, sprint.scenarios, set_no, numbers)


def _session(
    session: Race,
    predictions: Sequence[SprintDriver],
    scenarios: Mapping[Scenario, ScenarioForecast],
    set_no: int,
    numbers: Numbers,
) -> Iterator[dict[str, Any]]:
    teams = {row.driver_id: numbers["team", row.team_id] for row in predictions}
    told: dict[str, Sequence[SprintDriver | ScenarioRow]] = {HEADLINE: predictions}
    told |= {scenario.value: one.predictions for scenario, one in scenarios.items()}
    for scenario, rows in told.items():
        for row in rows:
            yield {
                "set_no": set_no,
                "session": session,
                "scenario": scenario,
                "driver_no": numbers["driver", row.driver_id],
                "team_no": teams.get(row.driver_id),
                **_odds(row),
            }


def _odds(row: Odds) -> dict[str, Any]:
    low, high = row.interval_90
    return {
        "p_win": row.p_win,
        "p_podium": row.p_podium,
        "p_points": row.p_points,
        "p_dnf": row.p_dnf,
        "expected_position": row.expected_position,
        "expected_points": row.expected_points,
        "q05": low,
        "q95": high,
        "p_position": msgspec.json.encode(row.p_position).decode(),
    }
