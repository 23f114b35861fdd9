"""What the API says of how forecasts fared."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Struct

from predictor.published.field_types import Count, Place, Probability, says
from predictor.vocabulary import Horizon
from services.web.api.answers.events import RaceKind
from services.web.api.answers.shared import Address, Next, Season

__all__ = ["BinRow", "CalibrationAnswer", "ForecastOf", "RaceScore", "Scores"]

ForecastOf = Literal["win", "podium", "points", "dnf"]


class RaceScore(Struct, frozen=True, kw_only=True):
    """Scores of one forecast of one race or sprint by one model."""

    id: Annotated[str, says("of the row: event_id.horizon.model")]
    event_id: Annotated[str, says("permanent; survives renumbering")]
    event_url: Address
    season: Season
    round: Annotated[Place, says("place in the calendar, 1-based")]
    session: Annotated[RaceKind, says("what was forecast")]
    horizon: Annotated[
        Horizon, says("what was known: a: before the weekend; b: after practice; c: the grid")
    ]
    model: Annotated[
        str,
        says(
            "ours, ours_weighted where a user's opinion is in it, or the name of a reference model"
        ),
    ]
    run_no: Annotated[Count | None, says("of the run whose forecast it is; null for a reference")]
    result_revision: Annotated[Place, says("of the result that it is scored by, 1-based")]
    winner_log_loss: Annotated[float | None, says("-log of the winner's p_win", "nats")]
    top_1: Annotated[float | None, says("1 if the likeliest winner won, shared among equals")]
    top_3: Annotated[float | None, says("1 if the winner was among the three likeliest")]
    mrr: Annotated[float | None, says("1 / rank of the winner among the likeliest")]
    podium_log_loss: Annotated[float | None, says("mean over drivers, of the podium", "nats")]
    podium_brier: Annotated[float | None, says("mean over drivers, of the podium, 0 is best")]
    rps: Annotated[float | None, says("ranked probability score of all positions, 0 is best")]
    spearman: Annotated[float | None, says("rank correlation of expected and real order")]


class Scores(Struct, frozen=True, kw_only=True):
    """Scores of forecasts that stood before their races, and of reference models, by race."""

    data: Annotated[tuple[RaceScore, ...], says("a row a forecast")]
    next: Next


class BinRow(Struct, frozen=True, kw_only=True):
    """Forecasts of about the same probability, and how often they came true."""

    lower: Annotated[Probability, says("the bin holds lower <= p < upper; the last one also 1")]
    upper: Annotated[Probability, says("the end of the bin")]
    n: Annotated[Count, says("forecasts")]
    mean_forecast: Annotated[Probability | None, says("null where the bin is empty")]
    frequency: Annotated[
        Probability | None, says("share that came true; null where the bin is empty")
    ]
    band_low: Annotated[
        Probability | None,
        says("9 times in 10 the share would lie between these, were the forecasts true"),
    ]
    band_high: Annotated[
        Probability | None, says("the upper of the two; null where the bin is empty")
    ]
    frequency_low: Annotated[
        Probability | None,
        says("9 times in 10 the true share lies between these (Wilson); null where it is empty"),
    ]
    frequency_high: Annotated[
        Probability | None, says("the upper of the two; null where the bin is empty")
    ]


class CalibrationAnswer(Struct, frozen=True, kw_only=True):
    """Whether things happen as often as the forecasts that stood before their races say."""

    seasons: Annotated[tuple[Season, ...], says("whose races are counted")]
    horizon: Annotated[
        Horizon, says("what was known: a: before the weekend; b: after practice; c: the grid")
    ]
    session: Annotated[RaceKind, says("what was forecast")]
    of: Annotated[ForecastOf, says("what the probabilities are of")]
    n_races: Annotated[Count, says("races counted")]
    n_live: Annotated[Count, says("races whose forecast was published before it could be known")]
    n_forecasts: Annotated[Count, says("drivers in races")]
    calibration_error: Annotated[
        float | None, says("mean over forecasts of their bin's gap; null without forecasts")
    ]
    data: Annotated[tuple[BinRow, ...], says("a row a bin")]
