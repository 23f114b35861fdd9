"""Compare the published document with a full rebuild, now and then, at low priority."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from services.daemon.messages import Answer, BuildRequest, Done, Failed
from services.daemon.worker_process import WorkerProcess
from services.errors import NotTheSameAnswer, WorkerLost
from services.monitoring.status_file import Status, Verified
from services.publishing.built import Built
from services.publishing.conclude import facts_at_start
from services.publishing.last_run import LastRun
from services.publishing.verify import refuse_another_answer
from services.settings.environment import loaded_code
from services.settings.limits import Limits
from services.settings.logs import LOG
from services.settings.run_request import RunRequest

__all__ = ["Verifier"]

_NICE = 19  # behind everything else on the machine
_AGAIN_S = 600.0  # after a comparison that could not be made


class Verifier:
    """One comparison at a time, in a worker of its own that is given up for any real work.

    Due once a day, and after an upgrade: whenever the code is another than the last time.
    """

    def __init__(
        self,
        on_answer: Callable[[WorkerProcess, Answer | None], None],
        before: Status | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.last: Verified | None = before.verified if before else None
        self.problem = ""
        self._on_answer = on_answer
        self._clock = clock
        self._worker: WorkerProcess | None = None
        self._next: float | None = None  # None: to be found out

    @property
    def is_running(self) -> bool:
        """Whether a comparison is under way."""
        return self._worker is not None

    def is_due(self, limits: Limits) -> bool:
        """Whether a comparison is to be started when there is nothing else to do."""
        every = limits.daemon.verify_s
        if not every or self.is_running:
            return False
        if self.last is None or self.last.code != loaded_code():
            return self._next is None or self._clock() >= self._next
        if self._next is None:
            self._next = self._clock() + max(every - _age_s(self.last), 0.0)
        return self._clock() >= self._next

    def start(self, settings: RunRequest, limits: Limits) -> None:
        """Start a comparison."""
        LOG.info("comparing the document with a full rebuild")
        try:
            worker = WorkerProcess(limits.daemon, settings.folder, self._on_answer, nice=_NICE)
        except WorkerLost as error:
            LOG.warning("no comparison with a full rebuild: %s", error)
            self._next = self._clock() + _AGAIN_S
            return
        self._worker = worker
        worker.ask(BuildRequest(0, settings, limits, full=True))

    def check(self) -> None:
        """Give up a comparison that breaks the worker's limits."""
        if self._worker is not None and (breach := self._worker.breach()):
            LOG.warning("the comparison with a full rebuild was stopped: it %s", breach)
            self.give_up()

    def owns(self, worker: WorkerProcess) -> bool:
        """Whether a worker is the one of the comparison."""
        return worker is self._worker

    def give_up(self) -> None:
        """Stop a comparison; it starts again when there is nothing else to do."""
        if self._worker is not None:
            self._worker.child.kill()
            self._worker = None
            self._next = self._clock() + _AGAIN_S

    def answered(self, answer: Answer | None, settings: RunRequest) -> bool:
        """Take an answer; give whether the document must be built anew.

        Returns
        -------
        bool
            True if the full rebuild gave another document than the published one.
        """
        if self._worker is not None:
            self._worker.heard()
        if answer is None or isinstance(answer, Failed):
            LOG.warning("no comparison with a full rebuild: %s", getattr(answer, "what", "ended"))
            self.give_up()
        elif isinstance(answer, Done) and isinstance(answer.built, Built):
            return self._compare(answer.built, settings)
        return False

    def _compare(self, built: Built, settings: RunRequest) -> bool:
        self.give_up()
        last = LastRun(settings)
        published = last.in_place(built.season).document
        if published is None or last.manifest.run_key != built.run_key:
            return False  # something has changed meanwhile
        outcome = "same"
        was_different = self.last is not None and self.last.outcome == "different"
        try:
            refuse_another_answer(published, built, facts_at_start(settings))
        except NotTheSameAnswer as error:
            LOG.error("%s", error)
            outcome = "different"
            self.problem = "a full rebuild gave another document, which is being published"
        else:
            self.problem = ""
            LOG.info("a full rebuild gives the same document")
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self.last = Verified(now, loaded_code(), outcome)
        is_new = outcome == "different" and not was_different
        # What was published instead is compared soon; after that the day goes on as usual.
        self._next = self._clock() + _AGAIN_S if outcome == "different" else None
        return is_new


def _age_s(verified: Verified) -> float:
    """Give how long ago a comparison was; a clock that was set back makes it long ago."""
    try:
        age = (datetime.now(UTC) - datetime.fromisoformat(verified.ended)).total_seconds()
    except (ValueError, TypeError):
        return float("inf")
    return age if age >= 0 else float("inf")
