"""What the page of an event shows once its race is run: how right the forecast was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from services.web.derived import figures
from services.web.derived.record import place_among
from services.web.derived.result_words import (
    Finish,
    expected_rare,
    finishes,
    grid_to_finish,
    inside_sentence,
    n_inside,
    result_lead,
    surprises,
    surprises_sentence,
)
from services.web.drawing.heat_map import HeatRow, heat_map
from services.web.drawing.keys import key
from services.web.drawing.people import car_cell
from services.web.drawing.rows import axis_row
from services.web.pages.chance_table import CHANCE_KEY, chance_rows
from services.web.pages.event_before import HEAT_KEY, places_table, sims_note
from services.web.pages.horizon_dots import horizon_section
from services.web.pages.place_axis import not_finished, place_row, place_scale, place_ticks
from services.web.pages.reference_table import reference_tables
from services.web.pages.shown import Shown
from services.web.pages.sprint_part import sprint_section

__all__ = ["order_of", "values"]

_SURPRISES = 6
_RANGE_KEY = (
    ("range", "9 in 10 races, half of them, average"),
    ("result", "where the car finished"),
)


def values(shown: Shown) -> dict[str, Any]:
    """Return what its template shows."""
    event = shown.event
    order = finishes(event)
    found = surprises(order)
    n_rare, n_expected = expected_rare(found)
    return {
        "lead": result_lead(event),
        "facts": _facts(shown, order),
        "inside": inside_sentence(order),
        "ranges": [_range(shown, one) for one in order],
        "range_key": key(_RANGE_KEY),
        "axis": axis_row(place_ticks(_n_places(shown)), place_scale(_n_places(shown))),
        "sims": sims_note(event),
        "horizons": horizon_section(shown),
        "references": reference_tables(shown),
        "surprises": [
            (
                _who(shown, one.finish),
                _finish_words(one.finish, is_good=one.is_good),
                figures.one_in(one.chance),
            )
            for one in found[:_SURPRISES]
        ],
        "surprises_title": surprises_sentence(found),
        "rare": (
            f"With {figures.count(len(found), 'finisher')}, about {n_expected:.0f} should look "
            f"like 1 in 20 or less. Here {figures.spelt(n_rare)} did."
        ),
        "key": key(CHANCE_KEY),
        "chances": chance_rows(event.predictions, shown.cars, shown.event_id, with_team=True),
        "heat": heat_map(
            _heat_rows(shown, order),
            label=f"Chance of every driver for every place in the {shown.title}, and the result",
        ),
        "heat_key": key(HEAT_KEY),
        "places": places_table(event.predictions, shown.cars, shown.event_id),
        "sprint": sprint_section(shown),
    }


def order_of(shown: Shown) -> list[tuple[str, Markup, str]]:
    """Return the order of a race of which there was no forecast; nothing where it is hidden."""
    if shown.hide:
        return []
    return [
        (
            figures.NOTHING if one.row.position is None else figures.ordinal(one.row.position),
            _who(shown, one),
            grid_to_finish(one.row),
        )
        for one in finishes(shown.event)
    ]


def _facts(shown: Shown, order: Sequence[Finish]) -> list[tuple[str, str, str]]:
    podium = [one for one in order if one.row.position in (1, 2, 3)]
    gave = [
        figures.fine_per_cent(one.forecast.p_podium) if one.forecast else figures.NOTHING
        for one in podium
    ]
    inside, judged = n_inside(order)
    retired = sum(not one.is_finisher for one in order)
    expected = sum(row.p_dnf for row in shown.event.predictions)
    found = [
        ("Podium", ", ".join(one.row.driver for one in podium), f"we gave {figures.series(gave)}"),
        (
            "Inside our range",
            f"{inside} of {judged}",
            "finishers inside their 9-in-10 range",
        ),
        ("Did not finish", str(retired), f"{figures.places(expected)} retirements expected"),
    ]
    rank, n = place_among(shown.event, shown.document.predictions.values())
    if rank:
        said = f"by chance given to the winner, of {figures.count(n, 'race')}"
        found.append((f"Among races of {shown.document.metadata.season}", rank, said))
    return found


def _who(shown: Shown, one: Finish) -> Markup:
    return car_cell(shown.cars.of(one.row.driver_id, shown.event_id))


def _n_places(shown: Shown) -> int:
    return max(len(shown.event.predictions), len(finishes(shown.event)))


def _range(shown: Shown, one: Finish) -> tuple[Markup, Markup, str]:
    """Return a starter's name, his range with what became of him, and grid to finish."""
    retired = "" if one.is_finisher else not_finished(one.row)
    place = one.row.position if one.is_finisher else None
    drawn = place_row(one.forecast, _n_places(shown), result=place, retired=retired)
    return _who(shown, one), drawn, grid_to_finish(one.row)


def _finish_words(one: Finish, *, is_good: bool) -> tuple[str, str]:
    place = one.row.position or 0
    word = "better" if is_good else "worse"
    grid = "" if one.row.grid is None else f"from {figures.ordinal(one.row.grid)}"
    return f"{figures.ordinal(place)} or {word}", grid


def _heat_rows(shown: Shown, order: Sequence[Finish]) -> list[HeatRow]:
    """Return the rows in the order of the forecast, with where each finished."""
    places = {one.row.driver_id: one.row.position for one in order if one.is_finisher}
    rows = []
    for row in sorted(shown.event.predictions, key=lambda row: row.expected_position):
        car = shown.cars.of(row.driver_id, shown.event_id)
        place = places.get(row.driver_id)
        rows.append(HeatRow(car.code, car.class_, car.is_second, row.p_position, place))
    return rows
