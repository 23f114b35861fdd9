"""A past season as it would have been published, event by event, in a process of its own.

The same steps as a run of the product upon what there was at each point. Results of stages are
kept on disk, so a walk that is killed goes on where it was.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from predictor.fingerprint import digest
from predictor.graph.seasons.nodes import season_files
from predictor.published.json_text import write_json
from predictor.published.season_types import SeasonDocument
from predictor.vocabulary import EventStatus, Horizon
from services.backtesting.layer_facts import layer_facts
from services.backtesting.season import SeasonTask, season_inputs, season_steps
from services.engine.run_key import model_digests
from services.engine.store import Store
from services.publishing.built import Built
from services.publishing.document import RunFacts, complete_document, data_hash
from services.settings import environment

if TYPE_CHECKING:
    from predictor.evaluate.baselines import BaselineForecast
    from predictor.season.state import SeasonState
    from services.engine.runner import RunResult
    from services.execution.executor import Report
    from services.forecasting.build import BuildSteps
    from services.forecasting.season_inputs import SeasonInputs

__all__ = [
    "Said",
    "Step",
    "WalkTask",
    "WalkedRun",
    "WalkedSeason",
    "season_references",
    "walk_season",
]

_LEVEL = 3


class Step(NamedTuple):
    """A point of a season: an event up to a horizon; or a look back upon all of it, by the year."""

    of: str
    horizon: Horizon


@dataclass(frozen=True, slots=True)
class WalkTask:
    """A season to walk through.

    Attributes
    ----------
    task : SeasonTask
        Its horizons are those to stop at.
    store : Path
        Folder of the results of stages.
    done : frozenset of str
        Ids of runs that need not be made.
    """

    task: SeasonTask
    store: Path
    done: frozenset[str]


class WalkedRun(msgspec.Struct, frozen=True):
    """A document as it would have been published at a step."""

    of: str
    horizon: str
    document: bytes  # compressed


class Said(msgspec.Struct, frozen=True):
    """What a reference model said of a race, a row to each driver in the order of their ids."""

    event_id: str
    horizon: str
    model: str
    drivers: tuple[str, ...]
    p_position: tuple[tuple[float, ...], ...]


class WalkedSeason(msgspec.Struct, frozen=True):
    """What a season came to."""

    season: int
    runs: tuple[WalkedRun, ...]
    references: tuple[Said, ...]  # none where nothing had to be made
    n_known: int  # steps that were made before
    notes: tuple[str, ...]  # about the inputs
    left_out: tuple[str, ...]  # files that could not be used, and why


def walk_season(walk: WalkTask, report: Report) -> bytes:
    """Give `WalkedSeason` as MessagePack.

    Raises
    ------
    F1Error
        As `services.forecasting.build.build`; if the folder holds another season than named.
    """
    environment.use_one_blas_thread()
    task = walk.task
    store = Store(walk.store, task.limits.store.max_bytes)
    steps = replace(season_steps(task), store=store)
    inputs, result = season_inputs(task, steps)
    walker = _Walker(walk, steps, inputs, result)
    points = list(walker.points())
    n_known = sum(walker.run_id(point) in walk.done for point in points)
    runs: list[WalkedRun] = []
    references: tuple[Said, ...] = ()
    if n_known < len(points):
        for n_done, point in enumerate(points, start=1):
            if walker.run_id(point) not in walk.done:
                runs += walker.run(point)
            report(n_done, len(points) + 1, f"{point.of} {point.horizon.value}")
        references = walker.references()
    store.prune()
    answer = WalkedSeason(
        inputs.state.season,
        tuple(runs),
        references,
        n_known,
        tuple(dict.fromkeys(map(str, inputs.notes))),
        tuple(f"{file}: {reason}" for file, reason in inputs.rejected(result)),
    )
    return msgspec.msgpack.encode(answer)


def season_references(task: SeasonTask) -> tuple[Said, ...]:
    """Return what reference models said of every race of a season that has been run.

    Raises
    ------
    F1Error
        As `walk_season`.
    """
    steps = season_steps(task)
    inputs, result = season_inputs(task, steps)
    return _Walker(WalkTask(task, Path(), frozenset()), steps, inputs, result).references()


class _Walker:
    """One walk through a season whose files are read."""

    def __init__(
        self, walk: WalkTask, steps: BuildSteps, inputs: SeasonInputs, result: RunResult
    ) -> None:
        self._walk = walk
        self._steps = steps
        self._inputs = inputs
        self._result = result
        self._files = season_files(inputs.train, result)
        self._data_hash = data_hash(inputs.used_digests(), inputs.history_digest())
        self._configuration = walk.task.settings.configuration()
        self._rests_on = (
            self._data_hash,
            self._configuration,
            environment.salt().code,
            model_digests(),
            _model_of(walk.task),
        )

    def points(self) -> Iterator[Step]:
        """Yield the steps: each race that has been run up to each horizon, then the looks back."""
        events = self._inputs.state.events
        run = [one.event_id for one in events if one.status is EventStatus.COMPLETED]
        for of in (*run, str(self._inputs.state.season)):
            for horizon in self._walk.task.horizons:
                yield Step(of, horizon)

    def run_id(self, point: Step) -> str:
        """Return the id of a step's run: the same as long as it would say the same."""
        return digest([*point, *self._rests_on]).removeprefix("sha256:")[:12]

    def run(self, point: Step) -> list[WalkedRun]:
        """Return a step's document; none where the data knew no more than at the step before."""
        document = self._document(point)
        blocks = [one.metadata for one in document.predictions.values()]
        own = [one for one in blocks if self._is_look_back(point) or one.event_id == point.of]
        if all(one.horizon is not point.horizon for one in own):
            return []
        line = write_json(document) + b"\n"
        return [WalkedRun(point.of, point.horizon.value, zlib.compress(line, _LEVEL))]

    def references(self) -> tuple[Said, ...]:
        """Return what reference models said of every race that has been run."""
        from predictor.graph.backtest import BASELINES_NODE, backtest_plan  # noqa: PLC0415

        steps = replace(self._steps, plan=backtest_plan)
        document, settled = steps.forecast(self._inputs, self._result)
        content = msgspec.json.decode(document, type=_Drivers)
        drivers = {
            one.metadata.event_id: tuple(sorted(row.driver_id for row in one.predictions))
            for one in content.predictions.values()
        }
        said: Sequence[BaselineForecast] = settled.value(BASELINES_NODE)
        return tuple(
            Said(
                one.event_id,
                one.horizon.value,
                one.name,
                drivers[one.event_id],
                tuple(map(tuple, one.p_position.tolist())),
            )
            for one in said
            if one.horizon in self._walk.task.horizons
        )

    def _document(self, point: Step) -> SeasonDocument:
        started = datetime.now(UTC)
        inputs, code = self._inputs, environment.salt().code
        state = self._state(point)
        at_the_time = replace(inputs, chosen=replace(inputs.chosen, state=state))
        steps, settings = self._steps, self._walk.task.settings
        if self._is_look_back(point):
            steps = replace(steps, settings=replace(settings, horizon=point.horizon))
        core, settled = steps.forecast(at_the_time, self._result)
        facts = RunFacts(
            run_id=self.run_id(point),
            output="",
            trigger="backfill",
            started=started,
            data_hash=self._data_hash,
            code=code,
            configuration=self._configuration,
            changed_inputs=(),
            host=environment.host_facts(),
        )
        built = Built(
            season=state.season,
            code=code,
            core=core,
            run_key="",
            n_histories=0,
            data_hash=self._data_hash,
            inputs={},
            rejected=tuple(inputs.rejected(self._result)),
            stale=inputs.stale(),
            notes=inputs.notes,
            good={},
            is_good_kept=True,
            nodes={},
            decisions=settled.decisions,
            not_read=inputs.not_read(),
        )
        return complete_document(facts, built, ended=datetime.now(UTC))

    def _state(self, point: Step) -> SeasonState:
        from predictor.features.known_season import season_at  # noqa: PLC0415 - NumPy loads here

        whole = self._inputs.state
        if self._is_look_back(point):
            return whole
        return season_at(self._files, whole, point.of, point.horizon)

    def _is_look_back(self, point: Step) -> bool:
        return point.of == str(self._inputs.state.season)


def _model_of(task: SeasonTask) -> dict[str, object]:
    """Return which learned model tilts a season's forecasts."""
    return layer_facts({0: task.layer}, {}) if task.layer is not None else {}


class _DriverId(msgspec.Struct):
    driver_id: str


class _EventId(msgspec.Struct):
    event_id: str


class _EventDrivers(msgspec.Struct):
    metadata: _EventId
    predictions: tuple[_DriverId, ...]


class _Drivers(msgspec.Struct):
    """Who was forecast, and no more of a document."""

    predictions: dict[str, _EventDrivers]
