"""What every training has in common: its record, who is told of it, and how it is ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from predictor.errors import F1Error

__all__ = ["EpochRow", "TrainingStopped", "Watch", "best_epoch", "stop_if_asked"]


class TrainingStopped(F1Error):  # noqa: N818 - it reads as what happened
    """A training was asked to stop; its last checkpoint can be resumed."""


@dataclass(frozen=True, slots=True)
class EpochRow:
    """What came of one epoch, or of one round of trees, for the record.

    Attributes
    ----------
    phase : str
        "search" without the last season, "final" with it.
    member : int
        Of the ensemble, from 0.
    epoch : int
        1-based.
    validation_loss : float or None
        On the last season; None where it is learnt from.
    """

    phase: str
    member: int
    epoch: int
    learning_rate: float
    train_loss: float
    validation_loss: float | None


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told of the progress, and may end it."""

    on_checkpoint: Callable[[bytes], None] | None = None
    on_epoch: Callable[[EpochRow], None] | None = None
    should_stop: Callable[[], bool] | None = None


def best_epoch(history: Sequence[EpochRow], epochs: int) -> int:
    """Give after how many epochs the members' mean loss on the last season was lowest."""
    losses = np.zeros(epochs)
    for row in history:
        if row.phase == "search" and row.validation_loss is not None:
            losses[row.epoch - 1] += row.validation_loss
    return int(np.argmin(losses)) + 1


def stop_if_asked(watch: Watch, row: EpochRow) -> None:
    """Raise `TrainingStopped` where the training is to end."""
    if watch.should_stop is not None and watch.should_stop():
        raise TrainingStopped(
            "training was stopped",
            where=f"{row.phase}, member {row.member + 1}, epoch {row.epoch}",
            do="resume it from its last checkpoint, if it writes any, or start it anew",
        )
