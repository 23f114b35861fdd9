"""``monitor.json``: how the model that serves is doing, and what was done about it.

What a document says of its model is read anew from every published one. Only what no document
knows is carried from one to the next: how many forecasts were served, which reasons to train
have been acted on, and the last trainings. A file that is damaged costs just that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import orjson
from msgspec import UNSET

from predictor.errors import F1Error
from predictor.learn.monitoring.track_record import TrackRecord, season_seen, track_record
from predictor.learn.monitoring.triggers import Reason, RetrainingRules, retraining_reasons
from predictor.published.season_types import SeasonDocument
from services.disk.atomic_write import replace_file
from services.disk.regular_file import read_regular
from services.settings.limits import ModelLimits
from services.settings.logs import LOG

__all__ = [
    "MONITOR",
    "Monitor",
    "Training",
    "models_folder",
    "new_reasons",
    "observed",
    "read_monitor",
    "take_up",
    "with_training",
    "write_monitor",
]

MONITOR = "monitor.json"

_SCHEMA = 1
_TRAININGS_KEPT = 20
_ACTED_ON_KEPT = 100


class Training(msgspec.Struct, frozen=True):
    """One training that has ended."""

    started: str  # RFC 3339
    ended: str
    duration_s: float
    outcome: str  # promoted | registered | failed
    reasons: list[str]
    version: str = ""  # that came of it
    words: str = ""  # why it failed, or why its version was not promoted


class Monitor(msgspec.Struct, frozen=True):
    """Everything known of the model in service.

    Attributes
    ----------
    record : TrackRecord or None
        Of the last document that a model had a part in.
    reasons : tuple of Reason
        To train, whether or not they have been acted on.
    document : str
        Digest of the forecasts that the record was read from.
    served : int
        Forecasts published in which a model had a share.
    acted_on : tuple of str
        Keys of reasons, the latest last.
    trainings : tuple of Training
        The latest last.
    """

    record: TrackRecord | None = None
    reasons: tuple[Reason, ...] = ()
    document: str = ""
    served: int = 0
    acted_on: tuple[str, ...] = ()
    trainings: tuple[Training, ...] = ()


def models_folder(output: Path) -> Path:
    """Give the folder of models of an output folder."""
    return output / "models"


def observed(before: Monitor, document: SeasonDocument, limits: ModelLimits) -> Monitor | None:
    """Give the monitor after a document was published.

    Returns
    -------
    Monitor or None
        None if no model had a part in the document.
    """
    try:
        record = track_record(document)
    except F1Error as error:
        LOG.warning("%s", error.one_line())
        return None
    if record is None:
        return None
    seen = season_seen(record)
    identity = document.metadata.predictions_sha256
    return msgspec.structs.replace(
        before,
        record=record,
        reasons=() if seen is None else retraining_reasons(seen, _rules(limits, record)),
        document=identity,
        served=before.served + (record.n_blended if identity != before.document else 0),
    )


def take_up(
    folder: Path,
    document: SeasonDocument,
    limits: ModelLimits,
    before: Monitor | None = None,
) -> Monitor | None:
    """Keep what a document that was published says of its model, and log new reasons to train.

    Parameters
    ----------
    folder : Path
        Of the models.
    document : SeasonDocument
    limits : ModelLimits
    before : Monitor, optional
        What the file holds, where it has been read already.

    Returns
    -------
    Monitor or None
        None if no model had a part in the document.
    """
    if document.metadata.ml_layer is UNSET:
        return None
    before = before or read_monitor(folder)
    now = observed(before, document, limits)
    if now is None or now == before:
        return now
    known = {reason.key for reason in before.reasons}
    for reason in now.reasons:
        if reason.key not in known:
            LOG.info("a reason to train a new model: %s", reason.text)
    write_monitor(folder, now)
    return now


def new_reasons(monitor: Monitor) -> tuple[Reason, ...]:
    """Give the reasons to train that nothing has been done about."""
    return tuple(one for one in monitor.reasons if one.key not in monitor.acted_on)


def with_training(monitor: Monitor, training: Training, reasons: tuple[Reason, ...]) -> Monitor:
    """Add a training; its reasons have been acted on, unless it failed."""
    keys = () if training.outcome == "failed" else tuple(one.key for one in reasons)
    acted_on = (*(key for key in monitor.acted_on if key not in keys), *keys)
    return msgspec.structs.replace(
        monitor,
        acted_on=acted_on[-_ACTED_ON_KEPT:],
        trainings=(*monitor.trainings, training)[-_TRAININGS_KEPT:],
    )


def read_monitor(folder: Path) -> Monitor:
    """Read what was last known; a file that is missing or damaged is as good as empty.

    Parameters
    ----------
    folder : Path
        Of the models.
    """
    try:
        content = orjson.loads(read_regular(folder / MONITOR))
        digest = content.pop("digest")
        if digest == _digest(content) and content.pop("schema") == _SCHEMA:
            return msgspec.convert(content, Monitor)
    except FileNotFoundError:
        return Monitor()
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        LOG.warning("%s cannot be used and is made anew: %s", MONITOR, error)
        return Monitor()
    LOG.warning("%s has another digest or schema than expected and is made anew", MONITOR)
    return Monitor()


def write_monitor(folder: Path, monitor: Monitor) -> None:
    """Replace the file; a disk that refuses costs only the view, and is logged."""
    content = {"schema": _SCHEMA, **msgspec.to_builtins(monitor)}
    sealed = {**content, "digest": _digest(content)}
    try:
        replace_file(folder / MONITOR, orjson.dumps(sealed, option=orjson.OPT_INDENT_2) + b"\n")
    except OSError as error:
        LOG.warning("%s could not be written: %s", MONITOR, error.strerror or error)


def _rules(limits: ModelLimits, record: TrackRecord) -> RetrainingRules:
    return RetrainingRules(
        after_months=limits.retrain_months,
        after_races=limits.retrain_races,
        accuracy_floor=limits.accuracy_floor,
        new_regulations=(record.season,) if record.new_regulations else (),
    )


def _digest(content: Mapping[str, Any]) -> str:
    payload = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    return "sha256:" + hashlib.sha256(payload).hexdigest()
