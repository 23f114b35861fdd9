"""Tables of a simulated race, at most 80 columns wide: grid, result, stops, laps, odds."""

from __future__ import annotations

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
    """Give every car's stops: lap, compounds, standstill, and the flag if one was out."""
    for row in result:
        shown = [
            f"lap {stop['lap']} {_LETTER[stop['from']]}>{_LETTER[stop['to']]}"
            + (f" {stop['standstill_s']:.1f} s" if stop["standstill_s"] is not None else "")
            + _UNDER[stop["flag"]]
            for stop in row["stops"]
        ]
        lines = [shown[i : i + _STOPS_PER_LINE] for i in range(0, len(shown), _STOPS_PER_LINE)]
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


def distribution(rows: Sequence[Value], told: Mapping[str, str]) -> Iterator[str]:
    """Give the odds of every driver, and where the told race has him."""
    here = f" {'here':>4}" if told else ""
    yield f"{'':51}{'all races':>12}{'if finished':>12}"
    yield (
        f"{'':>2}  {'driver':<16}{'win':>8}{'podium':>8}{'points':>8}{'DNF':>7}"
        f"{'mean':>6} {'90 %':>5}{'mean':>6} {'90 %':>5}{here}"
    )
    for place, row in enumerate(rows, start=1):
        end = f" {told.get(row['driver'], ''):>4}" if told else ""
        odds = "".join(f"{_percent(row[name]):>{width}}" for name, width in _ODDS.items())
        places = "".join(
            f"{_mean(row[f'expected_position{of}'])} {_interval(row[f'interval_90{of}'])}"
            for of in ("", "_if_finished")
        )
        yield f"{place:>2}  {row['name'][:16]:<16}{odds}{places}{end}"
    yield "all races: a retired car has a place behind those that finish"


_ODDS = {"p_win": 8, "p_podium": 8, "p_points": 8, "p_dnf": 7}  # and how wide each is shown


def _mean(place: float | None) -> str:
    return f"{'-' if place is None else f'{place:.1f}':>6}"


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


def _percent(p: float) -> str:
    if 0 < p < 0.0005:
        return "<0.1 %"
    return f"{100 * p:.1f} %"
