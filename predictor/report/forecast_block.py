"""The forecast of one race or sprint as the document shows it: rows, scenarios, result, scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from predictor.evaluate.scores import score_race
from predictor.features.race_facts import RaceFacts, race_facts
from predictor.features.rain_signs import rain_signs
from predictor.features.weekend import latest_horizon
from predictor.forecast.assemble import ScenarioForecast, finishes, mixture
from predictor.forecast.options import ForecastOptions
from predictor.forecast.rain import Rain, chance_of_rain
from predictor.forecast.scenarios import scenario_probabilities
from predictor.records import SessionRecord
from predictor.report.rows import Pays, driver_rows, rounded
from predictor.season.awards import points_of_session
from predictor.season.state import Entry, EventState
from predictor.vocabulary import Horizon, Scenario

__all__ = [
    "Forecasts",
    "SessionForecast",
    "forecast_rows",
    "monte_carlo_error",
    "probabilities",
    "rain_of",
    "result_block",
    "scenario_blocks",
    "scores_of",
]

Forecasts = Mapping[Scenario, ScenarioForecast]

_KEPT = ("p_win", "p_podium", "p_points", "expected_position", "expected_points")


@dataclass(frozen=True, slots=True)
class SessionForecast:
    """One race or sprint in every scenario, and what it pays.

    Attributes
    ----------
    entries : sequence of Entry, length D
    unweighted : Forecasts
        Without user weights; empty where there are none, or none that touch it.
    """

    entries: Sequence[Entry]
    pays: Pays
    probability: Mapping[Scenario, float]
    forecasts: Forecasts
    unweighted: Forecasts


def probabilities(
    event: EventState, options: ForecastOptions, sprint: RaceFacts | None = None
) -> dict[Scenario, float]:
    """Give the probability of every scenario in an event's race, or in its sprint."""
    distance = sprint.n_laps / race_facts(event).n_laps if sprint else 1.0
    chances = options.model.chances(event.circuit_id or "", event.season)
    # Nothing after the sprint tells of it: not even the qualifying that mostly follows it.
    latest = Horizon.AFTER_PRACTICE if sprint else Horizon.AFTER_QUALIFYING
    horizon = min(options.horizon, latest_horizon(event), latest)
    chances = replace(chances, wet=rain_of(event, horizon, options).wet)
    return scenario_probabilities(options.scenarios, chances, distance=distance)


def rain_of(event: EventState, horizon: Horizon, options: ForecastOptions) -> Rain:
    """Give the chance of a wet race as it is known at a horizon."""
    climate = options.model.chances(event.circuit_id or "", event.season).wet
    return chance_of_rain(climate, rain_signs(event, horizon), options.model.climate)


def forecast_rows(one: SessionForecast) -> list[dict[str, Any]]:
    """Return a row per driver over all scenarios, the forecast without user weights beside it."""
    rows = _rows(one, one.forecasts, in_full=True)
    if one.unweighted:
        plain = {row["driver_id"]: row for row in _rows(one, one.unweighted, in_full=False)}
        for row in rows:
            row["unweighted"] = {name: plain[row["driver_id"]][name] for name in _KEPT}
    return rows


def scenario_blocks(one: SessionForecast) -> dict[str, dict[str, Any]]:
    """Return probability and rows of every scenario."""
    return {
        scenario.value: {
            "probability": rounded(one.probability[scenario], 6),
            "predictions": driver_rows(
                one.entries,
                (f.p_position, f.p_dnf, f.p_fastest_lap),
                f.p_finish,
                one.pays,
                in_full=False,
            ),
        }
        for scenario, f in one.forecasts.items()
    }


def scores_of(one: SessionForecast, ranking: Sequence[int]) -> dict[str, float]:
    """Score the forecast without user weights: nobody is to tune an opinion on what has been run.

    Parameters
    ----------
    ranking : sequence of int
        The starters' indices, as the result lists them.
    """
    p_position, _, _ = mixture(one.unweighted or one.forecasts, one.probability)
    scores = score_race(p_position[list(ranking)])
    return {name: rounded(value, 6) for name, value in scores.items()}


def monte_carlo_error(one: SessionForecast, n_sims: int) -> float:
    """Bound the standard error of any driver's p_win from the number of sims.

    Scenarios share their random numbers, so their errors add up and do not average out.
    """
    error = sum(
        one.probability[scenario] * np.sqrt(f.p_position[:, 0] * (1 - f.p_position[:, 0]) / n_sims)
        for scenario, f in one.forecasts.items()
    )
    return rounded(float(np.max(error)), 6)


def _rows(one: SessionForecast, forecasts: Forecasts, *, in_full: bool) -> list[dict[str, Any]]:
    headline = mixture(forecasts, one.probability)
    finished = finishes(forecasts, one.probability)
    return driver_rows(one.entries, headline, finished, one.pays, in_full=in_full)


def result_block(event: EventState, session: SessionRecord | None) -> dict[str, Any]:
    """Return how a race or sprint ended; empty where it is not known."""
    if session is None:
        return {}
    codes = {entry.driver_id: entry.code for entry in event.entries}
    points = points_of_session(event, session)
    started = [row for row in session.results if row.status.started]
    names = [row.driver.driver_id or "" for row in started]
    rows = [
        {
            "driver": codes.get(name, name),
            "driver_id": name,
            "position": row.position,
            "status": row.status.value,
            "grid": row.grid,
            "laps": row.laps,
            "points": points.get(name, 0.0),
        }
        for name, row in zip(names, started, strict=True)
    ]
    return {"winner": names[0] if names else None, "order": rows}
