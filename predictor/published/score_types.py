"""Types of the season document: how forecasts fared once their races were run."""

from __future__ import annotations

from typing import Annotated

from msgspec import Struct

from predictor.published.field_types import Place, says

__all__ = ["MeanScore", "MeanScores", "RaceScores"]


class RaceScores(Struct, frozen=True, kw_only=True):
    """Scores of one race or sprint, over its starters."""

    winner_log_loss: Annotated[float, says("-log of the winner's p_win", "nats")]
    top_1: Annotated[float, says("1 if the likeliest winner won, shared among equals")]
    top_3: Annotated[float, says("1 if the winner was among the three likeliest")]
    mrr: Annotated[float, says("1 / rank of the winner among the likeliest")]
    podium_log_loss: Annotated[float, says("mean over drivers, of being on the podium", "nats")]
    rps: Annotated[float, says("ranked probability score of all positions, 0 is best")]
    spearman: Annotated[float, says("rank correlation of expected and real order")]


class MeanScore(Struct, frozen=True, kw_only=True):
    """One score over several races."""

    mean: float
    se: Annotated[float | None, says("standard error; null for a single race")]


class MeanScores(Struct, frozen=True, kw_only=True):
    """Scores of all races that were forecast at one horizon and have been run."""

    races: Annotated[Place, says("how many")]
    winner_log_loss: MeanScore
    top_1: MeanScore
    top_3: MeanScore
    mrr: MeanScore
    podium_log_loss: MeanScore
    rps: MeanScore
    spearman: MeanScore
