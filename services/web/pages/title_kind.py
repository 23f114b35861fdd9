"""One championship on the page of the title race: lines, points, what is possible, all numbers."""

from __future__ import annotations

from typing import Any

from predictor.published.title_types import PointsRange
from services.web.derived import figures
from services.web.derived.title_points import OnPaper, on_paper, what_is_left
from services.web.derived.title_race import Told
from services.web.derived.title_words import Kind, TitleContender, contenders, title_heading
from services.web.derived.weekend import last_round, n_events, n_run, upcoming
from services.web.drawing.bars import bar
from services.web.drawing.people import Car, car_cell, team_cell
from services.web.drawing.rows import span_row
from services.web.drawing.scale import Scale, nice_top, steps_to
from services.web.pages.season_shown import SeasonShown
from services.web.pages.title_lines import (
    LINES,
    car_of,
    chosen,
    points_lines,
    title_lines,
    told_by_round,
)
from services.web.pages.title_swings import swings_section

__all__ = ["kind_section"]


def kind_section(shown: SeasonShown, kind: Kind) -> dict[str, Any]:
    """Return what the page says of one championship."""
    document = shown.document
    order = contenders(document, kind)
    told = told_by_round(shown, kind)
    drawn = chosen(told, order) if told else order[:LINES]
    paper = on_paper(document, kind)
    settled = None if paper is None else paper.settled
    won = None if paper is None or not paper.is_settled else paper.table[0].key
    ranges = _ranges(shown, kind)
    return {
        "kind": kind,
        "title": f"Chance of the {kind}s’ title after each round",
        "heading": _teams_heading(order, won) if kind == "team" else "",
        "lines": title_lines(shown, kind, settled=settled),
        "bars": [] if told else _bars(shown, kind, order, drawn),
        "points": _points(shown, kind, drawn, ranges),
        "paper": _on_paper(shown, kind, order, paper, won),
        "rows": _rows(shown, kind, order, paper, won, ranges),
        "top": f"0 to {figures.number(_top(ranges))} points",
        "swings": swings_section(shown, kind, settled),
        "past": _past(shown, kind, told, drawn, settled),
    }


def _teams_heading(order: list[TitleContender], won: str | None) -> str:
    champion = next((one for one in order if one.key == won), None)
    if champion is not None:
        return f"Teams’ title: {champion.name}, with {figures.points(champion.points)} points"
    return f"Teams’ title: {title_heading(order, None) if order else 'no odds yet'}"


def _ranges(shown: SeasonShown, kind: Kind) -> dict[str, PointsRange]:
    rows = shown.document.championship
    if kind == "driver":
        return {row.driver_id: row.points for row in rows.drivers}
    return {row.team_id: row.points for row in rows.constructors}


def _top(ranges: dict[str, PointsRange]) -> float:
    return steps_to(max((one.p95 for one in ranges.values()), default=1.0) or 1.0, 5)[-1]


def _cell(shown: SeasonShown, kind: Kind, one: TitleContender, car: Car | None) -> str:
    if kind == "driver":
        return car_cell(shown.cars.of(one.key), with_team=True)
    href = shown.cars.team_href(one.key)
    cell = team_cell(one.name, shown.cars.class_of(one.key), href=href)
    return cell if car is None else cell + f" ({car.code})"


def _bars(
    shown: SeasonShown, kind: Kind, order: list[TitleContender], drawn: list[TitleContender]
) -> list[tuple[str, str, str, bool]]:
    """Return the chances now, in place of lines of which only the last points are known."""
    top = nice_top([one.p_title for one in order[:LINES]])
    return [
        (
            _cell(shown, kind, one, None),
            bar(one.p_title, top),
            figures.fine_per_cent(one.p_title),
            figures.is_faint(one.p_title),
        )
        for one in drawn
    ]


def _points(
    shown: SeasonShown, kind: Kind, drawn: list[TitleContender], ranges: dict[str, PointsRange]
) -> dict[str, Any] | None:
    """Return points so far and where they may end; the first of two teams is shaded."""
    if not drawn:
        return None
    ends = {one.key: (at.p05, at.p50, at.p95) for one in drawn if (at := ranges[one.key])}
    classes = {one.key: car_of(shown, kind, one, drawn).class_ for one in drawn}
    other = next((one for one in drawn[1:] if classes[one.key] != classes[drawn[0].key]), None)
    shaded = [drawn[0]]
    # Before the first race their ranges are all but the same: one is enough.
    if other is not None and n_run(shown.document):
        shaded.append(other)
    picture = points_lines(shown, kind, drawn, [one.key for one in shaded], ends)
    if not picture:
        return None
    is_over = upcoming(shown.document) is None
    return {
        "picture": picture,
        "title": _points_title(
            drawn,
            {key: (at.p05, at.p50, at.p95) for key, at in ranges.items()},
            kind,
            is_over=is_over,
        ),
        "is_over": is_over,
        "shaded": figures.series([one.name for one in shaded]),
    }


def _points_title(
    drawn: list[TitleContender],
    ends: dict[str, tuple[float, float, float]],
    kind: Kind,
    *,
    is_over: bool,
) -> str:
    if len(drawn) < 2:
        return f"Points of the {kind}s"
    # Of a season that is over the first two by points; they need not have been the likeliest.
    likeliest = ends.values() if is_over else [ends[one.key] for one in drawn[:2]]
    first, second = sorted((middle for _, middle, _ in likeliest), reverse=True)[:2]
    gap = first - second
    if is_over:
        return f"Points: {figures.points(gap)} between the first two"
    if gap < 0.5:
        return "Points: the two likeliest end about level"
    return f"Points: the two likeliest end about {figures.number(gap)} apart"


