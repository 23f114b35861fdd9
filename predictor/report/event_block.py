"""One event of the season document: forecast, scenarios, result, scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from predictor.features.horizons import as_of
from predictor.features.pre_season import PreSeason
from predictor.features.weekend import Weekend, race_outcome
from predictor.forecast.feasible import has_sprint_ahead, why_no_sprint, why_not_forecast
from predictor.forecast.options import ForecastOptions
from predictor.forecast.rain import Rain
from predictor.report.forecast_block import (
    Forecasts,
    SessionForecast,
    forecast_rows,
    monte_carlo_error,
    probabilities,
    rain_of,
    result_block,
    scenario_blocks,
    scores_of,
)
from predictor.report.rows import Pays, rounded
from predictor.report.sprint_block import sprint_block
from predictor.season.points import fastest_lap_point, race_points
from predictor.season.state import EventState
from predictor.vocabulary import Horizon, SessionKind

__all__ = ["EventBasis", "EventForecasts", "event_block"]


@dataclass(frozen=True, slots=True)
class EventBasis:
    """What one event's forecast was made from."""

    weekend: Weekend
    data_hash: str  # of everything known before its race
    form_event: str  # event id of the last race the belief had seen; "" for none this season
    tests: PreSeason | None = None  # before the season


@dataclass(frozen=True, slots=True)
class EventForecasts:
    """What is forecast of an event, by scenario; empty where there is none."""

    race: Forecasts
    race_unweighted: Forecasts  # without user weights, where they touch the event
    sprint: Forecasts
    sprint_unweighted: Forecasts


def event_block(
    event: EventState,
    basis: EventBasis | None,
    forecasts: EventForecasts,
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
            **(
                {"result": result_block(event, event.session(SessionKind.RACE))}
                if outcome is not None
                else {}
            ),
        }
    race = SessionForecast(
        event.entries,
        Pays(race_points(event.season, event_id=event.event_id), fastest_lap_point(event.season)),
        probabilities(event, options),
        forecasts.race,
        forecasts.race_unweighted,
    )
    rows, sprint = forecast_rows(race), {}
    if forecasts.sprint:
        sprint = sprint_block(event, forecasts.sprint, forecasts.sprint_unweighted, options)
    if sprint and has_sprint_ahead(event):
        to_come = {row["driver_id"]: row["expected_points"] for row in sprint["predictions"]}
        for row in rows:
            row["expected_sprint_points"] = to_come[row["driver_id"]]
    block: dict[str, Any] = {
        "metadata": {
            **_facts(event),
            "horizon": basis.weekend.horizon.value,
            "as_of": as_of(event, basis.weekend.horizon),
            "inputs": _inputs(event, basis, options),
            "data_hash": basis.data_hash,
            "n_simulations": options.n_simulations,
            "mc_se": monte_carlo_error(race, options.n_simulations),
            "notes": [*map(str, event.notes), *filter(None, [why_no_sprint(event)])],
        },
        "predictions": rows,
        "scenarios": scenario_blocks(race),
        **({"sprint": sprint} if sprint else {}),
    }
    if outcome is not None:
        block["result"] = result_block(event, event.session(SessionKind.RACE))
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
        "known_sessions": [session.kind.value for session in event.sessions],
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


def _inputs(event: EventState, basis: EventBasis, options: ForecastOptions) -> dict[str, Any]:
    """Name what the forecast was made from."""
    looked_at = _LOOKED_AT[basis.weekend.horizon]
    return {
        "sessions": [s.kind.value for s in event.sessions if s.kind in looked_at],
        "grid_from": basis.weekend.grid_source or None,
        "form_after": basis.form_event or None,
        "rain": _rain(rain_of(event, basis.weekend.horizon, options)),
        **({"testing": _testing(basis.tests)} if basis.tests is not None else {}),
    }


def _rain(known: Rain) -> dict[str, Any]:
    """Tell where the chance of a wet race comes from."""
    forecast = known.signs.forecast
    return {
        "p_wet": rounded(known.wet, 6),
        "source": known.source.value,
        "climate": rounded(known.climate, 6),
        "wet_sessions": [kind.value for kind in known.signs.wet],
        **(
            {
                "forecast": {
                    "issued_at": forecast.issued_at,
                    "by": forecast.by or None,
                    "chance": forecast.chance,
                    "weight": rounded(known.weight, 6),
                }
            }
            if forecast is not None
            else {}
        ),
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
