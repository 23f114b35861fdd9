"""A practice ranked by laps, joined out of the files that hold some of its drivers each.

Providers give laps by driver as readily as whole, so one session may lie in twenty files, and
a file of the whole session beside them. Of each driver the fullest file counts, whatever the
files are called and in whatever order they come.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from predictor.records import ResultRecord
from predictor.season.sessions import Candidate

__all__ = ["join_practice"]


def join_practice(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Join the records of one session that were ranked by laps, those of each provider to one.

    Parameters
    ----------
    candidates : sequence of Candidate
        All of the same event and kind.

    Returns
    -------
    list of Candidate
        Results that came as such are passed through.
    """
    joined = [candidate for candidate in candidates if not candidate.record.from_laps]
    parts: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        if candidate.record.from_laps:
            parts[candidate.record.provider].append(candidate)
    return joined + [_joined(parts[provider]) for provider in sorted(parts)]


def _joined(parts: Sequence[Candidate]) -> Candidate:
    fullest: dict[str, ResultRecord] = {}
    for part in parts:
        for row in part.record.results:
            driver_id = str(row.driver.driver_id)
            other = fullest.setdefault(driver_id, row)
            if other is not row:
                fullest[driver_id] = max(row, other, key=_fullness)
    path = min(part.path for part in parts)
    shown = path if len(parts) == 1 else f"{path} with {len(parts) - 1} more"
    record = replace(parts[0].record, results=_ranked(fullest.values()), from_laps=False)
    return Candidate(record, shown)


def _fullness(row: ResultRecord) -> tuple[int, bool, float, str]:
    """Order rows of one driver: more laps, then a time, then the faster one, then its text."""
    return (row.laps or 0, row.best_s is not None, -(row.best_s or 0.0), repr(row))


def _ranked(rows: Iterable[ResultRecord]) -> tuple[ResultRecord, ...]:
    ordered = sorted(
        rows, key=lambda row: (row.best_s is None, row.best_s or 0.0, str(row.driver.driver_id))
    )
    first_s = ordered[0].best_s or 0.0
    return tuple(
        replace(row, position=place, gap_s=round(row.best_s - first_s, 3))
        if row.best_s is not None
        else row
        for place, row in enumerate(ordered, start=1)
    )
