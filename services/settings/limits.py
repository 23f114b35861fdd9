"""Limits of the house, read once from ``config/settings.toml`` and checked."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from predictor.errors import UsageError
from predictor.published.run_types import MOST_LISTED
from services.disk.program import CONFIG
from services.disk.regular_file import read_regular

__all__ = [
    "DEFAULT_SETTINGS",
    "ArchiveLimits",
    "DaemonLimits",
    "HistoryLimits",
    "Limits",
    "LogLimits",
    "ModelLimits",
    "NoticeLimits",
    "ScanLimits",
    "StoreLimits",
    "WhatIfLimits",
    "place_of",
    "read_settings",
]

_MAX_BYTES = 2**20  # of the file
DEFAULT_SETTINGS = CONFIG / "settings.toml"

Positive = Annotated[int, msgspec.Meta(gt=0)]
Seconds = Annotated[float, msgspec.Meta(gt=0)]
# Encrypted, unless it never leaves this machine.
Webhook = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^(https://[^/\s]+|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?)(/\S*)?$"
    ),
]


class ScanLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the scan reads at most, and how much of it stays in memory."""

    max_file_bytes: Positive = 32 * 2**20
    max_total_bytes: Positive = 512 * 2**20
    max_held_bytes: Positive = 8 * 2**20  # files beyond are read again when they are needed
    stat_cache_above: Positive = 5_000  # files; in smaller folders every file is read


class StoreLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How large the folder of stage results may grow."""

    max_bytes: Positive = 512 * 2**20


class HistoryLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many runs the document lists."""

    in_document: Annotated[int, msgspec.Meta(gt=0, le=MOST_LISTED)] = MOST_LISTED  # 50 at most


class ArchiveLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where published forecasts are archived, and how many documents are kept for it."""

    enabled: bool = True
    url: str = ""  # of PostgreSQL, or a file; empty: archive.sqlite beside the documents
    kept: Positive = 200  # documents, and one before every session start; the archive keeps all


class LogLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When the log is rotated, and how many old files stay."""

    max_bytes: Positive = 2**20
    kept: Positive = 3


class DaemonLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long the daemon waits, and what its worker may take."""

    settle_s: Seconds = 5.0  # without a change, before a build
    max_wait_s: Seconds = 30.0  # after the first change, however many follow
    survey_s: Seconds = 1.0  # between two looks at the folders; events make one come sooner
    content_s: Seconds = 60.0  # between two checks of every file's content
    back_off_s: Seconds = 5.0  # after a failed build, doubled each time
    back_off_max_s: Seconds = 300.0
    build_s: Seconds = 1800.0  # the longest build
    silence_s: Seconds = 600.0  # the longest time without a finished stage
    worker_bytes: Positive = 4 * 2**30  # resident memory of the worker
    worker_idle_s: Seconds = 3600.0  # then an idle worker is ended
    verify_s: Annotated[float, msgspec.Meta(ge=0)] = 86_400.0  # between two full rebuilds; 0: never
    status_s: Seconds = 10.0  # between two status files when nothing happens


class ModelLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many trained models and backups of them are kept, and when the daemon trains anew."""

    retired: Positive = 3  # versions, beside the active one and the one before it
    candidates: Positive = 3  # older ones are retired
    daily: Positive = 7  # days of which the last backup stays
    weekly: Positive = 4
    monthly: Positive = 12
    retrain: bool = True  # the daemon trains when there is a reason; what comes of it may wait
    promote: Literal["manual", "auto"] = "manual"  # auto: at once, if it passes the paired test
    retrain_months: Annotated[float, msgspec.Meta(ge=0)] = 1.0  # of new races; 0: no schedule
    retrain_races: Positive = 4  # new races at least, for the schedule and for new regulations
    accuracy_floor: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.8  # winner in the top 3
    train_s: Seconds = 3600.0  # the longest training
    train_bytes: Positive = 4 * 2**30  # its resident memory
    train_back_off_s: Seconds = 3600.0  # after a failed training, doubled each time
    train_back_off_max_s: Seconds = 86_400.0


class NoticeLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is told of a new forecast, and for how long that is tried."""

    webhooks: tuple[Webhook, ...] = ()
    secret_file: str = ""  # that signs what webhooks get; or F1_NOTICES_SECRET
    mqtt_host: str = ""  # empty: no broker
    mqtt_port: Annotated[int, msgspec.Meta(gt=0, le=65_535)] = 8883
    mqtt_tls: bool = True
    mqtt_ca_file: str = ""  # empty: the authorities that the system knows
    mqtt_user: str = ""
    mqtt_password_file: str = ""  # or F1_MQTT_PASSWORD
    mqtt_discovery: Annotated[str, msgspec.Meta(pattern=r"^[\w/-]+$")] = "homeassistant"
    public_url: str = ""  # of the page, for links
    hide_results: bool = False  # say no number: results could be told from it
    timeout_s: Seconds = 10.0  # for a connection, and for an answer
    back_off_s: Seconds = 5.0  # after a failed attempt, doubled each time
    back_off_max_s: Seconds = 300.0
    patience_s: Seconds = 600.0  # a run's courier ends then; the next one, or the daemon, goes on
    keep_s: Seconds = 86_400.0  # what could not be delivered by then is given up

    @property
    def receivers(self) -> bool:
        """Whether anybody is to be told."""
        return bool(self.webhooks or self.mqtt_host)


class WhatIfLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a server computes for those who ask what if, one question at a time."""

    max_simulations: Positive = 20_000  # per event and scenario
    queued: Annotated[int, msgspec.Meta(ge=0)] = 4  # that wait while one is computed
    per_minute: Positive = 10  # computed for one token
    seconds: Seconds = 30.0  # the longest computation
    kept: Positive = 64  # answers that can be looked at again


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything in ``config/settings.toml``; a missing line means the default."""

    scan: ScanLimits = ScanLimits()
    store: StoreLimits = StoreLimits()
    history: HistoryLimits = HistoryLimits()
    archive: ArchiveLimits = ArchiveLimits()
    log: LogLimits = LogLimits()
    daemon: DaemonLimits = DaemonLimits()
    models: ModelLimits = ModelLimits()
    notices: NoticeLimits = NoticeLimits()
    what_if: WhatIfLimits = WhatIfLimits()


def place_of(table: str) -> str:
    """Return where a reader sets the limits of one table, in a checkout as in a wheel."""
    return f"[{table}] in {DEFAULT_SETTINGS}, or in the file of --settings"


def read_settings(path: Path = DEFAULT_SETTINGS) -> Limits:
    """Read and check the settings file.

    Raises
    ------
    UsageError
        If it cannot be read, or a name or value in it is not known.
    """
    try:
        return msgspec.convert(tomllib.loads(read_regular(path, _MAX_BYTES).decode()), Limits)
    except (OSError, ValueError) as error:  # TOML and validation errors are ValueErrors
        raise UsageError(
            "settings cannot be used",
            where=str(path),
            got=str(error),
            do="mend the file; every line in it may be left out",
        ) from error
