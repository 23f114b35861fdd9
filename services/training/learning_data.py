"""The seasons a model learns from and is judged on, read as a backtest reads them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from predictor.errors import NoUsableInput, UsageError
from predictor.fingerprint import digest, encode
from services.backtesting.season import SeasonTask, season_inputs, season_steps
from services.disk.program import RACE_DATA
from services.engine.run_key import model_digests
from services.intake.scan import scan
from services.settings.limits import Limits

if TYPE_CHECKING:
    from services.execution.executor import Report

__all__ = ["DataDigests", "data_digests", "read_examples", "seasons_there"]


@dataclass(frozen=True, slots=True)
class DataDigests:
    """The digests of all files that seasons may be read from."""

    by_season: dict[int, str]  # of a season's own files
    beside: str  # of folders of earlier seasons elsewhere, and of the model's constants

    def up_to(self, season: int) -> str:
        """Give one digest of all that a season's forecasts, or examples up to it, rest on."""
        own = [[year, value] for year, value in sorted(self.by_season.items()) if year <= season]
        return digest([own, self.beside])


def seasons_there(data: Path) -> list[int]:
    """List the seasons that have a folder.

    Raises
    ------
    UsageError
        If there is none.
    """
    try:
        there = [int(path.name) for path in data.iterdir() if _is_year(path)]
    except OSError as error:
        raise UsageError(
            "the folder of seasons cannot be read",
            where=str(data),
            got=str(error),
            do="name it with --data",
        ) from error
    if not there:
        raise UsageError(
            "the folder of seasons holds none",
            where=str(data),
            expected="folders called by their year",
            do="name another with --data",
        )
    return sorted(there)


def data_digests(data: Path, history: Path | None, limits: Limits) -> DataDigests:
    """Digest the files of all seasons, as they are now."""
    by_season: dict[int, str] = {}
    for season in seasons_there(data):
        found = scan(data, limits.scan, only=[str(season)])
        by_season[season] = digest([found.digests(), [list(one) for one in found.rejected]])
    elsewhere = [history] if history is not None else []
    shipped = RACE_DATA
    if shipped.is_dir() and shipped.resolve() != data.resolve():
        elsewhere.append(shipped)
    beside = [scan(folder, limits.scan).digests() for folder in elsewhere]
    return DataDigests(by_season, digest([beside, model_digests()]))


def read_examples(task: SeasonTask, report: Report) -> bytes:
    """Give the examples of a season and of all before it, as canonical bytes.

    Raises
    ------
    NoUsableInput
        If no race has been run.
    F1Error
        As `services.backtesting.season.season_inputs`.
    """
    from predictor.graph.seasons.nodes import HISTORY  # noqa: PLC0415
    from predictor.learn.features.examples import learn_races, race_examples  # noqa: PLC0415
    from services.settings.model_constants import read_model  # noqa: PLC0415

    report(0, 2, "races")
    inputs, result = season_inputs(task, season_steps(task))
    states = (*result.value(HISTORY).states, inputs.state)
    report(1, 2, "features")
    examples = race_examples(learn_races(states), read_model().filter)
    if not examples:
        raise NoUsableInput(
            "no race to learn from",
            where=str(task.settings.train_data),
            do="name seasons with finished races",
        )
    return encode(examples)


def _is_year(path: Path) -> bool:
    return path.is_dir() and len(path.name) == 4 and path.name.isdecimal()
