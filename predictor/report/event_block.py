"""One event of the season document: forecast, scenarios, result, scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from predictor.evaluate.scores import score_race
from predictor.features.horizons import as_of
from predictor.features.pre_season import PreSeason
from predictor.features.race_facts import RaceFacts, race_facts, sprint_facts
from predictor.features.rain_signs import rain_signs
from predictor.features.weekend import Weekend, latest_horizon, race_outcome
from predictor.forecast.assemble import ScenarioForecast, finishes, mixture
from predictor.forecast.feasible import why_no_sprint, why_not_forecast
from predictor.forecast.options import ForecastOptions
from predictor.forecast.rain import Rain, chance_of_rain
from predictor.forecast.scenarios import scenario_probabilities
from predictor.report.rows import Pays, driver_rows, rounded
from predictor.season.awards import points_of_session
from predictor.season.points import fastest_lap_point, race_points, sprint_points
from predictor.season.state import EventState
from predictor.vocabulary import Horizon, Scenario, SessionKind

__all__ = ["EventBasis", "Forecasts", "event_block", "probabilities"]

Forecasts = Mapping[Scenario, ScenarioForecast]


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
    distance = sprint.n_laps / race_facts(event).n_laps if sprint else 1.0
    chances = options.model.chances(event.circuit_id or "", event.season)
    horizon = min(options.horizon, latest_horizon(event))
    chances = replace(chances, wet=rain(event, horizon, options).wet)
    return scenario_probabilities(options.scenarios, chances, distance=distance)


def rain(event: EventState, horizon: Horizon, options: ForecastOptions) -> Rain:
    """Give the chance of a wet race as it is known at a horizon."""
    climate = options.model.chances(event.circuit_id or "", event.season).wet
    return chance_of_rain(climate, rain_signs(event, horizon), options.model.climate)


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
    probability = probabilities(event, options)
    pays = Pays(race_points(event.season, event_id=event.event_id), fastest_lap_point(event.season))
    headline = mixture(forecasts, probability)
    finished = finishes(forecasts, probability)
    rows = driver_rows(event.entries, headline, pays, in_full=True, finishes=finished)
    if unweighted:
        plain = mixture(unweighted, probability)
        _add_unweighted(rows, driver_rows(event.entries, plain, pays, in_full=False))
    if sprint:
        odds = probabilities(event, options, sprint_facts(event))
        _add_sprint_points(rows, event, sprint, odds)
    block: dict[str, Any] = {
        "metadata": {
            **_facts(event),
            "horizon": basis.weekend.horizon.value,
            "as_of": as_of(event, basis.weekend.horizon),
            "inputs": _inputs(event, basis, options),
            "data_hash": basis.data_hash,
            "n_simulations": options.n_simulations,
            "mc_se": _monte_carlo_error(forecasts, probability, options.n_simulations),
            "notes": [*map(str, event.notes), *filter(None, [why_no_sprint(event)])],
        },
        "predictions": rows,
        "scenarios": {
            scenario.value: {
                "probability": rounded(probability[scenario], 6),
                "predictions": driver_rows(
                    event.entries, (f.p_position, f.p_dnf, f.p_fastest_lap), pays, in_full=False
                ),
            }
            for scenario, f in forecasts.items()
        },
    }
    if outcome is not None:
        block["result"] = _result(event)
        scores = score_race(headline[0][list(outcome.ranking)])
        block["scores"] = {name: rounded(value, 6) for name, value in scores.items()}
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


def _inputs(event: EventState, basis: EventBasis, options: ForecastOptions) -> dict[str, Any]:
    """Name what the forecast was made from."""
    looked_at = _LOOKED_AT[basis.weekend.horizon]
    return {
        "sessions": [s.kind.value for s in event.sessions if s.kind in looked_at],
        "grid_from": basis.weekend.grid_source or None,
        "form_after": basis.form_event or None,
        "rain": _rain(rain(event, basis.weekend.horizon, options)),
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


def _add_unweighted(rows: list[dict[str, Any]], plain: Sequence[Mapping[str, Any]]) -> None:
    by_id = {row["driver_id"]: row for row in plain}
    kept = ("p_win", "p_podium", "p_points", "expected_position", "expected_points")
    for row in rows:
        row["unweighted"] = {name: by_id[row["driver_id"]][name] for name in kept}


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


def _monte_carlo_error(
    forecasts: Forecasts, probability: Mapping[Scenario, float], n_sims: int
) -> float:
    """Bound the standard error of any driver's p_win from the number of sims.

    Scenarios share their random numbers, so their errors add up and do not average out.
    """
    error = sum(
        probability[scenario] * np.sqrt(f.p_position[:, 0] * (1 - f.p_position[:, 0]) / n_sims)
        for scenario, f in forecasts.items()
    )
    return rounded(float(np.max(error)), 6)


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
