"""One chance by what was known: before the weekend, after practice, after qualifying."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from predictor.published.event_types import Event
from predictor.vocabulary import Horizon, SessionKind
from services.web.derived import figures
from services.web.derived.level import has_moved, sims_of
from services.web.derived.weekend import AFTER, has_run
from services.web.drawing.keys import key
from services.web.drawing.people import car_cell
from services.web.drawing.rows import axis_row, dots_row
from services.web.drawing.scale import Scale, Tick, nice_top, steps_to
from services.web.pages.shown import Shown

__all__ = ["horizon_section"]

_SHOWN = 6
_SAMPLES = {
    Horizon.BEFORE_WEEKEND: "ring",
    Horizon.AFTER_PRACTICE: "half",
    Horizon.AFTER_QUALIFYING: "full",
}
_ENDS_WITH = {
    Horizon.AFTER_PRACTICE: (SessionKind.FP3, SessionKind.FP2, SessionKind.FP1),
    Horizon.AFTER_QUALIFYING: (SessionKind.QUALIFYING,),
}

Chances = Mapping[str, float]  # driver_id -> chance to win


def horizon_section(shown: Shown) -> dict[str, Any] | None:
    """Return the dots of the drivers that moved or lead, as far as forecasts are kept.

    None where only one forecast of the race is known: a single dot tells no change.
    """
    event, cars = shown.event, shown.cars
    known = _known(shown)
    if len(known) < 2:
        return None
    front = _front(known)
    top = nice_top([chances.get(one, 0.0) for chances in known.values() for one in front])
    scale = Scale(0.0, top)
    ticks = [
        Tick(step, f"{step * 100:.0f}" + (" %" if step == steps_to(top)[-1] else ""))
        for step in steps_to(top)
        if step <= top
    ]
    return {
        "title": _title(shown, known, front),
        "key": key([(_sample(one, known), _words(one, known)) for one in Horizon]),
        "rows": [
            (
                car_cell(cars.of(one, event.metadata.event_id)),
                dots_row([_chance(known, horizon, one) for horizon in Horizon], scale, ticks),
                _arrows([_chance(known, horizon, one) for horizon in Horizon]),
            )
            for one in front
        ],
        "axis": axis_row(ticks, scale),
        "pending": _pending(event, known),
        "said": f"The {figures.spelt(len(known))} numbers at the right are the same in per cent.",
    }


def _known(shown: Shown) -> dict[Horizon, Chances]:
    """Return the chances to win at each horizon of which a forecast is kept, earliest first."""
    frozen = shown.kept.frozen.get(shown.event_id, {})
    found: dict[Horizon, Chances] = {
        horizon: {row.driver_id: row.p_win for row in rows}
        for horizon, rows in frozen.items()
        if rows
    }
    metadata = shown.event.metadata
    if metadata.horizon is not None:
        # What the document says now is the same number as in the table beside it.
        found[metadata.horizon] = {row.driver_id: row.p_win for row in shown.event.predictions}
        found = {one: chances for one, chances in found.items() if one <= metadata.horizon}
    return {horizon: found[horizon] for horizon in Horizon if horizon in found}


def _front(known: Mapping[Horizon, Chances]) -> list[str]:
    last = list(known.values())[-1]
    highest = {one: max(chances.get(one, 0.0) for chances in known.values()) for one in last}
    front = sorted(highest, key=lambda one: -highest[one])[:_SHOWN]
    return sorted(front, key=lambda one: -last[one])


def _chance(known: Mapping[Horizon, Chances], horizon: Horizon, driver_id: str) -> float | None:
    return known[horizon].get(driver_id) if horizon in known else None


def _arrows(chances: Sequence[float | None]) -> str:
    said = [figures.per_cent(one) for one in chances if one is not None]
    bare = [one.removesuffix("%").removesuffix(figures.THIN) for one in said[:-1]]
    return "\N{NO-BREAK SPACE}→\N{NO-BREAK SPACE}".join([*bare, *said[-1:]])


def _sample(horizon: Horizon, known: Mapping[Horizon, Chances]) -> str:
    return _SAMPLES[horizon] if horizon in known else "pending"


def _words(horizon: Horizon, known: Mapping[Horizon, Chances]) -> str:
    if horizon in known:
        return AFTER[horizon]
    later = any(one > horizon for one in known)
    return f"{AFTER[horizon]} ({'not kept' if later else 'not yet'})"


def _title(shown: Shown, known: Mapping[Horizon, Chances], front: Sequence[str]) -> str:
    """Return who moved most between the first and the last forecast that are known."""
    event = shown.event
    horizons = list(known)
    first, last = known[horizons[0]], known[horizons[-1]]
    n_first, n_last = _sims(shown, horizons[0]), _sims(shown, horizons[-1])
    called = figures.surnames([row.name for row in event.predictions])
    names = {row.driver_id: called[row.name] for row in event.predictions}
    moved = [
        (last[one] - first[one], one)
        for one in front
        if one in first and has_moved(first[one], last[one], n_first, n_last)
    ]
    if not moved:
        so_far = "" if has_run(event) else " so far"
        return f"The weekend{so_far} moved nobody beyond the noise"
    what = _what(known, is_over=has_run(event))
    up = max((one for one in moved if one[0] > 0), default=None)
    down = min((one for one in moved if one[0] < 0), default=None)
    said = [
        f"{verb} {names[one[1]]}: {_arrows([first[one[1]], last[one[1]]])}"
        for verb, one in (("lifted", up), ("cost", down))
        if one is not None
    ]
    return f"{what} {' and '.join(said)}"


def _sims(shown: Shown, horizon: Horizon) -> int:
    """Return how many races a kept forecast rests on; of the document's own it tells itself."""
    rows = shown.kept.frozen.get(shown.event_id, {}).get(horizon, ())
    if horizon is shown.event.metadata.horizon or not rows:
        return sims_of(shown.event)
    return shown.kept.sims.get(rows[0].run_no, 0)


def _what(known: Mapping[Horizon, Chances], *, is_over: bool) -> str:
    horizons = list(known)
    first, last = horizons[0], horizons[-1]
    if last is Horizon.AFTER_PRACTICE:
        return "Practice"
    if first is Horizon.AFTER_PRACTICE:
        return "Qualifying"
    return "The weekend" if is_over else "The weekend so far"


def _pending(event: Event, known: Mapping[Horizon, Chances]) -> tuple[str, str] | None:
    """Return which forecast is still to come, and when."""
    latest = list(known)[-1]
    missing = next((one for one in Horizon if one > latest), None)
    if missing is None or has_run(event):
        return None
    sessions = event.metadata.sessions
    kind = next((one for one in _ENDS_WITH[missing] if one in sessions), None)
    when = ""
    if kind is not None:
        at = sessions[kind].starts_at
        when = f" The session begins on {figures.day_text(at)}, {figures.time_text(at)}."
    dot = "second" if missing is Horizon.AFTER_PRACTICE else "third"
    state = f"{AFTER[missing].capitalize()}: not yet."
    return state, f"The {dot} dot comes with the files of that session.{when}"
