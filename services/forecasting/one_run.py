"""One run from folder to document: lock, build, publish, record, and compare if asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from predictor.errors import F1Error, UsageError
from services.disk.atomic_write import sweep
from services.disk.lock import hold_folder
from services.disk.own_kinds import DOCUMENT
from services.disk.targets import Target, check_targets
from services.engine.progress import progress_bar
from services.errors import naming_memory
from services.forecasting.build import BuildPlan, build, rebuild
from services.intake.not_read import advice
from services.intake.run_folders import OWN_FOLDERS, Folders
from services.intake.scan import existing_folder
from services.publishing.conclude import conclude, facts_at_start, record_failure
from services.publishing.last_run import LastRun
from services.publishing.publisher import check_writable, read_document
from services.publishing.subscribers import Subscriber
from services.publishing.verify import SAME_ANSWER, refuse_another_answer
from services.settings.limits import Limits, read_settings
from services.settings.logs import LOG, log_to
from services.settings.run_request import RunReport, RunRequest

if TYPE_CHECKING:
    from predictor.as_of import AsOf
    from services.publishing.document import RunFacts

__all__ = ["prepare", "run_job", "sweep_own"]


def run_job(
    settings: RunRequest,
    limits: Limits | None = None,
    build_plan: BuildPlan | None = None,
    *,
    subscribers: Sequence[Subscriber] = (),
) -> RunReport:
    """Bring the season document up to date.

    Parameters
    ----------
    settings : RunRequest
    limits : Limits, optional
        As in ``config/settings.toml`` unless given.
    build_plan : BuildPlan, optional
        `predictor.graph.season_plan.build_plan` unless given.
    subscribers : sequence of Subscriber
        Told of the document once it is in place.

    Raises
    ------
    UsageError, NoUsableInput, OutputNotWritable, AlreadyRunning, NotTheSameAnswer
        Of a class that says the exit code. The last good document stays in place.
    """
    limits = limits or read_settings()
    existing_folder(settings.train_data)  # a slip is told before anything is made
    prepare(settings)
    with (
        hold_folder(settings.folder),
        log_to(settings.folder, limits.log, verbose=settings.verbose),
    ):
        sweep_own(settings.folder)
        facts = facts_at_start(settings)
        last = LastRun(settings)
        LOG.info("run %s on %s", facts.run_id, settings.train_data)
        try:
            with naming_memory(settings.n_simulations):
                return _run(settings, limits, build_plan, facts, last, subscribers)
        except (Exception, KeyboardInterrupt) as error:
            # The terminal gets one line from the command; the log is where the details go.
            unforeseen = not isinstance(error, F1Error)
            LOG.error("run %s ended: %s", facts.run_id, error, exc_info=unforeseen)
            record_failure(settings, facts, error, last)
            raise


def prepare(settings: RunRequest) -> None:
    """Refuse a run that could not publish, before any work: an hour should not end so.

    What is at ``--output`` is looked at for this alone, without the lock: another run may end
    before the lock is taken, so a `LastRun` looks again, and once more, right before it is
    replaced, `conclude` asks whose it is.

    Raises
    ------
    UsageError, OutputNotWritable
    """
    if settings.output is not None:
        check_targets([Target(settings.output, DOCUMENT, "--output")], data=settings.train_data)
        _refuse_to_know_less(settings.output, settings.as_of)
    check_writable(settings.folder)


def _refuse_to_know_less(path: Path, as_of: AsOf | None) -> None:
    """Refuse a forecast as of an earlier point in the place of one of all that is known."""
    published = read_document(path) if as_of is not None else None
    if as_of is None or published is None or published.document.metadata.known_until:
        return
    raise UsageError(
        f"a forecast as of {as_of.words} would take the place of the whole season's",
        where=str(path),
        got="the forecast of all that is known",
        do="name another file with --output, or leave --output out",
    )


def sweep_own(folder: Path) -> None:
    """Remove the temporary files that killed runs left in an output folder that is held."""
    sweep(folder)
    for name in OWN_FOLDERS:
        sweep(folder / name, recursive=True)


def _run(
    settings: RunRequest,
    limits: Limits,
    build_plan: BuildPlan | None,
    facts: RunFacts,
    last: LastRun,
    subscribers: Sequence[Subscriber],
) -> RunReport:
    folders = Folders(settings, limits)
    for name in folders.train.documents:
        LOG.info("%s is a season document, not input", name)
    for name in folders.train.not_read:
        LOG.info("%s is passed over: it %s", name, advice(name))
    with progress_bar() as on_progress:
        answer = build(
            settings, limits, folders, last, build_plan=build_plan, on_progress=on_progress
        )
    report = conclude(settings, limits, facts, answer, last, subscribers=subscribers)
    if not settings.verify:
        return report
    with progress_bar() as on_progress:
        full = rebuild(settings, folders, build_plan=build_plan, on_progress=on_progress)
    refuse_another_answer(report.document, full, facts)
    return replace(report, notes=(*report.notes, SAME_ANSWER))
