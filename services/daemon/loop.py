"""The daemon's loop: it waits for files, signals and the worker, and does one thing at a time.

Everything that can block for long is done by the worker. The loop itself surveys, publishes
and tells how it is doing, so a sign of life from it means that forecasts can be made.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from predictor.errors import F1Error
from services import __version__
from services.daemon.builder import Builder
from services.daemon.chores import Chores
from services.daemon.holding import Holding
from services.daemon.lookout import Lookout
from services.daemon.mailbox import Mailbox
from services.daemon.messages import Answer, Done, Ready
from services.daemon.page_server import PageServer
from services.daemon.signals import hear_signals, leave_signals
from services.daemon.systemd import Notifier
from services.daemon.teller import Teller
from services.daemon.upgrade import CodeWatch
from services.daemon.worker_process import WorkerProcess
from services.disk.lock import Hold
from services.errors import RunCancelled
from services.monitoring.status_file import Status, read_status
from services.monitoring.subscribers import default_subscribers
from services.publishing.subscribers import Published, Subscriber
from services.settings.environment import keep_kernels_in
from services.settings.limits import Limits
from services.settings.logs import LOG
from services.settings.run_request import RunRequest

__all__ = ["Daemon", "Reload"]

Reload = Callable[[], tuple[RunRequest, Limits]]

_LONGEST_WAIT_S = 1.0  # signals and limits are looked at so often at least
_SHORTEST_WAIT_S = 0.05  # between two surveys: somebody may write without a pause
_SURVEY_PAUSES = 5  # as long as the last survey took
_BACKLOG_SHOWN = 20


class Daemon:
    """Keeps one season document up to date until it is told to stop.

    Parameters
    ----------
    settings : RunRequest
    limits : Limits
    reload : callable
        Reads options and limits again, as SIGHUP asks.
    hold : Hold
        The lock of the output folder.
    pages : sequence of str, optional
        Arguments of ``serve``, which is kept running then.
    """

    def __init__(
        self,
        settings: RunRequest,
        limits: Limits,
        reload: Reload,
        hold: Hold,
        pages: Sequence[str] | None = None,
    ) -> None:
        settings = replace(settings, incremental=True)
        self._settings = settings
        self._limits = limits
        self._reload = reload
        self._hold = hold
        # Answers, signals and wakes; signal handlers may put here at any time.
        self._events: Mailbox[Callable[[], None] | None] = Mailbox()
        before = read_status(settings.folder)
        server = PageServer(settings.folder, pages)
        self._chores = Chores(before, self._events.put, self._hear, self._use_other_model, server)
        subscribers = self._subscribers(limits)
        self._builder = Builder(settings, limits, self._hear, subscribers)
        self._lookout = Lookout(settings, lambda: self._events.put(None))
        self._holding = Holding(self._lookout)
        self._notifier = Notifier()
        self._teller = Teller(settings.folder, self._notifier)
        keep_kernels_in(settings.folder / ".cache" / "numba")
        self._code = CodeWatch()
        self._started = _now()
        self._is_stopping = False
        self.must_start_anew = False  # the code or the lock is not what it was
        self._reload_problem = ""
        self._asked_by = ""  # who wants a build that no change has asked for
        self._backlog: dict[str, None] = {}  # ordered
        self._n_rescans = 0
        self._looked = self._survey_s = self._next_look = self._next_content = 0.0

    def run(self) -> None:
        """Serve until a signal says stop, or the code on disk has changed."""
        put = self._events.put
        hear_signals(lambda: put(self._ask_stop), lambda: put(self._read_again))
        self._lookout.look(self._builder.seen.season)
        self._builder.schedule.at_once(time.monotonic())
        self._next_content = time.monotonic() + self._limits.daemon.content_s
        try:
            while not self._is_stopping:
                try:
                    self._wait()
                    if not self._is_stopping:
                        self._step(time.monotonic())
                except Exception as error:  # noqa: BLE001 - the loop edge: the daemon outlives it
                    self._survive(error)
        finally:
            self._stop()

    def _wait(self) -> None:
        """Wait for the next event, and take all that have come."""
        timeout = min(max(self._next_look - time.monotonic(), 0.01), _LONGEST_WAIT_S)
        for event in self._events.wait(timeout):
            if event is None:
                pause = max(_SHORTEST_WAIT_S, _SURVEY_PAUSES * self._survey_s)
                self._next_look = min(self._next_look, self._looked + pause)
            else:
                event()

    def _hear(self, worker: WorkerProcess, answer: Answer | None) -> None:
        """Take an answer from a worker's thread to the loop's."""
        self._events.put(lambda: self._take(worker, answer))

    def _subscribers(self, limits: Limits) -> tuple[Subscriber, ...]:
        return default_subscribers(limits, model=Subscriber("training", self._observe))

    def _observe(self, published: Published) -> None:
        self._chores.trainer.observe(published, self._limits.models)

    def _use_other_model(self) -> None:
        self._asked_by = "another model"
        self._builder.schedule.at_once(time.monotonic())

    def _take(self, worker: WorkerProcess, answer: Answer | None) -> None:
        if isinstance(answer, Ready) and answer.code != self._code.loaded:
            self._meet_other_code(worker, answer.code)
        elif self._chores.verifier.owns(worker):
            if self._chores.verifier.answered(answer, self._builder.settings):
                self._builder.settings = replace(self._builder.settings, force_retrain=True)
                self._asked_by = "verification"
                self._builder.schedule.at_once(time.monotonic())
        elif worker is self._builder.worker and isinstance(answer, Done) and self._is_losing():
            self._builder.discard(RunCancelled("files vanished while it was made"))
        else:
            self._builder.answered(worker, answer)

    def _meet_other_code(self, worker: WorkerProcess, code: str) -> None:
        """Give up a worker that has loaded other code than this process: an upgrade is on disk."""
        why = self._code.meet(code)
        if self._chores.verifier.owns(worker):
            self._chores.verifier.give_up()
        elif worker is self._builder.worker:
            self._builder.discard(why)
        self._next_content = 0.0

    def _is_losing(self) -> bool:
        self._look_again()
        return self._holding.is_losing()

    def _step(self, now: float) -> None:
        self._look(now)
        self._builder.check()
        self._chores.check()
        if now >= self._next_content and not self._builder.is_building:
            self._check_content(now)
        if self._is_stopping:
            return
        self._build(now)
        settings, is_at_rest = self._builder.settings, self._is_at_rest()
        self._chores.begin(settings, self._limits, is_at_rest=is_at_rest)
        self._tell(now)
        self._notifier.pulse()  # last: a step that fails is no sign of life

    def _look(self, now: float) -> None:
        if now < self._next_look:
            return
        started = time.monotonic()
        found = self._lookout.look(self._builder.seen.season)
        self._survey_s = time.monotonic() - started
        self._looked = now
        self._next_look = now + self._limits.daemon.survey_s
        if found:
            self._builder.schedule.changed(now)
            self._backlog |= dict.fromkeys(self._lookout.shown(path) for path in sorted(found))

    def _look_again(self) -> None:
        self._next_look = 0.0
        self._look(time.monotonic())

    def _check_content(self, now: float) -> None:
        """Compare every file's content, the code on disk and the lock with what they were."""
        self._next_content = now + self._limits.daemon.content_s
        self._n_rescans += 1
        if self._code.asks_to_start_anew():
            LOG.warning("the code on disk has changed: starting anew")
            self._ask_anew()
        if not self._hold.is_held():
            LOG.warning("the output folder is another than before: starting anew")
            self._ask_anew()
        if self._builder.schedule.due_at is None:
            self._builder.schedule.at_once(now)

    def _build(self, now: float) -> None:
        builder = self._builder
        if builder.is_building or not builder.schedule.is_due(now):
            return
        self._look_again()  # what changed a moment ago is not settled, whatever was due
        if not builder.schedule.is_due(now):
            return
        if self._holding.decide():
            builder.schedule.started()  # it is looked at again with the next change or check
            self._backlog.clear()
            return
        trigger, files = self._trigger(), tuple(self._backlog)
        self._asked_by = ""
        self._backlog.clear()
        builder.start(trigger, files)
        if builder.is_building:
            self._chores.verifier.give_up()  # real work comes first

    def _trigger(self) -> str:
        if not self._builder.seen.is_concluded:
            return "start"
        if self._asked_by:
            return self._asked_by
        if self._backlog:
            return "drop"
        return "retry" if self._builder.schedule.n_failures else "content check"

    def _is_at_rest(self) -> bool:
        schedule, builder = self._builder.schedule, self._builder
        return (
            builder.seen.is_concluded
            and not builder.seen.problem
            and not builder.is_building
            and schedule.due_at is None
            and not self._holding.loss
        )

    def _ask_stop(self) -> None:
        self._is_stopping = True
        self.must_start_anew = False

    def _ask_anew(self) -> None:
        if self._is_stopping:
            return
        self.must_start_anew = self._is_stopping = True

    def _read_again(self) -> None:
        """Reload the configuration, and take the folders as they are."""
        self._notifier.reloading()
        try:
            settings, limits = self._reload()
        except Exception as error:  # noqa: BLE001 - whatever a file of the user's makes of it
            foreseen = isinstance(error, F1Error)
            LOG.error("the configuration was not reloaded: %s", error, exc_info=not foreseen)
            why = error.what if isinstance(error, F1Error) else f"{type(error).__name__}: {error}"
            self._reload_problem = f"the configuration could not be reloaded: {why}"
        else:
            LOG.info("configuration reloaded")
            self._reload_problem = ""
            self._limits = limits
            self._next_content = time.monotonic() + limits.daemon.content_s
            self._builder.reload(settings, limits, self._subscribers(limits))
        finally:
            self._teller.reloaded()
        self._look_again()
        self._holding.accept()
        self._asked_by = "reload"
        self._builder.schedule.at_once(time.monotonic())

    def _survive(self, error: Exception) -> None:
        LOG.error("unforeseen error in the daemon: %s", error, exc_info=True)
        self._builder.crashed(error)
        self._next_look = time.monotonic() + _LONGEST_WAIT_S  # not as fast as it can fail

    def _stop(self) -> None:
        if self.must_start_anew:
            # To systemd a process that stops is one to be ended.
            self._notifier.reloading()
        else:
            self._notifier.stopping()
            LOG.info("the daemon stops")
        self._chores.stop()
        self._builder.stop()
        self._lookout.close()
        self._teller.stopped(self._status("stopped"))
        if self.must_start_anew:
            self._hand_over_signals()
        self._events.close()

    def _hand_over_signals(self) -> None:
        """Leave stops to the system, and hear the last ones."""
        leave_signals()
        for event in self._events.take_all():
            if event == self._ask_stop:
                self._ask_stop()

    def _tell(self, now: float) -> None:
        # A folder that is held is followed too: whoever waits for the start must not wait on.
        is_started = self._builder.seen.is_concluded or bool(self._holding.loss)
        every_s = self._limits.daemon.status_s
        status = self._status(self._state())
        self._teller.tell(status, now, every_s=every_s, is_started=is_started)
        self._chores.trainer.tell(self._settings.folder, status)

    def _state(self) -> str:
        schedule = self._builder.schedule
        if self._builder.is_building:
            return "building"
        if self._holding.loss:
            return "holding"
        if schedule.is_dirty:
            return "settling"
        if schedule.retry_at is not None:
            return "waiting"
        return self._chores.state or "idle"

    def _degraded(self) -> list[str]:
        reasons = [
            f"{self._holding.loss}: the last forecast is kept" if self._holding.loss else "",
            *self._builder.seen.troubles(),
            *self._chores.problems(),
            self._reload_problem,
            self._code.problem,
        ]
        return [reason for reason in reasons if reason]

    def _status(self, state: str) -> Status:
        builder, now = self._builder, time.monotonic()
        seen, worker, due = builder.seen, builder.worker, builder.schedule.due_at
        return Status(
            state=state,
            pid=self._hold.pid,
            version=__version__,
            code=self._code.loaded,
            started=self._started,
            updated=_now(),
            updated_every_s=self._limits.daemon.status_s,
            train_data=str(self._settings.train_data),
            output=builder.output_name,
            watching=self._lookout.watching,
            backlog=list(self._backlog)[:_BACKLOG_SHOWN],
            n_backlog=len(self._backlog),
            due_in_s=None if due is None else round(max(due - now, 0.0), 1),
            progress=seen.progress,
            last_build=seen.last,
            builds=dict(seen.outcomes),
            degraded=self._degraded(),
            rejected=seen.rejected,
            stale=seen.stale,
            surveys=self._lookout.n_surveys,
            rescans=self._n_rescans,
            worker_pid=worker.child.pid if worker else None,
            worker_starts=seen.worker_starts,
            worker_bytes=worker.child.memory_bytes() if worker else 0,
            verified=self._chores.verifier.last,
            model=self._chores.trainer.status(),
            backed_up=self._chores.backups.last,
        )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
