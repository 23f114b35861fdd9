"""The daemon's builds: when one starts, who computes it, what becomes of its answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType

from predictor.errors import F1Error, NoUsableInput, Recovery
from predictor.graph.plan import Decision
from services.daemon.messages import Answer, BuildRequest, Done, Failed, Progressed, Ready
from services.daemon.schedule import Schedule
from services.daemon.seen import Seen
from services.daemon.worker_process import WorkerProcess
from services.errors import CarriedError, OutputNotWritable, RunCancelled, WorkerLost
from services.forecasting.build import nothing_changed
from services.forecasting.one_run import sweep_own
from services.intake.run_folders import Folders
from services.monitoring.status_file import BuildStatus
from services.publishing.built import Built, Unchanged, count_run
from services.publishing.conclude import conclude, facts_at_start, record_failure
from services.publishing.document import RunFacts
from services.publishing.last_run import LastRun
from services.publishing.places import output_path
from services.publishing.subscribers import Published, Subscriber, tell
from services.settings.limits import Limits
from services.settings.logs import LOG
from services.settings.run_request import RunReport, RunRequest

__all__ = ["Builder"]

_FILES_NAMED = 20
_UNASKED = ("drop", "content check", "retry")


class Builder:
    """Runs one build at a time in a worker, and concludes it in this process.

    Parameters
    ----------
    settings : RunRequest
    limits : Limits
    on_answer : callable
        Passed to `WorkerProcess`; its answers come back through `answered`.
    subscribers : sequence of Subscriber
        Told of every document that is published, and of the one that the first build finds in
        place: what became of it while no daemon ran is not known to them.
    clock : callable
        Monotonic, s.
    """

    def __init__(
        self,
        settings: RunRequest,
        limits: Limits,
        on_answer: Callable[[WorkerProcess, Answer | None], None],
        subscribers: Sequence[Subscriber] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings = settings
        self.limits = limits
        # What the last run saw is known before this one sees anything.
        self._last = LastRun(settings)
        self.seen = Seen(season=self._last.manifest.season or None)
        waits = limits.daemon
        self.schedule = Schedule(
            waits.settle_s, waits.max_wait_s, waits.back_off_s, waits.back_off_max_s
        )
        self.worker: WorkerProcess | None = None
        self._on_answer = on_answer
        self._subscribers = subscribers
        self._clock = clock
        self._facts: RunFacts | None = None
        self._number = 0
        self._unpublished: Built | None = None
        self._files: list[str] = []
        self._last_failure = ""
        self._is_cancelling = False

    @property
    def is_building(self) -> bool:
        """Whether a build is under way."""
        return self._facts is not None

    def start(self, trigger: str, files: Sequence[str] = ()) -> None:
        """Start a build, or find that nothing has changed.

        Parameters
        ----------
        trigger : str
            Why, for the record, in words: start, drop, retry, another model ..
        files : sequence of str
            What has changed, as far as it is known.
        """
        is_retry = trigger == "retry" and not self.schedule.is_dirty
        self.schedule.started()
        self._is_cancelling = False
        self._files = list(files[:_FILES_NAMED])
        self._facts = facts_at_start(replace(self.settings, trigger=trigger))
        self._last = LastRun(self.settings)
        unpublished, self._unpublished = self._unpublished, None
        if is_retry and unpublished is not None:
            sweep_own(self.settings.folder)  # a disk that refuses may have kept a part
            self._conclude(self._facts, unpublished)
            return
        # After a drop a warm worker finds out sooner; another is not started for nothing.
        if trigger != "drop" or self.worker is None:
            try:
                is_reread = trigger == "content check"
                folders = Folders(self.settings, self.limits, reread=is_reread)
                same = nothing_changed(self.settings, folders, self._last)
            except F1Error as error:
                self._failed(error)
                return
            if same is not None:
                self._nothing_new(same)
                return
        self._number += 1
        LOG.info("run %s starts: %s", self._facts.run_id, trigger)
        try:
            worker = self._worker_at_hand()
        except WorkerLost as error:
            self._failed(error)
            return
        worker.ask(BuildRequest(self._number, self.settings, self.limits))

    def check(self) -> None:
        """Watch over the worker: outdated builds are cancelled, breached limits end it."""
        worker = self.worker
        if worker is None:
            return
        breach = worker.breach()
        if breach:
            worker.child.kill()
            self._lose_worker(f"was killed: it {breach}")
        elif self.is_building and self.schedule.should_cancel(self._clock()):
            if not self._is_cancelling:
                LOG.info("the build is outdated by newer files and is stopped")
                self._is_cancelling = True
                worker.cancel()
        elif worker.idle_s() > self.limits.daemon.worker_idle_s:
            self.stop_worker()

    def answered(self, worker: WorkerProcess, answer: Answer | None) -> None:
        """Take what a worker says; of one that has been given up nothing counts any more."""
        if worker is not self.worker:
            return
        worker.heard()
        if isinstance(answer, Ready):
            return
        if isinstance(answer, Progressed):
            self.seen.progress = f"{answer.n_settled} of {answer.n_stages}: {answer.node}"
        elif answer is None:
            self._lose_worker(f"ended by itself: {worker.child.last_words()}")
        elif answer.number == self._number and self._facts is not None:
            worker.finished()
            self._take(self._facts, answer)

    def _take(self, facts: RunFacts, answer: Done | Failed) -> None:
        match answer:
            case Failed():
                self._take_failure(answer)
            case Done(built=Unchanged() as same):
                self._nothing_new(same)
            case Done(built=Built() as built):
                self._conclude(facts, built)

    def discard(self, why: F1Error) -> None:
        """Give up a build whose answer cannot be used, and its worker; it is due again.

        At once if it was merely stopped, else after a pause, as ``why.recovery`` says.
        """
        self.kill_worker()
        self._failed(why)

    @property
    def output_name(self) -> str:
        """File name of the season document; empty while the season is not known."""
        season = self.seen.season
        return "" if season is None else output_path(self.settings, season).name

    def reload(
        self, settings: RunRequest, limits: Limits, subscribers: Sequence[Subscriber]
    ) -> None:
        """Go on with other options and limits; a build under way keeps those it has."""
        # What is asked for once is not asked for again, and what is still to come stays.
        now = self.settings
        self.settings = replace(
            settings, incremental=True, force_retrain=now.force_retrain, only=now.only
        )
        self.limits, self._subscribers = limits, subscribers
        waits, schedule = limits.daemon, self.schedule
        schedule.settle_s, schedule.max_wait_s = waits.settle_s, waits.max_wait_s
        schedule.back_off_s, schedule.back_off_max_s = waits.back_off_s, waits.back_off_max_s

    def crashed(self, error: Exception) -> None:
        """Take an error that nobody foresaw as a failed build: the next one shows if it lasts."""
        what = "an unforeseen error in the daemon; see training.log"
        unforeseen = CarriedError(what, kind=type(error).__name__)
        if self._facts is not None:
            self.kill_worker()
            self._failed(unforeseen)
        else:
            self.seen.problem = f"{unforeseen.kind}: {unforeseen.what}"
            self.schedule.failed(self._clock())

    def stop(self) -> None:
        """End everything; a build under way is recorded as cancelled."""
        self.stop_worker()
        sweep_own(self.settings.folder)
        if self._facts is not None:
            self._note(self._facts, RunCancelled("the daemon was stopped"))
            self._facts = None

    def stop_worker(self) -> None:
        """End the worker; the next build starts another."""
        if self.worker is not None:
            self.worker.stop()
            self.worker = None

    def kill_worker(self) -> None:
        """End the worker at once, and remove what it was just writing."""
        if self.worker is not None:
            self.worker.child.kill()
            self.worker = None
            sweep_own(self.settings.folder)

    def _worker_at_hand(self) -> WorkerProcess:
        if self.worker is None:
            self.worker = WorkerProcess(self.limits.daemon, self.settings.folder, self._on_answer)
            self.seen.worker_starts += 1
        return self.worker

    def _conclude(self, facts: RunFacts, built: Built) -> None:
        self._facts = facts
        self._unpublished = None
        try:
            report = conclude(
                self.settings,
                self.limits,
                facts,
                built,
                self._last,
                records_unchanged=facts.trigger not in _UNASKED,
                subscribers=self._subscribers,
            )
        except F1Error as error:
            if isinstance(error, OutputNotWritable) and error.recovery is Recovery.RETRY:
                self._unpublished = built  # all is computed: only the disk must recover
            self._failed(error)
            return
        self._succeeded(built, report)

    def _succeeded(self, built: Built, report: RunReport) -> None:
        facts = self._facts
        if facts is None:
            return
        seconds = (datetime.now(UTC) - facts.started).total_seconds()
        self._end(facts, report.outcome, seconds, built.decisions)
        self._last_failure, self.seen.problem = "", report.not_kept
        self.seen.not_told = report.not_told
        if report.not_kept:
            # Until they are kept nothing could stand in for a file that turns bad.
            self.schedule.failed(self._clock())
        else:
            self.schedule.succeeded()
        # What was asked for once must not be asked for again with every drop.
        self.settings = replace(self.settings, force_retrain=False, only="", incremental=True)
        self.seen.learn(built)

    def _nothing_new(self, same: Unchanged) -> None:
        """Go on without a word in the record: a touched file is no run."""
        facts, self._facts = self._facts, None
        if facts is not None and not self.seen.is_concluded:
            self._tell_of_what_is_in_place(facts, same)
        self.schedule.succeeded()
        self._last_failure = self.seen.problem = ""
        self.seen.outcomes["nothing new"] += 1
        self.seen.learn(same)

    def _tell_of_what_is_in_place(self, facts: RunFacts, same: Unchanged) -> None:
        there = self._last.in_place(same.season)
        if there.document is not None:
            published = Published(there.document, there.path, facts, "unchanged")
            self.seen.not_told = tell(self._subscribers, published)

    def _take_failure(self, answer: Failed) -> None:
        if answer.trace:
            LOG.error("the worker failed:\n%s", answer.trace)
            self.stop_worker()  # whatever state it is in: the next one starts afresh
        self._failed(answer.error())

    def _lose_worker(self, how: str) -> None:
        self.worker = None
        sweep_own(self.settings.folder)  # whatever it was just writing
        if self._facts is None:
            LOG.warning("the idle worker %s", how)
            return
        self._failed(WorkerLost(f"the worker {how.splitlines()[0]}", got=how))

    def _failed(self, error: F1Error) -> None:
        facts = self._facts
        if facts is None:
            return
        self.seen.is_concluded = True
        seconds = (datetime.now(UTC) - facts.started).total_seconds()
        now = self._clock()
        if error.recovery is Recovery.STOPPED:
            self.schedule.cancelled(now)
            self._end(facts, "cancelled", seconds)
            self._note(facts, error)
            return
        words = f"{error.kind}: {error.what}"
        self.seen.problem = words
        self._end(facts, "failed", seconds, error=words)
        if error.recovery is Recovery.RETRY:
            self.schedule.failed(now)
        # The same failure again and again is one line of the record, and many of the log.
        LOG.error("run %s failed: %s", facts.run_id, error)
        if words != self._last_failure and error.kind != NoUsableInput.kind:
            self._note(facts, error)
        self._last_failure = words

    def _end(
        self,
        facts: RunFacts,
        outcome: str,
        seconds: float,
        decisions: Mapping[str, Decision] = MappingProxyType({}),
        error: str = "",
    ) -> None:
        self._facts = None
        n_run = count_run(decisions)
        self._is_cancelling = False
        self.seen.progress = ""
        self.seen.outcomes[outcome] += 1
        self.seen.last = BuildStatus(
            run_id=facts.run_id,
            outcome=outcome,
            trigger=facts.trigger,
            ended=datetime.now(UTC).isoformat(timespec="seconds"),
            duration_s=round(max(seconds, 0.0), 3),
            files=self._files,
            stages_run=n_run,
            stages_reused=len(decisions) - n_run,
            error=error,
        )

    def _note(self, facts: RunFacts, error: F1Error) -> None:
        record_failure(self.settings, facts, error, self._last)
