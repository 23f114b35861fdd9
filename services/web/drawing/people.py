"""Drivers and teams in a cell of a table or under a number: a swatch and a name."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup, escape

from services.web.drawing.svg import element

__all__ = ["Car", "car_cell", "swatch", "team_cell"]


@dataclass(frozen=True, slots=True)
class Car:
    """A driver in the car of one event.

    Attributes
    ----------
    driver_id, code, name, team : str
    class_ : str
        That gives the team's colour.
    is_second : bool
        Whether it is the team's second car: hollow and dashed, all season.
    href, team_href : str
        Addresses of the pages of driver and team; empty where there is none.
    """

    driver_id: str
    code: str
    name: str
    team: str
    class_: str = "t-none"
    is_second: bool = False
    href: str = ""
    team_href: str = ""


def swatch(class_: str, *, is_second: bool = False) -> Markup:
    """Draw the colour of a team, filled for the first car and hollow for the second."""
    kind = "swatch second" if is_second else "swatch"
    return element("span", class_=f"{kind} {class_}", aria_hidden="true")


def car_cell(car: Car, *, with_team: bool = False, is_whole: bool = False) -> Markup:
    """Return swatch, name and team; on a phone the code stands for both.

    Parameters
    ----------
    car : Car
        The names lead to the pages of driver and team, where there are any.
    with_team : bool
    is_whole : bool
        Whether the name stays on a phone, too.
    """
    name = element("span", car.name, class_="name")
    code = element("span", car.code, class_="code")
    who = _linked(name + code, car.href)
    team = _team(car) if with_team else Markup("")
    return element(
        "span",
        swatch(car.class_, is_second=car.is_second),
        who,
        team,
        class_="car whole" if is_whole else "car",
    )


def team_cell(name: str, class_: str, *, href: str = "") -> Markup:
    """Return swatch and name of a team."""
    return element("span", swatch(class_), _linked(escape(name), href), class_="car")


def _team(car: Car) -> Markup:
    if not car.team_href:
        return element("span", car.team, class_="team")
    return element("a", car.team, class_="team", href=car.team_href)


def _linked(inside: Markup, href: str) -> Markup:
    """Return it as a link, where there is something to link to."""
    return element("a", inside, href=href) if href else inside
