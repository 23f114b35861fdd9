"""Tables for a notebook: what an object shows of itself when a cell ends with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

from msgspec import UNSET

from services.web.derived.figures import fine_per_cent, per_cent

if TYPE_CHECKING:
    from predictor.published.event_types import Event
    from services.notebook.difference import Difference
    from services.notebook.forecast import Forecast
    from services.notebook.scores import Backtested, Calibration, Scores
    from services.notebook.season import Season
    from services.notebook.titles import Titles

__all__ = [
    "backtest_html",
    "calibration_html",
    "difference_html",
    "forecast_html",
    "scores_html",
    "season_html",
    "titles_html",
]

_TITLE_ROWS = 5
_HORIZON = {"a": "before the weekend", "b": "after practice", "c": "with the grid known"}


def forecast_html(forecast: Forecast) -> str:
    """Return a race's odds, with what became of it once it is run."""
    title = f"{forecast.event} {forecast.season}"
    if forecast.session == "sprint":
        title += ", sprint"
    if not forecast.rows:
        return _table(title, ["there is no forecast of it"], [], forecast.metadata.notes)
    heads = ["driver", "team", "win", "podium", "points", "DNF", "if finished, 9 in 10"]
    became = {row.driver_id: row for row in forecast.result.order} if forecast.result else {}
    if became:
        heads += ["grid", "result"]
    rows = []
    for row in forecast.rows:
        ends = row.interval_90_if_finished
        span = "" if ends is UNSET or ends is None else f"{ends[0]} to {ends[1]}"
        chances = [per_cent(p) for p in (row.p_win, row.p_podium, row.p_points, row.p_dnf)]
        cells = [row.name, row.team, *chances, span]
        end = became.get(row.driver_id)
        if became:
            place = "" if end is None or end.position is None else str(end.position)
            is_out = end is not None and end.status.value != "finished"
            grid = str(end.grid) if end is not None and end.grid is not None else ""
            cells += [grid, f"{place} {end.status.value}".strip() if is_out and end else place]
        rows.append(cells)
    horizon = f"forecast {_HORIZON[forecast.horizon]}" if forecast.horizon else "no forecast"
    return _table(title, heads, rows, [horizon, *forecast.metadata.notes], n_words=2)


def titles_html(titles: Titles, most: int | None = None) -> str:
    """Return the odds of a championship."""
    heads = ["", "title", "points now", "at the end, on average", "9 in 10"]
    rows = [
        [
            row.name,
            fine_per_cent(row.p_title),
            f"{row.points.current:g}",
            f"{row.points.mean:.0f}",
            f"{row.points.p05:.0f} to {row.points.p95:.0f}",
        ]
        for row in titles.rows[:most]
    ]
    n_more = len(titles.rows) - len(rows)
    notes = [f"and {n_more} more: titles('{titles.kind}').to_frame()"] if n_more else []
    return _table(f"{titles.kind.capitalize()}' championship {titles.season}", heads, rows, notes)


def season_html(season: Season) -> str:
    """Return what a season's document is, and how its titles stand."""
    metadata = season.document.metadata
    run = sum(event.metadata.status.value == "completed" for event in _events(season))
    said = (
        f"Season {season.year}: {run} of {len(season.events)} events run; "
        f"{metadata.num_simulations} simulations per event and scenario; known until "
        f"{metadata.as_of or 'nothing yet'}"
    )
    notes = "".join(f"<li>{escape(note)}</li>" for note in metadata.notes)
    listed = f"<ul>{notes}</ul>" if notes else ""
    return f"<p>{escape(said)}</p>{titles_html(season.titles(), _TITLE_ROWS)}{listed}"


def difference_html(difference: Difference) -> str:
    """Return the changes of every number that are more than noise, the largest first."""
    heads = ["", "number", "before", "after", "change"]
    beyond = [
        one for number in difference.numbers for one in difference.of(number) if one.is_beyond_noise
    ]
    rows = [[one.name, one.number, *_shown(one.number, one.before, one.after)] for one in beyond]
    n_level = len(difference.changes) - len(beyond)
    notes = [f"{n_level} of {len(difference.changes)} numbers differ by no more than noise"]
    notes += [f"in one of the two alone: {', '.join(difference.without)}"] * bool(
        difference.without
    )
    return _table(difference.about, heads, rows, notes, n_words=2)


def scores_html(scores: Scores) -> str:
    """Return race by race who won and what he had been given."""
    heads = ["race", "winner", "given", "favourite", "given", "RPS"]
    rows = [
        [
            one.event,
            one.winner,
            per_cent(one.p_win),
            one.favourite,
            per_cent(one.p_favourite),
            f"{one.scores.rps:.3f}",
        ]
        for one in scores.races
    ]
    return _table(f"Forecasts of {scores.season} beside results", heads, rows, (), n_words=2)


def calibration_html(calibration: Calibration) -> str:
    """Return what was said beside what was seen."""
    heads = ["chance given", "forecasts", "on average", "came", "9 in 10 if true"]
    rows = [
        [
            f"{one.lower:.0%} to {one.upper:.0%}",
            str(one.n),
            per_cent(one.mean_forecast or 0.0),
            f"{one.frequency:.0%}",
            f"{one.low_90:.0%} to {one.high_90:.0%}",
        ]
        for one in calibration.bins
        if one.n
    ]
    gap = f"mean gap between said and seen: {calibration.error:.3f}"
    return _table(f"{calibration.outcome}: {calibration.about}", heads, rows, [gap])


def backtest_html(backtest: Backtested) -> str:
    """Return the scores that models are compared by, at every horizon."""
    from services.backtesting.text import MODELS  # noqa: PLC0415 - with all of a backtest

    names = ("winner_log_loss", "rps", "podium_log_loss", "spearman")
    rows = []
    for horizon, summary in backtest.found.horizons.items():
        for model, scores in summary["scores"].items():
            cells = [_with_error(scores[name]["mean"], scores[name]["se"]) for name in names]
            rows.append([horizon, MODELS.get(model, model), *cells])
    heads = ["horizon", "model", *names]
    notes = ["mean over races ± standard error; less is better, but for spearman"]
    return _table(f"Backtest of {backtest.seasons}", heads, rows, notes, n_words=2)


def _with_error(mean: float, error: float | None) -> str:
    return f"{mean:.3f}" if error is None else f"{mean:.3f} ± {error:.3f}"


def _shown(number: str, before: float, after: float) -> list[str]:
    if number.startswith("p_"):
        return [per_cent(before), per_cent(after), f"{100 * (after - before):+.1f}"]
    return [f"{before:.1f}", f"{after:.1f}", f"{after - before:+.1f}"]


def _events(season: Season) -> Iterable[Event]:
    return season.document.predictions.values()


def _table(
    title: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    notes: Iterable[str] = (),
    n_words: int = 1,
) -> str:
    """Return a table whose first columns are words and whose others are numbers."""
    sides = ["left" if at < n_words else "right" for at in range(len(heads))]
    head = "".join(
        f'<th scope="col" style="text-align:{side}">{escape(text)}</th>'
        for side, text in zip(sides, heads, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f'<td style="text-align:{side}">{escape(cell)}</td>'
            for side, cell in zip(sides, row, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    said = "".join(f"<p>{escape(note)}</p>" for note in notes)
    return (
        f"<table><caption>{escape(title)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>{said}"
    )
