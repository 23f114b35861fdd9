"""The forecast as a few lines of text: the next race, the last one, the titles, where the rest is.

Reads nothing but the season document, so it shows what any other reader would see.
Plain text on purpose: it is the last thing of every run, and a table library would
cost an unchanged run a fifth of its time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import UNSET, UnsetType

from predictor.published.event_types import Event, Odds, Result, ResultRow, SprintDriver
from predictor.published.learned_types import EventModel, LearnedModel
from predictor.published.season_types import Metadata, SeasonDocument
from predictor.published.title_types import Championship, PointsRange
from predictor.vocabulary import EventStatus, Horizon
from services.settings.terminal import plain

__all__ = ["event_to_show", "season_table"]

_RIGHT, _LEFT = ">", "<"
_COLUMNS = (
    ("", _RIGHT),
    ("driver", _LEFT),
    ("team", _LEFT),
    ("win", _RIGHT),
    ("podium", _RIGHT),
    ("points", _RIGHT),
    ("DNF", _RIGHT),
    ("exp. pos", _RIGHT),
    ("if finished", _RIGHT),
)
_HORIZONS = {
    Horizon.BEFORE_WEEKEND: "before the weekend",
    Horizon.AFTER_PRACTICE: "after practice",
    Horizon.AFTER_QUALIFYING: "after qualifying",
}
_SPRINT_HORIZONS = {**_HORIZONS, Horizon.AFTER_QUALIFYING: "with its grid known"}
_STATUS = {EventStatus.COMPLETED: "Last race", EventStatus.SCHEDULED: "Next race"}
# Said below the table, because it is the first that a reader meets of these words.
_LEGEND = (
    "win, podium, points: how likely; points: a place that pays (first ten; of a sprint eight)",
    "DNF: how likely he retires; exp. pos: mean place, a retired car behind all that finish",
    "if finished: mean place in the races that he finishes, and where he ends 90 % of those",
)
_TITLE_ROWS = 5
_SPRINT_ROWS = 8  # places that pay
_LISTED = 8  # rejected files and notes beyond this are counted


def season_table(document: SeasonDocument, path: Path) -> str:
    """Give the readable summary of a season document.

    Parameters
    ----------
    document : SeasonDocument
    path : Path
        Where the document is.
    """
    return "\n".join(map(plain, _lines(document, path))) + "\n"


def event_to_show(document: SeasonDocument) -> tuple[str, Event] | None:
    """Give name and block of the next event to come, else of the last one with a forecast.

    A race that is missing from the data is not to come once a later one has been run.
    """
    events = list(document.predictions.items())  # in calendar order
    done = [event.metadata.status is EventStatus.COMPLETED for _, event in events]
    n_past = max((place for place, is_done in enumerate(done, start=1) if is_done), default=0)
    past = [one for one, is_done in zip(events, done, strict=True) if is_done]
    best_first = [*events[n_past:], *reversed(past), *reversed(events)]
    return next((one for one in best_first if one[1].predictions), None)


def _lines(document: SeasonDocument, path: Path) -> Iterator[str]:
    yield from _point_lines(document.metadata)
    shown = event_to_show(document)
    if shown is None:
        yield "No event of this season has a forecast yet."
    else:
        yield from _event_lines(*shown)
        yield from _sprint_lines(shown[1])
        yield from _layer_lines(document.metadata.ml_layer, shown[1].metadata.ml)
        yield from _last_race(document, but=shown[0])
    yield from _title_lines(document.championship)
    yield ""
    rejected = [f"{one.file}: {one.reason}" for one in document.metadata.rejected]
    yield from _listed("file left out", rejected)
    yield from _listed("note", document.metadata.notes)
    yield f"Season document: {path}"


def _point_lines(metadata: Metadata) -> Iterator[str]:
    """Say that what came later is hidden, where it is."""
    point = metadata.known_until
    if point is not UNSET:
        until = point.date or f"round {point.round}"
        yield (
            f"{metadata.season} as of {until}: everything later is hidden; "
            "leave --as-of out for the whole season"
        )
        yield ""


def _sprint_lines(event: Event) -> Iterator[str]:
    """Show the sprint of a weekend: its favourites, or who won it."""
    sprint = event.sprint
    if sprint is UNSET:
        return
    yield ""
    if sprint.result:
        yield "Sprint"
        yield _told(sprint.predictions, sprint.result, "sprint")
        return
    yield f"Sprint, forecast {_SPRINT_HORIZONS[sprint.horizon]}"
    yield ""
    shown = sprint.predictions[:_SPRINT_ROWS]
    rows = [(str(place), *_cells(row)) for place, row in enumerate(shown, start=1)]
    yield from _aligned([title for title, _ in _COLUMNS], rows, [side for _, side in _COLUMNS])
    if len(sprint.predictions) > len(shown):
        yield f"... and {len(sprint.predictions) - len(shown)} more, all in the document"


def _event_lines(name: str, event: Event) -> Iterator[str]:
    metadata = event.metadata
    finished = _finished(event.result)
    details = [f"round {metadata.round}"]
    if metadata.horizon is not None:
        details.append(f"forecast {_HORIZONS[metadata.horizon]}")
    day = f", {metadata.date}" if metadata.date else ""
    what = _STATUS.get(metadata.status) or metadata.status.capitalize()
    yield f"{what}: {name}{day} ({', '.join(details)})"
    if finished:
        yield _told(event.predictions, event.result)
    yield ""
    columns = [*_COLUMNS, *([("result", _RIGHT)] if finished else [])]
    rows = [
        (
            str(place),
            *_cells(row),
            *([_place(finished.get(row.driver_id))] if finished else []),
        )
        for place, row in enumerate(event.predictions, start=1)
    ]
    yield from _aligned([title for title, _ in columns], rows, [side for _, side in columns])
    yield ""
    yield from _LEGEND


def _cells(row: SprintDriver) -> tuple[str, ...]:
    """Show a driver's odds in the columns of a race or sprint."""
    odds = (row.p_win, row.p_podium, row.p_points, row.p_dnf)
    place = f"{row.expected_position:.1f}"
    return (row.name, row.team, *map(_percent, odds), place, _if_finished(row))


