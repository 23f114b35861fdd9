"""One record per session: canonical values, and which file wins where two tell of one.

Order of precedence: what is no cut file, then provider (native, Jolpica, FastF1,
OpenF1), then more rows, then the record's own text, so neither arrival nor file names
matter. What the winner does not say is filled in from the others, unless they contradict it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from predictor.records import (
    DriverRef,
    EventRef,
    PitStopRecord,
    ResultRecord,
    SessionRecord,
)
from predictor.season.drivers import Roster
from predictor.season.teams import resolve_team
from predictor.vocabulary import ResultStatus, SessionKind

__all__ = [
    "PROVIDER_RANK",
    "Candidate",
    "canonical_session",
    "choose_session",
    "fill_grid",
    "is_cut",
    "named_twice",
    "provider_rank",
    "settle_starts",
]

PROVIDER_RANK = ("native", "jolpica", "fastf1", "openf1")

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
    "q1_s",
    "q2_s",
    "q3_s",
    "reason",
)
_RACES = (SessionKind.RACE, SessionKind.SPRINT)
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


def settle_starts(record: SessionRecord) -> tuple[SessionRecord, list[str]]:
    """Settle who started a race or sprint: laps or a place outweigh the word of a status.

    "Withdrew" beside 47 laps is a retirement. Without laps and place the word stands.

    Parameters
    ----------
    record : SessionRecord
        Canonical; other kinds are given back as they are.

    Returns
    -------
    record : SessionRecord
    notes : list of str
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
        notes.append(f"{row.driver.driver_id} is {row.status}, but has {proof}: taken as {status}")
    return replace(record, results=tuple(results)), notes


def _proof_of_start(row: ResultRecord) -> str:
    if row.laps:
        return f"{row.laps} laps"
    is_placed = row.position is not None and row.classified is not False
    return f"place {row.position}" if is_placed else ""


def named_twice(record: SessionRecord) -> str | None:
    """Give a driver whom two rows of a canonical record mean, or None."""
    seen: set[str] = set()
    for result in record.results:
        driver_id = str(result.driver.driver_id)
        if driver_id in seen:
            return driver_id
        seen.add(driver_id)
    return None


def is_cut(n_rows: int, n_expected: int) -> bool:
    """Tell whether a result has too few rows to be whole; nothing expected, nothing cut."""
    return n_rows < _WHOLE_SHARE * n_expected


def choose_session(candidates: Sequence[Candidate]) -> tuple[SessionRecord, list[str]]:
    """Choose one of several records of one session.

    Parameters
    ----------
    candidates : sequence of Candidate
        At least one; all of the same event and kind.

    Returns
    -------
    record : SessionRecord
    notes : list of str
        One for each file that contradicts the one in use.
    """
    n_most = max(len(candidate.record.results) for candidate in candidates)
    ordered = list(candidates)
    if len(ordered) > 1:  # the rule looks at whole records, and most sessions have one
        ordered.sort(key=lambda candidate: _precedence(candidate, n_most))
    best, *others = ordered
    chosen, notes = best.record, []
    for other in others:
        conflict = _first_conflict(best.record, other.record)
        if conflict is None:
            chosen = _fill(chosen, other.record)
        else:
            session = f"{chosen.event.event_id} {chosen.kind}"
            there = other.path if other.path != best.path else "another record in it"
            notes.append(f"{session}: {best.path} is used, {there} differs ({conflict})")
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


def _precedence(candidate: Candidate, n_most: int) -> tuple[bool, bool, int, int, str, str]:
    record = candidate.record
    n_rows = len(record.results)  # none: a file of pit stops, which only fills
    rank = provider_rank(record.provider)
    return (n_rows == 0, is_cut(n_rows, n_most), rank, -n_rows, repr(record), candidate.path)


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
    removed = row.status in (ResultStatus.DSQ, ResultStatus.EX)
    driver_id = str(row.driver.driver_id)
    return (row.position is None, row.position or 0, removed, -(row.laps or 0), driver_id)


def _stop_order(stop: PitStopRecord) -> tuple[int, str, int]:
    return (stop.lap, str(stop.driver.driver_id), stop.stop or 0)
