"""The training process: it trains one candidate, promotes it if that is allowed, and ends.

It calls what ``models train`` and ``models promote`` call, so there is one way to train. It ends
as soon as its standard input does, with every process it has started, however the daemon has
died; checkpoints let the next one go on from there.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Sequence

from predictor.errors import F1Error
from services.daemon.child_start import begin
from services.daemon.messages import (
    Failed,
    Trained,
    TrainingRequest,
    read_training_request,
    write_frame,
)
from services.training.compare import promote_if_better
from services.training.groundwork import TrainOptions
from services.training.train import train

__all__ = ["answer", "main"]

_PROCESSES = 2  # at a time: a training gives way to everything, but takes memory for each


def main(argv: Sequence[str] | None = None) -> int:
    """Train once, and answer on standard output."""
    with begin(argv, ends_alone=False) as answers:
        request = read_training_request(sys.stdin.buffer)
        if request is None:
            return 1
        threading.Thread(target=_end_with_the_daemon, daemon=True).start()
        write_frame(answers, answer(request))
    return 0


def answer(request: TrainingRequest) -> Trained | Failed:
    """Train a candidate; promote it if asked and if it passes the paired test."""
    limits = request.limits
    options = TrainOptions(
        data=request.data,
        folder=request.models,
        kind=request.kind,
        history=request.history,
        jobs=_PROCESSES,
    )
    try:
        version = train(options, limits).version
        if limits.models.promote != "auto":
            return Trained(version, words="it waits to be promoted")
        try:
            promote_if_better(options, limits, version)
        except F1Error as error:  # the candidate is there, whatever kept it from being compared
            return Trained(version, words=error.one_line())
        return Trained(version, promoted=True)
    except Exception as error:  # noqa: BLE001 - the loop edge of a process
        return Failed.of(0, error)


def _end_with_the_daemon() -> None:
    # Not `sys.stdin`, whose lock the interpreter would miss at its end.
    while os.read(0, 4096):
        pass
    if os.name == "posix":
        os.killpg(os.getpgid(0), signal.SIGKILL)  # this process leads its own group
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
