"""How forecasts that stood before their races fared, beside reference models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

from msgspec import UNSET, UnsetType

from predictor.published.field_types import says
from predictor.vocabulary import Horizon, ResultStatus
from services.archive.rows import ForecastRow, ResultRow, ScoreRow
from services.web.api.answers.events import RaceKind
from services.web.api.answers.shared import Season
from services.web.api.answers.track_record import (
    BinRow,
    CalibrationAnswer,
    ForecastOf,
    RaceScore,
    Scores,
)
from services.web.api.handlers.events import event_url
from services.web.api.paging import Paged, page_of
from services.web.api.route import Table
from services.web.api.view import View

if TYPE_CHECKING:
    from predictor.evaluate.calibration import Bin
    from services.archive.reader import Archive

__all__ = ["CalibrationAsked", "ScoresAsked", "calibration", "scores"]


class ScoresAsked(Paged, frozen=True, kw_only=True):
    """Which scores."""

    season: Annotated[Season | UnsetType, says("year; all unless given")] = UNSET
    event_id: Annotated[str | UnsetType, says("all events unless given")] = UNSET
    horizon: Annotated[Horizon | UnsetType, says("all horizons unless given")] = UNSET
    model: Annotated[str | UnsetType, says("ours, or a reference model; all unless given")] = UNSET
    session: Annotated[RaceKind, says("of the weekend")] = "race"


class CalibrationAsked(Table, frozen=True, kw_only=True):
    """Which forecasts are compared with what came of them."""

    season: Annotated[Season | UnsetType, says("year; all unless given")] = UNSET
    horizon: Annotated[Horizon, says("what the forecasts could know")] = Horizon.AFTER_QUALIFYING
    of: Annotated[ForecastOf, says("what they are chances of")] = "win"
    session: Annotated[RaceKind, says("of the weekend")] = "race"


def scores(asked: ScoresAsked, view: View) -> Scores:
    """Return scores, a row per race, horizon and model."""
    key = ("scores", asked.session)
    rows = view.remember(key, lambda: _score_rows(view.archive(), asked.session))
    wanted = [
        row
        for row in rows
        if asked.season in (UNSET, row.season)
        and asked.event_id in (UNSET, row.event_id)
        and asked.horizon in (UNSET, row.horizon)
        and asked.model in (UNSET, row.model)
    ]
    page, last = page_of(wanted, asked)
    return Scores(data=page, next=last)


def calibration(asked: CalibrationAsked, view: View) -> CalibrationAnswer:
    """Return how often forecasts of about the same probability came true."""
    archive = view.archive()
    seasons = archive.seasons() if isinstance(asked.season, UnsetType) else (asked.season,)
    session = asked.session
    races = [
        (season, race[asked.horizon], results)
        for season in seasons
        for race, results in view.remember(
            ("races", season, session), partial(_races, archive, season, session)
        )
        if asked.horizon in race
    ]
    pairs = [pair for _, rows, results in races for pair in _pairs(rows, results, asked.of)]
    bins = _bins(pairs)
    return CalibrationAnswer(
        seasons=tuple(dict.fromkeys(season for season, _, _ in races)),
        horizon=asked.horizon,
        session=asked.session,
        of=asked.of,
        n_races=len(races),
        n_live=sum(rows[0].is_live for _, rows, _ in races),
        n_forecasts=len(pairs),
        calibration_error=_error(bins) if pairs else None,
        data=tuple(_bin_row(one) for one in bins),
    )


def _score_rows(archive: Archive, session: RaceKind) -> list[RaceScore]:
    def which(row: ScoreRow) -> tuple[str, Horizon, str]:
        return row.event_id, row.horizon, row.model

    found = []
    for (event_id, horizon, model), group in groupby(archive.scores(session=session), which):
        rows = tuple(group)
        metrics = {row.metric: row.value for row in rows}
        found.append(
            RaceScore(
                id=f"{event_id}.{horizon}.{model}",
                event_id=event_id,
                event_url=event_url(event_id),
                season=rows[0].season,
                round=rows[0].round,
                session=session,
                horizon=horizon,
                model=model,
                run_no=rows[0].run_no,
                result_revision=rows[0].result_revision,
                **{name: metrics.get(name) for name in _METRICS},
            )
        )
    return found


_METRICS = RaceScore.__struct_fields__[RaceScore.__struct_fields__.index("winner_log_loss") :]

_Race = tuple[Mapping[Horizon, tuple[ForecastRow, ...]], Mapping[str, ResultRow]]


def _races(archive: Archive, season: int, session: RaceKind) -> list[_Race]:
    """Return the forecasts that stood in a season, each beside its result."""
    results: dict[str, dict[str, ResultRow]] = {}
    for row in archive.results(season, session):
        results.setdefault(row.event_id, {})[row.driver_id] = row
    frozen = archive.frozen_season(season, session)
    return [(frozen[event_id], rows) for event_id, rows in results.items() if event_id in frozen]


def _pairs(
    rows: tuple[ForecastRow, ...], results: Mapping[str, ResultRow], of: ForecastOf
) -> Iterator[tuple[float, bool]]:
    """Give chances of the starters who were forecast, and whether they came true."""
    for row in rows:
        result = results.get(row.driver_id)
        if result is not None:
            yield getattr(row, f"p_{of}"), _came_true(result, of)


def _came_true(result: ResultRow, of: ForecastOf) -> bool:
    if of == "dnf":
        return result.status == ResultStatus.DNF
    if of == "points":
        return result.points > 0
    return result.place <= (1 if of == "win" else 3)


def _bins(pairs: list[tuple[float, bool]]) -> tuple[Bin, ...]:
    import numpy as np  # noqa: PLC0415 - only who is asked for this needs it

    from predictor.evaluate.calibration import reliability  # noqa: PLC0415

    p = np.minimum([one for one, _ in pairs], 1.0)  # a sum of rounded ones may be a hair above
    return reliability(p, np.array([happened for _, happened in pairs], dtype=bool))


def _error(bins: tuple[Bin, ...]) -> float:
    from predictor.evaluate.calibration import calibration_error  # noqa: PLC0415

    return calibration_error(bins)


def _bin_row(one: Bin) -> BinRow:
    from predictor.evaluate.calibration import consistency_band  # noqa: PLC0415

    low, high = None, None
    if one.mean_forecast is not None:
        low, high = consistency_band(one.count, one.mean_forecast)
    return BinRow(
        lower=one.lower,
        upper=one.upper,
        n=one.count,
        mean_forecast=one.mean_forecast,
        frequency=one.frequency,
        band_low=low,
        band_high=high,
    )
