"""Lines of a title over the rounds: chances after each, and points with where they may end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.web.derived import figures
from services.web.derived.level import margin_90
from services.web.derived.title_points import points_by_round
from services.web.derived.title_race import Told
from services.web.derived.title_words import Kind, TitleContender, champion, contenders
from services.web.derived.weekend import has_run, last_round, upcoming
from services.web.drawing.line_picture import Line, Rule, line_picture
from services.web.drawing.people import Car
from services.web.drawing.scale import Scale, Tick, nice_top, steps_to
from services.web.pages.season_shown import SeasonShown

__all__ = ["LINES", "car_of", "chosen", "points_lines", "title_lines", "told_by_round"]

LINES = 5  # of so many colours and dashes each can be told from the others
_LEAST = 2
_NAMED_FROM = 0.005  # a chance below has no line of its own unless it once was larger
_WHATS = {"driver": "the drivers’ title", "team": "the teams’ title"}


def told_by_round(shown: SeasonShown, kind: Kind) -> tuple[Told, ...]:
    """Return the chances after each round, as the archive gives them, and now.

    The present is a point of the same document as the headline: it stands for the last round.
    Nothing where no earlier round is known.
    """
    last = last_round(shown.document)
    rounds: dict[int, dict[str, float]] = {}
    sims: dict[int, int] = {}
    for row in shown.kept.titles(kind):
        if row.known_round < last:
            rounds.setdefault(row.known_round, {})[row.subject_id] = row.p_title
            sims[row.known_round] = shown.kept.sims.get(row.run_no, 0)
    if not rounds:
        return ()
    past = [Told(one, rounds[one], sims[one], ()) for one in sorted(rounds)]
    now = {one.key: one.p_title for one in contenders(shown.document, kind)}
    return (*past, Told(last, now, shown.document.metadata.num_simulations, ()))


def chosen(told: Sequence[Told], order: Sequence[TitleContender]) -> list[TitleContender]:
    """Return whose lines are drawn: the likeliest champions, now or once, and two at least."""
    highest = {
        one.key: max((one.p_title, *(at.chances.get(one.key, 0.0) for at in told))) for one in order
    }
    ranked = sorted(order, key=lambda one: (-one.p_title, -highest[one.key]))
    worth = [one for one in ranked if highest[one.key] >= _NAMED_FROM]
    return ranked[: max(_LEAST, min(len(worth), LINES))]


def title_lines(
    shown: SeasonShown, kind: Kind, *, settled: int | None = None, height: float = 240.0
) -> str:
    """Return the lines of the likeliest champions over the rounds; empty without a past.

    Parameters
    ----------
    shown : SeasonShown
    kind : {'driver', 'team'}
    settled : int, optional
        Round after which the title was settled.
    height : float
        px.
    """
    told = told_by_round(shown, kind)
    if not told:
        return ""
    drawn = chosen(told, contenders(shown.document, kind))
    top = steps_to(nice_top([at.chances.get(one.key, 0.0) for at in told for one in drawn]))
    ceiling = min(1.0, top[-1])
    last = told[-1].round
    is_over = upcoming(shown.document) is None
    is_settled = champion(shown.document, kind) is not None
    return line_picture(
        [
            _line(car_of(shown, kind, one, drawn), one.key, told, is_settled=is_settled)
            for one in drawn
        ],
        Scale(0.0, float(last)),
        Scale(0.0, ceiling),
        across_ticks=_rounds(last, "end" if is_over else "now"),
        up_ticks=[_up_tick(step, ceiling) for step in top if step <= ceiling],
        height=height,
        rules=() if settled is None else (Rule(float(settled), f"settled, round {settled}"),),
        label=f"Chance of {_WHATS[kind]} after each round; the last values stand at the lines",
    )


def car_of(
    shown: SeasonShown, kind: Kind, one: TitleContender, all_drawn: Sequence[TitleContender]
) -> Car:
    """Return colour, dash and the short name of a line; a team's is three letters of its name."""
    if kind == "driver":
        return shown.cars.of(one.key)
    short = figures.short_names([each.name for each in all_drawn])
    code = short[[each.key for each in all_drawn].index(one.key)].upper()
    return Car(one.key, code, one.name, one.name, shown.cars.class_of(one.key))


