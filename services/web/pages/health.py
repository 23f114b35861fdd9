"""Whether what is shown can be trusted now: files, runs, daemon, archive, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import UNSET

from predictor.published.run_types import RunEntry
from predictor.published.season_types import SeasonDocument
from services.web.derived import figures
from services.web.derived.file_matrix import COLUMNS, MatrixRow, file_matrix
from services.web.derived.health_words import (
    daemon_warnings,
    document_warnings,
    health_headline,
    missing_warnings,
    other_warnings,
)
from services.web.maker import Made, tells_failures
from services.web.pages.archive_state import archive_state
from services.web.pages.site import page
from services.web.resource import Resource
from services.web.world import World

__all__ = ["make"]

_DAEMON = {
    "none": ("no", "no daemon here; forecasts are made by single runs"),
    "well": ("yes", "the daemon is at work"),
    "silent": ("unsure", "the daemon has not been heard of for too long"),
    "stopped": ("no", "the daemon is stopped"),
}
_MARKS = {
    "seen": ("✓", "seen"),
    "old": ("×", "old copy"),
    "refused": ("×", "refused"),
    "missing": ("–", "missing"),
    "not-yet": ("·", "not yet"),
    "not-held": ("", "not held"),
}
_SAID = ("old", "refused", "missing")  # whose word stands beside the glyph in weekends at hand
_RUNS = 8
_FILES = 2  # named of those that changed
_SHORT = 7


@tells_failures
def make(world: World, *, hide: bool) -> Iterator[Made]:
    """Give the page of health."""
    yield "/health", _page(world, hide=hide)


def _page(world: World, *, hide: bool) -> Resource:
    matrices = {year: file_matrix(one, world.now) for year, one in world.documents.items()}
    year = world.default_season
    warned = [
        *daemon_warnings(world.daemon, world.status),
        *(one for document in world.documents.values() for one in document_warnings(document)),
        *(missing_warnings(matrices[year]) if year is not None else ()),
        *other_warnings(world.troubles, world.archive_trouble),
    ]
    headline = health_headline(warned, world.daemon, has_forecast=year is not None)
    document = None if year is None else world.documents[year]
    return page(
        world,
        "health.html",
        path="/health",
        title=headline,
        hide=hide,
        headline=headline,
        lead=_lead(world, has_warnings=bool(warned)),
        warned=warned,
        facts=[] if document is None else _facts(world, document, matrices[year]),  # type: ignore[index]
        columns=[(*names, kind.value) for kind, names in COLUMNS.items()],
        matrix_of=None if year is None else _matrix(matrices[year]),
        year=year,
        others=[
            (one, _matrix(rows))
            for one, rows in sorted(matrices.items(), reverse=True)
            if one != year
        ],
        runs=[] if document is None else _runs(document),
        archive=archive_state(world),
        seasons=[
            (one, found.metadata.generated_at, found.metadata.run.run_id[:_SHORT])
            for one, found in sorted(world.documents.items(), reverse=True)
        ],
    )


def _lead(world: World, *, has_warnings: bool) -> str:
    if not world.documents:
        return "Nothing has been published in the folder that this server follows."
    if world.daemon in ("silent", "stopped"):
        return (
            "The page shows the last forecast that was made. Files that came since are not in it."
        )
    if has_warnings:
        return "The page shows the last forecast that could be made. Nothing is older than it says."
    if world.daemon == "well":
        return "The daemon is at work, every file could be used, and every page could be made."
    return (
        "Every file could be used, and every page could be made. No daemon keeps the forecast up "
        "to date: it is as new as the last run."
    )


def _facts(
    world: World, document: SeasonDocument, rows: Sequence[MatrixRow]
) -> list[tuple[str, str, str]]:
    metadata = document.metadata
    run = metadata.run
    states = [cell.state for row in rows for cell in row.cells]
    refused = len(metadata.rejected)
    n_missing = states.count("missing")
    made = metadata.generated_at
    fresh = {"well": "up to date", "none": figures.date_text(made)}.get(world.daemon, "may be old")
    of = f"of {figures.moment_text(made)}"
    if world.daemon == "none":
        of = f"made at {figures.time_text(made)} by a single run"
    watching, how = _DAEMON[world.daemon]
    if world.status is not None and world.daemon == "well":
        watched = world.status.watching
        by = "is told of changes" if watched.mode == "events" else "looks again and again"
        how = f"{by}; {figures.count(watched.files, 'file')}"
        if world.status.n_backlog:
            how += f", {figures.number(world.status.n_backlog)} wait"
    return [
        ("Forecast", fresh, of),
        (
            "Last run",
            _seconds(run.duration_s),
            f"{figures.count(run.stages_run, 'stage')} run, {run.stages_reused} reused",
        ),
        (
            "Sessions",
            f"{states.count('seen') + states.count('old')} seen",
            f"{figures.count(refused, 'file')} refused, {n_missing} missing",
        ),
        ("Watching", watching, how),
    ]


def _seconds(duration: float) -> str:
    if duration < 1.0:
        return f"under 1{figures.THIN}s"
    if duration < 120.0:
        return f"{figures.number(duration)}{figures.THIN}s"
    return f"{figures.number(duration / 60)}{figures.THIN}min"


def _matrix(rows: Sequence[MatrixRow]) -> dict[str, Any]:
    """Return the rows of the table; weekends at the end that have no file are counted alone."""
    last = max(
        (place for place, row in enumerate(rows) if _has_begun(row)),
        default=-1,
    )
    shown = rows[: last + 3]
    rest = rows[len(shown) :]
    coming = next((row.event_id for row in shown if not row.is_run and not row.is_off), "")
    return {
        "rows": [
            {
                "event_id": row.event_id,
                "round": f"{row.round:02d}",
                "name": row.name,
                "is_next": row.event_id == coming and row is not shown[0],
                "is_off": row.is_off,
                "cells": [
                    (
                        *_MARKS[cell.state],
                        cell.state,
                        cell.state in _SAID and not (row.is_run and cell.state == "missing"),
                    )
                    for cell in row.cells
                ],
            }
            for row in shown
        ],
        "rest": _rest(rest),
    }


def _has_begun(row: MatrixRow) -> bool:
    return any(cell.state not in ("not-yet", "not-held") for cell in row.cells)


def _rest(rows: Sequence[MatrixRow]) -> str:
    if not rows:
        return ""
    if len(rows) == 1:
        return f"Round {rows[0].round} has no files yet."
    return f"Rounds {rows[0].round} to {rows[-1].round} have no files yet."


def _runs(document: SeasonDocument) -> list[dict[str, str]]:
    """Return the last runs of a document, the newest first."""
    return [
        {
            "id": entry.run_id[:_SHORT] if entry.run_id else str(entry.counter),
            "ended": entry.ended or "",
            "because": _because(entry),
            "took": _seconds(entry.duration_s) if entry.duration_s is not UNSET else "",
            "outcome": entry.outcome or "",
        }
        for entry in reversed(document.metadata.training_history[-_RUNS:])
    ]


def _because(entry: RunEntry) -> str:
    """Return what asked for a run, and which files had changed."""
    trigger = entry.trigger if isinstance(entry.trigger, str) else "unknown"
    if entry.changed_inputs is UNSET:
        return trigger
    names = [one.file for one in entry.changed_inputs if isinstance(one.file, str)]
    more = sum(one.more for one in entry.changed_inputs if isinstance(one.more, int))
    n_more = len(names) - _FILES + more
    if not names:
        return trigger
    if n_more > 0:
        return f"{trigger}: {', '.join(names[:_FILES])} and {n_more} more"
    return f"{trigger}: {', '.join(names)}"
