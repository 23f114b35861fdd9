"""What the page of an event shows before its race."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import UNSET

from predictor.published.event_types import Event, ScenarioForecast, SprintDriver
from predictor.vocabulary import Horizon, RainSource, Scenario
from services.web.derived import figures
from services.web.derived.cars import Cars
from services.web.derived.level import between, sims_of
from services.web.derived.race_words import (
    SCENARIO_HEADS,
    SCENARIO_KINDS,
    by_chance,
    podium_sentence,
    scenario_sentence,
    wins_sentence,
)
from services.web.derived.weekend import has_run, sessions_sentence
from services.web.drawing.bars import bar
from services.web.drawing.heat_map import HeatRow, heat_map
from services.web.drawing.keys import key
from services.web.drawing.people import car_cell
from services.web.drawing.scale import nice_top
from services.web.pages.chance_table import CHANCE_KEY, chance_rows
from services.web.pages.horizon_dots import horizon_section
from services.web.pages.shown import Shown
from services.web.pages.sprint_part import sprint_section

__all__ = ["HEAT_KEY", "facts", "places_table", "sims_note", "values"]

HEAT_KEY = (
    ("q0", "under 0.5"),
    ("q2", "2 to 4"),
    ("q4", "6 to 8"),
    ("q5", "8 to 12"),
    ("q6", "12 to 20"),
    ("q8", "over 30 %"),
)
_FRONT = 6
_FORECAST_OF = {
    Horizon.BEFORE_WEEKEND: "Chances from earlier races alone.",
    Horizon.AFTER_PRACTICE: "Chances after practice, before the grid is known.",
    Horizon.AFTER_QUALIFYING: "Chances with the grid known.",
}
_RAIN_FROM = {
    RainSource.CLIMATE: "from past races here, not a weather report",
    RainSource.WEEKEND: "from past races here and this weekend’s sessions",
    RainSource.FORECAST: "with a forecast of rain",
}


def values(shown: Shown) -> dict[str, Any]:
    """Return what its template shows."""
    event, cars, event_id = shown.event, shown.cars, shown.event_id
    rows = event.predictions
    n_sims = sims_of(event)
    by_place = sorted(rows, key=lambda row: row.expected_position)
    return {
        "lead": _lead(shown),
        "facts": facts(event),
        "wins": wins_sentence(rows),
        "key": key(CHANCE_KEY),
        "chances": chance_rows(rows, cars, event_id, with_team=True),
        "sims": sims_note(event),
        "noise": f"{between(rows[0].p_win, 0.0, n_sims) * 100:.1f}",
        "horizons": horizon_section(shown),
        "scenario_title": scenario_sentence(rows, event.scenarios, n_sims),
        "scenarios": _scenarios(event, cars),
        "podium": podium_sentence(rows),
        "heat": heat_map(
            [_heat_row(row, cars, event_id) for row in by_place],
            label=f"Chance of every driver for every place, {shown.title}",
        ),
        "heat_key": key(HEAT_KEY),
        "places": places_table(rows, cars, event_id),
        "sprint": sprint_section(shown),
        "is_hidden": shown.hide and has_run(event),
    }


def _lead(shown: Shown) -> str:
    event = shown.event
    horizon = event.metadata.horizon
    first = "" if horizon is None else _FORECAST_OF[horizon]
    if shown.hide and has_run(event):
        return f"{first} This is the forecast before the race; the result is hidden."
    return f"{first} {sessions_sentence(event, shown.world.now)}".strip()


def facts(event: Event) -> list[tuple[str, str, str]]:
    """Return four terms of the forecast: label, value, what it means."""
    rows = sorted(event.predictions, key=lambda row: -row.p_win)
    called = figures.surnames([row.name for row in rows])
    others = [f"{figures.per_cent(row.p_win)} {called[row.name]}" for row in rows[1:3]]
    found = [
        (
            "Favourites",
            f"{figures.per_cent(rows[0].p_win)} {called[rows[0].name]}",
            ", ".join(others),
        )
    ]
    if Scenario.SAFETY_CAR in event.scenarios:
        p = event.scenarios[Scenario.SAFETY_CAR].probability
        found.append(("Safety car in the dry", figures.per_cent(p), figures.likely(p)))
    if event.metadata.inputs is not UNSET and event.metadata.inputs.rain is not UNSET:
        rain = event.metadata.inputs.rain
        found.append(("Wet race", figures.per_cent(rain.p_wet), _RAIN_FROM[rain.source]))
    retired = sum(row.p_dnf for row in rows)
    found.append(("Cars that retire", figures.places(retired), f"expected, of {len(rows)}"))
    return found


def sims_note(event: Event) -> str:
    """Return how many races of which kind were simulated, and as of when."""
    n, kinds = sims_of(event), event.scenarios
    said = f"{figures.count(n * len(kinds), 'simulated race')}"
    if len(kinds) > 1:
        weighed = [
            f"{figures.per_cent(kinds[kind].probability)} {words}"
            for kind, words in SCENARIO_KINDS.items()
            if kind in kinds
        ]
        said = f"{said}, {figures.number(n)} of each kind, weighed {figures.series(weighed)}"
    as_of = event.metadata.as_of
    return said if as_of is None else f"{said}, as of {figures.moment_text(as_of)}"


def _scenarios(event: Event, cars: Cars) -> dict[str, Any]:
    """Return the kinds of race, and for the likeliest winners a bar for each."""
    front = by_chance(event.predictions)[:_FRONT]
    given = {kind: {row.driver_id: row for row in one.predictions} for kind, one in _kinds(event)}
    chances = [one[row.driver_id].p_win for one in given.values() for row in front]
    top = nice_top([*chances, *(row.p_win for row in front)])
    return {
        "heads": [
            (SCENARIO_HEADS[kind], figures.per_cent(one.probability)) for kind, one in _kinds(event)
        ],
        "rows": [
            (
                car_cell(cars.of(row.driver_id, event.metadata.event_id)),
                [
                    (
                        bar(one[row.driver_id].p_win, top, rule=row.p_win),
                        figures.per_cent(one[row.driver_id].p_win),
                    )
                    for one in given.values()
                ],
            )
            for row in front
        ],
        "retire": [
            figures.places(sum(row.p_dnf for row in one.values())) for one in given.values()
        ],
        "n_each": figures.number(sims_of(event)),
    }


def _kinds(event: Event) -> list[tuple[Scenario, ScenarioForecast]]:
    """Return the kinds of race that were simulated, in the order of their columns."""
    return [(kind, event.scenarios[kind]) for kind in SCENARIO_HEADS if kind in event.scenarios]


def _heat_row(row: SprintDriver, cars: Cars, event_id: str) -> HeatRow:
    car = cars.of(row.driver_id, event_id)
    return HeatRow(car.code, car.class_, car.is_second, row.p_position)


def places_table(
    rows: Sequence[SprintDriver], cars: Cars, event_id: str
) -> list[tuple[str, list[str]]]:
    """Return all chances of places in per cent with a decimal, by expected place."""
    return [
        (
            cars.of(row.driver_id, event_id).name,
            [_in_table(p) for p in row.p_position],
        )
        for row in sorted(rows, key=lambda row: row.expected_position)
    ]


def _in_table(p: float) -> str:
    return "<0.1" if p < 0.0005 else f"{p * 100:.1f}"
