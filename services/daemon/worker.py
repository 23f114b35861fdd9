"""The worker process: it computes what the daemon asks for, and publishes nothing.

It loads all code before it says that it is ready, so an upgrade on disk never mixes two
versions in one process. It ends as soon as its standard input does, however the daemon
has died.
"""

from __future__ import annotations

import importlib
import os
import queue
import sys
import threading
from collections.abc import Sequence
from typing import IO

from services.daemon.child_start import begin
from services.daemon.messages import (
    BuildRequest,
    CancelRequest,
    Done,
    Failed,
    Progressed,
    Ready,
    read_request,
    write_frame,
)
from services.daemon.upgrade import loaded_code
from services.errors import naming_memory
from services.forecasting.build import build, rebuild
from services.forecasting.warm import warm_kernels
from services.intake.run_folders import Folders
from services.publishing.built import Built, Unchanged
from services.publishing.last_run import LastRun
from services.settings import environment

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Serve requests from standard input until it ends."""
    with begin(argv) as answers:
        worker = _Worker(answers)
        threading.Thread(target=worker.listen, args=(sys.stdin.buffer,), daemon=True).start()
        worker.serve()
    return 0


class _Worker:
    """Requests arrive on a thread of their own, so that a running build can be cancelled."""

    def __init__(self, answers: IO[bytes]) -> None:
        self._answers = answers
        self._requests: queue.SimpleQueue[BuildRequest] = queue.SimpleQueue()
        self._cancelled: set[int] = set()

    def listen(self, stream: IO[bytes]) -> None:
        """Take requests; when the daemon is gone, so is the worker, whatever it does."""
        while (request := read_request(stream)) is not None:
            if isinstance(request, CancelRequest):
                self._cancelled.add(request.number)
            else:
                self._requests.put(request)
        os._exit(0)

    def serve(self) -> None:
        """Load the code, say so, and answer one request after another."""
        environment.salt()  # kept: keys name the code that is loaded now
        _load_everything()
        write_frame(self._answers, Ready(loaded_code()))
        while True:
            request = self._requests.get()
            write_frame(self._answers, self._answer(request))
            self._cancelled.discard(request.number)

    def _answer(self, request: BuildRequest) -> Done | Failed:
        number = request.number
        try:
            with naming_memory(request.settings.n_simulations):
                return Done(number, self._build(request))
        except Exception as error:  # noqa: BLE001 - the worker's loop edge
            return Failed.of(number, error)

    def _build(self, request: BuildRequest) -> Built | Unchanged:
        number, settings = request.number, request.settings
        folders = Folders(settings, request.limits)

        def on_progress(n_settled: int, n_stages: int, node: str, ran: bool) -> None:
            if ran:
                write_frame(self._answers, Progressed(number, n_settled, n_stages, node))

        def should_stop() -> bool:
            return number in self._cancelled

        if request.full:
            return rebuild(settings, folders, on_progress=on_progress, should_stop=should_stop)
        return build(
            settings,
            request.limits,
            folders,
            LastRun(settings),
            on_progress=on_progress,
            should_stop=should_stop,
        )


def _load_everything() -> None:
    """Import what builds import late, so that the code is of one moment."""
    for name in (
        "predictor.graph.season_plan",
        "services.forecasting.season_inputs",
        "services.settings.model_constants",
    ):
        importlib.import_module(name)
    warm_kernels()


if __name__ == "__main__":
    sys.exit(main())
