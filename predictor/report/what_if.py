"""The answer to a what-if as the value that readers get: a race, and both championships."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

import msgspec

from predictor.features.weekend import weekend_of
from predictor.forecast.assemble import ScenarioForecast
from predictor.forecast.blend import blended
from predictor.forecast.championship import FinalPoints, final_points
from predictor.forecast.learned_report import LayerReport
from predictor.forecast.options import ForecastOptions
from predictor.forecast.paired import (
    Paired,
    paired_finishes,
    paired_points,
    paired_positions,
    paired_titles,
)
from predictor.published.what_if_types import (
    Chance,
    DriverWhatIf,
    Expected,
    TitleWhatIf,
    WhatIf,
    WhatIfRace,
)
from predictor.report.forecast_block import probabilities
from predictor.report.races_ahead import forecasts_of, remaining_races
from predictor.report.rows import rounded
from predictor.season.points import race_points
from predictor.season.standings import standings
from predictor.season.state import EventState, SeasonState

__all__ = ["SCHEMA_VERSION", "Opinion", "what_if_answer"]

SCHEMA_VERSION = "1.0.0"
_PODIUM = 3

Forecasts = Mapping[str, ScenarioForecast]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What somebody thinks of strengths, by id; a weight multiplies the published one."""

    event_id: str
    driver_weights: Mapping[str, float]
    team_weights: Mapping[str, float]
    titles: bool = False  # whether both championships are wanted too


class _Chances(TypedDict):
    base: float
    changed: float
    difference: float
    se: float


def what_if_answer(
    season: SeasonState,
    opinion: Opinion,
    options: ForecastOptions,
    base: Forecasts,
    changed: Forecasts,
    layer: LayerReport | None = None,
) -> bytes:
    """Compare the forecast with and without an opinion, and give it as JSON.

    Parameters
    ----------
    options : ForecastOptions
        The published ones, without the opinion.
    base, changed : mapping of str to ScenarioForecast
        By ``forecast/<event id>[/sprint]/<scenario>``: of the event, and with titles of all races
        to come.
    layer : LayerReport, optional
        What the ML layer came to; it tilts the race on both sides.
    """
    event = next(one for one in season.events if one.event_id == opinion.event_id)
    drivers, teams = _titles(season, opinion, options, base, changed)
    answer = WhatIf(
        schema_version=SCHEMA_VERSION,
        season=season.season,
        driver_weights=dict(opinion.driver_weights),
        team_weights=dict(opinion.team_weights),
        published_driver_weights=dict(options.driver_weights),
        published_team_weights=dict(options.team_weights),
        n_simulations=options.n_simulations,
        seed=options.seed,
        race=_race(event, options, base, changed, layer),
        drivers_title=drivers,
        teams_title=teams,
    )
    return msgspec.json.encode(answer)


def _race(
    event: EventState,
    options: ForecastOptions,
    base: Forecasts,
    changed: Forecasts,
    layer: LayerReport | None,
) -> WhatIfRace:
    blend = layer.blends.get(event.event_id) if layer is not None else None
    tilt = blend.tilt if blend is not None else None
    before, after = (
        blended(forecasts_of(side, event, "", options), tilt) for side in (base, changed)
    )
    probability = probabilities(event, options)
    paid = len(race_points(event.season, event_id=event.event_id))
    wins, podiums, points = (
        paired_finishes(before, after, probability, places) for places in (1, _PODIUM, paid)
    )
    places = paired_positions(before, after, probability)
    rows = [
        DriverWhatIf(
            driver=entry.code,
            driver_id=entry.driver_id,
            name=entry.name,
            team=entry.team,
            team_id=entry.team_id,
            p_win=_chance(wins, i),
            p_podium=_chance(podiums, i),
            p_points=_chance(points, i),
            expected_position=_expected(places, i, 3),
        )
        for i, entry in enumerate(event.entries)
    ]
    return WhatIfRace(
        event_id=event.event_id,
        name=event.name,
        horizon=weekend_of(event, options.horizon).horizon,
        scenarios={one: rounded(p, 6) for one, p in probability.items()},
        drivers=tuple(
            sorted(rows, key=lambda one: (-one.p_win.changed, one.expected_position.changed))
        ),
    )


def _titles(
    season: SeasonState,
    opinion: Opinion,
    options: ForecastOptions,
    base: Forecasts,
    changed: Forecasts,
) -> tuple[tuple[TitleWhatIf, ...], tuple[TitleWhatIf, ...]]:
    if not opinion.titles:
        return (), ()
    table = standings(season)
    before, after = (
        final_points(
            table.drivers,
            table.constructors,
            remaining_races(season, side, options),
            seed=options.seed,
            n_sims=options.n_simulations,
        )
        for side in (base, changed)
    )
    entries = [entry for event in season.events for entry in event.entries]
    teams = {entry.team_id: entry.team for entry in entries}
    names = {one.driver_id: one.name for one in season.drivers}
    codes = {one.driver_id: one.code for one in season.drivers}
    return (
        _title_rows(before[0], after[0], names, codes),
        _title_rows(before[1], after[1], teams, {}),
    )


def _title_rows(
    base: FinalPoints,
    changed: FinalPoints,
    names: Mapping[str, str],
    codes: Mapping[str, str],
) -> tuple[TitleWhatIf, ...]:
    titles, points = paired_titles(base, changed), paired_points(base, changed)
    rows: Sequence[TitleWhatIf] = [
        TitleWhatIf(
            id=name,
            code=codes.get(name),
            name=names.get(name, name),
            p_title=_chance(titles, i),
            points=_expected(points, i, 2),
        )
        for i, name in enumerate(base.names)
    ]
    return tuple(sorted(rows, key=lambda one: (-one.p_title.changed, -one.points.changed)))


def _chance(paired: Paired, i: int) -> Chance:
    return Chance(**_chances(paired, i, 5))


def _expected(paired: Paired, i: int, decimals: int) -> Expected:
    return Expected(**_chances(paired, i, decimals))


def _chances(paired: Paired, i: int, decimals: int) -> _Chances:
    return {
        "base": rounded(paired.base[i], decimals),
        "changed": rounded(paired.changed[i], decimals),
        "difference": rounded(paired.difference[i], decimals),
        "se": rounded(paired.se[i], 6),
    }
