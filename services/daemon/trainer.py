"""The daemon watches the model that serves, and has a new one trained when there is a reason to."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from predictor.learn.model_kinds import DEFAULT_KIND, KINDS
from predictor.learn.monitoring.triggers import Reason
from services.daemon.messages import Failed, TrainingAnswer
from services.daemon.training_process import TrainingProcess
from services.daemon.training_request import training_request
from services.disk.program import how_to_install
from services.errors import WorkerLost
from services.monitoring.metrics import write_metrics
from services.monitoring.monitor import (
    Monitor,
    Training,
    models_folder,
    new_reasons,
    take_up,
    with_training,
    write_monitor,
)
from services.monitoring.status_file import ModelStatus, Status, model_status
from services.publishing.conclude import facts_at_start, record_training
from services.publishing.document import RunFacts
from services.publishing.subscribers import Published
from services.settings.environment import is_installed
from services.settings.limits import Limits, ModelLimits, place_of
from services.settings.logs import LOG
from services.settings.run_request import RunRequest

__all__ = ["Trainer"]

_BACK_OFFS = 30  # 2.0**30 times the first pause is long enough


class Trainer:
    """One training at a time, in a process of its own that no build waits for.

    A training that was cut off, by a stop or a kill, is due again and goes on from its last
    checkpoint. One that failed is tried again after a pause that doubles.

    Parameters
    ----------
    post : callable
        Has the daemon's loop call what it is given; may be called from any thread.
    on_other_model : callable
        Called by the loop when another model serves than before.
    clock : callable
        Monotonic, s.
    """

    def __init__(
        self,
        post: Callable[[Callable[[], None]], None],
        on_other_model: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.monitor: Monitor | None = None  # None: not read yet
        self.problem = ""
        self._post = post
        self._on_other_model = on_other_model
        self._clock = clock
        self._process: TrainingProcess | None = None
        self._settings: RunRequest | None = None  # of the training that runs
        self._limits = Limits()
        self._facts: RunFacts | None = None
        self._reasons: tuple[Reason, ...] = ()
        self._has_layer = False
        self._n_failures = 0  # running
        self._next = 0.0
        self._told: object = None
        self._note = ""  # why there is no metrics file
        self._said_missing = False

    @property
    def is_running(self) -> bool:
        """Whether a training is under way."""
        return self._process is not None

    def observe(self, published: Published, limits: ModelLimits) -> None:
        """Take up what a document says of its model; it may be one that is in place at the start.

        Parameters
        ----------
        published : Published
        limits : ModelLimits
            As they are now.
        """
        models = models_folder(published.path.parent)
        now = take_up(models, published.document, limits, self.monitor)
        self._has_layer = now is not None
        self.monitor = now or self.monitor

    def is_due(self, limits: Limits) -> bool:
        """Whether a training is to be started when there is nothing else to do."""
        if self.is_running or not self._has_layer or self.monitor is None:
            return False
        if not (limits.models.retrain and new_reasons(self.monitor)):
            return False
        return self._clock() >= self._next and self._can_train()

    def _can_train(self) -> bool:
        """Whether what trains is installed; if not, the log says so once."""
        kind = self.monitor.record.model.kind if self.monitor and self.monitor.record else ""
        packages = KINDS[kind if kind in KINDS else DEFAULT_KIND].packages
        if all(map(is_installed, packages)):
            return True
        if not self._said_missing:
            self._said_missing = True
            LOG.warning(
                "a new model is wanted, but what trains it is not installed: %s and start again, "
                "or set retrain = false under %s",
                how_to_install("learn"),
                place_of("models"),
            )
        return False

    def start(self, settings: RunRequest, limits: Limits) -> None:
        """Start a training for all new reasons."""
        if self.monitor is None or self.monitor.record is None:
            return
        self._settings, self._limits = settings, limits
        self._reasons = new_reasons(self.monitor)
        words = "; ".join(reason.text for reason in self._reasons)
        kinds = ", ".join(reason.kind.value for reason in self._reasons)
        self._facts = facts_at_start(replace(settings, trigger=f"retraining: {kinds}"))
        LOG.info("training a new model: %s", words)
        try:
            self._process = TrainingProcess(
                settings.folder,
                training_request(settings, limits, self.monitor.record.model.kind),
                on_answer=lambda process, answer: self._post(lambda: self._take(process, answer)),
            )
        except WorkerLost as error:
            self._end("failed", error.one_line())

    def check(self) -> None:
        """End a training that breaks its limits."""
        if self._process is not None and (breach := self._process.breach(self._limits.models)):
            self._process.child.kill()
            self._end("failed", f"the training was killed: it {breach}")

    def stop(self) -> None:
        """End a training; the next start goes on from its checkpoints."""
        if self._process is not None:
            LOG.info("the training is stopped; it goes on from its last checkpoint")
            self._process.child.kill()
            self._process = None

    def tell(self, folder: Path, status: Status) -> None:
        """Write the figures for Prometheus when they have changed; of a model if one has a part."""
        if status.last_build is None:
            return  # nothing has been found out yet
        monitor = self.monitor if self.monitor is not None and self._has_layer else Monitor()
        figures = (monitor, status.last_build, status.builds, status.degraded)
        if figures != self._told:
            self._told = figures
            note = write_metrics(folder, monitor, status)
            if note and note != self._note:
                LOG.warning("%s", note)
            self._note = note

    def status(self) -> ModelStatus | None:
        """Give what the status file says of the model; None without one."""
        if self.monitor is None or not self._has_layer:
            return None
        if self._process is None:
            return model_status(self.monitor)
        return model_status(
            self.monitor,
            training_pid=self._process.child.pid,
            training_s=round(self._process.running_s(), 1),
        )

    def _take(self, process: TrainingProcess, answer: TrainingAnswer | None) -> None:
        """Take an answer; of a training that has been given up nothing counts any more."""
        if process is not self._process:
            return
        if answer is None:
            words = process.child.last_words()
            LOG.error("the training ended by itself: %s", words)
            self._end("failed", f"ended by itself: {words.splitlines()[0]}")
        elif isinstance(answer, Failed):
            if answer.trace:
                LOG.error("the training failed:\n%s", answer.trace)
            self._end("failed", f"{answer.kind}: {answer.what}")
        else:
            outcome = "promoted" if answer.promoted else "registered"
            self._end(outcome, answer.words, answer.version)
            if answer.promoted:
                self._on_other_model()

    def _end(self, outcome: str, words: str, version: str = "") -> None:
        if self._process is not None:
            self._process.child.kill()  # and whatever it has left behind
        self._process = None
        facts, settings, self._facts = self._facts, self._settings, None
        if facts is None or settings is None or self.monitor is None:
            return
        ended = datetime.now(UTC)
        seconds = max((ended - facts.started).total_seconds(), 0.0)
        training = Training(
            facts.started.isoformat(timespec="seconds"),
            ended.isoformat(timespec="seconds"),
            round(seconds, 3),
            outcome,
            [reason.text for reason in self._reasons],
            version,
            words,
        )
        self._note_end(training)
        self.monitor = with_training(self.monitor, training, self._reasons)
        write_monitor(settings.models, self.monitor)
        record_training(settings, facts, outcome, version, words)

    def _note_end(self, training: Training) -> None:
        if training.outcome != "failed":
            self._n_failures, self._next, self.problem = 0, 0.0, ""
            LOG.info(
                "model %s is %s after %g s%s",
                training.version,
                training.outcome,
                training.duration_s,
                f": {training.words}" if training.words else "",
            )
            return
        limits = self._limits.models
        pause = min(limits.train_back_off_s * 2.0**self._n_failures, limits.train_back_off_max_s)
        self._n_failures = min(self._n_failures + 1, _BACK_OFFS)
        self._next = self._clock() + pause
        self.problem = f"no new model could be trained: {training.words}"
        LOG.error("%s; tried again in %g s", self.problem, pause)
