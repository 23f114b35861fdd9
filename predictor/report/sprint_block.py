"""The sprint of an event in the season document: its own odds, result and scores."""

from __future__ import annotations

from typing import Any

from predictor.features.race_facts import sprint_facts
from predictor.features.weekend import sprint_weekend_of
from predictor.forecast.options import ForecastOptions
from predictor.report.forecast_block import (
    Forecasts,
    SessionForecast,
    forecast_rows,
    monte_carlo_error,
    probabilities,
    result_block,
    scenario_blocks,
    scores_of,
)
from predictor.report.rows import Pays
from predictor.season.points import sprint_points
from predictor.season.state import EventState
from predictor.vocabulary import SessionKind

__all__ = ["sprint_block"]


def sprint_block(
    event: EventState, forecasts: Forecasts, unweighted: Forecasts, options: ForecastOptions
) -> dict[str, Any]:
    """Return a sprint's forecast as it was before the sprint, and how it ended once it is run."""
    weekend = sprint_weekend_of(event, options.horizon)
    one = SessionForecast(
        event.entries,
        Pays(sprint_points(event.season), 0.0),
        probabilities(event, options, sprint_facts(event)),
        forecasts,
        unweighted,
    )
    block: dict[str, Any] = {
        "horizon": weekend.horizon.value,
        "grid_from": weekend.grid_source or None,
        "mc_se": monte_carlo_error(one, options.n_simulations),
        "predictions": forecast_rows(one),
        "scenarios": scenario_blocks(one),
    }
    sprint = event.session(SessionKind.SPRINT)
    if sprint is None:
        return block
    block["result"] = result_block(event, sprint)
    at = {entry.driver_id: i for i, entry in enumerate(event.entries)}
    starters = [row.driver.driver_id or "" for row in sprint.results if row.status.started]
    # Forecast were those who start the race: who drove in the sprint alone is passed over, who did
    # not start it stands last, as a car that does not get far.
    ranking = [at[driver] for driver in starters if driver in at]
    if ranking:
        absent = [i for driver, i in at.items() if driver not in starters]
        block["scores"] = scores_of(one, [*ranking, *absent])
    return block
