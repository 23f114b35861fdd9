"""Compute a season document from folders, without publishing anything of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from predictor.graph.plan import Decision, NodeRef, Plan, Reason, Salt, Verdict
from predictor.vocabulary import Backend
from services.disk.own_kinds import DOCUMENT
from services.disk.targets import Target, check_targets
from services.engine.manifest import Manifest, read_manifest
from services.engine.run_key import model_digests, run_key
from services.engine.runner import Progress, Results, RunResult, run
from services.engine.store import Store
from services.intake.run_folders import Folders
from services.publishing.built import Built
from services.publishing.document import data_hash
from services.publishing.places import manifest_path, output_path
from services.publishing.publisher import read_document, stable_digest
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
]


class BuildPlan(Protocol):
    """Plans a forecast whose last node gives the document as JSON, as `graph.stages` does."""

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
    force: Callable[[str], str]
    plan: BuildPlan | None = None  # None: `predictor.graph.stages.build_plan`
    on_progress: Progress | None = None
    should_stop: Callable[[], bool] | None = None

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

        inputs, result = read_season(self.folders.train, self.folders.good, self.settle)
        histories = self.folders.histories(inputs.state.season)
        return read_history(inputs, histories, self.folders.good, self.settle, result)

    def forecast(self, inputs: SeasonInputs, result: RunResult) -> tuple[bytes, RunResult]:
        """Settle the forecast upon the inputs; the first value is the document as JSON."""
        from predictor.graph.seasons.nodes import HISTORY  # noqa: PLC0415

        build_plan = self.plan
        if build_plan is None:
            from predictor.graph import stages  # noqa: PLC0415

            build_plan = stages.build_plan
        plan = build_plan(
            inputs.state,
            NodeRef(HISTORY),
            _options(self.settings),
            history_digest=result.digests[HISTORY],
        )
        result = self.settle(plan, result)
        return result.value(plan.final.id), result


def build(
    settings: RunRequest,
    limits: Limits,
    folders: Folders,
    *,
    full: bool = False,
    build_plan: BuildPlan | None = None,
    on_progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Built:
    """Compute what the folders come to.

    Parameters
    ----------
    settings : RunRequest
    limits : Limits
    folders : Folders
    full : bool
        Compute everything and neither read nor write stored results: the answer that an
        incremental run must give too.
    build_plan : BuildPlan, optional
        `predictor.graph.stages.build_plan` unless given.
    on_progress, should_stop : callable, optional
        See `services.engine.runner.run`.

    Raises
    ------
    F1Error
        If nothing can be used, or a stage fails; nothing has been published then.
    """
    same = None if full else nothing_changed(settings, folders)
    if same is not None:
        return same
    salt = environment.salt()
    previous = read_manifest(manifest_path(settings))
    cache = settings.folder / ".cache"
    environment.keep_kernels_in(cache / "numba")
    environment.keep_sampler_in(cache / "sampler")
    environment.use_one_blas_thread()
    store = Store(cache / "stages", limits.store.max_bytes)
    job = BuildSteps(
        settings,
        folders,
        previous,
        NothingStored() if full else store,
        salt,
        lambda _node_id: settings.force,
        build_plan,
        on_progress,
        should_stop,
    )
    model = model_digests()  # before it is read: a later edit then shows as a change
    inputs, result = job.read_inputs()
    _check_output(settings, inputs.state.season)
    job = _only(job, inputs)
    core, result = job.forecast(inputs, result)
    good, not_kept = folders.good.keep(inputs.good(result))
    if not full:
        store.prune()
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
        nodes=dict(result.manifest),
        decisions=result.decisions,
        store_notes=(*store.notes, *_notes(result)),
        stage_seconds=_fit_seconds(result),
        seconds=result.seconds,
        not_kept=not_kept,
    )


def nothing_changed(settings: RunRequest, folders: Folders) -> Built | None:
    """Give the last run's answer if it still holds and its document is in place, else None."""
    previous = read_manifest(manifest_path(settings))
    if settings.force or settings.only or not previous.run_key:
        return None
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
    published = read_document(output_path(settings, previous.season))
    if published is None or stable_digest(published) != previous.result:
        return None
    reused = Decision(runs=False, reasons=(Reason(Verdict.REUSED),))
    metadata = published["metadata"]
    return Built(
        season=previous.season,
        code=environment.salt().code,
        core=b"",
        run_key=key,
        n_histories=previous.n_histories,
        data_hash=metadata["data_hash"],
        inputs=dict(previous.inputs),
        rejected=tuple((one["file"], one["reason"]) for one in metadata["rejected"]),
        stale=tuple(metadata["stale_inputs"]),
        not_read=tuple((one["file"], one["do"]) for one in metadata.get("passed_over", ())),
        notes=(),
        good=dict(folders.good.table),
        nodes=dict(previous.nodes),
        decisions=dict.fromkeys(previous.nodes, reused),
    )


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

    event_id = find_event(inputs.state, job.settings.only).event_id
    if job.settings.force:
        return job

    own = {f"{stage}/{event_id}" for stage in ("form", "bayes", "bayes/fit")}

    def force(node_id: str) -> str:
        is_own = node_id in own or node_id.startswith(f"forecast/{event_id}/")
        return f"--only {event_id}" if is_own else ""

    return replace(job, force=force)


def _options(settings: RunRequest) -> ForecastOptions:
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
        use_ml_layer=settings.use_ml_layer,
        layer=_layer(settings) if settings.use_ml_layer else None,
        use_bayesian=settings.use_bayesian,
        sampler=environment.sampler_versions() if settings.use_bayesian else "",
        backend=settings.backend,
        gpu=gpu_versions() if settings.backend is Backend.CUDA else "",
    )


def _layer(settings: RunRequest) -> Layer:
    """Find the model that serves; what is wrong with others is told in its notes."""
    from predictor.learn.features.definitions import features_digest  # noqa: PLC0415
    from predictor.learn.learned_layer import Layer  # noqa: PLC0415
    from services.registry.registry import active_bundle  # noqa: PLC0415

    served = active_bundle(settings.models, features_digest=features_digest())
    return Layer(served.bundle, served.candidate, served.notes)


def _fit_seconds(result: RunResult) -> dict[str, float]:
    seconds = result.seconds.items()
    return {name: round(s, 3) for name, s in seconds if name.startswith("bayes/fit/")}


def _notes(result: RunResult) -> list[str]:
    """Say which fits did not come about; the document says what stands in for them."""
    return [
        f"sampled posterior of {name.rpartition('/')[2]}: {text}"
        for name, text in result.troubles.items()
    ]
