"""What happened in one simulated race, in order: what a commentator would tell of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from predictor.report.rows import rounded
from predictor.simulator.race_inputs import COMPOUND_ORDER
from predictor.simulator.trace import FLAGS, REASONS, RaceTrace

__all__ = [
    "crossover_laps",
    "fastest_lap",
    "happenings",
    "last_driven",
    "penalty_served",
    "stints",
    "track",
]

_FRONT = 3  # passes for these places are told
_LEAST_LOSS_S = 0.5  # time lost at once that is told


def happenings(trace: RaceTrace, codes: Sequence[str]) -> list[dict[str, Any]]:
    """Tell a race as a list of happenings, by lap and in the order of a broadcast.

    Parameters
    ----------
    trace : RaceTrace
    codes : sequence of str, length D
        What drivers are called.

    Returns
    -------
    list of dict
        Each with ``lap`` and ``kind``: weather, start, flag, retirement, loss, penalty, lead,
        stop, pass, finish.
    """
    told: list[dict[str, Any]] = []
    for lap in range(1, trace.n_laps + 1):
        told += _weather(trace, lap)
        told += [_start(trace, codes)] if lap == 1 else ()
        told += _flag(trace, lap, codes)
        told += _retirements(trace, lap, codes)
        told += _losses(trace, lap, codes)
        told += _penalties(trace, lap, codes)
        told += _lead(trace, lap, codes) if lap > 1 else ()
        told += _stops(trace, lap, codes)
        told += _passes(trace, lap, codes) if lap > 1 else ()
    return [*told, *_finish(trace, codes)]


def stints(
    trace: RaceTrace, car: int, codes: Sequence[str]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Give a car's stops, and its stints on one set of tyres each."""
    stops = [_stop(trace, int(lap), car, codes) for lap in np.flatnonzero(trace.stopped[:, car])]
    ends = [*(stop["lap"] for stop in stops), last_driven(trace, car)]
    begins = [0, *ends[:-1]]
    compounds = [trace.compound[lap, car] for lap in begins]
    driven = [
        {"compound": _name(compound), "first_lap": begin + 1, "last_lap": end}
        for compound, begin, end in zip(compounds, begins, ends, strict=True)
        if end > begin
    ]
    return stops, driven


def last_driven(trace: RaceTrace, car: int) -> int:
    """Give the last lap a car drove: the flag falls for the lapped before their last one.

    The model lets them drive it; a stop that it makes them make there still counts.
    """
    stops = np.flatnonzero(trace.stopped[:, car])
    return max(int(trace.outcomes.laps_completed[0, car]), *stops.tolist(), 0)


def fastest_lap(trace: RaceTrace, codes: Sequence[str]) -> dict[str, Any] | None:
    """Give the fastest lap and whose best comes next; None where no lap was timed."""
    times = np.where(trace.timed, trace.lap_time_s, np.inf)
    best = times.min(axis=0)
    order = np.argsort(best, kind="stable")
    # The referee's word, which settles ties on the thousandth.
    first = int(trace.outcomes.fastest_lap[0])
    if first >= len(codes):
        return None
    second = next((int(car) for car in order if car != first and np.isfinite(best[car])), None)
    return {
        "driver": codes[first],
        "lap": int(times[:, first].argmin()),
        "lap_time_s": rounded(best[first], 3),
        "next_best": None if second is None else codes[second],
        "margin_s": None if second is None else rounded(best[second] - best[first], 3),
    }


def track(trace: RaceTrace, lap: int) -> str:
    """Give the word for how the track is on a lap, or before the start on lap 0."""
    return "wet" if trace.wet[lap] else "dry"


def crossover_laps(trace: RaceTrace) -> list[int]:
    """Give the laps from which on the track is wet where it was dry, or dry where it was wet."""
    changes: list[int] = (np.flatnonzero(np.diff(trace.wet.astype(np.int8))) + 1).tolist()
    return changes


def _weather(trace: RaceTrace, lap: int) -> Iterator[dict[str, Any]]:
    """Tell how the track is at the start of a race with rain in it, and when it changes."""
    told = {"lap": lap, "kind": "weather"}
    if lap == 1 and trace.wet.any():
        yield {**told, "track": track(trace, 0), "at_start": True}
    if trace.wet[lap] != trace.wet[lap - 1]:
        yield {**told, "track": track(trace, lap), "at_start": False}


def _flag(trace: RaceTrace, lap: int, codes: Sequence[str]) -> Iterator[dict[str, Any]]:
    if not trace.flag_new[lap]:
        return
    last = lap
    while last < trace.n_laps and trace.flag[last + 1] == trace.flag[lap]:
        if trace.flag_new[last + 1]:
            break
        last += 1
    yield {
        "lap": lap,
        "kind": "flag",
        "flag": FLAGS[trace.flag[lap]],
        "last_lap": last,
        "after": [
            {"driver": codes[car], "cause": _cause(trace, car)}
            for car in np.flatnonzero(trace.retired_on == lap - 1).tolist()
            if lap > 1
        ],
    }


def _retirements(trace: RaceTrace, lap: int, codes: Sequence[str]) -> Iterator[dict[str, Any]]:
    for car in np.flatnonzero(trace.retired_on == lap).tolist():
        yield {
            "lap": lap,
            "kind": "retirement",
            "driver": codes[car],
            "cause": _cause(trace, car),
            "flag": FLAGS[trace.flag[lap + 1]] if _waved_after(trace, lap) else None,
            "position_before": int(trace.position[lap - 1, car]),
        }


def _waved_after(trace: RaceTrace, lap: int) -> bool:
    """Say whether a flag comes out for what happened on a lap: it does so for the next one."""
    return lap < trace.n_laps and bool(trace.flag_new[lap + 1])


