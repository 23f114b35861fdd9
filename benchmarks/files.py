"""Measure what each file of a very large folder costs: lap files of drivers, copies of a race.

Every run is a process of its own. What it takes without the files is taken off, so that the
figures are those of one more file, at a size and at one four times as large.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import orjson

from benchmarks.runs import SEASON, Workplace, timed

__all__ = ["FILES_LIMITS", "measure_files"]

_SMALL, _LARGE = 5_000, 20_000
_OPTIONS = ("--num-simulations", "50")
_RACE = Path("01-australia", "race.json")
_SESSIONS = ("fp1", "fp2", "fp3", "qualifying", "race")
_N_LAPS = 20
_HEADER = (
    "Time,Driver,DriverNumber,LapTime,LapNumber,Stint,PitOutTime,PitInTime,Compound,TyreLife,"
    "FreshTyre,Team,LapStartTime,LapStartDate,TrackStatus,Position,Deleted,DeletedReason,"
    "FastF1Generated,IsAccurate"
)

# What is promised of each figure of `measure_files`.
FILES_LIMITS = {
    "cpu_ms_a_lap_file": 1.5,
    "cpu_ms_a_copy": 1.5,
    "cpu_a_file_when_there_are_four_times_as_many": 1.3,
    "peak_mib_of_lap_files": 300,
    "peak_mib_of_copies": 300,
}


def measure_files() -> dict[str, float]:
    """Give what a file costs in a first run of a season beside 20,000 files.

    Returns
    -------
    dict
        See `FILES_LIMITS`; the growth is that of lap files, of which each has its own bytes.
    """
    alone = _run(0, _lap_files)["cpu_s"]
    few, many = _run(_SMALL, _lap_files), _run(_LARGE, _lap_files)
    copies = _run(_LARGE, _copies)
    a_file = (many["cpu_s"] - alone) / _LARGE
    return {
        "cpu_ms_a_lap_file": round(1000 * a_file, 3),
        "cpu_ms_a_copy": round(1000 * (copies["cpu_s"] - alone) / _LARGE, 3),
        "cpu_a_file_when_there_are_four_times_as_many": round(
            a_file / ((few["cpu_s"] - alone) / _SMALL), 3
        ),
        "peak_mib_of_lap_files": many["peak_mib"],
        "peak_mib_of_copies": copies["peak_mib"],
    }


def _run(n_files: int, write: Callable[[Path, int], None]) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        work = Workplace(Path(folder).resolve())
        work.prepare()
        write(work.season, n_files)
        return timed(work.command("--incremental-update", *_OPTIONS))


def _copies(season: Path, n_files: int) -> None:
    for at in range(n_files):
        path = season / f"copies-{at // 100}" / f"{at % 100}.json"
        path.parent.mkdir(exist_ok=True)
        shutil.copyfile(season / _RACE, path)


def _lap_files(season: Path, n_files: int) -> None:
    """Write laps as FastF1 exports them, a file to a driver and session, each exported again."""
    drivers = orjson.loads((season / _RACE).read_bytes())["results"]
    events = sorted(path.name for path in SEASON.iterdir() if path.is_dir())
    luck = random.Random(1)
    for at in range(n_files):
        driver = drivers[at % len(drivers)]
        n_sessions = at // len(drivers)
        session = _SESSIONS[n_sessions % len(_SESSIONS)]
        event = events[n_sessions // len(_SESSIONS) % len(events)]
        export = n_sessions // len(_SESSIONS) // len(events) + 1
        path = season / "laps" / event / f"{session}_laps_{driver['driver']}_v{export}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([_HEADER, *_laps(driver, luck), ""]))


def _laps(driver: dict[str, str], luck: random.Random) -> list[str]:
    return [
        f"0 days 00:{lap:02d}:59.123000,{driver['driver']},{driver['number']},"
        f"0 days 00:01:{20 + 3 * luck.random():09.6f},{lap}.0,1.0,,,SOFT,{lap}.0,True,"
        f"{driver['team']},0 days 00:{lap:02d}:00.000000,,1,,False,,False,True"
        for lap in range(1, _N_LAPS + 1)
    ]