def _line(car: Car, key: str, told: Sequence[Told], *, is_settled: bool) -> Line:
    points = [(at.round, at.chances[key], at.n_sims) for at in told if key in at.chances]
    margins = [(at, p, margin_90(p, n_sims)) for at, p, n_sims in points if n_sims]
    return Line(
        points=tuple((float(at), p) for at, p, _ in points),
        label=f"{car.code} {_said(points[-1][1], is_settled=is_settled)}",
        class_=car.class_,
        is_dashed=car.is_second,
        band=tuple((float(at), max(0.0, p - m), min(1.0, p + m)) for at, p, m in margins),
    )


def _said(p: float, *, is_settled: bool) -> str:
    """Return a chance; of what is settled it may be 0 and 100 %."""
    return figures.share(p, 1.0) if is_settled else figures.per_cent(p)


def _up_tick(step: float, ceiling: float) -> Tick:
    return Tick(step, f"{step * 100:.0f}{' %' if step == ceiling else ''}")


def _rounds(last: int, word: str) -> list[Tick]:
    # No number so near the last round that its word would touch it.
    size = 1 if last <= 4 else 3 if last <= 15 else 5
    middle = [
        Tick(k, f"round {k}" if k == size else str(k)) for k in range(size, last - size // 2, size)
    ]
    return [Tick(0, "start"), *middle, Tick(last, word, is_strong=True)]


def points_lines(
    shown: SeasonShown,
    kind: Kind,
    drawn: Sequence[TitleContender],
    shaded: Sequence[str],
    ends: Mapping[str, tuple[float, float, float]],
) -> str:
    """Return points after each race, and from now on to the middle of what may come.

    Parameters
    ----------
    shown : SeasonShown
    kind : {'driver', 'team'}
    drawn : sequence of TitleContender
    shaded : sequence of str
        Keys of those whose 9 in 10 are shaded.
    ends : Mapping[str, (float, float, float)]
        Key -> points at the end: the lower end of 9 in 10, the middle, the upper end.
    """
    document = shown.document
    history = points_by_round(document, kind)
    if not history:
        return ""
    rounds = [0, *(one.metadata.round for one in document.predictions.values() if has_run(one))]
    now = float(rounds[-1])
    end = float(max(one.metadata.round for one in document.predictions.values()))
    lines = []
    for one in drawn:
        past = list(zip(map(float, rounds), history[one.key], strict=True))
        low, middle, high = ends[one.key]
        past[-1] = (now, one.points)  # with a sprint that was run since
        ahead = [(end, middle)] if end > now else []
        car = car_of(shown, kind, one, drawn)
        lines.append(
            Line(
                points=(*past, *ahead),
                label=f"{car.code} {figures.points(ahead[0][1] if ahead else one.points)}",
                class_=car.class_,
                is_dashed=car.is_second,
                band=((now, one.points, one.points), (end, low, high))
                if ahead and one.key in shaded
                else (),
            )
        )
    top = steps_to(max(ends[one.key][2] for one in drawn), 5)
    return line_picture(
        lines,
        Scale(0.0, end),
        Scale(0.0, top[-1]),
        across_ticks=_to_the_end(int(now), int(end)),
        up_ticks=[Tick(step, figures.number(step)) for step in top],
        height=260.0,
        rules=(Rule(now, "forecast"),) if 0.0 < now < end else (),
        label="Points after each round, and where they may end; the numbers are in the table below",
    )


def _to_the_end(now: int, end: int) -> list[Tick]:
    size = 2 if end <= 12 else 4
    kept = [k for k in range(size, end, size) if k + 1 < end]
    middle = [Tick(k, str(k)) for k in kept]
    return [Tick(0, "start" if now else "now", is_strong=not now), *middle, Tick(end, str(end))]
