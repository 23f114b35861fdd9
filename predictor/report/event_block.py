"""One event of the season document: forecast, scenarios, result, scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from predictor.features.horizons import as_of
from predictor.features.pre_season import PreSeason
from predictor.features.race_facts import RaceFacts, race_facts, sprint_facts
from predictor.features.weekend import Weekend, race_outcome
from predictor.forecast.assemble import mixture
from predictor.forecast.feasible import why_no_sprint, why_not_forecast
from predictor.forecast.options import ForecastOptions
from predictor.forecast.scenarios import scenario_probabilities
from predictor.report.forecast_block import (
    Forecasts,
    SessionForecast,
    forecast_rows,
    monte_carlo_error,
    scenario_blocks,
    scores_of,
)
from predictor.report.rows import Pays, rounded
from predictor.season.awards import points_of_session
from predictor.season.points import fastest_lap_point, race_points, sprint_points
from predictor.season.state import EventState
from predictor.vocabulary import Horizon, Scenario, SessionKind

__all__ = ["EventBasis", "event_block", "probabilities"]


@dataclass(frozen=True, slots=True)
class EventBasis:
    """What one event's forecast was made from."""

    weekend: Weekend
    data_hash: str  # of everything known before its race
    form_event: str  # event id of the last race the belief had seen; "" for none this season
    tests: PreSeason | None = None  # before the season


def probabilities(
    event: EventState, options: ForecastOptions, sprint: RaceFacts | None = None
) -> dict[Scenario, float]:
    """Give the probability of every scenario in an event's race, or in its sprint."""
    climate = options.model.circuit(event.circuit_id or "").climate
    distance = sprint.n_laps / race_facts(event).n_laps if sprint else 1.0
    return scenario_probabilities(
        options.scenarios, climate, options.model.climate, distance=distance
    )


def event_block(
    event: EventState,
    basis: EventBasis | None,
    forecasts: Forecasts,
    unweighted: Forecasts,
    sprint: Forecasts,
    options: ForecastOptions,
) -> dict[str, Any]:
    """Give an event's block; without a basis it is listed with no forecast."""
    outcome = race_outcome(event)
    if basis is None:
        return {
            "metadata": {
                **_facts(event),
                "horizon": None,
                "as_of": None,
                "notes": [*map(str, event.notes), *filter(None, [why_not_forecast(event)])],
            },
            "predictions": [],
            "scenarios": {},
            **({"result": _result(event)} if outcome is not None else {}),
        }
    race = SessionForecast(
        event.entries,
        Pays(race_points(event.season, event_id=event.event_id), fastest_lap_point(event.season)),
        probabilities(event, options),
        forecasts,
        unweighted,
    )
    rows = forecast_rows(race)
    if sprint:
        odds = probabilities(event, options, sprint_facts(event))
        _add_sprint_points(rows, event, sprint, odds)
    block: dict[str, Any] = {
        "metadata": {
            **_facts(event),
            "horizon": basis.weekend.horizon.value,
            "as_of": as_of(event, basis.weekend.horizon),
            "inputs": _inputs(event, basis),
            "data_hash": basis.data_hash,
            "n_simulations": options.n_simulations,
            "mc_se": monte_carlo_error(race, options.n_simulations),
            "notes": [*map(str, event.notes), *filter(None, [why_no_sprint(event)])],
        },
        "predictions": rows,
        "scenarios": scenario_blocks(race),
    }
    if outcome is not None:
        block["result"] = _result(event)
        block["scores"] = scores_of(race, outcome.ranking)
    return block


def _facts(event: EventState) -> dict[str, Any]:
    return {
        "event_id": event.event_id,
        "round": event.round,
        "date": event.date,
        "circuit": event.circuit_id,
        "time_zone": event.time_zone,
        "sessions": {kind.value: {"starts_at": start} for kind, start in event.session_times},
        "status": event.status.value,
        "sprint": event.sprint_format.value if event.sprint_format else None,
    }


# Sessions of the weekend that a forecast looks at; the race's own file gives only its grid.
_LOOKED_AT = {
    Horizon.BEFORE_WEEKEND: (),
    Horizon.AFTER_PRACTICE: (
        SessionKind.FP1,
        SessionKind.FP2,
        SessionKind.FP3,
        SessionKind.SPRINT_QUALIFYING,
    ),
    Horizon.AFTER_QUALIFYING: (SessionKind.QUALIFYING, SessionKind.STARTING_GRID),
}


def _inputs(event: EventState, basis: EventBasis) -> dict[str, Any]:
    """Name what the forecast was made from."""
    looked_at = _LOOKED_AT[basis.weekend.horizon]
    return {
        "sessions": [s.kind.value for s in event.sessions if s.kind in looked_at],
        "grid_from": basis.weekend.grid_source or None,
        "form_after": basis.form_event or None,
        **({"testing": _testing(basis.tests)} if basis.tests is not None else {}),
    }


def _testing(seen: PreSeason) -> dict[str, int]:
    """Tell how much testing the belief rests on."""
    with_long_run = (
        driver
        for test in seen.tests
        for driver, gap in zip(test.driver_ids, test.long_run_gap, strict=True)
        if np.isfinite(gap)
    )
    return {
        "tests": len(seen.tests),
        "days": sum(test.n_days for test in seen.tests),
        "drivers": len({driver for test in seen.tests for driver in test.driver_ids}),
        "with_long_run": len(set(with_long_run)),
        "laps": int(sum(test.laps.sum() for test in seen.tests)),
    }


def _add_sprint_points(
    rows: list[dict[str, Any]],
    event: EventState,
    sprint: Forecasts,
    probability: Mapping[Scenario, float],
) -> None:
    p_position, _, _ = mixture(sprint, probability)
    pays = np.zeros(len(p_position))
    points = sprint_points(event.season)
    pays[: len(points)] = points[: len(pays)]
    expected = dict(zip((e.driver_id for e in event.entries), p_position @ pays, strict=True))
    for row in rows:
        row["expected_sprint_points"] = rounded(expected[row["driver_id"]], 3)


def _result(event: EventState) -> dict[str, Any]:
    race = event.session(SessionKind.RACE)
    if race is None:
        return {}
    codes = {entry.driver_id: entry.code for entry in event.entries}
    points = points_of_session(event, race)
    rows = [
        {
            "driver": codes[row.driver.driver_id or ""],
            "driver_id": row.driver.driver_id,
            "position": row.position,
            "status": row.status.value,
            "grid": row.grid,
            "laps": row.laps,
            "points": points.get(row.driver.driver_id or "", 0.0),
        }
        for row in race.results
        if row.status.started
    ]
    return {"winner": rows[0]["driver_id"] if rows else None, "order": rows}
