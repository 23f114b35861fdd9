"""The forecast as a few lines of text: the next race, the last one, the titles, where the rest is.

Reads nothing but the season document, so it shows what any other reader would see.
Plain text on purpose: it is the last thing of every run, and a table library would
cost an unchanged run a fifth of its time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

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
)
_HORIZONS = {
    "a": "before the weekend",
    "b": "after practice",
    "c": "after qualifying",
}
# Said below the table, because it is the first that a reader meets of these words.
_LEGEND = (
    "win, podium, points: how likely; points are for a place that pays, mostly the first ten",
    "DNF: how likely he retires; exp. pos: mean place, a retired car behind all that finish",
)
_TITLE_ROWS = 5
_LISTED = 8  # rejected files and notes beyond this are counted


def season_table(document: Mapping[str, Any], path: Path) -> str:
    """Give the readable summary of a season document.

    Parameters
    ----------
    document : Mapping[str, Any]
    path : Path
        Where the document is.
    """
    return "\n".join(map(plain, _lines(document, path))) + "\n"


def event_to_show(document: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]] | None:
    """Give name and block of the next event to come, else of the last one with a forecast.

    A race that is missing from the data is not to come once a later one has been run.
    """
    events = list(document["predictions"].items())  # in calendar order
    done = [event["metadata"]["status"] == "completed" for _, event in events]
    n_past = max((place for place, is_done in enumerate(done, start=1) if is_done), default=0)
    past = [one for one, is_done in zip(events, done, strict=True) if is_done]
    best_first = [*events[n_past:], *reversed(past), *reversed(events)]
    return next((one for one in best_first if one[1]["predictions"]), None)


def _lines(document: Mapping[str, Any], path: Path) -> Iterator[str]:
    yield from _point_lines(document["metadata"])
    shown = event_to_show(document)
    if shown is None:
        yield "No event of this season has a forecast yet."
    else:
        yield from _event_lines(*shown)
        yield from _layer_lines(document["metadata"].get("ml_layer"), shown[1]["metadata"])
        yield from _last_race(document, but=shown[0])
    yield from _title_lines(document)
    yield ""
    yield from _listed("file left out", _rejections(document["metadata"].get("rejected", [])))
    yield from _listed("note", document["metadata"].get("notes", []))
    yield f"Season document: {path}"


def _point_lines(metadata: Mapping[str, Any]) -> Iterator[str]:
    """Say that what came later is hidden, where it is."""
    point = metadata.get("known_until")
    if point is not None:
        until = point.get("date") or f"round {point['round']}"
        yield (
            f"{metadata['season']} as of {until}: everything later is hidden; "
            "leave --as-of out for the whole season"
        )
        yield ""


def _event_lines(name: str, event: Mapping[str, Any]) -> Iterator[str]:
    metadata = event["metadata"]
    finished = _finished(event)
    horizon = _HORIZONS.get(metadata.get("horizon"), "")
    details = [f"round {metadata['round']}", horizon and f"forecast {horizon}"]
    day = f", {metadata['date']}" if metadata.get("date") else ""
    what = {"completed": "Last race", "scheduled": "Next race"}.get(metadata["status"], "")
    what = what or metadata["status"].capitalize()
    yield f"{what}: {name}{day} ({', '.join(filter(None, details))})"
    if finished:
        yield _told(event, finished)
    yield ""
    columns = [*_COLUMNS, *([("result", _RIGHT)] if finished else [])]
    rows = [
        (
            str(place),
            row["name"],
            row["team"],
            _percent(row["p_win"]),
            _percent(row["p_podium"]),
            _percent(row["p_points"]),
            _percent(row["p_dnf"]),
            f"{row['expected_position']:.1f}",
            *([_place(finished.get(row["driver_id"]))] if finished else []),
        )
        for place, row in enumerate(event["predictions"], start=1)
    ]
    yield from _aligned([title for title, _ in columns], rows, [side for _, side in columns])
    yield ""
    yield from _LEGEND


def _last_race(document: Mapping[str, Any], *, but: str) -> Iterator[str]:
    """Show result beside forecast of the race that was run last, unless it is the one shown."""
    done = [
        (name, event)
        for name, event in document["predictions"].items()
        if event["predictions"] and _finished(event)
    ]
    if done and done[-1][0] != but:
        name, event = done[-1]
        metadata = event["metadata"]
        yield ""
        yield f"Last race: {name}, {metadata['date']} (round {metadata['round']})"
        yield _told(event, _finished(event))


def _finished(event: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Give the rows of a race's result by driver; empty for one that has not been run."""
    return {row["driver_id"]: row for row in (event.get("result") or {}).get("order", ())}


