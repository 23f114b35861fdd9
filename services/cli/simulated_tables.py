"""Tables of a simulated race, at most 80 columns wide: grid, result, stops, laps, odds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

__all__ = ["distribution", "grid", "lap_chart", "result_table", "stop_lines"]

Value = Mapping[str, Any]

_PER_LINE = 10  # cars of the grid
_LAPS_PER_BLOCK = 25
_LETTER = {"SOFT": "S", "MEDIUM": "M", "HARD": "H", "INTERMEDIATE": "I", "WET": "W"}
_FLAG = {"green": "", "vsc": "V", "safety_car": "SC", "red": "R"}
_UNDER = {"green": "", "vsc": " VSC", "safety_car": " SC", "red": " red flag"}
_STOPS_PER_LINE = 3
_WIDTH = 80
_LEAST = 0.1  # per cent that are shown
_TENTHS_BELOW = 10.0  # per cent
_ALL = 0.9995  # is shown as 100 %
_ODDS = ("p_win", "p_podium", "p_points", "p_dnf")
_NAME = 21  # of the odds, at most: what 80 columns have room for


def grid(order: Sequence[str]) -> Iterator[str]:
    """Give the grid, ten cars a line."""
    for first in range(0, len(order), _PER_LINE):
        cars = enumerate(order[first : first + _PER_LINE], start=first + 1)
        yield "".join(f"{place:>4} {code}" for place, code in cars)


def result_table(result: Sequence[Value], n_laps: int) -> Iterator[str]:
    """Give the order at the flag, with gaps and the laps driven on each compound."""
    yield f"{'':>2}  {'driver':<21} {'team':<14} {'grid':>4}  {'gap':>11}  tyres and laps"
    for row in result:
        yield (
            f"{_place(row):>2}  {row['name'][:21]:<21} {row['team'][:14]:<14} {row['grid']:>4}  "
            f"{_gap(row, n_laps):>11}  {_tyres(row['stints'])}"
        )


def stop_lines(result: Sequence[Value]) -> Iterator[str]:
    """Give every car's stops: lap, compounds, standstill with what was a penalty, and the flag."""
    for row in result:
        shown = [
            f"lap {stop['lap']} {_LETTER[stop['from']]}>{_LETTER[stop['to']]}"
            + (f" {stop['standstill_s']:.1f} s" if stop["standstill_s"] is not None else "")
            + (f" ({stop['penalty_s']:g} s penalty)" if stop["penalty_s"] else "")
            + _UNDER[stop["flag"]]
            for stop in row["stops"]
        ]
        several = _STOPS_PER_LINE
        while several > 1 and len("; ".join(shown[:several])) + 7 > _WIDTH:
            several -= 1
        lines = [shown[i : i + several] for i in range(0, len(shown), several)]
        for number, line in enumerate(lines):
            yield f"  {row['driver'] if number == 0 else '':<3}  {'; '.join(line)}"
    if not any(row["stops"] for row in result):
        yield "  nobody stops"


def lap_chart(race: Value) -> Iterator[str]:
    """Give every car's place after every lap; p marks a change of tyres."""
    yield "place after each lap; p: tyres changed; V, SC, R: VSC, safety car, red flag"
    order = [row["driver"] for row in race["result"]]
    laps = [
        (lap["lap"], lap["flag"], {car["driver"]: car for car in lap["cars"]})
        for lap in race["laps"]
    ]
    for first in range(0, len(laps), _LAPS_PER_BLOCK):
        block = laps[first : first + _LAPS_PER_BLOCK]
        yield "    " + "".join(f"{number:>2} " for number, _, _ in block)
        if any(flag != "green" for _, flag, _ in block):
            yield "    " + "".join(f"{_FLAG[flag]:>2} " for _, flag, _ in block)
        for driver in order:
            yield f"{driver:<4}" + "".join(_cell(cars.get(driver)) for _, _, cars in block)
        yield ""


def distribution(rows: Sequence[Value], n_sims: int, told: Mapping[str, str]) -> Iterator[str]:
    """Give the odds of every driver of ``n_sims`` races a scenario, and his place in the told one.

    What was seen in none of so many races is shown as rarer than once in them.
    """
    here = f" {'here':>4}" if told else ""
    name = min(_NAME, max((len(row["name"]) for row in rows), default=0))
    yield f"{'':4}{'':{name}}{'':28}{'all races':>10} {'if finished':>11}"
    yield (
        f"{'':>2}  {'driver':<{name}}{'win':>7}{'podium':>7}{'points':>7}{'DNF':>7}"
        f"{'mean':>5} {'90 %':>5}{'mean':>5} {'90 %':>5}{here}"
    )
    for place, row in enumerate(rows, start=1):
        end = f" {told.get(row['driver'], ''):>4}" if told else ""
        odds = "".join(f"{_percent(row[one], n_sims):>7}" for one in _ODDS)
        places = "".join(
            f"{_mean(row[f'expected_position{of}'])} {_interval(row[f'interval_90{of}'])}"
            for of in ("", "_if_finished")
        )
        yield f"{place:>2}  {row['name'][:name]:<{name}}{odds}{places}{end}"
    yield "all races: a retired car has a place behind those that finish"


def _mean(place: float | None) -> str:
    return f"{'-' if place is None else f'{place:.1f}':>5}"


def _interval(places: Sequence[int] | None) -> str:
    return f"{'-' if places is None else '-'.join(map(str, places)):>5}"


def _place(row: Value) -> str:
    return str(row["position"]) if row["status"] == "finished" else "-"


def _gap(row: Value, n_laps: int) -> str:
    if row["status"] != "finished":
        return f"{row['cause'][:8]} L{row['retired_on_lap']}"
    if row["position"] == 1:
        return f"{n_laps} laps"
    if row["laps_down"]:
        return f"+{row['laps_down']} lap{'s' * (row['laps_down'] > 1)}"
    return f"+{row['gap_s']:.3f}"


def _tyres(stints: Sequence[Value]) -> str:
    return " ".join(
        f"{_LETTER[one['compound']]}{one['last_lap'] - one['first_lap'] + 1}" for one in stints
    )


def _cell(car: Value | None) -> str:
    if car is None:
        return "   "
    return f"{car['position']:>2}{'p' if car['stopped'] else ' '}"


def _percent(p: float, n_sims: int) -> str:
    """Show a share; below one race in all, or a tenth of a per cent, only that it is below."""
    if p * n_sims < 1.0 or p < _LEAST / 200.0:
        one = 100.0 / n_sims
        if one >= _TENTHS_BELOW:
            return f"<{math.ceil(one)} %"
        return f"<{max(_LEAST, math.ceil(10.0 * one) / 10.0):.1f} %"
    return "100 %" if p >= _ALL else f"{100.0 * p:.1f} %"