def _losses(trace: RaceTrace, lap: int, codes: Sequence[str]) -> Iterator[dict[str, Any]]:
    for car in np.flatnonzero(trace.loss_lap == lap).tolist():
        if trace.loss_s[car] >= _LEAST_LOSS_S:
            yield {
                "lap": lap,
                "kind": "loss",
                "driver": codes[car],
                "loss_s": rounded(trace.loss_s[car], 1),
                "position_before": int(trace.position[lap - 1, car]),
                "position_after": int(trace.position[lap, car]),
            }


def _penalties(trace: RaceTrace, lap: int, codes: Sequence[str]) -> Iterator[dict[str, Any]]:
    for car in np.flatnonzero(trace.offence_lap == lap).tolist():
        yield {
            "lap": lap,
            "kind": "penalty",
            "driver": codes[car],
            "penalty_s": rounded(trace.penalty_s[car], 1),
            "served": penalty_served(trace, car),
            "served_on_lap": int(trace.penalty_served_on[car]) or None,
        }


def penalty_served(trace: RaceTrace, car: int) -> str | None:
    """Say where a car's time penalty was served; None if it had none, or retired before."""
    if trace.penalty_served_on[car]:
        return "stop"
    return "flag" if trace.offence_lap[car] and not trace.retired_on[car] else None


def _start(trace: RaceTrace, codes: Sequence[str]) -> dict[str, Any]:
    """Tell the first lap: who leads, from which slot, and who won or lost most places."""
    grid, after = trace.position[0], trace.position[1]
    gained = np.where(trace.retired_on == 1, 0, grid - after)
    leader = int(after.argmin())
    most, least = int(gained.argmax()), int(gained.argmin())
    return {
        "lap": 1,
        "kind": "start",
        "driver": codes[leader],
        "from_grid": int(grid[leader]),
        "order": [codes[car] for car in np.argsort(after)[:_FRONT]],
        "most_gained": {"driver": codes[most], "places": int(gained[most])},
        "most_lost": {"driver": codes[least], "places": int(-gained[least])},
    }


def _lead(trace: RaceTrace, lap: int, codes: Sequence[str]) -> Iterator[dict[str, Any]]:
    before, after = (int(trace.position[one].argmin()) for one in (lap - 1, lap))
    if before == after:
        return
    how = "pass"
    if trace.retired_on[before] == lap:
        how = "retirement"
    elif trace.stopped[lap, before]:
        how = "pit_stop"
    yield {"lap": lap, "kind": "lead", "driver": codes[after], "from": codes[before], "how": how}


def _stops(trace: RaceTrace, lap: int, codes: Sequence[str]) -> list[dict[str, Any]]:
    stopping = np.flatnonzero(trace.stopped[lap]).tolist()
    told = [
        {"kind": "stop", "driver": codes[car], **_stop(trace, lap, car, codes)} for car in stopping
    ]
    return sorted(told, key=lambda one: one["position_before"])


def _stop(trace: RaceTrace, lap: int, car: int, codes: Sequence[str]) -> dict[str, Any]:
    standstill, covered = trace.standstill_s[lap, car], int(trace.covered[lap, car])
    return {
        "lap": lap,
        "from": _name(trace.compound[lap - 1, car]),
        "to": _name(trace.compound[lap, car]),
        "tyre_age_laps": int(trace.tyre_age[lap - 1, car]) + 1,
        "standstill_s": None if np.isnan(standstill) else rounded(standstill, 1),
        "penalty_s": rounded(trace.penalty_s[car] * (trace.penalty_served_on[car] == lap), 1),
        "flag": FLAGS[trace.flag[lap]],
        "reason": REASONS[trace.reason[lap, car]],
        "covers": codes[covered] if covered >= 0 else None,
        "position_before": int(trace.position[lap - 1, car]),
        "position_after": int(trace.position[lap, car]),
    }


def _passes(trace: RaceTrace, lap: int, codes: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Tell who overtook whom on the track for the podium places; the lead is told by itself."""
    before, after = trace.position[lap - 1], trace.position[lap]
    running = (trace.retired_on == 0) | (trace.retired_on > lap)
    racing: list[int] = np.flatnonzero(running & ~trace.stopped[lap]).tolist()
    in_order = sorted(racing, key=lambda car: before[car])
    found = [
        (int(after[behind]), behind, ahead)
        for ahead, behind in combinations(in_order, 2)
        if after[behind] < after[ahead] and 1 < after[behind] <= _FRONT
    ]
    for place, behind, ahead in sorted(found, key=lambda one: (one[0], before[one[2]])):
        yield {
            "lap": lap,
            "kind": "pass",
            "driver": codes[behind],
            "passed": codes[ahead],
            "position": place,
        }


def _finish(trace: RaceTrace, codes: Sequence[str]) -> Iterator[dict[str, Any]]:
    order = np.argsort(trace.outcomes.position[0]).tolist()
    winner, second = order[0], order[1]
    if trace.outcomes.retired[0, winner]:
        return  # nobody saw the flag
    margin = float(trace.outcomes.gap_s[0, second])
    laps_down = trace.n_laps - int(trace.outcomes.laps_completed[0, second])
    alone = bool(trace.outcomes.retired[0, second])
    yield {
        "lap": trace.n_laps,
        "kind": "finish",
        "driver": codes[winner],
        "second": None if alone else codes[second],
        "margin_s": None if alone else rounded(margin, 3),
        "laps_down": None if alone else laps_down,
    }


def _cause(trace: RaceTrace, car: int) -> str:
    return "accident" if trace.by_accident[car] else "failure"


def _name(compound: int) -> str:
    return COMPOUND_ORDER[compound].value