def _if_finished(row: Odds) -> str:
    """Show place and interval of the races that a driver finishes, where the document has them."""
    place, interval = row.expected_position_if_finished, row.interval_90_if_finished
    if not place or not interval:
        return "-"
    low, high = interval
    return f"{place:.1f} ({low}-{high})"


def _last_race(document: SeasonDocument, *, but: str) -> Iterator[str]:
    """Show result beside forecast of the race that was run last, unless it is the one shown."""
    done = [
        (name, event)
        for name, event in document.predictions.items()
        if event.predictions and _finished(event.result)
    ]
    if done and done[-1][0] != but:
        name, event = done[-1]
        yield ""
        yield f"Last race: {name}, {event.metadata.date} (round {event.metadata.round})"
        yield _told(event.predictions, event.result)


def _finished(result: Result | UnsetType) -> dict[str, ResultRow]:
    """Give the rows of a result by driver; empty for a race or sprint that has not been run."""
    return {row.driver_id: row for row in result.order} if result else {}


def _told(
    predictions: Sequence[SprintDriver], result: Result | UnsetType, what: str = "race"
) -> str:
    """Say who won, how likely that was said to be, and what became of the favourite."""
    rows = sorted(predictions, key=lambda row: -row.p_win)
    finished = _finished(result)
    won_by = result.winner if result else None
    places = {row.driver_id: place for place, row in enumerate(rows, start=1)}
    place = places.get(won_by or "")
    if place is None:
        return f"  won by {won_by}, of whom there was no forecast"
    best, winner = rows[0], rows[place - 1]
    said = f"  won by {winner.name}: before the {what} {_percent(winner.p_win)} to win"
    if place == 1:
        return f"{said}, the favourite"
    ended = _place(finished.get(best.driver_id))
    return (
        f"{said}, number {place} of the forecast; favourite {best.name} "
        f"({_percent(best.p_win)}): {f'place {ended}' if ended.isdigit() else ended}"
    )


def _place(row: ResultRow | None) -> str:
    """Show where a car finished, else what became of it."""
    if row is None:
        return "-"
    return str(row.position) if row.position else row.status.upper()


def _layer_lines(layer: LearnedModel | UnsetType, said: EventModel | UnsetType) -> Iterator[str]:
    """Say what part a learned model has in the forecast shown, and why."""
    if layer is UNSET or layer.model is None or said is UNSET:
        return
    yield ""
    yield f"ML layer: {layer.model} {layer.version} ({layer.kind})"
    if said.reason:
        yield f"  no weight: {said.reason}"
    elif said.n == 0:
        yield "  no weight: there is no race that it was judged by"
    elif said.best_weight == 0:
        yield f"  no weight: none would have gained on {said.n} earlier races"
    else:
        gain = f"gain {said.gain:.4f} ± {said.se:.4f} a race, {said.n} earlier races"
        yield f"  weight {said.weight:.2f} (best {said.best_weight:.2f}: {gain})"


def _title_lines(championship: Championship) -> Iterator[str]:
    drivers = [(row.name, row.p_title, row.points) for row in championship.drivers]
    teams = [(row.team, row.p_title, row.points) for row in championship.constructors]
    for title, rows in (("Drivers' championship", drivers), ("Constructors' championship", teams)):
        best = sorted(rows, key=lambda row: (-row[1], -row[2].mean))
        if not best:
            continue
        is_over = all(points.p05 == points.p95 for _, _, points in best)
        head = ["points"] if is_over else ["title", "now", "expected", "90 % range"]
        yield ""
        yield from _aligned(
            [f"{title}, final" if is_over else title, *head],
            [
                (name, f"{points.current:g}") if is_over else (name, *_odds(p_title, points))
                for name, p_title, points in best[:_TITLE_ROWS]
            ],
            [_LEFT, *(_RIGHT for _ in head)],
        )


def _odds(p_title: float, points: PointsRange) -> tuple[str, str, str, str]:
    return (
        _percent(p_title),
        f"{points.current:g}",
        f"{points.mean:.0f}",
        f"{points.p05:.0f} to {points.p95:.0f}",
    )


def _aligned(
    head: Sequence[str], rows: Sequence[Sequence[str]], sides: Sequence[str]
) -> Iterator[str]:
    widths = [max(len(cell) for cell in column) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        cells = zip(row, sides, widths, strict=True)
        yield "  ".join(f"{cell:{side}{width}}" for cell, side, width in cells).rstrip()


def _percent(probability: float) -> str:
    """Show a probability; what is possible but rounds to nothing is not shown as zero."""
    if 0 < probability < 0.0005:
        return "<0.1 %"
    return f"{100 * probability:.1f} %"


def _listed(what: str, lines: Sequence[str]) -> Iterator[str]:
    for line in lines[:_LISTED]:
        yield f"{what}: {line}"
    if len(lines) > _LISTED:
        yield f"... and {len(lines) - _LISTED} more ({what}), all in the document"
