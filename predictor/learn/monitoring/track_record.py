"""What a season document says of the model that had a part in it: its record in this season.

Needs no NumPy. Only races that the model has not seen are counted, and of those the forecasts
made with the grid known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import msgspec
from msgspec import UNSET

from predictor.errors import F1Error
from predictor.learn.monitoring.concept import ConceptReport, concept_drift
from predictor.learn.monitoring.drift_report import DriftReport
from predictor.learn.monitoring.triggers import SeasonSeen
from predictor.published.event_types import DriverForecast, Event, Result
from predictor.published.learned_types import Drift, PlaceLogLoss
from predictor.published.season_types import SeasonDocument
from predictor.vocabulary import EventStatus, Horizon

__all__ = ["OTHERS", "HorizonWeight", "ServedModel", "TrackRecord", "season_seen", "track_record"]

OTHERS = {"grid": "grid baseline", "filter": "filter"}  # what a model is compared with
_TOP = 3


@dataclass(frozen=True, slots=True)
class ServedModel:
    """Which model it was."""

    name: str = ""
    version: str = ""
    kind: str = ""
    digest: str = ""
    trained_until: str = ""  # ISO date of the last race it has seen


@dataclass(frozen=True, slots=True)
class HorizonWeight:
    """The model's share at one horizon, and the evidence: mean gain in nats, races."""

    weight: float = 0.0
    gain: float | None = None
    se: float | None = None
    n: int = 0


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """A model's record in a season.

    Attributes
    ----------
    model : ServedModel
    season : int
    is_over, new_regulations : bool
        Whether no race is left; whether the season's technical rules are new.
    race_dates : tuple of str
        Of all races run, in order.
    weights : mapping of str to HorizonWeight
        By horizon.
    in_top_3 : tuple of bool
        Whether the winner was among the three most likely, in each race the model had not seen.
    losses : mapping of str to float, nats
        Mean place log loss of ``model``, ``filter`` and ``grid`` in these races.
    concept : mapping of str to ConceptReport
        The model against each of `OTHERS`.
    drift : DriftReport or None
    notes : tuple of str
        What a reader should know of it, fall-backs in force among it.
    n_blended : int
        Forecasts of the document in which the model has a share.
    """

    model: ServedModel
    season: int
    is_over: bool
    new_regulations: bool
    race_dates: tuple[str, ...]
    weights: dict[str, HorizonWeight]
    in_top_3: tuple[bool, ...]
    losses: dict[str, float]
    concept: dict[str, ConceptReport]
    drift: DriftReport | None
    notes: tuple[str, ...]
    n_blended: int


@dataclass(frozen=True, slots=True)
class _Race:
    """One race that has been run, forecast with the grid known or not."""

    date: str
    grid_known: bool
    in_top_3: bool
    losses: Mapping[str, float]


def track_record(document: SeasonDocument) -> TrackRecord | None:
    """Read a model's record out of a season document.

    Parameters
    ----------
    document : SeasonDocument
        As published.

    Returns
    -------
    TrackRecord or None
        None if no model had a part in it.

    Raises
    ------
    F1Error
        If a date in it is none, or a race was run by nobody.
    """
    layer = document.metadata.ml_layer
    if layer is UNSET:
        return None
    try:
        races = sorted(_races(document.predictions.values()), key=lambda race: race.date)
        if layer.version:
            date.fromisoformat(layer.trained_until or "")
    except (ValueError, IndexError) as error:
        raise F1Error(
            "what the document says of its model cannot be read",
            where="metadata.ml_layer",
            got=f"{type(error).__name__}: {error}",
            do="make the forecast again",
        ) from error
    names = (layer.model, layer.version, layer.kind, layer.digest, layer.trained_until)
    model = ServedModel(*(name or "" for name in names))
    unseen = [race for race in races if race.grid_known and race.date > model.trained_until]
    return TrackRecord(
        model=model,
        season=document.metadata.season,
        is_over=document.metadata.status == "complete",
        new_regulations=layer.new_regulations,
        race_dates=tuple(race.date for race in races),
        weights={
            horizon.value: HorizonWeight(one.weight, one.gain, one.se, one.n)
            for horizon, one in layer.weights.items()
        },
        in_top_3=tuple(race.in_top_3 for race in unseen),
        losses=_means(unseen),
        concept=_concept(unseen),
        drift=_drift(layer.drift) if layer.drift is not None else None,
        notes=layer.notes,
        n_blended=sum(map(_is_blended, document.predictions.values())),
    )


def season_seen(record: TrackRecord) -> SeasonSeen | None:
    """Give what the reasons to train follow from; None where no model served."""
    if not record.model.version:
        return None
    return SeasonSeen(
        season=record.season,
        race_dates=record.race_dates,
        is_over=record.is_over,
        trained_until=record.model.trained_until,
        in_top_3=record.in_top_3,
        drifted=tuple(alarm.name for alarm in record.drift.alarms) if record.drift else (),
        worse_than=tuple(
            words for other, words in OTHERS.items() if _is_alarm(record.concept.get(other))
        ),
        version=record.model.version,
    )


def _is_alarm(report: ConceptReport | None) -> bool:
    return report is not None and report.is_alarm


def _drift(said: Drift) -> DriftReport:
    return msgspec.convert(msgspec.to_builtins(said), DriftReport)


def _is_blended(event: Event) -> bool:
    said = event.metadata.ml
    return said is not UNSET and said.weight > 0.0 and bool(event.predictions)


def _races(events: Iterable[Event]) -> Iterator[_Race]:
    for event in events:
        metadata, result = event.metadata, event.result
        if metadata.status is not EventStatus.COMPLETED or result is UNSET:
            continue
        # Without a date nobody knows whether the model has seen it.
        if event.predictions and metadata.date:
            said = metadata.ml.place_log_loss if metadata.ml is not UNSET else None
            yield _Race(
                date=date.fromisoformat(metadata.date[:10]).isoformat(),
                grid_known=metadata.horizon is Horizon.AFTER_QUALIFYING,
                in_top_3=_is_in_top_3(event.predictions, result),
                losses=msgspec.structs.asdict(said) if isinstance(said, PlaceLogLoss) else {},
            )


def _is_in_top_3(forecast: Sequence[DriverForecast], result: Result) -> bool:
    """Whether fewer than three drivers were thought more likely to win than the winner."""
    odds = {row.driver_id: row.p_win for row in forecast}
    winner = result.order[0].driver_id
    return winner in odds and sum(p > odds[winner] for p in odds.values()) < _TOP


def _concept(races: Sequence[_Race]) -> dict[str, ConceptReport]:
    found = {}
    for other in OTHERS:
        both = [race.losses for race in races if {"model", other} <= race.losses.keys()]
        if both:
            ours, theirs = [one["model"] for one in both], [one[other] for one in both]
            found[other] = concept_drift(ours, theirs)
    return found


def _means(races: Sequence[_Race]) -> dict[str, float]:
    found: dict[str, list[float]] = {}
    for race in races:
        for name, loss in race.losses.items():
            found.setdefault(name, []).append(loss)
    return {name: sum(losses) / len(losses) for name, losses in sorted(found.items())}
