"""The titles on the season's page: lines over the rounds, and the teams."""

from __future__ import annotations

from typing import Any

from predictor.published.title_types import PointsRange
from services.web.derived import figures
from services.web.derived.level import margin_90
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
from services.web.drawing.line_picture import Line, line_picture
from services.web.drawing.people import Car, car_cell, team_cell
from services.web.drawing.scale import Scale, Tick, nice_top, steps_to
from services.web.pages.season_shown import SeasonShown

__all__ = ["champions", "teams_section", "title_lines", "title_section"]

_LINES = 5
_NAMED_FROM = 0.005  # a chance below has no line of its own unless it once was larger
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
    picture = title_lines(shown, order)
    top = nice_top([one.p_title for one in order[:_LINES]])
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
            for one in order[:_LINES]
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


def title_lines(shown: SeasonShown, order: list[TitleContender]) -> str:
    """Return the lines of the likeliest champions over the rounds; empty without a past.

    The present is a point of the same document as the headline: it stands for the last round.
    """
    run = n_run(shown.document)
    past: dict[str, dict[int, tuple[float, int]]] = {}
    for row in shown.kept.titles("driver"):
        if row.known_round < run:
            n_sims = shown.kept.sims.get(row.run_no, 0)
            past.setdefault(row.subject_id, {})[row.known_round] = (row.p_title, n_sims)
    if run == 0 or not past:
        return ""
    n_now = shown.document.metadata.num_simulations
    highest = {
        one.key: max(one.p_title, *(p for p, _ in past.get(one.key, {}).values()), 0.0)
        for one in order
    }
    chosen = sorted(order, key=lambda one: (-one.p_title, -highest[one.key]))
    chosen = [one for one in chosen if highest[one.key] >= _NAMED_FROM][:_LINES]
    lines = []
    for one in chosen:
        points = [*sorted(past.get(one.key, {}).items()), (run, (one.p_title, n_now))]
        lines.append(_line(shown.cars.of(one.key), points))
    top = steps_to(nice_top([highest[one.key] for one in chosen]))
    ceiling = min(1.0, top[-1])
    return line_picture(
        lines,
        Scale(0.0, float(run)),
        Scale(0.0, ceiling),
        across_ticks=_rounds(run),
        up_ticks=[_up_tick(step, ceiling) for step in top if step <= ceiling],
        label="Chance of the drivers’ title after each round; the last values stand at the lines",
    )


def _line(car: Car, points: list[tuple[int, tuple[float, int]]]) -> Line:
    margins = [(at, p, margin_90(p, n_sims)) for at, (p, n_sims) in points if n_sims]
    return Line(
        points=tuple((float(at), p) for at, (p, _) in points),
        label=f"{car.code} {figures.per_cent(points[-1][1][0])}",
        class_=car.class_,
        is_dashed=car.is_second,
        band=tuple((float(at), max(0.0, p - m), min(1.0, p + m)) for at, p, m in margins),
    )


def _up_tick(step: float, ceiling: float) -> Tick:
    return Tick(step, f"{step * 100:.0f}{' %' if step == ceiling else ''}")


def _rounds(run: int) -> list[Tick]:
    size = 1 if run <= 4 else 3 if run <= 15 else 5
    middle = [Tick(k, f"round {k}" if k == size else str(k)) for k in range(size, run, size)]
    return [Tick(0, "start"), *middle, Tick(run, "now", is_strong=True)]


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
