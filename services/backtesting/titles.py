"""Title odds after every round of past seasons, each from what was known then, and their scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from predictor.errors import NoUsableInput
from services.backtesting.layer_facts import layer_facts
from services.backtesting.season_tasks import run_tasks, season_tasks
from services.backtesting.titles_season import SeasonTitles, forecast_titles
from services.execution.local_processes import LocalProcesses
from services.settings import environment
from services.settings.limits import Limits, read_settings
from services.settings.run_request import RunRequest

if TYPE_CHECKING:
    from predictor.learn.learned_layer import Layer

__all__ = ["Titles", "title_odds_of_seasons"]

_NOT_ASKED = ("horizon", "driver_weights", "team_weights")


@dataclass(frozen=True, slots=True)
class Titles:
    """The titles of several seasons, by championship."""

    settings: Mapping[str, Any]  # what was asked for, for a reader of the figures
    championships: Mapping[str, Mapping[str, Any]]  # `predictor.evaluate.title_scores`
    skipped: tuple[str, ...] = ()  # seasons that are not scored, and why
    notes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()  # files that could not be used


def title_odds_of_seasons(
    data: Path,
    seasons: Sequence[int],
    settings: RunRequest,
    limits: Limits | None = None,
    layers: Mapping[int, Layer] | None = None,
) -> Titles:
    """Forecast the titles after each round but the last of seasons of a folder.

    Parameters
    ----------
    data : Path
        With one folder per season, called by its year.
    seasons : sequence of int
    settings : RunRequest
        Options of the forecasts; its folder, horizon and output are not looked at.
    limits : Limits, optional
    layers : mapping of season to Layer, optional
        As `services.backtesting.season_tasks.season_tasks`.

    Raises
    ------
    UsageError
        If a season is not there.
    NoUsableInput
        If none of the seasons has been run to its end.
    F1Error
        As `services.forecasting.build.build`.
    """
    tasks = season_tasks(data, seasons, (), settings, limits or read_settings(), layers)
    answers = run_tasks(forecast_titles, tasks, LocalProcesses(settings.jobs))
    found = [msgspec.msgpack.decode(answer, type=SeasonTitles) for answer in answers]
    skipped = tuple(f"{one.season} is not scored: {one.skipped}" for one in found if one.skipped)
    scored = [one.season for one in found if not one.skipped]
    if not scored:
        raise NoUsableInput(
            "no title to score",
            where=str(data),
            got="; ".join(skipped),
            do="name seasons that have been run to their end",
        )
    return Titles(
        settings={
            **{
                name: value
                for name, value in settings.configuration().items()
                if name not in _NOT_ASKED
            },
            "data": str(data),
            "history": str(settings.history) if settings.history else None,
            "seasons": scored,
            "code": environment.code_digest(),
            **layer_facts({one: layers[one] for one in scored} if layers else {}, {}),
        },
        championships=_summed_up(found),
        skipped=skipped,
        notes=tuple(f"{one.season}: {note}" for one in found for note in one.notes),
        left_out=tuple(dict.fromkeys(line for one in found for line in one.left_out)),
    )


def _summed_up(found: Sequence[SeasonTitles]) -> dict[str, Mapping[str, Any]]:
    from predictor.evaluate.title_scores import (  # noqa: PLC0415 - NumPy loads here
        TitleForecast,
        summarise_titles,
    )
    from predictor.fingerprint import decode  # noqa: PLC0415

    by_title: dict[str, list[TitleForecast]] = {}
    for season in found:
        for one in decode(season.forecasts, tuple[TitleForecast, ...]):
            by_title.setdefault(one.championship, []).append(one)
    return {name: summarise_titles(forecasts) for name, forecasts in by_title.items()}
