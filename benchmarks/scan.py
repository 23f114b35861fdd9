"""Measure what looking at a folder costs: the scan against the least it can cost, the survey."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from services.disk.program import RACE_DATA
from services.intake.scan import scan
from services.intake.stat_cache import StatCache
from services.intake.survey import Root, survey
from services.settings.limits import ScanLimits

__all__ = ["copy_sessions", "measure_scan", "plain_digests"]

_SEASON = RACE_DATA / "2024"
_PER_FOLDER = 100
_FEW = 200  # files of one season
_REPEATS = 7  # the fastest counts, as noise only ever adds
_SETTLING_S = 2.1  # younger files are not remembered by the stat cache


def measure_scan(n_files: int = 10_000) -> dict[str, float]:
    """Give what a scan and a survey of many files cost, in CPU time of this process.

    Returns
    -------
    dict
        ``plain_ms``: walking, opening, reading and hashing, without any check; ``scan_ms``
        and its ratio ``scan_to_plain``; ``scan_known_ms``, with every file in the stat
        cache; ``survey_ms``, and ``survey_season_ms`` for the 200 files of a season.
    """
    limits = ScanLimits(stat_cache_above=1)
    with tempfile.TemporaryDirectory() as folder:
        many, few = Path(folder, "many"), Path(folder, "few")
        copy_sessions(many, n_files)
        copy_sessions(few, min(_FEW, n_files))
        plain, scanned = _best_ms(lambda: plain_digests(many), lambda: scan(many, limits))
        looked, season = _best_ms(lambda: survey([Root(many)]), lambda: survey([Root(few)]))
        time.sleep(_SETTLING_S)
        cache = StatCache(Path(folder, "stat_cache"))
        scan(many, limits, cache=cache)
        (known,) = _best_ms(lambda: scan(many, limits, cache=cache))
    return {
        "n_files": n_files,
        "plain_ms": plain,
        "scan_ms": scanned,
        "scan_to_plain": round(scanned / plain, 2),
        "scan_known_ms": known,
        "survey_ms": looked,
        "survey_season_ms": season,
    }


def copy_sessions(folder: Path, n_files: int) -> None:
    """Fill a folder with copies of the shipped session files, a hundred in each folder below."""
    contents = [path.read_bytes() for path in sorted(_SEASON.rglob("*.json"))]
    for number in range(n_files):
        place = folder / f"{number // _PER_FOLDER:03}"
        if number % _PER_FOLDER == 0:
            place.mkdir(parents=True)
        name = f"{number % _PER_FOLDER:03}.json"
        (place / name).write_bytes(contents[number % len(contents)])


def plain_digests(folder: Path) -> dict[str, str]:
    """Give path -> digest the short way: what a scan would be if every file were harmless."""
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)  # noqa: PTH118 - the fastest way is the measure
            with open(path, "rb") as file:  # noqa: PTH123
                found[path] = hashlib.sha256(file.read()).hexdigest()
    return found


def _best_ms(*actions: Callable[[], object]) -> list[float]:
    """Give the least CPU time of each action, in ms; they take turns."""
    best = [float("inf")] * len(actions)
    for _ in range(_REPEATS):
        for index, action in enumerate(actions):
            start = time.process_time()
            action()
            best[index] = min(best[index], time.process_time() - start)
    return [round(seconds * 1000, 2) for seconds in best]
