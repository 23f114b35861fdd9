"""The titles on the season's page: lines over the rounds, and the teams."""

from __future__ import annotations

from typing import Any

from predictor.published.title_types import PointsRange
from services.web.derived import figures
from services.web.derived.title_words import (
    TitleContender,
    champion,
    drivers,
    standings,
    teams,
    title_heading,
)
from services.web.derived.weekend import n_run
from services.web.drawing.bars import bar
from services.web.drawing.people import car_cell, team_cell
from services.web.drawing.scale import nice_top
from services.web.pages.season_shown import SeasonShown
from services.web.pages.title_lines import LINES, title_lines

__all__ = ["champions", "teams_section", "title_section"]

_NAMED_FROM = 0.005
_TEAMS = 3


def champions(shown: SeasonShown) -> tuple[TitleContender | None, TitleContender | None]:
    """Return the champions, driver and team, where nobody can catch them any more."""
    return champion(shown.document, "driver"), champion(shown.document, "team")


def title_section(shown: SeasonShown) -> dict[str, Any] | None:
    """Return the drivers' title: a heading, the lines, and what they are made of."""
    if shown.hide:
        return None
    order = drivers(shown.document)
    won = champion(shown.document, "driver")
    run = n_run(shown.document)
    picture = title_lines(shown, "driver")
    top = nice_top([one.p_title for one in order[:LINES]])
    after = f"after {figures.count(run, 'race')}" if run else "before the season"
    return {
        "over": f"Drivers’ title · {after}",
        "title": title_heading(order, won),
        "picture": picture,
        "bars": []
        if picture
        else [
            (
                car_cell(shown.cars.of(one.key)),
                bar(one.p_title, top),
                _title_chance(one, won),
                figures.points(one.points),
            )
            for one in order[:LINES]
        ],
        "note": _note(shown, run),
    }


def _note(shown: SeasonShown, run: int) -> str:
    """Return who leads on points; the forecast's leader need not."""
    table = standings(shown.document, "driver")
    names = {one.key: one.name for one in drivers(shown.document)}
    if run == 0 or len(table) < 2:
        return ""
    first, second = table[:2]
    score = f"{figures.points(first.points)} to {figures.points(second.points)}"
    if champion(shown.document, "driver") is not None:
        return f"Nobody can catch {names[first.key]} any more: {score} points."
    if first.points == second.points:
        return f"{names[first.key]} and {names[second.key]} are equal on points, {score}."
    return f"{names[first.key]} leads {names[second.key]} on points, {score}."


def teams_section(shown: SeasonShown) -> dict[str, Any] | None:
    """Return the teams' title: those who have a chance, at least three."""
    if shown.hide:
        return None
    document = shown.document
    won = champion(document, "team")
    order = teams(document)
    ranges = {row.team_id: row.points for row in document.championship.constructors}
    n_shown = max(_TEAMS, sum(one.p_title >= _NAMED_FROM for one in order))
    if won is not None:
        heading = f"Teams’ title: {won.name}, settled"
    elif order and order[0].p_title > 0.99:
        heading = f"Teams’ title: {order[0].name}, almost surely"
    else:
        heading = f"Teams’ title: {title_heading(order, None)}"
    is_over = all(row.p05 == row.p95 for row in ranges.values())
    return {
        "title": heading,
        "is_over": is_over,
        "rows": [
            {
                "who": team_cell(
                    one.name,
                    shown.cars.class_of(one.key),
                    href=shown.cars.team_href(one.key),
                ),
                "now": figures.points(one.points),
                "end": _from_to(ranges[one.key]),
                "chance": _title_chance(one, won),
                "is_faint": figures.is_faint(one.p_title),
            }
            for one in order[:n_shown]
        ],
    }


def _from_to(points: PointsRange) -> str:
    return f"{figures.number(points.p05)} to {figures.number(points.p95)}"


def _title_chance(one: TitleContender, won: TitleContender | None) -> str:
    if won is None:
        return figures.fine_per_cent(one.p_title)
    return "champion" if one.key == won.key else figures.NOTHING