def _told(event: Mapping[str, Any], finished: Mapping[str, Mapping[str, Any]]) -> str:
    """Say who won, how likely that was said to be, and what became of the favourite."""
    rows = sorted(event["predictions"], key=lambda row: -row["p_win"])
    place, winner = next(
        (
            (place, row)
            for place, row in enumerate(rows, start=1)
            if row["driver_id"] == event["result"]["winner"]
        ),
        (0, None),
    )
    if winner is None:
        return f"  won by {event['result']['winner']}, of whom there was no forecast"
    said = f"  won by {winner['name']}: before the race {_percent(winner['p_win'])} to win"
    if place == 1:
        return f"{said}, the favourite"
    best = rows[0]
    ended = _place(finished.get(best["driver_id"]))
    return (
        f"{said}, number {place} of the forecast; favourite {best['name']} "
        f"({_percent(best['p_win'])}): {f'place {ended}' if ended.isdigit() else ended}"
    )


def _place(row: Mapping[str, Any] | None) -> str:
    """Show where a car finished, else what became of it."""
    if row is None:
        return "-"
    position = row.get("position")
    return str(position) if position else str(row["status"]).upper()


def _layer_lines(layer: Mapping[str, Any] | None, metadata: Mapping[str, Any]) -> Iterator[str]:
    """Say what part a learned model has in the forecast shown, and why."""
    said = metadata.get("ml")
    if layer is None or layer["model"] is None or said is None:
        return
    yield ""
    yield f"ML layer: {layer['model']} {layer['version']} ({layer['kind']})"
    if said["reason"]:
        yield f"  no weight: {said['reason']}"
    elif said["n"] == 0:
        yield "  no weight: there is no race that it was judged by"
    elif said["best_weight"] == 0:
        yield f"  no weight: none would have gained on {said['n']} earlier races"
    else:
        gain = f"gain {said['gain']:.4f} ± {said['se']:.4f} a race, {said['n']} earlier races"
        yield f"  weight {said['weight']:.2f} (best {said['best_weight']:.2f}: {gain})"


def _title_lines(document: Mapping[str, Any]) -> Iterator[str]:
    championship = document.get("championship") or {}
    for title, rows, name in (
        ("Drivers' championship", championship.get("drivers", []), "name"),
        ("Constructors' championship", championship.get("constructors", []), "team"),
    ):
        best = sorted(rows, key=lambda row: (-row["p_title"], -row["points"]["mean"]))
        if not best:
            continue
        is_over = all(row["points"]["p05"] == row["points"]["p95"] for row in best)
        head = ["points"] if is_over else ["title", "now", "expected", "90 % range"]
        yield ""
        yield from _aligned(
            [f"{title}, final" if is_over else title, *head],
            [
                (str(row.get(name)), *(_points(row)[1:2] if is_over else _points(row)))
                for row in best[:_TITLE_ROWS]
            ],
            [_LEFT, *(_RIGHT for _ in head)],
        )


def _points(row: Mapping[str, Any]) -> tuple[str, str, str, str]:
    points = row["points"]
    return (
        _percent(row["p_title"]),
        f"{points['current']:g}",
        f"{points['mean']:.0f}",
        f"{points['p05']:.0f} to {points['p95']:.0f}",
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


def _rejections(rejected: Sequence[Mapping[str, str]]) -> list[str]:
    return [f"{one['file']}: {one['reason']}" for one in rejected]


def _listed(what: str, lines: Sequence[str]) -> Iterator[str]:
    for line in lines[:_LISTED]:
        yield f"{what}: {line}"
    if len(lines) > _LISTED:
        yield f"... and {len(lines) - _LISTED} more ({what}), all in the document"
