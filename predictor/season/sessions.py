"""One record per session: canonical values, and which file wins where two tell of one.

Order of precedence: what is no cut file, what lies in no folder of old files, then provider
(native, Jolpica, FastF1, OpenF1, TracingInsights); of one provider's revisions the one with more
disqualified, who are only ever added, then more rows, then more facts. Arrival and other
names do not matter. What the winner does not say is filled in from the others, unless they
contradict it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from predictor.notes import Note, NoteKind
from predictor.records import (
    DriverRef,
    EventRef,
    PitStopRecord,
    ResultRecord,
    SessionRecord,
)
from predictor.season.drivers import Roster
from predictor.season.teams import resolve_team
from predictor.vocabulary import ResultStatus

__all__ = [
    "PROVIDER_RANK",
    "Candidate",
    "canonical_session",
    "choose_session",
    "fill_grid",
    "in_old_folder",
    "is_cut",
    "provider_rank",
]

PROVIDER_RANK = ("native", "jolpica", "fastf1", "openf1", "tracinginsights")

# Facts that one provider has and another leaves out; never places or statuses.
_FILLED = (
    "team",
    "engine",
    "grid",
    "grid_penalty",
    "laps",
    "time_s",
    "gap_s",
    "gap_laps",
    "time_penalty_s",
    "points",
    "fastest_lap",
    "best_s",
    "long_run_s",
    "q1_s",
    "q2_s",
    "q3_s",
    "reason",
)
_REMOVED = (ResultStatus.DSQ, ResultStatus.EX)
_OLD_FOLDERS = frozenset(
    ("archive", "archived", "archives", "backup", "backups", "bak", "copies", "copy", "old")
)
_MAX_DIFFERING = 3  # files that are named one by one beside the one in use
_COMPARED = ("position", "status", "points", "grid", "laps")


# A result with a smaller share of the cars expected is a cut file, not a small field. The
# smallest share since 2010 is 18 of 22: Austin 2014, where two teams were missing.
_WHOLE_SHARE = 0.75


@dataclass(frozen=True, slots=True)
class Candidate:
    """A canonical record and the file it came from."""

    record: SessionRecord
    path: str


def provider_rank(provider: str) -> int:
    """Give a provider's place in the order of precedence; unknown ones come last."""
    return PROVIDER_RANK.index(provider) if provider in PROVIDER_RANK else len(PROVIDER_RANK)


def canonical_session(
    record: SessionRecord, *, event_id: str, season: int, roster: Roster
) -> SessionRecord:
    """Give the same session with ids for drivers, teams and event, in a fixed order."""
    # Where one driver is marked, nobody else has it: false and left out mean the same.
    is_marked = any(result.fastest_lap for result in record.results)

    def row(result: ResultRecord) -> ResultRecord:
        team_id = resolve_team(result.team, season).team_id if result.team else None
        driver_id = roster.resolve(result.driver, event_id, team_id)
        if roster.is_foreign(result.driver, event_id):
            team_id = roster.team_id(driver_id, event_id)
        return replace(
            result,
            driver=DriverRef(driver_id=driver_id),
            team=team_id or roster.team_id(driver_id, event_id),
            fastest_lap=bool(result.fastest_lap) if is_marked else None,
        )

    def stop(pit_stop: PitStopRecord) -> PitStopRecord:
        driver_id = roster.resolve(pit_stop.driver, event_id)
        return replace(pit_stop, driver=DriverRef(driver_id=driver_id))

    return replace(
        record,
        event=EventRef(season=season, event_id=event_id),
        results=tuple(sorted(map(row, record.results), key=_row_order)),
        pit_stops=tuple(sorted(map(stop, record.pit_stops), key=_stop_order)),
        provider_key=None,
    )


def in_old_folder(path: str) -> bool:
    """Tell whether a path lies below a folder called backup, old, archive or the like."""
    folders = re.split(r"[/\\]", path.lower())[:-1]
    return any(_OLD_FOLDERS.intersection(re.split(r"[\W_]+", folder)) for folder in folders)


def is_cut(n_rows: int, n_expected: int) -> bool:
    """Tell whether a result has too few rows to be whole; nothing expected, nothing cut."""
    return n_rows < _WHOLE_SHARE * n_expected


def choose_session(candidates: Sequence[Candidate]) -> tuple[SessionRecord, list[Note]]:
    """Choose one of several records of one session.

    Parameters
    ----------
    candidates : sequence of Candidate
        At least one; all of the same event and kind.

    Returns
    -------
    record : SessionRecord
    notes : list of Note
        One for each file that contradicts the one in use; of many, for the first of them
        and for all the others together.
    """
    if len(candidates) == 1:  # the rule looks at whole records, and most sessions have one
        return candidates[0].record, []
    rivals = _rivals(candidates)
    ordered = sorted(
        ((_precedence(candidate, rivals), candidate) for candidate in candidates),
        key=lambda ranked: ranked[0],
    )
    (first, best), *others = ordered
    chosen, differing = best.record, []
    for rank, other in others:
        conflict = _first_conflict(best.record, other.record)
        if conflict is None:
            chosen = _fill(chosen, other.record)
        else:
            there = other.path if other.path != best.path else "another record in it"
            differing.append((there, f"differs ({conflict}); {_reason(first, rank)}"))
    n_named = len(differing) if len(differing) <= _MAX_DIFFERING else 1
    others_said = [f"{there} {why}" for there, why in differing[:n_named]]
    if n_named < len(differing):
        n_more, last = len(differing) - n_named, differing[-1][0]
        others_said.append(f"{n_more} more differ, the last of them {last}")
    notes = [
        Note(
            NoteKind.FILES_DIFFER,
            f"{best.path} is used, {said}",
            where=f"{chosen.event.event_id} {chosen.kind}",
            do="keep the right one, and remove or correct the other",
        )
        for said in others_said
    ]
    return chosen, notes


