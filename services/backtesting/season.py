"""Forecast one past season at several horizons, in a process of its own.

The same steps as a run of the product, on a store in memory that its horizons share: files
are parsed, and the belief is folded, once. Nothing is published.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec
from msgspec import UNSET

from predictor.errors import UsageError
from predictor.fingerprint import encode
from predictor.notes import NoteKind
from predictor.published.season_types import SeasonForecast
from predictor.vocabulary import Horizon
from services.backtesting.folders import BacktestFolders
from services.engine.manifest import Manifest
from services.engine.memory_store import MemoryStore
from services.forecasting.build import BuildPlan, BuildSteps
from services.settings import environment
from services.settings.limits import Limits
from services.settings.run_request import RunRequest

if TYPE_CHECKING:
    from predictor.evaluate.race_forecast import RaceForecast
    from predictor.learn.learned_layer import Layer
    from services.engine.runner import RunResult
    from services.execution.executor import Report
    from services.forecasting.season_inputs import SeasonInputs

__all__ = ["SeasonForecasts", "SeasonTask", "forecast_season", "season_inputs", "season_steps"]

_NOT_TOLD = (NoteKind.MODEL_WITHOUT_WEIGHT, NoteKind.MODEL_NOT_IN_TITLES)


@dataclass(frozen=True, slots=True)
class SeasonTask:
    """A season to forecast, and from what."""

    settings: RunRequest  # its output is never written, but names a folder that may be used
    horizons: tuple[Horizon, ...]
    limits: Limits
    beside: tuple[str, ...] = ()  # see `services.backtesting.folders`
    season: int | None = None  # that the folder should hold; None: whatever it does
    layer: Layer | None = None  # with the ML layer; None: what comes with the product


@dataclass(frozen=True, slots=True)
class SeasonForecasts:
    """What a season came to; the forecasts are canonical bytes of ``tuple[RaceForecast, ...]``."""

    season: int
    forecasts: bytes
    notes: tuple[str, ...]  # about the inputs, and where a fit was not used
    left_out: tuple[str, ...]  # files that could not be used, and why
    # By horizon: the learned layer's mean weight in the forecasts of races; None where it had none.
    layer_weights: Mapping[str, float | None]


def forecast_season(task: SeasonTask, report: Report) -> bytes:
    """Give `SeasonForecasts` as MessagePack.

    Raises
    ------
    F1Error
        As `services.forecasting.build.build`; if the folder holds another season than named.
    """
    environment.use_one_blas_thread()
    environment.keep_sampler_in(task.settings.folder / "sampler")
    from predictor.graph.backtest import BASELINES_NODE, backtest_plan, race_forecasts  # noqa: PLC0415

    settings = task.settings
    steps = season_steps(task, backtest_plan)
    inputs, result = season_inputs(task, steps)
    found: list[RaceForecast] = []
    notes = dict.fromkeys(map(str, inputs.notes))  # every horizon says the same of the fits
    layer_weights: dict[str, float | None] = {}
    for n_done, horizon in enumerate(task.horizons):
        at_horizon = replace(
            steps,
            settings=replace(settings, horizon=horizon),
            on_progress=_told(report, n_done, len(task.horizons)),
        )
        document, settled = at_horizon.forecast(inputs, result)
        content = msgspec.json.decode(document, type=SeasonForecast)
        notes |= dict.fromkeys(_notes(content))
        layer_weights[horizon.value] = _mean_layer_weight(content)
        found += race_forecasts(document, settled.value(BASELINES_NODE), horizon)
    answer = SeasonForecasts(
        inputs.state.season,
        encode(tuple(found)),
        tuple(notes),
        tuple(f"{file}: {reason}" for file, reason in inputs.rejected(result)),
        layer_weights,
    )
    return msgspec.msgpack.encode(answer)


def season_steps(task: SeasonTask, plan: BuildPlan | None = None) -> BuildSteps:
    """Give the steps of a build that keeps its results in memory and publishes nothing."""
    return BuildSteps(
        task.settings,
        BacktestFolders(task.settings, task.limits, task.beside),
        Manifest(),
        MemoryStore(task.limits.store.max_bytes),
        environment.salt(),
        lambda _node: "",
        plan,
        layer=task.layer,
    )


def season_inputs(task: SeasonTask, steps: BuildSteps) -> tuple[SeasonInputs, RunResult]:
    """Settle the season's files and the earlier seasons.

    Raises
    ------
    F1Error
        If nothing can be used; if the folder holds another season than its name says.
    """
    inputs, result = steps.read_inputs()
    if task.season not in (None, inputs.state.season):
        raise UsageError(
            "a folder holds another season than its name says",
            where=str(task.settings.train_data),
            got=str(inputs.state.season),
            expected=str(task.season),
            do="give the folder the year of its session files",
        )
    return inputs, result


def _notes(content: SeasonForecast) -> list[str]:
    """Give a document's notes but those on weights and titles, which figures show or leave out."""
    told = zip(content.metadata.notes, content.metadata.note_details, strict=True)
    return [note for note, details in told if details.kind not in _NOT_TOLD]


def _mean_layer_weight(content: SeasonForecast) -> float | None:
    """Give the learned layer's mean weight in the forecasts of races that have been run."""
    races = [one.metadata for one in content.predictions.values() if one.scores is not UNSET]
    weights = [one.ml.weight for one in races if one.ml is not UNSET]
    return sum(weights) / len(weights) if weights else None


def _told(report: Report, n_done: int, n_horizons: int) -> Callable[[int, int, str, bool], None]:
    """Give a runner's progress on, as a part of all horizons."""

    def on_progress(settled: int, total: int, node_id: str, ran: bool) -> None:
        if ran:
            report(n_done * total + settled, n_horizons * total, node_id)

    return on_progress
