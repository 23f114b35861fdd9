"""One run from folder to document: scan, settle the graph, publish, record."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import orjson

from predictor.errors import F1Error
from predictor.fingerprint import digest
from predictor.plan import NodeRef, Plan, explain
from predictor.season.state import SeasonState
from services import environment
from services.document import RunFacts, complete_document, data_hash, history_entry
from services.inputs import SeasonInputs, choose_season, find_history, read_history
from services.job_settings import JobReport, JobSettings
from services.lock import hold_folder
from services.logs import LOG, log_to
from services.manifest import Manifest, read_manifest, write_manifest
from services.model_file import read_model
from services.progress import progress_bar
from services.publisher import (
    check_document,
    check_writable,
    publish,
    read_document,
    refuse_to_replace_inputs,
    remove_leftovers,
    stable_digest,
)
from services.runner import RunResult, run
from services.scan import readable_folder, scan
from services.settings import Settings, read_settings
from services.snapshot import HISTORY, seasons_plan
from services.store import Store
from services.training_history import TrainingHistory, changed_inputs, open_history

if TYPE_CHECKING:
    from predictor.forecast.options import ForecastOptions

__all__ = ["BuildPlan", "run_job"]

HISTORY_FILE = "training_history.jsonl"

Settle = Callable[[Plan, RunResult | None], RunResult]


class BuildPlan(Protocol):
    """Plans a forecast whose last node gives the document as JSON, as `predictor.stages` does."""

    def __call__(
        self,
        season: SeasonState,
        history: NodeRef | None,
        options: ForecastOptions,
        *,
        history_digest: str,
    ) -> Plan:
        """Give a plan whose nodes may refer to ``history``."""


def run_job(
    settings: JobSettings, limits: Settings | None = None, build_plan: BuildPlan | None = None
) -> JobReport:
    """Bring the season document up to date.

    Parameters
    ----------
    settings : JobSettings
    limits : Settings, optional
        As in ``config/settings.toml`` unless given.
    build_plan : BuildPlan, optional
        `predictor.stages.build_plan` unless given.

    Raises
    ------
    UsageError, NoUsableInput, OutputNotWritable, AlreadyRunning
        See `services.errors.exit_code`. The last good document stays in place.
    """
    limits = limits or read_settings()
    readable_folder(settings.train_data)
    if settings.output is not None:
        refuse_to_replace_inputs(settings.output, settings.train_data)
    check_writable(settings.folder)  # an hour of work should not end in a full stop
    with (
        hold_folder(settings.folder),
        log_to(settings.folder, limits.log, verbose=settings.verbose),
    ):
        facts = _facts_at_start(settings)
        LOG.info("run %s on %s", facts.run_id, settings.train_data)
        try:
            return _run(settings, limits, build_plan, facts)
        except (Exception, KeyboardInterrupt) as error:
            # The terminal gets one line from the command; the log is where the details go.
            unforeseen = not isinstance(error, F1Error)
            LOG.error("run %s ended: %s", facts.run_id, error, exc_info=unforeseen)
            _record_failure(settings, facts, error)
            raise


def _run(
    settings: JobSettings, limits: Settings, build_plan: BuildPlan | None, facts: RunFacts
) -> JobReport:
    cache = settings.folder / ".cache"
    environment.keep_kernels_in(cache / "numba")
    store = Store(cache / "stages", limits.store.max_bytes)
    last_run = cache / "runs" / f"{_run_name(settings)}.msgpack"
    previous = read_manifest(last_run)
    salt = environment.salt()
    jobs = settings.jobs or environment.available_cpus()
    with progress_bar() as on_progress:

        def settle(plan: Plan, upstream: RunResult | None) -> RunResult:
            return run(plan, store, previous.nodes, salt=salt, jobs=jobs, force=settings.force,
                       upstream=upstream, on_progress=on_progress)  # fmt: skip

        inputs, result = _read_inputs(settings, limits, settle)
        facts = replace(
            facts,
            output=_output(settings, inputs).name,
            data_hash=data_hash(inputs.used_digests(), inputs.history_digest()),
            code=salt.code,
            changed_inputs=changed_inputs(inputs.file_digests(), previous.inputs),
        )
        core, result = _forecast(settings, inputs, result, settle, build_plan)
    report = _conclude(settings, limits, facts, inputs=inputs, core=core, result=result)
    write_manifest(last_run, Manifest(inputs.file_digests(), dict(result.manifest)))
    store.prune()
    for note in store.notes:
        LOG.warning("%s", note)
    return replace(report, notes=(*report.notes, *store.notes))


def _read_inputs(
    settings: JobSettings, limits: Settings, settle: Settle
) -> tuple[SeasonInputs, RunResult]:
    own = [settings.folder / ".cache", *([settings.output] if settings.output else [])]
    train = scan(settings.train_data, limits.scan, skip=own)
    for name in train.documents:
        LOG.info("%s is a season document, not input", name)
    result = settle(seasons_plan(train), None)
    chosen = choose_season(train, result)
    inputs = SeasonInputs(chosen, train, notes=chosen.notes)
    season = chosen.state.season
    folders = find_history(settings.train_data, settings.history, season, limits.scan, own)
    return read_history(inputs, folders, settle, result)


def _forecast(
    settings: JobSettings,
    inputs: SeasonInputs,
    result: RunResult,
    settle: Settle,
    build_plan: BuildPlan | None,
) -> tuple[Mapping[str, Any], RunResult]:
    from predictor.forecast.options import ForecastOptions  # noqa: PLC0415 - with all its layers

    if build_plan is None:
        from predictor import stages  # noqa: PLC0415

        build_plan = stages.build_plan
    options = ForecastOptions(
        n_simulations=settings.n_simulations,
        seed=settings.seed,
        scenarios=settings.scenarios,
        driver_weights=dict(settings.driver_weights or {}),
        team_weights=dict(settings.team_weights or {}),
        horizon=settings.horizon,
        model=read_model(),
    )
    plan = build_plan(
        inputs.state, NodeRef(HISTORY), options, history_digest=result.digests[HISTORY]
    )
    result = settle(plan, result)
    return orjson.loads(result.value(plan.final.id)), result


def _conclude(
    settings: JobSettings,
    limits: Settings,
    facts: RunFacts,
    *,
    inputs: SeasonInputs,
    core: Mapping[str, Any],
    result: RunResult,
) -> JobReport:
    """Publish the document unless it says what the published one says; record the run."""
    path = _output(settings, inputs)
    remove_leftovers(path)
    published = read_document(path)
    history = open_history(settings.folder / HISTORY_FILE, published)
    ended = _now()
    document = complete_document(
        core, facts, ended=ended, rejected=inputs.rejected(result), notes=inputs.notes,
        result=result,
    )  # fmt: skip
    before = stable_digest(published) if published is not None else None
    after = stable_digest(document)
    outcome = "unchanged" if before == after else "published"
    entry = history_entry(
        facts,
        counter=history.next_counter,
        ended=ended,
        outcome=outcome,
        result=result,
        races=sum(bool(event.get("predictions")) for event in core["predictions"].values()),
        before=before,
        after=after,
    )
    if outcome == "published":
        listed = [*history.of_output(facts.output, limits.history.in_document - 1), entry]
        document["metadata"]["training_history"] = listed
        check_document(document, orjson.loads(settings.schema.read_bytes()))
        publish(document, path)
    notes = _append(history, entry)
    LOG.info("run %s %s %s", facts.run_id, outcome, path)
    shown = document if outcome == "published" or published is None else published
    return JobReport(
        outcome=outcome,
        path=path,
        document=shown,
        explanations=tuple(explain(name, one) for name, one in result.decisions.items()),
        stages_run=result.stages_run,
        stages_reused=result.stages_reused,
        notes=notes,
    )


def _record_failure(settings: JobSettings, facts: RunFacts, error: BaseException) -> None:
    outcome = "cancelled" if isinstance(error, KeyboardInterrupt) else "failed"
    published = read_document(settings.output) if settings.output is not None else None
    history = open_history(settings.folder / HISTORY_FILE, published)
    # Entries stand in the document that others read: paths of this machine stay in the log.
    kind = type(error).__name__
    words = f"{kind}: {error.what}" if isinstance(error, F1Error) else kind
    counter = history.next_counter
    _append(
        history, history_entry(facts, counter=counter, ended=_now(), outcome=outcome, error=words)
    )


def _append(history: TrainingHistory, entry: dict[str, Any]) -> tuple[str, ...]:
    try:
        history.append(entry)
    except OSError as error:
        note = f"the run could not be added to {history.path.name}: {error}"
        LOG.warning("%s", note)
        return (note,)
    return ()


def _facts_at_start(settings: JobSettings) -> RunFacts:
    return RunFacts(
        run_id=secrets.token_hex(6),
        output=settings.output.name if settings.output is not None else "",
        trigger=settings.trigger,
        started=_now(),
        data_hash="",
        code="",
        configuration=settings.configuration(),
        changed_inputs=(),
        host=environment.host_facts(),
    )


def _output(settings: JobSettings, inputs: SeasonInputs) -> Path:
    if settings.output is not None:
        return settings.output
    return settings.folder / f"season_{inputs.state.season}_incremental.json"


def _run_name(settings: JobSettings) -> str:
    """Name the series of runs whose manifests are compared: same folder, same output."""
    names = [str(settings.train_data.resolve()), str(settings.output)]
    return digest(names).removeprefix("sha256:")[:16]


def _now() -> datetime:
    return datetime.now(UTC)
