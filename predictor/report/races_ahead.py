"""What of a season is still to be run, with all its simulated results: what titles rest on."""

from __future__ import annotations

from collections.abc import Mapping

from predictor.features.race_facts import sprint_facts
from predictor.forecast.assemble import ScenarioForecast
from predictor.forecast.championship import PointsRules, RemainingRace
from predictor.forecast.feasible import has_sprint_ahead
from predictor.forecast.options import ForecastOptions
from predictor.report.forecast_block import Forecasts, probabilities
from predictor.season.points import fastest_lap_point, race_points, sprint_points
from predictor.season.state import EventState, SeasonState
from predictor.vocabulary import EventStatus

__all__ = ["forecasts_of", "remaining_races"]


def forecasts_of(
    forecasts: Mapping[str, ScenarioForecast],
    event: EventState,
    kind: str,
    options: ForecastOptions,
) -> Forecasts:
    """Return one event's forecasts by scenario, out of those of the season.

    Parameters
    ----------
    forecasts : mapping of str to ScenarioForecast
        By ``forecast/<event id>[/unweighted][/sprint]/<scenario>``.
    kind : str
        What stands between event and scenario: ``""``, ``/sprint``, ``/unweighted`` ...
    """
    prefix = f"forecast/{event.event_id}{kind}/"
    return {
        scenario: forecasts[prefix + scenario.value]
        for scenario in options.scenarios
        if prefix + scenario.value in forecasts
    }


def remaining_races(
    season: SeasonState,
    forecasts: Mapping[str, ScenarioForecast],
    options: ForecastOptions,
) -> list[RemainingRace]:
    """Return the races and sprints to come that have a forecast, in calendar order."""
    races = []
    for event in season.events:
        if event.status is EventStatus.COMPLETED:
            continue
        teams = tuple(entry.team_id for entry in event.entries)
        race = forecasts_of(forecasts, event, "", options)
        sprint = forecasts_of(forecasts, event, "/sprint", options)
        if sprint and has_sprint_ahead(event):
            rules = PointsRules(tuple(sprint_points(season.season)), counts_for_countback=False)
            odds = probabilities(event, options, sprint_facts(event))
            races.append(RemainingRace(f"{event.event_id}/sprint", sprint, odds, rules, teams))
        if race:
            paid = race_points(season.season, event_id=event.event_id)
            rules = PointsRules(tuple(paid), fastest_lap_point(season.season))
            odds = probabilities(event, options)
            races.append(RemainingRace(event.event_id, race, odds, rules, teams))
    return races
