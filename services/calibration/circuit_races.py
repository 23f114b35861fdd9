"""Read past races for the fit of circuits: laps, results, calendars, lists of flags."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from predictor.errors import UsageError
from services.calibration.lap_table import read_lap_table
from services.disk.regular_file import open_regular, read_regular

if TYPE_CHECKING:
    from predictor.circuit_fit.race_laps import RaceLaps
    from predictor.circuit_fit.race_rows import Neutralisations

__all__ = ["read_races"]


def read_races(
    laps: Path, data: Path, neutralisations: Path | None, seasons: Sequence[int]
) -> list[RaceLaps]:
    """Give every race of these seasons of which there are laps and a result, in order.

    Parameters
    ----------
    laps : Path
        Parquet file, one row per lap.
    data : Path
        Folder with ``<year>/calendar.json`` and ``<year>/<NN>-<slug>/race.json``.
    neutralisations : Path, optional
        Folder with ``safety_cars.csv`` and ``red_flags.csv``; the laps' own track status
        stands in for it.

    Raises
    ------
    UsageError
        If a file cannot be read, or none of the races is found.
    """
    from predictor.circuit_fit.race_rows import LAP_COLUMNS, race_of  # noqa: PLC0415 - NumPy

    table = read_lap_table(laps, LAP_COLUMNS, seasons)
    listed = _listed(neutralisations) if neutralisations else None
    found = []
    for season, events in ((one, _events(data, one)) for one in seasons):
        for event in events:
            number = int(event["round"])
            path = data / str(season) / f"{number:02d}-{event['slug']}" / "race.json"
            if (season, number) not in set(table.rounds()) or not path.is_file():
                continue
            rows = table.session(season, number, "race")
            if len(rows["lap"]):
                compounds = table.words(season, number, "compound")
                found.append(race_of(event, _json(path), rows, compounds, listed))
    if not found:
        raise UsageError(
            "no race has both laps and a result",
            where=f"{laps} and {data}",
            got=f"{len(list(table.rounds()))} rounds of laps in seasons {seasons[0]}-{seasons[-1]}",
            expected="season folders with calendar.json and race.json files for them",
            do="name other seasons, or the folder of the season files with --data",
        )
    return found


def _events(data: Path, season: int) -> list[dict[str, Any]]:
    calendar = _json(data / str(season) / "calendar.json")
    events = calendar["events"] if isinstance(calendar, dict) else calendar
    return sorted(events, key=lambda event: int(event["round"]))


def _json(path: Path) -> Any:  # noqa: ANN401 - JSON has no narrower type
    try:
        return json.loads(read_regular(path))
    except (OSError, ValueError) as error:
        raise UsageError(
            "a season file cannot be read",
            where=str(path),
            got=str(error),
            expected="JSON as f1db's facts are restated",
            do="name the folder of the season files with --data",
        ) from error


def _listed(folder: Path) -> Neutralisations:
    from predictor.circuit_fit.race_rows import neutralisations_of  # noqa: PLC0415 - NumPy

    try:
        tables = []
        for name in ("safety_cars.csv", "red_flags.csv"):
            with open_regular(folder / name) as file:
                lines = io.TextIOWrapper(file, encoding="utf-8", newline="")
                tables.append(list(csv.DictReader(lines)))
        return neutralisations_of(*tables)
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(
            "the list of neutralisations cannot be read",
            where=str(folder),
            got=repr(error),
            expected="safety_cars.csv (Race, Deployed, FullLaps), red_flags.csv (Race, Lap)",
            do="name their folder with --neutralisations, or leave it out",
        ) from error
