"""Every race of a driver in a row each: what was forecast, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from services.web.derived import figures
from services.web.derived.people import RaceOf
from services.web.derived.result_words import grid_to_finish
from services.web.derived.weekend import has_run, upcoming
from services.web.drawing.bars import nested_bar
from services.web.drawing.people import swatch
from services.web.pages.people_shown import PeopleShown
from services.web.pages.place_axis import not_finished, place_row

__all__ = ["RaceRow", "race_rows"]


@dataclass(frozen=True, slots=True)
class RaceRow:
    """One race.

    Attributes
    ----------
    path, name, short : str
        Of the event, its area, and three letters of that.
    round : int
    swatch : Markup
        Of the car of that race; empty for one who drove for one team all season.
    is_next, is_ahead : bool
    bar, picture : Markup
    win, podium : str
    said : str
        Grid and finish, or the place that is expected.
    is_faint : bool
    """

    path: str
    name: str
    short: str
    round: int
    swatch: Markup
    is_next: bool
    is_ahead: bool
    bar: Markup
    picture: Markup
    win: str
    podium: str
    said: str
    is_faint: bool


def race_rows(shown: PeopleShown, races: Sequence[RaceOf], *, with_team: bool) -> list[RaceRow]:
    """Return the rows, in calendar order.

    Parameters
    ----------
    shown : PeopleShown
    races : sequence of RaceOf
        Of one driver.
    with_team : bool
        Whether each row shows whose car it was.
    """
    coming = upcoming(shown.season.document)
    next_id = None if coming is None else coming[1].metadata.event_id
    return [
        _row(shown, race, is_next=race.event_id == next_id, with_team=with_team) for race in races
    ]


def _row(shown: PeopleShown, race: RaceOf, *, is_next: bool, with_team: bool) -> RaceRow:
    odds = race.forecast
    car = shown.season.cars.of(race.driver_id, race.event_id)
    return RaceRow(
        path=f"/events/{race.event_id}",
        name=figures.area(race.event_id, race.title),
        short=shown.short_names[race.event_id],
        round=race.round,
        swatch=swatch(car.class_, is_second=car.is_second) if with_team else Markup(""),
        is_next=is_next,
        is_ahead=race.is_ahead,
        bar=nested_bar(odds.p_win, odds.p_podium, odds.p_points) if odds else Markup(""),
        picture=_range(shown, race),
        win=figures.per_cent(odds.p_win) if odds else figures.NOTHING,
        podium=figures.per_cent(odds.p_podium) if odds else figures.NOTHING,
        said=_said(race),
        is_faint=odds is None or figures.is_faint(odds.p_win),
    )


def _said(race: RaceOf) -> str:
    if race.row is not None:
        return grid_to_finish(race.row)
    if has_run(race.event):
        return "no start"
    return figures.places(race.forecast.expected_position) if race.forecast else figures.NOTHING


def _range(shown: PeopleShown, race: RaceOf) -> Markup:
    retired = ""
    if has_run(race.event):
        if race.row is None:
            retired = "× did not start"
        elif race.place is None:
            retired = not_finished(race.row)
    return place_row(race.forecast, shown.people.n_places, result=race.place, retired=retired)
