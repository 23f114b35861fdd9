"""What every training has in common: its record, who is told of it, and how it is ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from predictor.errors import F1Error, Recovery

__all__ = ["EpochRow", "TrainingStopped", "Watch", "by_race", "stop_if_asked", "stopping_epoch"]


Floats = NDArray[np.float64]


class TrainingStopped(F1Error):  # noqa: N818 - it reads as what happened
    """A training was asked to stop; its last checkpoint can be resumed."""

    recovery = Recovery.STOPPED


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


def stopping_epoch(losses: Floats) -> int:
    """Give after how many epochs learning is to stop.

    The epoch with the lowest loss on the held-out races, if the last epoch is worse than it by
    more than one standard error, paired by race; else the last: some twenty races, a season, tell
    little, and what is learnt is held back by other means too.

    Parameters
    ----------
    losses : float64[E, R]
        Of R held-out races after each epoch.

    Source
    ------
    Breiman et al., "Classification and Regression Trees" (1984), 3.4.3: the one-SE rule.
    """
    best = int(np.argmin(losses.mean(axis=1)))
    worse = losses[-1] - losses[best]
    n_races = len(worse)
    error = float(worse.std(ddof=1)) / np.sqrt(n_races) if n_races > 1 else 0.0
    return best + 1 if worse.mean() > error else len(losses)


def by_race(losses: Floats, event_ids: Sequence[str]) -> Floats:
    """Give the mean loss of every race over its horizons: one race, seen three times.

    Parameters
    ----------
    losses : float64[..., N]
    event_ids : sequence of str, length N

    Returns
    -------
    float64[..., R]
    """
    _, group, count = np.unique(event_ids, return_inverse=True, return_counts=True)
    mean = (group == np.arange(len(count))[:, None]) / count[:, None]
    found: Floats = losses @ mean.T
    return found


def stop_if_asked(watch: Watch, row: EpochRow) -> None:
    """Raise `TrainingStopped` where the training is to end."""
    if watch.should_stop is not None and watch.should_stop():
        raise TrainingStopped(
            "training was stopped",
            where=f"{row.phase}, member {row.member + 1}, epoch {row.epoch}",
            do="resume it from its last checkpoint, if it writes any, or start it anew",
        )
