"""Compute a season document from folders, without publishing anything of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Protocol

import msgspec

from predictor.graph.plan import Decision, Node, NodeRef, Plan, Reason, Salt, Verdict
from predictor.vocabulary import Backend
from services.disk.own_kinds import DOCUMENT
from services.disk.targets import Target, check_targets
from services.engine.manifest import Manifest
from services.engine.run_key import model_digests, run_key
from services.engine.runner import Progress, Results, RunResult, run
from services.engine.store import Store
from services.intake.run_folders import Folders
from services.publishing.built import Built, Unchanged
from services.publishing.document import data_hash
from services.publishing.last_run import InPlace, LastRun
from services.publishing.places import output_path
from services.publishing.run_record import changed_inputs
from services.settings import environment
from services.settings.gpu import gpu_versions
from services.settings.limits import Limits
from services.settings.run_request import RunRequest

if TYPE_CHECKING:
    from predictor.forecast.options import ForecastOptions
    from predictor.learn.learned_layer import Layer
    from predictor.season.state import SeasonState
    from services.forecasting.season_inputs import SeasonInputs

__all__ = [
    "BuildPlan",
    "BuildSteps",
    "NothingStored",
    "build",
    "nothing_changed",
    "rebuild",
]


class BuildPlan(Protocol):
    """Plans a forecast whose last node gives the document as JSON, as `graph.season_plan` does."""

    def __call__(
        self,
        season: SeasonState,
        history: NodeRef | None,
        options: ForecastOptions,
        *,
        history_digest: str,
    ) -> Plan:
        """Give a plan whose nodes may refer to ``history``."""


class NothingStored:
    """Results of a run that neither reads nor writes stored ones."""

    def digest(self, key: str) -> None:
        """Give None: nothing is there."""

    def get(self, key: str) -> None:
        """Give None: nothing is there."""

    def put(self, key: str, payload: bytes) -> None:
        """Keep nothing."""


@dataclass(frozen=True, slots=True)
class BuildSteps:
    """One build and what it needs; its methods are the steps."""

    settings: RunRequest
    folders: Folders
    previous: Manifest
    store: Results
    salt: Salt
    force: Callable[[Node], str]
    plan: BuildPlan | None = None  # None: `predictor.graph.season_plan.build_plan`
    on_progress: Progress | None = None
    should_stop: Callable[[], bool] | None = None
    layer: Layer | None = None  # with the ML layer; None: what serves in the run's own folder

    def settle(self, plan: Plan, upstream: RunResult | None) -> RunResult:
        """Run a plan upon what has been settled before."""
        return run(
            plan,
            self.store,
            self.previous.nodes,
            salt=self.salt,
            jobs=self.settings.jobs or environment.available_cpus(),
            force=self.force,
            upstream=upstream,
            on_progress=self.on_progress,
            should_stop=self.should_stop,
        )

    def read_inputs(self) -> tuple[SeasonInputs, RunResult]:
        """Settle the season's files and the earlier seasons."""
        from services.forecasting.season_inputs import read_history, read_season  # noqa: PLC0415 - with its layers

        inputs, result = read_season(
            self.folders.train, self.folders.good, self.settle, self.settings.as_of
        )
        histories = self.folders.histories(inputs.state.season)
        return read_history(inputs, histories, self.folders.good, self.settle, result)

    def forecast(self, inputs: SeasonInputs, result: RunResult) -> tuple[bytes, RunResult]:
        """Settle the forecast upon the inputs; the first value is the document as JSON."""
        from predictor.graph.seasons.nodes import HISTORY  # noqa: PLC0415

        build_plan = self.plan
        if build_plan is None:
            from predictor.graph import season_plan  # noqa: PLC0415

            build_plan = season_plan.build_plan
        plan = build_plan(
            inputs.state,
            NodeRef(HISTORY),
            _options(self.settings, inputs.state, self.layer),
            history_digest=result.digests[HISTORY],
        )
        result = self.settle(plan, result)
        return result.value(plan.final.id), result


