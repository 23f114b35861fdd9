"""Lines over the rounds: expected place, points at the end, chance of the title."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from markupsafe import Markup

from predictor.published.title_types import DriverTitle, PointsRange, TeamTitle
from services.web.derived import figures, level
from services.web.derived.people import Driver
from services.web.derived.title_words import champion, drivers, teams
from services.web.drawing.line_picture import Line, Rule, line_picture
from services.web.drawing.people import Car
from services.web.drawing.rows import axis_row, span_row
from services.web.drawing.scale import Scale, Tick, nice_top, steps_to
from services.web.pages.people_shown import PeopleShown
from services.web.pages.place_axis import place_ticks

if TYPE_CHECKING:
    from services.archive.rows import TitleRow

__all__ = ["place_heading", "place_section", "points_section", "title_section"]

Kind = Literal["driver", "team"]

_NAMED_FROM = 0.005  # a chance that never was larger has no line
_MOST_RIVALS = 3


def place_section(shown: PeopleShown, of: Sequence[Driver]) -> dict[str, Any] | None:
    """Return the places expected before weekends, by form alone, with the field in grey.

    Parameters
    ----------
    shown : PeopleShown
    of : sequence of Driver
        Whose lines have their colour; the first lies on top.

    Returns
    -------
    dict, optional
        None where fewer than two such forecasts are known.
    """
    named = {one.key for one in of}
    others = [one for one in shown.people.drivers.values() if one.key not in named]
    lines = [
        line
        for one in (*of, *others)
        if (line := _place_line(shown, one, is_named=one.key in named)) is not None
    ]
    if not lines or not lines[0].label:
        return None
    rounds = [int(at) for line in lines if line.label for at, _ in line.points]
    begin, end = min(rounds), max(rounds)
    bottom = float(shown.people.n_places)
    is_split = begin <= shown.n_run < end
    return {
        "picture": line_picture(
            lines,
            Scale(float(begin), float(end)),
            Scale(bottom, 1.0),
            across_ticks=_rounds(begin, end),
            up_ticks=place_ticks(shown.people.n_places),
            rules=[Rule(shown.n_run + 0.5, "to come")] if is_split else [],
            label="Place expected before each weekend, by round; the last stand at the lines",
        ),
        "has_past": begin <= shown.n_run,
    }


def _place_line(shown: PeopleShown, one: Driver, *, is_named: bool) -> Line | None:
    rows = shown.before_weekends(one)
    if len(rows) < 2:
        return None
    points = tuple((float(at), row.expected_position) for at, row in rows)
    if not is_named:
        return Line(points)
    car = shown.season.cars.of(one.key)
    label = f"{car.code} {figures.places(points[-1][1])}"
    return Line(points, label, car.class_, is_dashed=car.is_second)


def place_heading(shown: PeopleShown, driver: Driver) -> str:
    """Return how the expected place moved from the first weekend to the next, beyond noise."""
    rows = shown.before_weekends(driver)
    names = {
        event.metadata.round: figures.area(event.metadata.event_id, title)
        for title, event in shown.season.document.predictions.items()
    }
    if not rows:
        return "Expected place before each weekend"
    (begin, first), (end, last) = rows[0], _present(rows, shown.n_run)
    before, now = first.expected_position, last.expected_position
    if begin == end:
        return f"Expected place in {names[end]}: {figures.places(now)}"
    errors = [level.error_of_place(row.p_position, shown.n_sims) for row in (first, last)]
    if level.is_within(now - before, *errors):
        return f"Expected place as before {names[begin]}: {figures.places(now)}"
    return (
        f"Expected place: {figures.places(before)} before {names[begin]}, "
        f"{figures.places(now)} before {names[end]}"
    )


def _present(rows: Sequence[tuple[int, Any]], n_run: int) -> tuple[int, Any]:
    """Return the row of the next race, or the last one of somebody who is in none."""
    return next((one for one in rows if one[0] > n_run), rows[-1])


def points_section(
    shown: PeopleShown, kind: Kind, title: DriverTitle | TeamTitle | None, car: Car
) -> dict[str, Any] | None:
    """Return the points at the end of the season as they were forecast after each round."""
    if title is None:
        return None
    now, key = title.points, car.driver_id
    past = shown.titles(kind, key)
    heading = _points_heading(now)
    if shown.n_run == 0 or not past:
        # Where nothing is left to score, the facts above have said it.
        return None if now.p05 == now.p95 else {"title": heading, "picture": "", **_span(now)}
    rows = [
        (row.known_round, row.points_now, row.points_mean, row.points_p05, row.points_p95)
        for row in past
    ]
    rows.append((shown.n_run, now.current, now.mean, now.p05, now.p95))
    steps = steps_to(max(row[4] for row in rows))
    end = Line(
        points=tuple((float(at), mean) for at, _, mean, _, _ in rows),
        label=f"end {figures.number(now.mean)}",
        class_=car.class_,
        band=tuple((float(at), low, high) for at, _, _, low, high in rows),
    )
    scored = Line(
        points=tuple((float(at), scored) for at, scored, _, _, _ in rows),
        label=f"now {figures.points(now.current)}",
    )
    return {
        "title": heading,
        "span": "",
        "picture": line_picture(
            [scored, end],
            Scale(float(rows[0][0]), float(shown.n_run)),
            Scale(0.0, steps[-1]),
            across_ticks=_rounds(rows[0][0], shown.n_run, is_now=True),
            up_ticks=[Tick(step, figures.number(step)) for step in steps],
            label="Points scored and points expected at the end, after each round",
        ),
    }


def _points_heading(now: PointsRange) -> str:
    low, high = figures.number(now.p05), figures.number(now.p95)
    if low == high:
        return f"{figures.points(now.current)} points in the end"
    return f"About {figures.number(now.mean)} points in the end; 9 in 10 seasons, {low} to {high}"


def _span(now: PointsRange) -> dict[str, Markup]:
    """Return points now and at the end as one row, where no past is archived."""
    steps = steps_to(max(now.p95, 1.0))
    scale = Scale(0.0, steps[-1])
    return {
        "span": span_row(now.current, now.p05, now.p50, now.p95, scale),
        "axis": axis_row([Tick(step, figures.number(step)) for step in steps], scale),
    }


def title_section(shown: PeopleShown, kind: Kind, key: str) -> dict[str, Any] | None:
    """Return the chance of the title after each round, beside the strongest rivals'.

    None for one who never had a chance to speak of, and where no past is archived.
    """
    document = shown.season.document
    order = drivers(document) if kind == "driver" else teams(document)
    now = {one.key: one.p_title for one in order}
    past = {one.key: shown.titles(kind, one.key) for one in order}
    highest = {one: max(now[one], *(row.p_title for row in past[one]), 0.0) for one in now}
    if shown.n_run == 0 or not past.get(key) or highest[key] < _NAMED_FROM:
        return None
    rivals = sorted((one for one in now if one != key), key=lambda one: (-now[one], -highest[one]))
    chosen = [key, *(one for one in rivals[:_MOST_RIVALS] if highest[one] >= _NAMED_FROM)]
    won = champion(document, kind)
    lines = [
        _title_line(shown, kind, one, past[one], now[one], is_settled=won is not None)
        for one in chosen
    ]
    steps = steps_to(nice_top([highest[one] for one in chosen]))
    ceiling = min(1.0, steps[-1])
    begin = min(row.known_round for row in past[key])
    return {
        "title": _title_heading(past[key], now[key], shown.n_sims, shown.season.kept.sims)
        if won is None
        else _settled_heading(past[key], is_won=won.key == key),
        "picture": line_picture(
            lines,
            Scale(float(begin), float(shown.n_run)),
            Scale(0.0, ceiling),
            across_ticks=_rounds(begin, shown.n_run, is_now=True),
            up_ticks=[
                Tick(step, f"{step * 100:.0f}{' %' if step == ceiling else ''}")
                for step in steps
                if step <= ceiling
            ],
            label="Chance of the title after each round; the last values stand at the lines",
        ),
    }


def _title_heading(
    past: Sequence[TitleRow],
    now: float,
    n_now: int,
    sims: Any,  # noqa: ANN401 - a mapping
) -> str:
    best = max(past, key=lambda row: row.p_title)
    n_best = sims.get(best.run_no, 0)
    if best.p_title > now and level.has_moved(best.p_title, now, n_best, n_now):
        return (
            f"Title: {figures.fine_per_cent(now)} now, "
            f"{figures.fine_per_cent(best.p_title)} at best, {_when(best)}"
        )
    return f"Title: {figures.fine_per_cent(now)} now, as much as ever"


def _settled_heading(past: Sequence[TitleRow], *, is_won: bool) -> str:
    """Return what the forecast thought of a title that is won or lost, where it was most wrong."""
    if is_won:
        least = min(past, key=lambda row: row.p_title)
        return f"Title won: {figures.fine_per_cent(least.p_title)} at the least, {_when(least)}"
    most = max(past, key=lambda row: row.p_title)
    return f"Title lost: {figures.fine_per_cent(most.p_title)} at best, {_when(most)}"


def _when(row: TitleRow) -> str:
    return f"after round {row.known_round}" if row.known_round else "before the season"


def _title_line(
    shown: PeopleShown,
    kind: Kind,
    key: str,
    past: Sequence[TitleRow],
    now: float,
    *,
    is_settled: bool,
) -> Line:
    cars, sims = shown.season.cars, shown.season.kept.sims
    points = [(row.known_round, row.p_title, sims.get(row.run_no, 0)) for row in past]
    points.append((shown.n_run, now, shown.n_sims))
    margins = [(at, p, level.margin_90(p, n)) for at, p, n in points if n]
    if kind == "driver":
        car = cars.of(key)
        name, class_, is_second = car.code, car.class_, car.is_second
    else:
        name, class_, is_second = shown.short_teams[key].upper(), cars.class_of(key), False
    return Line(
        points=tuple((float(at), p) for at, p, _ in points),
        label=f"{name} {figures.share(now, 1.0) if is_settled else figures.per_cent(now)}",
        class_=class_,
        is_dashed=is_second,
        band=tuple((float(at), max(0.0, p - m), min(1.0, p + m)) for at, p, m in margins),
    )


def _rounds(begin: int, end: int, *, is_now: bool = False) -> list[Tick]:
    size = 1 if end - begin <= 4 else 3 if end - begin <= 15 else 5
    middle = [k for k in range(size, end - size // 2, size) if k > begin]
    first = "start" if begin == 0 else f"round {begin}"
    last = Tick(end, "now", is_strong=True) if is_now else Tick(end, str(end))
    return [Tick(begin, first), *(Tick(k, str(k)) for k in middle), last]
