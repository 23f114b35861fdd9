"""``status``: what the daemon of an output folder is doing, for people and for scripts."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
from msgspec import structs

from services.cli.output_option import command_to_watch, folder_and_document
from services.cli.usage import GivenPath
from services.disk.lock import holder_of
from services.monitoring.monitor import models_folder, read_monitor
from services.monitoring.status_file import ModelStatus, Status, as_json, model_status, read_status
from services.settings.terminal import plain

__all__ = ["status"]

HEALTHY, DEGRADED, NOT_RUNNING = 0, 1, 3  # 3 as in the Linux Standard Base
_LISTED = 10
_SILENCES = 5  # missed in a row
_SILENT_S = 30.0  # at least: publishing on a slow disk takes its time


@click.command()
@click.option(
    "--output",
    type=GivenPath(path_type=Path),
    default=Path("predictions"),
    show_default=True,
    help="Season document that the daemon writes, or its folder.",
)
@click.option("--json", "as_text", flag_value=False, default=True, help="Print JSON.")
def status(*, output: Path, as_text: bool) -> int:
    """Say what the daemon is doing.

    Exit codes: 0 running and well, 1 running with something to look at or silent, 3 not running.
    """
    folder, document = folder_and_document(output)
    found, pid = read_status(folder), holder_of(folder)
    is_running = found is not None and pid is not None and found.pid == pid
    if found is not None and is_running:
        silence = [*_silence(found), *_refusal(folder)]
        found = structs.replace(found, degraded=[*silence, *found.degraded])
    if as_text:
        lines = (
            _running(folder, found)
            if found is not None and is_running
            else _not_running(folder, document, found, pid)
        )
        click.echo("\n".join(map(plain, lines)))
    elif found is None:
        told = {"running": None if pid else False, "held_by": pid}
        click.echo(json.dumps(told | ({"degraded": _untold(folder, pid)} if pid else {})))
    else:
        click.echo(as_json(found, running=is_running, held_by=pid))
    if found is None and pid is not None:
        return DEGRADED
    if not is_running or found is None:
        return NOT_RUNNING
    return DEGRADED if found.degraded else HEALTHY


def _silence(status: Status) -> list[str]:
    """Say that a daemon that holds its folder has not told anything for too long, if so."""
    updated = datetime.fromisoformat(status.updated)
    silent_s = (datetime.now(UTC) - updated).total_seconds()
    if silent_s <= max(_SILENCES * status.updated_every_s, _SILENT_S):
        return []
    return [f"nothing has been heard of it for {silent_s:.0f} s: it is stopped or stuck"]


def _refusal(folder: Path) -> list[str]:
    """Say that the disk takes no new status, if so: what is there may be an old one."""
    if not hasattr(os, "statvfs"):
        return []
    try:
        disk = os.statvfs(folder)
    except OSError as error:
        return [f"its folder cannot be looked at: {error.strerror}"]
    if disk.f_flag & os.ST_RDONLY:
        return ["its folder can only be read: what follows may be old"]
    if disk.f_blocks and not disk.f_bavail:
        return ["the disk of its folder is full: what follows may be old"]
    return []


def _untold(folder: Path, pid: int) -> list[str]:
    """Say what is known of who holds a folder in which no status is."""
    return [
        f"process {pid} holds {folder} and has no status there: a single run, a daemon that has "
        "just started, or one that cannot write",
        *_refusal(folder),
    ]


def _not_running(
    folder: Path, document: str | None, status: Status | None, pid: int | None
) -> Iterator[str]:
    if status is None and pid:
        yield from _untold(folder, pid)
        return  # perhaps a daemon's, and perhaps none's
    holder = f"; process {pid} holds the folder for one run" if pid else ""
    yield f"no daemon is at work in {folder}{holder}"
    if status is not None:
        yield f"  the last one stopped being heard of at {status.updated} ({status.state})"
    if not pid:
        yield f"  start one with: {command_to_watch(folder, document, status)}"
    model = model_status(read_monitor(models_folder(folder)))
    yield from () if model is None else _model(model)


def _running(folder: Path, status: Status) -> Iterator[str]:
    yield f"{status.state}, process {status.pid} since {status.started} (version {status.version})"
    yield f"  follows    {status.train_data}"
    yield f"  writes     {folder / status.output if status.output else folder}"
    yield f"  watching   {_watching(status)}"
    yield f"  backlog    {_backlog(status)}"
    if status.progress:
        yield f"  building   stage {status.progress}"
    yield from _last_build(status)
    counts = ", ".join(f"{number} {outcome}" for outcome, number in sorted(status.builds.items()))
    yield f"  builds     {counts or 'none yet'}"
    yield f"  rescans    {status.surveys} surveys, {status.rescans} checks of every file's content"
    yield f"  worker     {_worker(status)}"
    yield from _once_a_day(status)
    if status.model is not None:
        yield from _model(status.model)
    for reason in status.degraded:
        yield f"  degraded   {reason}"
    stale = set(status.stale)
    for one in status.rejected[:_LISTED]:
        kept = " (last good version in use)" if one["file"] in stale else ""
        yield f"  rejected   {one['file']}{kept}: {one['reason']}"
    if len(status.rejected) > _LISTED:
        yield f"             and {len(status.rejected) - _LISTED} more, see --json"


def _once_a_day(status: Status) -> Iterator[str]:
    if status.verified is not None:
        same = "the same" if status.verified.outcome == "same" else "ANOTHER"
        yield f"  verified   {status.verified.ended}: a full rebuild gave {same} document"
    if status.backed_up:
        yield f"  backed up  {status.backed_up}: the models"


def _watching(status: Status) -> str:
    watching = status.watching
    how = "by events" if watching.mode == "events" else f"by polling: {watching.reason}"
    return f"{watching.files:,} files in {watching.folders:,} folders, {how}"


def _backlog(status: Status) -> str:
    due = "" if status.due_in_s is None else f"next build in {status.due_in_s:g} s"
    if not status.n_backlog:
        return due or "empty"
    shown = ", ".join(status.backlog[:3])
    more = f" and {status.n_backlog - 3} more" if status.n_backlog > 3 else ""
    return f"{shown}{more}; {due or 'being built'}"


def _last_build(status: Status) -> Iterator[str]:
    last = status.last_build
    if last is None:
        return
    yield (
        f"  last build {last.outcome} at {last.ended} in {last.duration_s:g} s "
        f"(run {last.run_id}, {last.trigger}; stages run {last.stages_run}, "
        f"reused {last.stages_reused})"
    )
    if last.error:
        yield f"             {last.error}"


def _worker(status: Status) -> str:
    if status.worker_pid is None:
        return f"none now, {status.worker_starts} started so far"
    size = status.worker_bytes / 2**20
    return f"process {status.worker_pid}, {size:.0f} MiB, start {status.worker_starts}"


def _model(model: ModelStatus) -> Iterator[str]:
    weights = ", ".join(f"({one}) {weight:g}" for one, weight in sorted(model.weights.items()))
    name = f"{model.name} {model.version}" if model.version else "none serves"
    until = f", trained until {model.trained_until}" if model.trained_until else ""
    yield f"  model      {name}{until}; weight {weights or 'none'}; {model.served} forecasts served"
    losses = ", ".join(f"{who} {loss:.3f}" for who, loss in sorted(model.losses.items()))
    if losses:
        yield f"             place log loss in races it has not seen: {losses}"
    for words in model.notes:
        yield f"             {words}"
    if model.alarms:
        yield f"             drifted: {', '.join(model.alarms)} (largest PSI {model.psi_max:.2f})"
    for words in model.reasons:
        yield f"  retrain    {words}"
    if model.training_pid is not None:
        yield f"  training   process {model.training_pid}, for {model.training_s:.0f} s"
    last = model.last_training
    if last is not None:
        outcome = " ".join(filter(None, ("model", last.version, last.outcome)))
        yield f"             last: {outcome} at {last.ended} after {last.duration_s:g} s"
        if last.words:
            yield f"             {last.words}"