def fill_grid(race: SessionRecord, grid: SessionRecord) -> SessionRecord:
    """Fill the grid places a race's result leaves out from a starting-grid session."""
    places = {row.driver: row.grid or row.position for row in grid.results}
    return replace(
        race,
        results=tuple(
            replace(row, grid=places[row.driver])
            if row.grid is None and not row.pit_lane_start and row.driver in places
            else row
            for row in race.results
        ),
    )


class _Precedence(NamedTuple):
    """What decides between two records, in this order; the lower comes first."""

    is_empty: bool  # a file of pit stops, which only fills
    is_cut: bool
    is_old: bool
    rank: int
    removed: int  # negative: more come first
    rows: int
    facts: int
    text: str
    path: str


_REASONS = {
    "is_cut": "that one holds only a part of the field",
    "is_old": "that one lies in a folder of old files",
    "rank": "that provider comes later",
    "removed": "it has more disqualified, who are only ever added",
    "rows": "it has more drivers",
    "facts": "it has more facts",
}


class _Rivals(NamedTuple):
    """What all records of a session say together."""

    n_rows: int  # of the fullest
    n_removed: dict[str, int]  # by provider, the most in a file that lies in no old folder


def _rivals(candidates: Sequence[Candidate]) -> _Rivals:
    n_removed: dict[str, int] = {}
    for one in candidates:
        if not in_old_folder(one.path):
            provider = one.record.provider
            n_removed[provider] = max(n_removed.get(provider, 0), _n_removed(one.record))
    return _Rivals(max(len(one.record.results) for one in candidates), n_removed)


def _precedence(candidate: Candidate, rivals: _Rivals) -> _Precedence:
    record = candidate.record
    n_rows, n_removed = len(record.results), _n_removed(record)
    # A folder of old files is believed unless what lies there has a disqualification more.
    is_newer = n_removed > rivals.n_removed.get(record.provider, n_removed)
    names = (*_FILLED, "position")
    return _Precedence(
        is_empty=n_rows == 0,
        is_cut=is_cut(n_rows, rivals.n_rows),
        is_old=in_old_folder(candidate.path) and not is_newer,
        rank=provider_rank(record.provider),
        removed=-n_removed,
        rows=-n_rows,
        facts=-sum(getattr(row, name) is not None for row in record.results for name in names),
        text=repr(record),
        path=candidate.path,
    )


def _n_removed(record: SessionRecord) -> int:
    return sum(row.status in _REMOVED for row in record.results)


def _reason(best: _Precedence, other: _Precedence) -> str:
    pairs = zip(_Precedence._fields, best, other, strict=True)
    decided = next((name for name, ours, theirs in pairs if ours != theirs), "text")
    return _REASONS.get(decided, "nothing tells which is newer: take the other one away")


def _first_conflict(used: SessionRecord, other: SessionRecord) -> str | None:
    if not used.results or not other.results:
        return None
    # Providers differ in whether they list drivers who did not start; that is no conflict.
    rows = {str(row.driver.driver_id): row for row in used.results if row.status.started}
    others = {str(row.driver.driver_id): row for row in other.results if row.status.started}
    for driver_id in sorted(rows.keys() ^ others.keys()):
        return f"{driver_id} is only {'there' if driver_id in others else 'here'}"
    for driver_id, theirs in sorted(others.items()):
        ours = rows[driver_id]
        for name in _COMPARED:
            a, b = getattr(ours, name), getattr(theirs, name)
            if a is not None and b is not None and a != b:
                return f"{name} of {driver_id}: {a} and {b}"
    return None


def _fill(record: SessionRecord, other: SessionRecord) -> SessionRecord:
    """Fill what a record leaves out from one that agrees with it."""
    rows = {row.driver.driver_id: row for row in other.results}
    results = tuple(_fill_row(row, rows.get(row.driver.driver_id, row)) for row in record.results)
    return replace(
        record,
        results=results,
        pit_stops=record.pit_stops or other.pit_stops,
        qualifying_format=record.qualifying_format or other.qualifying_format,
    )


def _fill_row(row: ResultRecord, other: ResultRecord) -> ResultRecord:
    changes = {
        name: getattr(other, name)
        for name in _FILLED
        if getattr(row, name) is None and getattr(other, name) is not None
    }
    if row.pit_lane_start:
        changes.pop("grid", None)  # no grid place is the fact, not a gap
    return replace(row, **changes) if changes else row


def _row_order(row: ResultRecord) -> tuple[bool, int, bool, int, str]:
    # As official results list them: the placed, the retired by laps, the disqualified.
    removed = row.status in _REMOVED
    driver_id = str(row.driver.driver_id)
    return (row.position is None, row.position or 0, removed, -(row.laps or 0), driver_id)


def _stop_order(stop: PitStopRecord) -> tuple[int, str, int]:
    return (stop.lap, str(stop.driver.driver_id), stop.stop or 0)
