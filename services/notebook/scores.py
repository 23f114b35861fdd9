"""How forecasts fared: the published ones race by race, and a backtest beside reference models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from msgspec import UnsetType, structs

from predictor.errors import UsageError
from predictor.published.event_types import DriverForecast, Event, ResultRow
from predictor.published.score_types import RaceScores
from predictor.published.season_types import SeasonDocument
from predictor.vocabulary import Horizon, ResultStatus
from services.notebook.charts import BacktestPlots, CalibrationPlots, ScorePlots
from services.notebook.frames import Column, Kind, Tabular, columns_of
from services.notebook.html import backtest_html, calibration_html, scores_html
from services.settings.run_request import RunRequest

if TYPE_CHECKING:
    from predictor.evaluate.calibration import Bin
    from services.backtesting.backtest import Backtest

__all__ = [
    "Backtested",
    "Calibration",
    "Outcome",
    "ReliabilityBin",
    "ScoredRace",
    "Scores",
    "backtested",
    "scores_of",
]

Outcome = Literal["win", "podium", "points", "dnf"]

_METRICS = RaceScores.__struct_fields__
_OUTCOMES: tuple[Outcome, ...] = ("win", "podium", "points", "dnf")


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Forecasts of about one probability; None where there is none."""

    lower: float
    upper: float
    n: int
    mean_forecast: float | None
    frequency: float | None
    low_90: float | None  # where 9 in 10 such shares lie, if the forecasts are true
    high_90: float | None


@dataclass(frozen=True, slots=True)
class Calibration(Tabular):
    """Whether things happen as often as forecasts say; a row a tenth of probability."""

    outcome: str
    about: str  # whose forecasts
    error: float  # mean gap between what was said and what was seen (ECE)
    bins: tuple[ReliabilityBin, ...]

    @property
    def plot(self) -> CalibrationPlots:
        """The picture: ``plot.reliability()``."""
        return CalibrationPlots(self)

    def columns(self) -> tuple[Column, ...]:
        """Return what was said and what was seen, with how many forecasts stand behind it."""
        names: tuple[tuple[str, Kind], ...] = (
            ("lower", "number"),
            ("upper", "number"),
            ("n", "whole"),
            ("mean_forecast", "number"),
            ("frequency", "number"),
            ("low_90", "number"),
            ("high_90", "number"),
        )
        rows = (tuple(getattr(one, name) for name, _ in names) for one in self.bins)
        return columns_of(names, rows)

    def _repr_html_(self) -> str:
        return calibration_html(self)


@dataclass(frozen=True, slots=True)
class ScoredRace:
    """One race, what was thought of its winner, and the forecast's scores."""

    round: int
    event_id: str
    event: str
    horizon: Horizon
    winner: str  # name
    p_win: float  # that the winner had been given
    favourite: str
    p_favourite: float
    scores: RaceScores
    starters: tuple[tuple[DriverForecast, ResultRow], ...]


@dataclass(frozen=True, slots=True)
class Scores(Tabular):
    """Scores of the published forecasts, race by race; a row a race."""

    season: int
    races: tuple[ScoredRace, ...]

    @property
    def plot(self) -> ScorePlots:
        """The picture: ``plot.winners()``."""
        return ScorePlots(self)

    def columns(self) -> tuple[Column, ...]:
        """Return the winner, what he had been given, and every score."""
        names: tuple[tuple[str, Kind], ...] = (
            ("round", "whole"),
            ("event_id", "text"),
            ("event", "text"),
            ("horizon", "text"),
            ("winner", "text"),
            ("p_win_of_winner", "number"),
            ("favourite", "text"),
            ("p_win_of_favourite", "number"),
            *((name, "number") for name in _METRICS),
        )
        return columns_of(
            names,
            (
                (
                    one.round,
                    one.event_id,
                    one.event,
                    one.horizon.value,
                    one.winner,
                    one.p_win,
                    one.favourite,
                    one.p_favourite,
                    *structs.astuple(one.scores),
                )
                for one in self.races
            ),
        )

    def calibration(self, outcome: Outcome = "win") -> Calibration:
        """Return whether an outcome came as often as it was thought likely.

        Parameters
        ----------
        outcome : str
            ``win``, ``podium``, ``points`` or ``dnf``.

        Raises
        ------
        UsageError
            If there is no such outcome, or no race has been run.
        """
        _check_outcome(outcome)
        if not self.races:
            raise UsageError(
                "no race to compare forecasts with",
                where=f"season {self.season}",
                do="open a season of which races have been run",
            )
        import numpy as np  # noqa: PLC0415 - for scores alone

        from predictor.evaluate.calibration import reliability  # noqa: PLC0415

        pairs = [pair for race in self.races for pair in race.starters]
        said = np.array([_said(row, outcome) for row, _ in pairs])
        came = np.array([_came(row, outcome) for _, row in pairs])
        n_races = f"{len(self.races)} race{'s' * (len(self.races) != 1)}"
        return _calibration(
            outcome, f"{n_races} of {self.season}, as published", reliability(said, came)
        )

    def _repr_html_(self) -> str:
        return scores_html(self)


