"""The table of chances of a race or a sprint: a row a driver, each number beside its picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from predictor.published.event_types import SprintDriver
from services.web.derived import figures
from services.web.derived.cars import Cars
from services.web.derived.race_words import by_chance
from services.web.drawing.bars import nested_bar
from services.web.drawing.people import Car, car_cell

__all__ = ["CHANCE_KEY", "ChanceRow", "chance_rows"]

CHANCE_KEY = (("win", "wins"), ("podium", "on the podium"), ("points", "in the points"))


@dataclass(frozen=True, slots=True)
class ChanceRow:
    """One driver's row.

    Attributes
    ----------
    who, bar : Markup
    win, podium, points, retires, place : str
    is_faint, is_faint_podium : bool
        Whether his chance to win, or of the podium, is below 1 %.
    """

    who: Markup
    bar: Markup
    win: str
    podium: str
    points: str
    retires: str
    place: str
    is_faint: bool
    is_faint_podium: bool
    car: Car


def chance_rows(
    rows: Sequence[SprintDriver], cars: Cars, event_id: str, *, with_team: bool, most: int = 0
) -> list[ChanceRow]:
    """Return the rows by chance to win in whole per cent, then by expected place.

    Parameters
    ----------
    rows : sequence of SprintDriver
    cars : Cars
    event_id : str
    with_team : bool
        Whether the team's name stands beside the driver's.
    most : int
        How many of them; 0: all.
    """
    order = by_chance(rows)
    return [
        _row(row, cars.of(row.driver_id, event_id), with_team=with_team)
        for row in order[: most or len(order)]
    ]


def _row(row: SprintDriver, car: Car, *, with_team: bool) -> ChanceRow:
    return ChanceRow(
        who=car_cell(car, with_team=with_team),
        bar=nested_bar(row.p_win, row.p_podium, row.p_points),
        win=figures.per_cent(row.p_win),
        podium=figures.per_cent(row.p_podium),
        points=figures.per_cent(row.p_points),
        retires=figures.per_cent(row.p_dnf),
        place=figures.places(row.expected_position),
        is_faint=figures.is_faint(row.p_win),
        is_faint_podium=figures.is_faint(row.p_podium),
        car=car,
    )
