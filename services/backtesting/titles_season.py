"""Forecast the titles of one past season after each of its rounds, in a process of its own.

The same steps as a run of the product on a folder that holds only what there was at the time;
results are shared in memory, so that the belief of a round is folded once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec

from predictor.fingerprint import encode
from predictor.graph.seasons.nodes import HISTORY, season_files
from predictor.notes import NoteKind
from predictor.published.season_types import SeasonForecast
from predictor.vocabulary import EventStatus
from services.backtesting.season import SeasonTask, season_inputs, season_steps
from services.settings import environment

if TYPE_CHECKING:
    from predictor.evaluate.title_scores import TitleForecast
    from predictor.season.state import SeasonState
    from services.execution.executor import Report

__all__ = ["SeasonTitles", "forecast_titles"]

_OF_THE_LAYER = (
    NoteKind.MODEL_TROUBLE,
    NoteKind.MODEL_MISSING,
    NoteKind.MODEL_NOT_IN_TITLES,
)


@dataclass(frozen=True, slots=True)
class SeasonTitles:
    """What a season came to; the forecasts are canonical bytes of ``tuple[TitleForecast, ...]``."""

    season: int
    forecasts: bytes
    skipped: str  # why there are none; empty where there are
    notes: tuple[str, ...]  # about the inputs
    left_out: tuple[str, ...]  # files that could not be used, and why


def forecast_titles(task: SeasonTask, report: Report) -> bytes:
    """Give `SeasonTitles` as MessagePack.

    Raises
    ------
    F1Error
        As `services.forecasting.build.build`; if the folder holds another season than named.
    """
    environment.use_one_blas_thread()
    from predictor.evaluate.standings_frequency import (  # noqa: PLC0415
        CHAMPIONSHIPS,
        champion_places,
    )
    from predictor.graph.title_backtest import title_forecasts  # noqa: PLC0415 - NumPy loads here
    from predictor.season.known import season_with  # noqa: PLC0415

    steps = season_steps(task)
    inputs, result = season_inputs(task, steps)
    season = inputs.state
    held = [event.event_id for event in season.events if event.status is EventStatus.COMPLETED]
    skipped = _why_not(season)
    rounds = range(1, len(held)) if not skipped else range(0)
    files = season_files(inputs.train, result)
    earlier = [champion_places(state) for state in result.value(HISTORY).states]
    past = {name: [one for places in earlier for one in places[name]] for name in CHAMPIONSHIPS}
    found: list[TitleForecast] = []
    notes = dict.fromkeys(map(str, inputs.notes))
    for n_done in rounds:
        known = season_with(files, season.season, held[:n_done])
        at_the_time = replace(inputs, chosen=replace(inputs.chosen, state=known))
        document, _ = steps.forecast(at_the_time, result)
        if task.layer is not None:
            notes |= dict.fromkeys(_layer_notes(document))
        found += title_forecasts(document, season, n_done, past)
        report(n_done, len(held) - 1, f"after {held[n_done - 1]}")
    answer = SeasonTitles(
        season.season,
        encode(tuple(found)),
        skipped,
        tuple(notes),
        tuple(f"{file}: {reason}" for file, reason in inputs.rejected(result)),
    )
    return msgspec.msgpack.encode(answer)


def _layer_notes(document: bytes) -> list[str]:
    """Give what a document says of the learned layer."""
    metadata = msgspec.json.decode(document, type=SeasonForecast).metadata
    told = zip(metadata.notes, metadata.note_details, strict=True)
    return [note for note, details in told if details.kind in _OF_THE_LAYER]


def _why_not(season: SeasonState) -> str:
    """Say why a season has no title to score; empty where it has."""
    if not season.has_calendar:
        return "there is no calendar of the whole season"
    over = (EventStatus.COMPLETED, EventStatus.CANCELLED)
    to_come = [event.event_id for event in season.events if event.status not in over]
    if to_come:
        return f"not yet run: {to_come[0]}" + f" and {len(to_come) - 1} more" * (len(to_come) > 1)
    held = [event for event in season.events if event.status is EventStatus.COMPLETED]
    return "" if len(held) > 1 else "fewer than two rounds have been run"
