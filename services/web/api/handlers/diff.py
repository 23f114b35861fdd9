"""How two runs differ: what they rested on, and which chances moved."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from predictor.published.event_types import Event
from predictor.published.field_types import says
from predictor.published.season_types import SeasonDocument
from predictor.vocabulary import EventStatus
from services.archive.rows import RunRow
from services.web.api.answers.runs import DiffAnswer, Move
from services.web.api.handlers.runs import run_item, run_of
from services.web.api.paging import Paged, page_of
from services.web.api.problem_kinds import NOT_COMPARABLE, UNKNOWN_ID, problem
from services.web.api.view import View
from services.web.derived.level import between_runs, sims_of

if TYPE_CHECKING:
    from services.archive.reader import Archive

__all__ = ["DiffAsked", "diff", "moves"]

What = Literal["win", "podium", "driver_title", "team_title"]

_MOST_RUNS = 10_000  # between two whose files are told
_LOOKED_AT = 500  # the latest runs, for one that was published, and that no backfill made


class DiffAsked(Paged, frozen=True, kw_only=True):
    """Which two runs."""

    a: Annotated[str | UnsetType, says("run_id; the run of the season before b unless given")] = (
        UNSET
    )
    b: Annotated[
        str | UnsetType,
        says("run_id; the last run of the season of a, or of the front page, unless given"),
    ] = UNSET
    what: Annotated[What | UnsetType, says("only chances of this")] = UNSET
    moved: Annotated[bool, says("true: only changes beyond the simulation's own noise")] = False


def diff(asked: DiffAsked, view: View) -> DiffAnswer:
    """Return what differs between two runs.

    Raises
    ------
    Problem
        If there is no such run, or if they are of two seasons.
    """
    archive = view.archive()
    b = _later(asked, view, archive)
    a = _earlier(asked, archive, b)
    if a.season != b.season:
        raise problem(
            NOT_COMPARABLE,
            f"run {a.run_id} is of season {a.season}, and run {b.run_id} of season {b.season}",
            do="give two runs of one season",
        )
    first, second = (
        view.remember(("run", one.run_id), partial(_document, archive, one)) for one in (a, b)
    )
    rows = view.remember(("diff", a.run_id, b.run_id), lambda: moves(first, second))
    wanted = [
        row
        for row in rows
        if asked.what in (UNSET, row.what) and (row.is_beyond_noise or not asked.moved)
    ]
    page, last = page_of(wanted, asked)
    files, n_more = _files(archive, a, b)
    return DiffAnswer(
        season=b.season,
        a=run_item(a),
        b=run_item(b),
        is_same_forecast=a.predictions_sha256 == b.predictions_sha256,
        has_other_data=a.data_hash != b.data_hash,
        has_other_settings=a.config_hash != b.config_hash,
        has_other_code=a.code_version != b.code_version,
        new_results=_new_results(first, second),
        files=files,
        n_more_files=n_more,
        as_of=b.as_of,
        data=page,
        next=last,
    )


def moves(before: SeasonDocument, now: SeasonDocument) -> list[Move]:
    """Return every chance that both documents tell, the largest change first.

    Of events that were still to be run by the first: what is run has a result, and no chance.
    """
    n_before, n_now = before.metadata.num_simulations, now.metadata.num_simulations
    found = [*_titles(before, now, n_before, n_now)]
    earlier = {one.metadata.event_id: one for one in before.predictions.values()}
    for event in now.predictions.values():
        old = earlier.get(event.metadata.event_id)
        if old is not None and EventStatus.COMPLETED not in (old.metadata.status, _status(event)):
            found += _of_event(old, event)
    return sorted(found, key=lambda row: (-abs(row.change), row.id))


def _titles(
    before: SeasonDocument, now: SeasonDocument, n_before: int, n_now: int
) -> Iterator[Move]:
    drivers = {one.driver_id: one.p_title for one in before.championship.drivers}
    for driver in now.championship.drivers:
        if driver.driver_id in drivers:
            old = drivers[driver.driver_id]
            noise = between_runs(old, driver.p_title, n_before, n_now)
            yield _move(
                "driver_title", None, driver.driver_id, driver.name, old, driver.p_title, noise
            )
    teams = {one.team_id: one.p_title for one in before.championship.constructors}
    for team in now.championship.constructors:
        if team.team_id in teams:
            old = teams[team.team_id]
            noise = between_runs(old, team.p_title, n_before, n_now)
            yield _move("team_title", None, team.team_id, team.team, old, team.p_title, noise)


def _of_event(before: Event, now: Event) -> Iterator[Move]:
    n_before, n_now = sims_of(before), sims_of(now)
    old = {row.driver_id: row for row in before.predictions}
    for row in now.predictions:
        was = old.get(row.driver_id)
        if was is None:
            continue
        chances: tuple[tuple[What, float, float], ...] = (
            ("win", was.p_win, row.p_win),
            ("podium", was.p_podium, row.p_podium),
        )
        for what, first, second in chances:
            noise = between_runs(first, second, n_before, n_now)
            event_id = now.metadata.event_id
            yield _move(what, event_id, row.driver_id, row.name, first, second, noise)


def _move(
    what: What,
    event_id: str | None,
    subject_id: str,
    name: str,
    before: float,
    now: float,
    noise: float,
) -> Move:
    change = now - before
    return Move(
        id=f"{what}.{event_id or ''}.{subject_id}",
        what=what,
        event_id=event_id,
        subject_id=subject_id,
        name=name,
        before=before,
        now=now,
        change=round(change, 6),
        noise=round(noise, 6),
        is_beyond_noise=abs(change) > noise,
    )


def _later(asked: DiffAsked, view: View, archive: Archive) -> RunRow:
    if not isinstance(asked.b, UnsetType):
        return run_of(archive, asked.b)
    of_a = None if isinstance(asked.a, UnsetType) else run_of(archive, asked.a)
    season = of_a.season if of_a is not None else view.season(UNSET)
    found = archive.runs(season=season, limit=_LOOKED_AT, newest_first=True)
    if not found:
        raise problem(
            UNKNOWN_ID,
            f"no run of season {season} is archived",
            do="GET /v1/runs lists those that are",
        )
    return next((run for run in found if not run.is_backfill), found[0])


def _earlier(asked: DiffAsked, archive: Archive, b: RunRow) -> RunRow:
    if not isinstance(asked.a, UnsetType):
        return run_of(archive, asked.a)
    found = archive.runs(season=b.season, after=b.run_no, limit=_LOOKED_AT, newest_first=True)
    if not found:
        raise problem(
            UNKNOWN_ID,
            f"run {b.run_id} is the first of season {b.season} that is archived",
            do="give a and b: GET /v1/runs lists runs",
        )
    return next((run for run in found if run.is_backfill is b.is_backfill), found[0])


def _document(archive: Archive, run: RunRow) -> SeasonDocument:
    payload = archive.document(run.document_sha256)
    if payload is None:
        raise problem(
            UNKNOWN_ID,
            f"run {run.run_id} is no longer archived",
            do="GET /v1/runs lists those that are",
        )
    return msgspec.json.decode(payload, type=SeasonDocument)


def _new_results(before: SeasonDocument, now: SeasonDocument) -> tuple[str, ...]:
    known = {
        one.metadata.event_id
        for one in before.predictions.values()
        if _status(one) is EventStatus.COMPLETED
    }
    return tuple(
        one.metadata.event_id
        for one in now.predictions.values()
        if _status(one) is EventStatus.COMPLETED and one.metadata.event_id not in known
    )


def _files(archive: Archive, a: RunRow, b: RunRow) -> tuple[tuple[str, ...], int]:
    """Return the files that changed in the runs after one, up to the other."""
    first, last = sorted((a.run_no, b.run_no))
    between = [
        run
        for run in archive.runs(season=b.season, after=first, limit=_MOST_RUNS)
        if run.run_no <= last and not run.is_backfill
    ]
    files = dict.fromkeys(name for run in between for name in run.changed)
    return tuple(files), sum(run.n_more for run in between)


def _status(event: Event) -> EventStatus:
    return event.metadata.status
