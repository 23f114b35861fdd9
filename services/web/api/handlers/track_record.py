"""How forecasts that stood before their races fared, beside reference models."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

from msgspec import UNSET, UnsetType

from predictor.published.field_types import says
from predictor.vocabulary import Horizon
from services.archive.rows import ScoreRow
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
from services.web.derived.calibration import Tenth, calibration_gap, tenths
from services.web.stood import StoodRace, said_in, stood_races

if TYPE_CHECKING:
    from services.archive.reader import Archive

__all__ = [
    "CalibrationAsked",
    "ScoresAsked",
    "calibration",
    "race_scores",
    "races_that_stood",
    "scores",
]


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
    wanted = [
        row
        for row in race_scores(view, asked.session)
        if asked.season in (UNSET, row.season)
        and asked.event_id in (UNSET, row.event_id)
        and asked.horizon in (UNSET, row.horizon)
        and asked.model in (UNSET, row.model)
    ]
    page, last = page_of(wanted, asked)
    return Scores(data=page, next=last)


def calibration(asked: CalibrationAsked, view: View) -> CalibrationAnswer:
    """Return how often forecasts of about the same probability came true."""
    seasons = None if isinstance(asked.season, UnsetType) else (asked.season,)
    races = [
        race
        for race in races_that_stood(view, asked.session, seasons)
        if asked.horizon in race.forecasts
    ]
    bins = tenths(one for race in races for one in said_in(race, asked.horizon, asked.of))
    return CalibrationAnswer(
        seasons=tuple(dict.fromkeys(race.season for race in races)),
        horizon=asked.horizon,
        session=asked.session,
        of=asked.of,
        n_races=len(races),
        n_live=sum(race.forecasts[asked.horizon][0].is_live for race in races),
        n_forecasts=sum(one.n for one in bins),
        calibration_error=calibration_gap(bins),
        data=tuple(_bin_row(one) for one in bins),
    )


def races_that_stood(
    view: View, session: RaceKind = "race", seasons: Sequence[int] | None = None
) -> tuple[StoodRace, ...]:
    """Return races that are run beside the forecasts that stood; of all seasons unless given."""
    archive = view.archive()
    return tuple(
        race
        for season in (archive.seasons() if seasons is None else seasons)
        for race in view.remember(
            ("races", season, session), partial(stood_races, archive, season, session)
        )
    )


def race_scores(view: View, session: RaceKind = "race") -> Sequence[RaceScore]:
    """Return a row per race, horizon and model, of all seasons in calendar order."""
    return view.remember(("scores", session), lambda: _score_rows(view.archive(), session))


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


def _bin_row(one: Tenth) -> BinRow:
    from predictor.evaluate.calibration import consistency_band  # noqa: PLC0415 - NumPy

    low, high = None, None
    if one.mean is not None:
        low, high = consistency_band(one.n, one.mean)
    true_low, true_high = one.interval or (None, None)
    return BinRow(
        lower=one.lower,
        upper=one.upper,
        n=one.n,
        mean_forecast=one.mean,
        frequency=one.frequency,
        band_low=low,
        band_high=high,
        frequency_low=true_low,
        frequency_high=true_high,
    )