def build(
    settings: RunRequest,
    limits: Limits,
    folders: Folders,
    last: LastRun,
    *,
    build_plan: BuildPlan | None = None,
    on_progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Built | Unchanged:
    """Compute what the folders come to, unless the document in place says it already.

    Parameters
    ----------
    settings : RunRequest
    limits : Limits
    folders : Folders
    last : LastRun
        What was in place before.
    build_plan : BuildPlan, optional
        `predictor.graph.season_plan.build_plan` unless given.
    on_progress, should_stop : callable, optional
        See `services.engine.runner.run`.

    Raises
    ------
    F1Error
        If nothing can be used, or a stage fails; nothing has been published then.
    """
    same = nothing_changed(settings, folders, last)
    if same is not None:
        return same
    store = Store(settings.folder / ".cache" / "stages", limits.store.max_bytes)
    job = _steps(settings, folders, last.manifest, store, build_plan, on_progress, should_stop)
    built = _computed(job)
    store.prune()
    return msgspec.structs.replace(
        built,
        changed_inputs=tuple(changed_inputs(built.inputs, last.manifest.inputs)),
        store_notes=(*store.notes, *built.store_notes),
    )


def rebuild(
    settings: RunRequest,
    folders: Folders,
    *,
    build_plan: BuildPlan | None = None,
    on_progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Built:
    """Compute everything and neither read nor write stored results.

    It is the answer that an incremental run must give too. Parameters and errors are those of
    `build`.
    """
    nothing = NothingStored()
    job = _steps(settings, folders, Manifest(), nothing, build_plan, on_progress, should_stop)
    return _computed(job)


def _steps(
    settings: RunRequest,
    folders: Folders,
    previous: Manifest,
    store: Results,
    build_plan: BuildPlan | None,
    on_progress: Progress | None,
    should_stop: Callable[[], bool] | None,
) -> BuildSteps:
    cache = settings.folder / ".cache"
    environment.keep_kernels_in(cache / "numba")
    environment.keep_sampler_in(cache / "sampler")
    environment.use_one_blas_thread()
    return BuildSteps(
        settings,
        folders,
        previous,
        store,
        environment.salt(),
        lambda _node: settings.force,
        build_plan,
        on_progress,
        should_stop,
    )


def _computed(job: BuildSteps) -> Built:
    settings, folders, salt = job.settings, job.folders, job.salt
    model = model_digests()  # before it is read: a later edit then shows as a change
    inputs, result = job.read_inputs()
    _check_output(settings, inputs.state.season)
    job = _only(job, inputs)
    core, result = job.forecast(inputs, result)
    good, not_kept = folders.good.keep(inputs.good(result))
    return Built(
        season=inputs.state.season,
        code=salt.code,
        core=core,
        run_key=run_key(settings, folders.train, inputs.tried, good, salt, model),
        # Where none gave a season, a folder that comes later would count: ask for one more.
        n_histories=len(inputs.tried) + (inputs.history is None),
        data_hash=data_hash(inputs.used_digests(), inputs.history_digest()),
        inputs=inputs.file_digests(),
        rejected=tuple(inputs.rejected(result)),
        stale=inputs.stale(),
        not_read=inputs.not_read(),
        notes=inputs.notes,
        good=good,
        is_good_kept=folders.good.is_table(good),
        nodes=dict(result.manifest),
        decisions=result.decisions,
        store_notes=tuple(result.troubles.values()),
        stage_seconds={name: round(s, 3) for name, s in result.timed_seconds.items()},
        seconds=result.seconds,
        not_kept=not_kept,
    )


def nothing_changed(settings: RunRequest, folders: Folders, last: LastRun) -> Unchanged | None:
    """Return that the last run's answer still holds and its document is in place, else None."""
    previous = last.manifest
    if settings.force or settings.only or not previous.run_key:
        return None
    environment.keep_kernels_in(settings.folder / ".cache" / "numba")
    histories = list(islice(folders.histories(previous.season), previous.n_histories))
    key = run_key(
        settings,
        folders.train,
        histories,
        folders.good.table,
        environment.salt(),
        model_digests(),
    )
    if key != previous.run_key:
        return None
    published = last.in_place(previous.season)
    if published.document is None or not _is_of(published, previous):
        return None
    reused = Decision(runs=False, reasons=(Reason(Verdict.REUSED),))
    metadata = published.document.metadata
    return Unchanged(
        season=previous.season,
        code=environment.salt().code,
        data_hash=metadata.data_hash,
        inputs=dict(previous.inputs),
        rejected=tuple((one.file, one.reason) for one in metadata.rejected),
        stale=metadata.stale_inputs,
        decisions=dict.fromkeys(previous.nodes, reused),
    )


def _is_of(published: InPlace, previous: Manifest) -> bool:
    """Whether the document in place is the one that a run made, and nobody has edited it."""
    return published.digest == previous.result


def _check_output(settings: RunRequest, season: int) -> None:
    """Ask before the long part whether the document may be written, where nobody named it."""
    if settings.output is None:
        document = Target(output_path(settings, season), DOCUMENT, "--output")
        check_targets([document], data=settings.train_data)


def _only(job: BuildSteps, inputs: SeasonInputs) -> BuildSteps:
    """Force the stages of the one event that the user named, and no others."""
    if not job.settings.only:
        return job
    from predictor.season.lookup import find_event  # noqa: PLC0415

    season = inputs.state
    event_id = find_event(season.season, season.events, job.settings.only).event_id
    if job.settings.force:
        return job

    def force(node: Node) -> str:
        return f"--only {event_id}" if node.tags.event_id == event_id else ""

    return replace(job, force=force)


def _options(settings: RunRequest, season: SeasonState, layer: Layer | None) -> ForecastOptions:
    from predictor.forecast.options import ForecastOptions  # noqa: PLC0415 - with all its layers
    from services.settings.model_constants import read_model  # noqa: PLC0415

    return ForecastOptions(
        n_simulations=settings.n_simulations,
        seed=settings.seed,
        scenarios=settings.scenarios,
        driver_weights=dict(settings.driver_weights or {}),
        team_weights=dict(settings.team_weights or {}),
        horizon=settings.horizon,
        model=read_model(),
        layer=(layer or _layer(settings, season)) if settings.use_ml_layer else None,
        use_bayesian=settings.use_bayesian,
        sampler=environment.sampler_versions() if settings.use_bayesian else "",
        backend=settings.backend,
        gpu=gpu_versions() if settings.backend is Backend.CUDA else "",
    )


def _layer(settings: RunRequest, season: SeasonState) -> Layer:
    """Find the model that serves; what is wrong with others is told in its notes."""
    from predictor.learn.features.definitions import features_digest  # noqa: PLC0415
    from predictor.learn.learned_layer import Layer, without_hindsight  # noqa: PLC0415
    from services.registry.registry import active_bundle  # noqa: PLC0415

    served = active_bundle(settings.models, features_digest=features_digest())
    layer = Layer(served.bundle, served.candidate, served.notes)
    return layer if settings.as_of is None else without_hindsight(layer, season, settings.as_of)
