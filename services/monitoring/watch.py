"""Look at the model after one run that had it: the monitor's file and the figures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from services.monitoring.metrics import write_metrics
from services.monitoring.monitor import models_folder, take_up
from services.settings.limits import ModelLimits
from services.settings.logs import LOG

__all__ = ["watch_model"]


def watch_model(folder: Path, limits: ModelLimits, document: Mapping[str, Any]) -> None:
    """Do for a single run what the daemon does after each of its builds, but train.

    Parameters
    ----------
    folder : Path
        The output folder.
    limits : ModelLimits
    document : mapping
        As published.
    """
    monitor = take_up(models_folder(folder), document, limits)
    if monitor is None:
        return
    note = write_metrics(folder, monitor)
    if note:
        LOG.warning("%s", note)
