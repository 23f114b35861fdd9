"""What the daemon is doing, in a file that anybody may read at any time."""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from services.disk.atomic_write import replace_file
from services.disk.own_kinds import STATUS
from services.disk.regular_file import read_regular
from services.disk.sealed_file import UNDECODABLE
from services.disk.targets import why_not
from services.monitoring.monitor import Monitor, Training, new_reasons

__all__ = [
    "BuildStatus",
    "ModelStatus",
    "Status",
    "Verified",
    "Watching",
    "as_json",
    "model_status",
    "read_status",
    "write_status",
]

_NAME = ".status.json"


class Watching(msgspec.Struct, frozen=True):
    """How changes are noticed."""

    mode: str = "polling"  # events | polling
    reason: str = ""  # why not by events
    files: int = 0
    folders: int = 0


class BuildStatus(msgspec.Struct, frozen=True):
    """One build that has ended."""

    run_id: str
    outcome: str  # published | unchanged | failed | cancelled
    trigger: str
    ended: str  # RFC 3339
    duration_s: float
    files: list[str] = []  # whose change it took up: the first of them
    stages_run: int = 0
    stages_reused: int = 0
    error: str = ""


class Verified(msgspec.Struct, frozen=True):
    """The last comparison with a full rebuild."""

    ended: str  # RFC 3339
    code: str  # digest of the code that was at work
    outcome: str  # same | different


class ModelStatus(msgspec.Struct, frozen=True):
    """The learned model that has a part in the forecast; see `services.monitoring.monitor`."""

    name: str
    version: str
    trained_until: str  # date of the last race that it has seen
    weights: dict[str, float] = {}  # horizon -> its share
    served: int = 0  # forecasts in which it had one
    losses: dict[str, float] = {}  # mean place log loss of model, filter and grid this season
    psi_max: float = 0.0
    alarms: list[str] = []  # features that have drifted
    notes: list[str] = []  # fall-backs in force among them
    reasons: list[str] = []  # to train a new one
    n_new_reasons: int = 0  # that nothing has been done about
    training_pid: int | None = None
    training_s: float = 0.0  # so far
    last_training: Training | None = None


class Status(msgspec.Struct, frozen=True):
    """The daemon at one moment. Times are of the wall clock, and only for people."""

    state: str  # idle | settling | building | training | verifying | waiting | holding | stopped
    pid: int
    version: str
    code: str
    started: str
    updated: str
    updated_every_s: float  # at least, while the daemon is well
    train_data: str
    output: str = ""
    watching: Watching = Watching()
    backlog: list[str] = []  # files whose change no build has taken up: the first of them
    n_backlog: int = 0
    due_in_s: float | None = None  # until the next build
    progress: str = ""  # of the build that is running
    last_build: BuildStatus | None = None
    builds: dict[str, int] = {}  # outcome -> number, since the start
    degraded: list[str] = []
    rejected: list[dict[str, str]] = []  # file, reason
    stale: list[str] = []
    surveys: int = 0
    rescans: int = 0  # checks of every file's content
    worker_pid: int | None = None
    worker_starts: int = 0
    worker_bytes: int = 0
    verified: Verified | None = None
    model: ModelStatus | None = None  # None: forecasts are made without
    backed_up: str = ""  # day of the last backup of the models


def model_status(
    monitor: Monitor, *, training_pid: int | None = None, training_s: float = 0.0
) -> ModelStatus | None:
    """Give what a monitor comes to; None if no model has been seen.

    Parameters
    ----------
    monitor : Monitor
    training_pid : int, optional
        Of the training that runs.
    training_s : float, s
        For how long it has run.
    """
    record = monitor.record
    if record is None:
        return None
    drift = record.drift
    return ModelStatus(
        name=record.model.name,
        version=record.model.version,
        trained_until=record.model.trained_until,
        weights={horizon: one.weight for horizon, one in record.weights.items()},
        served=monitor.served,
        losses=record.losses,
        psi_max=drift.psi_max if drift else 0.0,
        alarms=[alarm.name for alarm in drift.alarms] if drift else [],
        notes=list(record.notes),
        reasons=[reason.text for reason in monitor.reasons],
        n_new_reasons=len(new_reasons(monitor)),
        training_pid=training_pid,
        training_s=training_s,
        last_training=monitor.trainings[-1] if monitor.trainings else None,
    )


def write_status(folder: Path, status: Status) -> str:
    """Replace the status file; a disk that refuses, or a file of others, costs only the view.

    Returns
    -------
    str
        Why it could not be written; empty if it is. No older one is left then, if the disk
        takes that: it would tell of a daemon that is well.
    """
    reason = why_not(folder / _NAME, STATUS)
    if reason:
        return f"what is there is {reason}"
    payload = msgspec.json.format(msgspec.json.encode(status), indent=1)
    try:
        replace_file(folder / _NAME, payload + b"\n")
    except OSError as error:
        with contextlib.suppress(OSError):
            (folder / _NAME).unlink()
        return error.strerror or str(error)
    return ""


def read_status(folder: Path) -> Status | None:
    """Read what the daemon of an output folder last said; None if there is nothing."""
    try:
        found = msgspec.json.decode(read_regular(folder / _NAME), type=Status)
        datetime.fromisoformat(found.updated)
    except (OSError, ValueError, *UNDECODABLE):
        return None
    return found


def as_json(status: Status, **more: Any) -> bytes:  # noqa: ANN401 - plain JSON values
    """Give a status as JSON, with what only its reader knows."""
    return msgspec.json.format(msgspec.json.encode(more | msgspec.to_builtins(status)), indent=1)
