"""What a training that the daemon starts is asked for: the seasons that it follows."""

from __future__ import annotations

from predictor.learn.model_kinds import DEFAULT_KIND
from services.daemon.messages import TrainingRequest
from services.disk.program import RACE_DATA
from services.settings.limits import Limits
from services.settings.run_request import RunRequest

__all__ = ["training_request"]


def training_request(settings: RunRequest, limits: Limits, kind: str = "") -> TrainingRequest:
    """Return what to train: on the daemon's own data, the kind that serves.

    The running season is learned from if its folder is called by its year, beside the others;
    else the seasons that come with the product are.
    """
    own = settings.train_data
    is_year = len(own.name) == 4 and own.name.isdecimal()
    return TrainingRequest(
        models=settings.models.resolve(),
        data=own.resolve().parent if is_year else RACE_DATA,
        history=settings.history.resolve() if settings.history else None,
        kind=kind or DEFAULT_KIND,  # as `models train` does
        limits=limits,
    )
