"""What the daemon does beside its builds: comparisons, trainings, backups, notices that wait."""

from __future__ import annotations

from collections.abc import Callable

from services.daemon.backups import Backups
from services.daemon.messages import Answer
from services.daemon.page_server import PageServer
from services.daemon.postman import Postman
from services.daemon.trainer import Trainer
from services.daemon.verifier import Verifier
from services.daemon.worker_process import WorkerProcess
from services.monitoring.status_file import Status
from services.settings.limits import Limits
from services.settings.run_request import RunRequest

__all__ = ["Chores"]


class Chores:
    """Each has a part of its own; here is which of them may begin.

    Parameters
    ----------
    before : Status, optional
        What an earlier daemon has said last.
    post : callable
        Has the daemon's loop call what it is given; may be called from any thread.
    on_answer : callable
        Called from another thread with what the worker of a comparison says.
    on_other_model : callable
        Called by the loop when another model serves than before.
    pages : PageServer
        Kept running.
    """

    def __init__(
        self,
        before: Status | None,
        post: Callable[[Callable[[], None]], None],
        on_answer: Callable[[WorkerProcess, Answer | None], None],
        on_other_model: Callable[[], None],
        pages: PageServer,
    ) -> None:
        self.verifier = Verifier(on_answer, before)
        self.trainer = Trainer(post, on_other_model)
        self.backups = Backups(post)
        self._postman = Postman()
        self.pages = pages

    def check(self) -> None:
        """End what breaks its limits, and start again what has ended and should not have."""
        self.verifier.check()
        self.trainer.check()
        self.pages.check()

    def begin(self, settings: RunRequest, limits: Limits, *, is_at_rest: bool) -> None:
        """Begin what is due.

        Parameters
        ----------
        settings : RunRequest
        limits : Limits
        is_at_rest : bool
            Whether there is nothing to build: what takes long and is no build waits for that.
        """
        self._postman.look(settings.folder, limits.notices)
        # A training must find the models unlocked, and may take hours.
        if not self.trainer.is_running and self.backups.is_due(settings.models):
            self.backups.start(settings.models, limits.models)
        if not is_at_rest or self.state or self.backups.is_running:
            return
        if self.trainer.is_due(limits):
            self.trainer.start(settings, limits)
        elif self.verifier.is_due(limits):
            self.verifier.start(settings, limits)

    @property
    def state(self) -> str:
        """What of it takes long and is under way; empty for nothing."""
        if self.trainer.is_running:
            return "training"
        return "verifying" if self.verifier.is_running else ""

    def problems(self) -> tuple[str, ...]:
        """Return what is not as it should be; some of it may be empty."""
        parts = (self.verifier, self.trainer, self.backups, self.pages)
        return tuple(part.problem for part in parts)

    def stop(self) -> None:
        """End everything; a backup is left to itself, for a part of one leaves nothing."""
        self.verifier.give_up()
        self.trainer.stop()
        self.pages.stop()