@dataclass(frozen=True, slots=True)
class Backtested(Tabular):
    """Scores at every horizon beside reference models; a row a horizon, model and score."""

    found: Backtest

    @property
    def plot(self) -> BacktestPlots:
        """The picture: ``plot.models()``."""
        return BacktestPlots(self)

    @property
    def seasons(self) -> str:
        """The seasons, for a sentence."""
        return ", ".join(map(str, self.found.settings["seasons"]))

    def columns(self) -> tuple[Column, ...]:
        """Return mean and standard error of every score over the races.

        ``difference`` is the product's score minus the reference model's, race by race, where
        such pairs are compared.
        """
        names: tuple[tuple[str, Kind], ...] = (
            ("horizon", "text"),
            ("model", "text"),
            ("score", "text"),
            ("races", "whole"),
            ("mean", "number"),
            ("se", "number"),
            ("difference", "number"),
            ("difference_se", "number"),
        )
        return columns_of(names, self._values())

    def calibration(self, outcome: Outcome = "win", horizon: str = "c") -> Calibration:
        """Return whether an outcome came as often as it was thought likely at one horizon.

        Raises
        ------
        UsageError
            If there is no such outcome, or the horizon was not asked for.
        """
        _check_outcome(outcome)
        if horizon not in self.found.horizons:
            raise UsageError(
                "no such horizon in this backtest",
                where="calibration",
                got=repr(horizon),
                expected=" or ".join(self.found.horizons),
                do="name one of them, or backtest at this one, too",
            )
        from predictor.evaluate.calibration import Bin  # noqa: PLC0415 - with NumPy

        summary = self.found.horizons[horizon]
        about = f"{summary['races']} races of {self.seasons}, horizon {horizon}"
        bins = [Bin(**one) for one in summary["bins"][outcome]]
        return _calibration(outcome, about, bins)

    def _values(self) -> Iterator[tuple[Any, ...]]:
        for horizon, summary in self.found.horizons.items():
            for model, scores in summary["scores"].items():
                against = summary["differences"].get(model, {})
                for name, one in scores.items():
                    pair = against.get(name, {"mean": None, "se": None})
                    means = (one["mean"], one["se"], pair["mean"], pair["se"])
                    yield (horizon, model, name, summary["races"], *means)

    def _repr_html_(self) -> str:
        return backtest_html(self)


def scores_of(document: SeasonDocument) -> Scores:
    """Return the scores that a document has of its own forecasts."""
    scored = (_scored(name, event) for name, event in document.predictions.items())
    return Scores(document.metadata.season, tuple(one for one in scored if one is not None))


def backtested(request: RunRequest, horizons: Sequence[Horizon]) -> Backtested:
    """Forecast a season's finished races again; see `services.backtesting.backtest`."""
    from services.backtesting.backtest import backtest_folder  # noqa: PLC0415 - with NumPy

    return Backtested(backtest_folder(request, horizons))


def _scored(name: str, event: Event) -> ScoredRace | None:
    result, scores, horizon = event.result, event.scores, event.metadata.horizon
    if isinstance(result, UnsetType) or isinstance(scores, UnsetType) or horizon is None:
        return None
    rows = {row.driver_id: row for row in event.predictions}
    starters = tuple((rows[one.driver_id], one) for one in result.order if one.driver_id in rows)
    winner = next(row for row, one in starters if one.driver_id == result.winner)
    favourite = max(event.predictions, key=lambda row: _said(row, "win"))
    return ScoredRace(
        event.metadata.round,
        event.metadata.event_id,
        name,
        horizon,
        winner.name,
        _said(winner, "win"),
        favourite.name,
        _said(favourite, "win"),
        scores,
        starters,
    )


def _said(row: DriverForecast, outcome: Outcome) -> float:
    """Return how likely an outcome was thought, without user weights: scores have none either."""
    plain = row if isinstance(row.unweighted, UnsetType) or outcome == "dnf" else row.unweighted
    p: float = getattr(plain, f"p_{outcome}")
    return p


def _came(row: ResultRow, outcome: Outcome) -> bool:
    if outcome == "dnf":
        return row.status is ResultStatus.DNF
    if outcome == "points":
        return row.points > 0
    return row.position is not None and row.position <= {"win": 1, "podium": 3}[outcome]


def _calibration(outcome: str, about: str, bins: Sequence[Bin]) -> Calibration:
    from predictor.evaluate.calibration import (  # noqa: PLC0415 - with NumPy
        calibration_error,
        consistency_band,
    )

    found = []
    for one in bins:
        mean = one.mean_forecast
        low, high = (None, None) if mean is None else consistency_band(one.count, mean)
        found.append(
            ReliabilityBin(one.lower, one.upper, one.count, mean, one.frequency, low, high)
        )
    return Calibration(outcome, about, calibration_error(tuple(bins)), tuple(found))


def _check_outcome(outcome: str) -> None:
    if outcome not in _OUTCOMES:
        raise UsageError(
            "no such outcome",
            where="calibration",
            got=repr(outcome),
            expected=" or ".join(_OUTCOMES),
            do="name one of them",
        )
