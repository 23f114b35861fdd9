"""What all trainings and comparisons on the same seasons rest on: examples, published forecasts.

Each is a piece of work whose result is kept, so whoever comes second finds it done.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from predictor.errors import PackageMissing, UsageError
from predictor.fingerprint import decode
from predictor.learn.model_kinds import DEFAULT_KIND, KINDS, RACE_OUTCOME, kinds_of
from predictor.vocabulary import Horizon
from services.backtesting.season_tasks import season_tasks
from services.disk.program import how_to_install
from services.execution.local_processes import LocalProcesses
from services.registry.layout import checkpoints_folder
from services.settings import environment
from services.settings.limits import Limits
from services.settings.run_request import RunRequest
from services.training.folds import fold_pieces
from services.training.learning_data import data_digests, read_examples, seasons_there
from services.training.published import published_forecasts, published_pieces, ruler_of
from services.training.work import Piece, Workshop

if TYPE_CHECKING:
    from predictor.evaluate.race_forecast import RaceForecast
    from predictor.learn.features.examples import RaceExample
    from predictor.learn.outcome.ruler import Ruler

__all__ = [
    "FIRST_SCORED",
    "Groundwork",
    "TrainOptions",
    "check_kinds",
    "groundwork",
    "is_enough_before",
]

FIRST_SCORED = 2017
_FEWEST_SEASONS, _FEWEST_RACES = 3, 12  # before a season, for a model to learn from


@dataclass(frozen=True, slots=True)
class TrainOptions:
    """What a user asks for."""

    data: Path
    folder: Path
    kind: str = DEFAULT_KIND
    until: int | None = None  # the last season to learn from; None: the last there is
    history: Path | None = None
    # Of the published forecasts that the evidence is about. A model's table of places is exact,
    # and pooling with it would seem to gain where it only smooths a count of few races.
    n_simulations: int = 20_000
    seed: int = 1
    device: str = "cpu"
    jobs: int | None = None
    settings: Mapping[str, float] = field(default_factory=dict)  # of a kind, other than usual
    is_major: bool = False  # raise the first number of the version


@dataclass(frozen=True, slots=True)
class Groundwork:
    """Examples of all races, and the work to be done on them.

    Attributes
    ----------
    key : str
        That the examples lie under among the workshop's results.
    scored : tuple of int
        Seasons that are forecast by models which have not seen them.
    published : tuple of Piece
        The published forecasts of these.
    """

    options: TrainOptions
    workshop: Workshop
    key: str
    examples: tuple[RaceExample, ...]
    scored: tuple[int, ...]
    settings: RunRequest
    published: tuple[Piece, ...]

    def folds(
        self, kind: str, seasons: Sequence[int | None], seed: int, settings: Mapping[str, float]
    ) -> list[Piece]:
        """Give one training per season, None being the one on everything."""
        return fold_pieces(
            kind,
            seasons,
            self.examples,
            seed=seed,
            device=self.options.device,
            settings=settings,
            store=self.workshop.folder,
            key=self.key,
            checkpoints=checkpoints_folder(self.options.folder),
        )

    def forecasts(self) -> tuple[tuple[RaceForecast, ...], Ruler, tuple[str, ...]]:
        """Give the published forecasts, which ruler they make, and notes on their inputs."""
        found, notes = published_forecasts(self.workshop, self.published)
        return found, ruler_of(found, self.settings), notes


def groundwork(options: TrainOptions, limits: Limits) -> Groundwork:
    """Read the seasons, and give what is to be done on them.

    Parameters
    ----------
    options : TrainOptions
        Kind, seed and settings are not looked at.

    Raises
    ------
    F1Error
        As `services.training.train.train`.
    """
    there = seasons_there(options.data)
    until = options.until or there[-1]
    digests = data_digests(options.data, options.history, limits)
    settings = RunRequest(
        options.data, history=options.history, n_simulations=options.n_simulations, jobs=1
    )
    workshop = Workshop(options.folder / ".cache", limits, LocalProcesses(options.jobs))
    task = season_tasks(options.data, [until], tuple(Horizon), settings, limits)[0]
    reading = Piece("features", read_examples, task, ["examples", 1, until, digests.up_to(until)])
    examples = _examples_of(workshop.results([reading])[0])
    scored = _scored(examples, there)
    return Groundwork(
        options,
        workshop,
        reading.key(environment.learner_versions()),
        examples,
        scored,
        settings,
        tuple(published_pieces(scored, settings, limits, digests)),
    )


def check_kinds(kinds: Sequence[str], option: str) -> None:
    """Make sure before any work that there are such kinds, and what trains them.

    Raises
    ------
    UsageError
        If there is no such kind.
    PackageMissing
        If what trains one is not installed.
    """
    known = kinds_of(RACE_OUTCOME)
    for kind in kinds:
        if kind not in known:
            raise UsageError(
                "no such kind of model",
                where=option,
                got=repr(kind),
                expected=", ".join(known),
                do="name one of them",
            )
        for package in KINDS[kind].packages:
            if not environment.is_installed(package):
                raise PackageMissing(
                    f"training the kind {kind} needs the package {package}",
                    where=option,
                    do=how_to_install("learn"),
                )


def is_enough_before(season: int, examples: Sequence[RaceExample]) -> bool:
    """Return whether a model has enough to learn from before a season that it then forecasts."""
    tables = [example.table for example in examples]
    races = {(table.season, table.event_id) for table in tables if table.season < season}
    n_seasons = len({year for year, _ in races})
    enough = n_seasons >= _FEWEST_SEASONS and len(races) >= _FEWEST_RACES
    return enough and season >= FIRST_SCORED


def _scored(examples: Sequence[RaceExample], there: Collection[int]) -> tuple[int, ...]:
    """Give the seasons with a folder that are forecast by models which have not seen them."""
    seasons = sorted({example.table.season for example in examples} & set(there))
    return tuple(season for season in seasons if is_enough_before(season, examples))


def _examples_of(payload: bytes) -> tuple[RaceExample, ...]:
    from predictor.learn.features.examples import RaceExample  # noqa: PLC0415 - NumPy

    return decode(payload, tuple[RaceExample, ...])
