"""Tables of a told race: how typical it is, tyres and finish of every car, every lap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from markupsafe import Markup

from predictor.published.told_types import CarOnLap, Finisher, Range
from services.web.derived import figures
from services.web.drawing.people import car_cell
from services.web.drawing.rows import range_row
from services.web.drawing.scale import Scale
from services.web.drawing.stint_bar import LETTERS, StintSegment, stint_bar, tyre_key
from services.web.pages.race_shown import FLAGS, RaceShown, gap_words

__all__ = ["lap_table", "stop_words", "typical_rows", "tyre_table"]


class Row(NamedTuple):
    """A quantity of the race beside the same of all of its kind."""

    what: str
    told: str
    picture: Markup
    nine_in_ten: str


def typical_rows(shown: RaceShown) -> list[Row]:
    """Return how the race lies among all of its kind."""
    one = shown.told.typicality
    rows = (
        ("Places from expected", one.places_from_expected, 1),
        ("Passes", one.passes, 0),
        ("Stops a car", one.stops_per_car, 1),
        ("Retirements", one.retirements, 0),
        ("Safety cars", one.safety_cars, 0),
        ("Virtual safety cars", one.vscs, 0),
        ("Red flags", one.red_flags, 0),
        ("Laps behind either", one.neutralised_laps, 0),
        ("Winner’s margin, s", one.winning_margin_s, 1),
    )
    return [_range_row(*row) for row in rows if row[1].p05 is not None]


def tyre_table(shown: RaceShown) -> dict[str, Any]:
    """Return a row a car: who, stints as a bar and in words, gap, grid and finish."""
    used = {stint.compound.value for one in shown.race.result for stint in one.stints}
    return {
        "key": tyre_key(sorted(used)),
        "rows": [_car(shown, one) for one in shown.race.result],
    }


def _car(shown: RaceShown, one: Finisher) -> dict[str, Any]:
    stints = [StintSegment(s.compound.value, s.first_lap, s.last_lap) for s in one.stints]
    bar = stint_bar(
        stints,
        shown.race.n_laps,
        retired_on=one.retired_on_lap,
        shades=[(first, last) for first, last, _ in shown.flags],
    )
    end = "ret." if one.status == "retired" else str(one.position)
    return {
        "who": car_cell(shown.car(one.driver)),
        "bar": bar,
        "stints": _stint_words(one),
        "stops": len(one.stops),
        "gap": gap_words(one),
        "penalty": f"{one.penalty_s:g} s" if one.penalty_s else figures.NOTHING,
        "grid": one.grid,
        "end": end,
    }


def lap_table(shown: RaceShown) -> dict[str, Any]:
    """Return the table of laps: who was in which place, how far behind, on which tyres.

    Who is lapped sees the flag before the last lap, and stands behind those who drive it.
    """
    n = max((len(lap.cars) for lap in shown.race.laps), default=0)
    rows = []
    for lap in shown.race.laps:
        cells = [_cell(shown, car) for car in lap.cars]
        seen = {car.driver for car in lap.cars}
        others = [one for one in shown.race.result if one.driver not in seen]
        for one in others:
            if one.status != "retired":
                mark = shown.swatch(one.driver)
                cells.append((mark, one.driver, gap_words(one), "", False))
        n_out = sum(one.status == "retired" for one in others)
        out = f"{n_out} {'is' if n_out == 1 else 'are'} out." if n_out else ""
        rows.append((lap.lap, FLAGS.get(lap.flag, ""), cells, n - len(cells), out))
    return {"n": n, "rows": rows}


def _cell(shown: RaceShown, car: CarOnLap) -> tuple[Markup, str, str, str, bool]:
    gap = f"+{car.gap_s:.1f}" if car.gap_s else "leads"
    tyres = f"{LETTERS[car.compound.value][0]}{car.tyre_age_laps}"
    return shown.swatch(car.driver), car.driver, gap, tyres, car.stopped


def stop_words(shown: RaceShown) -> str:
    """Return when the winner stops, "Norris stops on laps 21 and 44"; empty: nobody won."""
    if not shown.race.result or shown.race.result[0].status == "retired":
        return ""
    one = shown.race.result[0]
    name = figures.surname(one.name)
    if not one.stops:
        return f"{name} never stops"
    laps = figures.series([str(stop.lap) for stop in one.stops])
    return f"{name} stops on {'lap' if len(one.stops) == 1 else 'laps'} {laps}"


def _range_row(what: str, one: Range, digits: int) -> Row:
    low, high = one.p05 or 0.0, one.p95 or 0.0
    top = max(high, one.told or 0.0, one.mean or 0.0, 1e-9)
    picture = range_row((low, high), None, one.mean, Scale(0.0, 1.05 * top), result=one.told)

    def said(value: float | None) -> str:
        return figures.NOTHING if value is None else f"{value:.{digits}f}"

    return Row(what, said(one.told), picture, f"{said(low)} to {said(high)}")


def _stint_words(one: Finisher) -> str:
    said: Sequence[str] = [
        f"{stint.compound.value.lower()} to lap {stint.last_lap}" for stint in one.stints
    ]
    return ", ".join(said) or "no lap"
