"""Every kind of model beside the published forecast and the grid, on seasons none had seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING, Any

from predictor.errors import UsageError
from services.settings.limits import Limits
from services.training.folds import clear_checkpoints
from services.training.groundwork import FIRST_SCORED, TrainOptions, check_kinds
from services.training.train import Learnt, learn

if TYPE_CHECKING:
    from predictor.evaluate.model_scores import ModelsOfRace

__all__ = ["BLEND", "Evaluation", "evaluate"]

BLEND = "blend of "


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What an evaluation found, as plain values.

    Attributes
    ----------
    horizons : mapping
        As `predictor.evaluate.model_scores.compare_models`, paired with the published forecast.
    weights : mapping
        Kind -> horizon -> season -> mean weight in the blend.
    inference_ms : mapping
        Kind -> median time of a forecast of one race, with its matrix of places.
    """

    settings: Mapping[str, Any]
    horizons: Mapping[str, Any]
    weights: Mapping[str, Mapping[str, Mapping[str, float]]]
    inference_ms: Mapping[str, float]
    notes: tuple[str, ...]


def evaluate(
    options: TrainOptions, seasons: Sequence[int], kinds: Sequence[str], limits: Limits
) -> Evaluation:
    """Score kinds of models on seasons, each trained on the seasons before.

    Nothing is registered. A blend pools a kind with the published forecast by the weight that
    races before the one in question bear out, as a forecast would have.

    Raises
    ------
    UsageError
        If a season is not there, or too early to be scored, or a kind is none.
    PackageMissing
        If what trains a kind is not installed.
    F1Error
        As `services.training.train.learn`.
    """
    from predictor.evaluate.model_races import FILTER, joined  # noqa: PLC0415 - NumPy
    from predictor.evaluate.model_scores import compare_models  # noqa: PLC0415

    if min(seasons) < FIRST_SCORED:
        raise UsageError(
            "too early a season",
            where="--seasons",
            got=str(min(seasons)),
            expected=f"{FIRST_SCORED} or later, so that models have seen some seasons before",
            do="name later ones",
        )
    check_kinds(kinds, "--kinds")
    options = replace(options, until=max(seasons))
    learnt, _, pieces = learn(options, limits, kinds, with_models=False)
    clear_checkpoints(options.folder, pieces)
    races = joined(learnt.published, {kind: learnt.forecasts(kind) for kind in kinds})
    blended, weights = _with_blends(races, seasons, kinds)
    return Evaluation(
        settings={
            "seasons": list(seasons),
            "kinds": list(kinds),
            "seed": options.seed,
            "num_simulations": options.n_simulations,
            "device": options.device,
        },
        horizons=compare_models(blended, FILTER),
        weights=weights,
        inference_ms={kind: _inference_ms(learnt, kind, seasons) for kind in kinds},
        notes=learnt.notes,
    )


def _with_blends(
    races: Sequence[ModelsOfRace], seasons: Sequence[int], kinds: Sequence[str]
) -> tuple[list[ModelsOfRace], dict[str, dict[str, dict[str, float]]]]:
    """Add each kind's blend to the races of the seasons asked for; also give the weights."""
    from predictor.evaluate.model_races import blend_walked_forward  # noqa: PLC0415 - NumPy

    found = {_key(race): dict(race.p_position) for race in races if race.season in seasons}
    weights: dict[str, dict[str, dict[str, float]]] = {}
    for kind in kinds:
        seen: dict[tuple[str, int], list[float]] = {}
        for race, p_position, weight in blend_walked_forward(races, kind, seasons):
            found[_key(race)][BLEND + kind] = p_position
            seen.setdefault((race.horizon.value, race.season), []).append(weight)
        for (horizon, season), values in sorted(seen.items()):
            of_horizon = weights.setdefault(kind, {}).setdefault(horizon, {})
            of_horizon[str(season)] = sum(values) / len(values)
    blended = [replace(race, p_position=found[_key(race)]) for race in races if _key(race) in found]
    return blended, weights


def _key(race: ModelsOfRace) -> tuple[str, str]:
    """Give what tells a race at a horizon from all others."""
    return race.event_id, race.horizon.value


def _inference_ms(learnt: Learnt, kind: str, seasons: Sequence[int]) -> float:
    folds = learnt.folds[kind]
    return median(ms for season in seasons if season in folds for ms in folds[season].forecast_ms)