def _on_paper(
    shown: SeasonShown,
    kind: Kind,
    order: list[TitleContender],
    paper: OnPaper | None,
    won: str | None,
) -> dict[str, Any] | None:
    """Return the arithmetic: what is left, when it can be settled, who can still win it."""
    if paper is None:
        return None
    names = {one.key: one.name for one in order}
    leader = names.get(paper.table[0].key, "")
    where = {
        event.metadata.round: figures.area(event.metadata.event_id, title)
        for title, event in shown.document.predictions.items()
    }
    facts = []
    if paper.ahead:
        facts.append(
            (f"Points left for one {kind}", figures.points(paper.left), what_is_left(paper.ahead))
        )
    if won is not None:
        after = "" if paper.settled is None else where[paper.settled]
        value = "yes" if paper.settled is None else f"round {paper.settled}"
        facts.append(("Settled", value, after))
    elif paper.earliest is not None:
        facts.append(
            (
                "Settled at the earliest",
                f"round {paper.earliest.round}",
                f"{where[paper.earliest.round]}, if {_if(leader, paper)}",
            )
        )
    return {
        "facts": facts,
        "said": _who_can(order, paper, kind, won, shown.document.metadata.num_simulations),
        "clinched": _clinched(names, paper, kind, won, where),
        "title": "What can still happen" if won is None else "How it was settled",
    }


def _if(leader: str, paper: OnPaper) -> str:
    if paper.table[0].points == paper.table[-1].points:
        return "one takes all and nobody else scores"
    return f"{leader} takes all and nobody else scores"


def _who_can(
    order: list[TitleContender], paper: OnPaper, kind: Kind, won: str | None, n_sims: int
) -> str:
    """Return who can still win it on paper, and that this is not likelihood."""
    if won is not None:
        return ""
    n_can, n_all = len(paper.can_win), len(order)
    if n_can == n_all:
        said = f"All {n_all} {kind}s can still win it on paper."
    elif n_can <= 6:
        names = figures.series([one.name for one in order if one.key in paper.can_win])
        said = f"{figures.spelt(n_can).capitalize()} can still win it on paper: {names}."
    else:
        said = f"{n_can} of {n_all} {kind}s can still win it on paper."
    never = [one for one in order if one.key in paper.can_win and one.p_title == 0.0]
    if not never:
        return f"{said} Arithmetic is not likelihood."
    best = max(never, key=lambda one: one.points)
    return (
        f"{said} Arithmetic is not likelihood: {best.name} still can, and did so in none of "
        f"{figures.number(n_sims)} simulated seasons."
    )


def _clinched(
    names: dict[str, str], paper: OnPaper, kind: Kind, won: str | None, where: dict[int, str]
) -> tuple[str, str]:
    if won is None:
        return (
            "Nobody has clinched the title yet.",
            "When it is settled, a line “settled, round n” appears here and in the picture.",
        )
    verb = "is champion" if kind == "driver" else "are champions"
    since = "" if paper.settled is None else f" since {where[paper.settled]}, round {paper.settled}"
    return f"{names.get(won, '')} {verb}{since}.", "Nobody can catch the leader any more."


def _rows(
    shown: SeasonShown,
    kind: Kind,
    order: list[TitleContender],
    paper: OnPaper | None,
    won: str | None,
    ranges: dict[str, PointsRange],
) -> list[dict[str, Any]]:
    scale = Scale(0.0, _top(ranges))
    rows = []
    for one in order:
        at = ranges[one.key]
        rows.append(
            {
                "who": _cell(shown, kind, one, None),
                "now": figures.points(at.current),
                "picture": span_row(at.current, at.p05, at.p50, at.p95, scale),
                "end": f"{figures.number(at.p05)} to {figures.number(at.p95)}",
                "middle": figures.number(at.p50),
                "possible": ""
                if paper is None
                else "yes"
                if one.key in paper.can_win and won is None
                else "champion"
                if one.key == won
                else "no",
                "chance": _chance(one, paper, won),
                "is_faint": figures.is_faint(one.p_title) or (won not in (None, one.key)),
            }
        )
    return rows


def _chance(one: TitleContender, paper: OnPaper | None, won: str | None) -> str:
    if won is not None:
        return "champion" if one.key == won else figures.NOTHING
    if paper is not None and one.key not in paper.can_win:
        return figures.NOTHING
    return figures.fine_per_cent(one.p_title)


def _past(
    shown: SeasonShown,
    kind: Kind,
    told: tuple[Told, ...],
    drawn: list[TitleContender],
    settled: int | None,
) -> dict[str, Any] | None:
    """Return the lines once more as a table: a row a round."""
    if not told:
        return None
    last = last_round(shown.document)
    where = {
        event.metadata.round: figures.area(event.metadata.event_id, title)
        for title, event in shown.document.predictions.items()
    }
    is_over = last >= n_events(shown.document)
    rows = []
    for at in told:
        name = "Start" if at.round == 0 else f"{at.round} {where.get(at.round, '')}"
        if at.round == last and not is_over:
            name = "Now"
        is_open = settled is None or at.round < settled
        chances = [_told(at.chances.get(one.key), is_open=is_open) for one in drawn]
        rows.append((name, chances, figures.number(at.n_sims) if at.n_sims else figures.NOTHING))
    return {"heads": [car_of(shown, kind, one, drawn).code for one in drawn], "rows": rows}


def _told(chance: float | None, *, is_open: bool) -> str:
    """Return a chance; of what is settled it may be 0 and 100 %."""
    if chance is None:
        return figures.NOTHING
    return figures.fine_per_cent(chance) if is_open else figures.share(chance, 1.0)
