"""Examine a folder of session files as a forecast would see it, and change nothing.

No lock is taken and nothing is written: no cache, no log, no output folder. What is said
of a season is what `predictor.season` itself notes while it joins the files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from predictor.errors import NoUsableInput
from predictor.graph.plan import Plan, Salt
from predictor.graph.seasons.nodes import HISTORY_SEASONS, SEASONS, season_files, seasons_plan
from predictor.records import CalendarRecord, EntriesRecord, ParsedFile, SessionRecord
from predictor.season.provenance import told_by
from predictor.season.state import EventState, PreSeasonDay
from predictor.vocabulary import SessionKind
from services.engine.runner import Progress, RunResult, run
from services.forecasting.build import NothingStored
from services.forecasting.findings import (
    Finding,
    Sessions,
    about_season,
    left_out,
    not_read,
    ordered,
)
from services.forecasting.season_inputs import SeasonInputs, choose_season, read_history, unread
from services.intake.earlier_seasons import find_history
from services.intake.last_good import LastGood
from services.intake.scan import scan
from services.settings.environment import available_cpus
from services.settings.limits import Limits

__all__ = ["DayFound", "Diagnosis", "EventFound", "examine"]


@dataclass(frozen=True, slots=True)
class EventFound:
    """One event and the files that tell of it."""

    round: int
    event_id: str
    status: str
    sessions: tuple[str, ...]  # those in use, in weekend order
    files: Mapping[str, tuple[str, ...]]  # session -> files that tell of it, in use or not
    providers: tuple[str, ...]
    rain: int = 0  # forecasts of rain for its race


@dataclass(frozen=True, slots=True)
class DayFound:
    """One day of testing before the season."""

    test: int
    day: int
    date: str | None
    n_drivers: int
    n_with_long_run: int
    n_laps: int


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a folder comes to."""

    folder: str
    n_files: int  # season documents not counted
    n_used: int
    season: int | None  # None: nothing can be used
    findings: tuple[Finding, ...]  # ordered by kind
    documents: tuple[str, ...]  # season documents, passed over
    events: tuple[EventFound, ...] = ()
    calendars: tuple[str, ...] = ()  # files
    entries: tuple[str, ...] = ()  # files
    testing: tuple[DayFound, ...] = ()  # in use
    testing_files: tuple[str, ...] = ()
    history: str | None = None  # folder of the earlier seasons
    earlier: tuple[int, ...] = ()  # the seasons found there or beside the season itself

    @property
    def to_look_at(self) -> int:
        """Number of findings that count."""
        return sum(finding.counts for finding in self.findings)


def examine(
    folder: Path, history: Path | None, limits: Limits, on_progress: Progress | None = None
) -> Diagnosis:
    """Examine a season's folder, and the earlier seasons that a forecast of it would use.

    Parameters
    ----------
    folder : Path
    history : Path, optional
        As ``--history``.
    limits : Limits
    on_progress : callable, optional
        See `services.engine.runner.run`.

    Raises
    ------
    UsageError
        If a folder does not exist.
    NoUsableInput
        If a folder cannot be read, or holds no session file at all.
    """
    train = scan(folder, limits.scan)
    settle = partial(_settle, on_progress)
    result = settle(seasons_plan(train), None)
    rejected = [*unread(train), *result.value(SEASONS).rejected]
    findings = [*left_out(rejected), *not_read(train.not_read)]
    n_read = len(train.files) + len(train.rejected)
    n_files = n_read + len(train.not_read)
    n_used = n_read - len(rejected)
    try:
        chosen = choose_season(train, result)
    except NoUsableInput:
        return Diagnosis(str(folder), n_files, n_used, None, ordered(findings), train.documents)
    strays = set(chosen.seasons.rejected) - set(result.value(SEASONS).rejected)
    findings += left_out(strays)
    n_used -= len(strays)
    inputs = SeasonInputs(chosen, train, notes=chosen.notes)
    season = inputs.state.season
    folders = find_history(folder, history, season, limits.scan)
    inputs, result = read_history(inputs, folders, LastGood(folder, ""), settle, result)
    files = season_files(train, result)
    told = told_by(files, season)
    entries = _files_of(files, EntriesRecord, season)
    inside = {*inputs.passed_over, *inputs.rejected_of_history(result)}
    findings += left_out(replace(one, file=f"(history) {one.file}") for one in inside)
    findings += about_season(inputs.state, told, inputs.notes, has_entries=bool(entries))
    return Diagnosis(
        folder=str(folder),
        n_files=n_files,
        n_used=n_used,
        season=season,
        findings=ordered(findings),
        documents=train.documents,
        events=tuple(_event(event, told, files) for event in inputs.state.events),
        calendars=_files_of(files, CalendarRecord, season),
        entries=entries,
        testing=tuple(map(_day, inputs.state.testing)),
        testing_files=_files_of_testing(files, season),
        history=str(inputs.history.folder) if inputs.history is not None else None,
        earlier=result.value(HISTORY_SEASONS),
    )


def _settle(on_progress: Progress | None, plan: Plan, upstream: RunResult | None) -> RunResult:
    # Nothing is stored, so the keys name nothing and need no salt.
    salt = Salt(code="", environment="")
    return run(
        plan,
        NothingStored(),
        {},
        salt=salt,
        jobs=available_cpus(),
        upstream=upstream,
        on_progress=on_progress,
    )


def _files_of(
    files: Mapping[str, ParsedFile], kind: type[CalendarRecord | EntriesRecord], season: int
) -> tuple[str, ...]:
    def is_one(record: object) -> bool:
        return isinstance(record, kind) and record.season == season

    return tuple(path for path, file in sorted(files.items()) if any(map(is_one, file.records)))


def _files_of_testing(files: Mapping[str, ParsedFile], season: int) -> tuple[str, ...]:
    def is_one(record: object) -> bool:
        return (
            isinstance(record, SessionRecord)
            and record.kind is SessionKind.TESTING
            and record.event.season == season
        )

    return tuple(path for path, file in sorted(files.items()) if any(map(is_one, file.records)))


def _day(day: PreSeasonDay) -> DayFound:
    return DayFound(
        test=day.test,
        day=day.day,
        date=day.date,
        n_drivers=len(day.results),
        n_with_long_run=sum(row.long_run_s is not None for row in day.results),
        n_laps=sum(row.laps or 0 for row in day.results),
    )


def _event(event: EventState, told: Sessions, files: Mapping[str, ParsedFile]) -> EventFound:
    sources = {
        str(kind): tuple(dict.fromkeys(one.path for one in found))
        for (event_id, kind), found in told.items()
        if event_id == event.event_id
    }
    paths = {path for found in sources.values() for path in found}
    return EventFound(
        round=event.round,
        event_id=event.event_id,
        status=str(event.status),
        sessions=tuple(str(session.kind) for session in event.sessions),
        files=sources,
        providers=tuple(sorted({files[path].format for path in paths})),
        rain=len(event.rain),
    )
