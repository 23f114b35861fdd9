"""Rows of laps and a result file become one race of arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from predictor.circuit_fit.race_laps import RaceLaps, flag_bits, relative_compounds
from predictor.features.weekend import is_accident
from predictor.season.places import event_slug
from predictor.season.teams import resolve_team
from predictor.simulator.race_inputs import COMPOUND_ORDER

__all__ = ["LAP_COLUMNS", "Neutralisations", "neutralisations_of", "race_of"]

LAP_COLUMNS = (
    "season", "round", "session", "driver", "lap", "lap_time_s", "lap_end_s", "compound",
    "tyre_life", "stint", "position", "track_status", "pit_in", "pit_out",
)  # fmt: skip
"""Columns that a table of laps must have, one row per lap of a driver."""

_COMPOUND = {compound.value: index for index, compound in enumerate(COMPOUND_ORDER)}
_STARTED = ("finished", "dnf", "nc", "dsq")

Columns = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Neutralisations:
    """Safety cars and red flags as they were listed, by "season slug".

    Attributes
    ----------
    safety_cars : mapping to tuples of (lap, full laps)
    red_flags : mapping to tuples of (lap, 0)
    seasons : frozenset of int
        Those that the list has whole: no entry then means that none came out.
    """

    safety_cars: Mapping[str, tuple[tuple[int, int], ...]]
    red_flags: Mapping[str, tuple[tuple[int, int], ...]]
    seasons: frozenset[int]


def neutralisations_of(
    safety_cars: Iterable[Mapping[str, str]], red_flags: Iterable[Mapping[str, str]]
) -> Neutralisations:
    """Read the public lists "Formula 1 safety cars" and "Formula 1 red flags".

    Parameters
    ----------
    safety_cars : rows with Race ("2021 Italian Grand Prix"), Deployed, FullLaps
    red_flags : rows with Race and Lap
    """
    cars = [(_key(r["Race"]), int(r["Deployed"] or 1), int(r["FullLaps"])) for r in safety_cars]
    reds = [(_key(r["Race"]), int(r["Lap"]), 0) for r in red_flags]
    years = sorted({int(key[:4]) for key, *_ in cars})
    # The last season of a list may have been under way: it says nothing of later races.
    whole = frozenset(years[:-1])
    return Neutralisations(_by_race(cars), _by_race(reds), whole)


def race_of(
    event: Mapping[str, Any],
    result: Mapping[str, Any],
    laps: Columns,
    weekend_compounds: frozenset[str],
    listed: Neutralisations | None = None,
) -> RaceLaps:
    """Give one race.

    Parameters
    ----------
    event : mapping
        The event's entry of ``calendar.json``.
    result : mapping
        Its ``race.json``.
    laps : mapping of column to array
        The race's rows, `LAP_COLUMNS`; NaN or None where a number or word is missing.
    weekend_compounds : frozenset of str
        Every dry compound used in any session of the weekend, by its own name.
    """
    season = int(result["season"])
    rows = [row for row in result["results"] if row["status"] in _STARTED]
    codes = tuple(str(row["driver"]) for row in rows)
    car_of = {code: car for car, code in enumerate(codes)}
    tables = _tables(laps, car_of, relative_compounds(weekend_compounds))
    stops = tuple(
        (car_of[stop["driver"]], int(stop["lap"]), float(stop["time_s"]))
        for stop in result.get("pit_stops") or ()
        if stop["driver"] in car_of and stop.get("time_s") is not None
    )
    key = f"{season} {event['slug']}"
    known = listed is not None and season in listed.seasons
    return RaceLaps(
        season=season,
        round=int(result["round"]),
        circuit_id=str(event["circuit"]["id"]),
        scheduled_laps=int(event["scheduled_laps"]),
        length_km=float(event["circuit"]["length_km"]),
        drivers=codes,
        teams=tuple(resolve_team(str(row["team"]), season).lineage for row in rows),
        grid=_numbers(rows, "grid"),
        position=_numbers(rows, "position"),
        status=tuple(str(row["status"]) for row in rows),
        accident=np.array(
            [is_accident(row["reason"]) if row["status"] == "dnf" else np.nan for row in rows]
        ),
        laps_run=_numbers(rows, "laps"),
        gap_s=_numbers(rows, "gap_s"),
        gap_laps=_numbers(rows, "gap_laps", missing=0.0),
        penalty_s=_numbers(rows, "time_penalty_s", missing=0.0),
        stops=stops,
        safety_cars=listed.safety_cars.get(key, ()) if listed and known else None,
        red_flags=listed.red_flags.get(key, ()) if listed and known else None,
        **tables,
    )


def _tables(
    laps: Columns, car_of: Mapping[str, int], relative: Mapping[str, str]
) -> dict[str, NDArray[Any]]:
    use = np.array([str(code) in car_of for code in laps["driver"]], bool)
    car = np.array([car_of[str(code)] for code in laps["driver"][use]], np.int64)
    lap = laps["lap"][use].astype(np.int64) - 1
    shape = (len(car_of), int(lap.max(initial=0)) + 1)

    def spread(values: NDArray[Any], missing: Any, dtype: Any) -> NDArray[Any]:  # noqa: ANN401
        table = np.full(shape, missing, dtype)
        table[car, lap] = values
        return table

    def floats(name: str) -> NDArray[Any]:
        return spread(laps[name][use].astype(float), np.nan, float)

    words = [str(word) if word is not None else "" for word in laps["compound"][use]]
    compound = [_COMPOUND.get(relative.get(word, word), -1) for word in words]
    status = [str(word) if word is not None else "" for word in laps["track_status"][use]]
    stint = np.nan_to_num(laps["stint"][use].astype(float), nan=0.0)
    return {
        "time_s": floats("lap_time_s"),
        "end_s": floats("lap_end_s"),
        "compound": spread(np.array(compound), -1, np.int8),
        "age": floats("tyre_life"),
        "place": floats("position"),
        "stint": spread(stint, -1, np.int16),
        "pit_in": spread(laps["pit_in"][use], False, np.bool_),
        "pit_out": spread(laps["pit_out"][use], False, np.bool_),
        "flags": spread(np.array([flag_bits(word) for word in status]), 0, np.uint8),
        "known": spread(np.array([bool(word) for word in status]), False, np.bool_),
    }


def _numbers(
    rows: Sequence[Mapping[str, Any]], name: str, *, missing: float = float("nan")
) -> NDArray[np.float64]:
    return np.array([missing if row.get(name) is None else float(row[name]) for row in rows])


def _key(race: str) -> str:
    year, _, name = race.partition(" ")
    return f"{year} {event_slug(name)}"


def _by_race(
    rows: Iterable[tuple[str, int, int]],
) -> dict[str, tuple[tuple[int, int], ...]]:
    found: dict[str, list[tuple[int, int]]] = {}
    for key, lap, laps in rows:
        found.setdefault(key, []).append((lap, laps))
    return {key: tuple(sorted(of)) for key, of in found.items()}
