"""Rows of one session that contradict themselves, or each other.

What a driver did outweighs the word beside it; two rows of one driver are joined field by
field. Each such correction is told.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import fields, replace

from predictor.notes import Note, NoteKind
from predictor.records import ResultRecord, SessionRecord
from predictor.vocabulary import ResultStatus, SessionKind

__all__ = ["join_doubles", "settle_starts"]

_RACES = (SessionKind.RACE, SessionKind.SPRINT)
_REMOVED = (ResultStatus.DSQ, ResultStatus.EX)
_OUTCOME = ("status", "position", "classified")  # one row's, whole: they belong together
_GRID = ("grid", "pit_lane_start")
_FACTS = tuple(
    one.name for one in fields(ResultRecord) if one.name not in ("driver", *_OUTCOME, *_GRID)
)


def settle_starts(record: SessionRecord) -> tuple[SessionRecord, list[Note]]:
    """Settle who started a race or sprint: laps or a place outweigh the word of a status.

    "Withdrew" beside 47 laps is a retirement. Without laps and place the word stands.

    Parameters
    ----------
    record : SessionRecord
        Canonical; other kinds are given back as they are.

    Returns
    -------
    record : SessionRecord
    notes : list of Note
        One for each status that was overruled.
    """
    if record.kind not in _RACES:
        return record, []
    results, notes = [], []
    for row in record.results:
        proof = "" if row.status.started else _proof_of_start(row)
        if not proof:
            results.append(row)
            continue
        # Excluded after a race that he ran, as the disqualified are.
        status = ResultStatus.DSQ if row.status is ResultStatus.EX else ResultStatus.DNF
        results.append(replace(row, status=status))
        text = f"{row.driver.driver_id} is {row.status}, but has {proof}: taken as {status}"
        notes.append(Note(NoteKind.STATUS_OVERRULED, text))
    return replace(record, results=tuple(results)), notes


def join_doubles(record: SessionRecord) -> tuple[SessionRecord, list[Note]]:
    """Join the rows that mean one driver, so that nobody is counted twice.

    A row fills what another lacks. Where two differ, a disqualification counts first, as it
    is only ever added later, then the fuller row, then the worse place, which gives nobody
    points that he may not have.

    Parameters
    ----------
    record : SessionRecord
        Canonical, so that equal driver ids are one driver.

    Returns
    -------
    record : SessionRecord
        Each driver once.
    notes : list of Note
        One for each driver who stood twice.
    """
    rows: dict[str, list[ResultRecord]] = defaultdict(list)
    for row in record.results:
        rows[str(row.driver.driver_id)].append(row)
    if len(rows) == len(record.results):
        return record, []
    results, notes = [], []
    for driver_id, same in rows.items():
        joined, differ = _joined(same)
        results.append(joined)
        if len(same) > 1:
            odd = f"; they differ in {', '.join(differ)}, the fuller one counts" if differ else ""
            text = f"{record.kind}: {len(same)} rows mean {driver_id}, joined into one{odd}"
            notes.append(Note(NoteKind.DRIVER_DOUBLED, text))
    results.sort(key=lambda row: (row.position is None, row.position or 0))
    return replace(record, results=tuple(results)), notes


def _proof_of_start(row: ResultRecord) -> str:
    if row.laps:
        return f"{row.laps} laps"
    is_placed = row.position is not None and row.classified is not False
    return f"place {row.position}" if is_placed else ""


def _joined(same: list[ResultRecord]) -> tuple[ResultRecord, list[str]]:
    """Give one row for all, and the names of the fields in which they differ."""
    ordered = sorted(same, key=_weight)
    joined, differ = ordered[0], []
    for other in ordered[1:]:
        # A place is more than a row that says nothing of one.
        silent = joined.position is None and joined.status is ResultStatus.NC
        if silent and other.position is not None:
            joined = replace(joined, **{name: getattr(other, name) for name in _OUTCOME})
        else:
            differ += _differences(joined, other, _OUTCOME)
        if joined.grid is None and not joined.pit_lane_start:
            joined = replace(joined, **{name: getattr(other, name) for name in _GRID})
        differ += _differences(joined, other, ("grid", *_FACTS))
        gaps = [name for name in _FACTS if getattr(joined, name) is None]
        joined = replace(joined, **{name: getattr(other, name) for name in gaps})
    return joined, sorted(set(differ))


def _weight(row: ResultRecord) -> tuple[bool, int, int, str]:
    filled = sum(getattr(row, one.name) is not None for one in fields(row))
    return (row.status not in _REMOVED, -filled, -(row.position or 0), repr(row))


def _differences(row: ResultRecord, other: ResultRecord, names: tuple[str, ...]) -> list[str]:
    pairs = ((name, getattr(row, name), getattr(other, name)) for name in names)
    return [name for name, a, b in pairs if a is not None and b is not None and a != b]
