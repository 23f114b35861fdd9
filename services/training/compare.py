"""Two versions on the races that both had not seen, and whether one may take the other's place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from predictor.fingerprint import digest
from predictor.learn.model_kinds import RACE_OUTCOME
from predictor.learn.monitoring.promotion import (
    LOSSES,
    Contender,
    Paired,
    RaceLosses,
    Verdict,
    paired,
    verdict,
)
from services.errors import ModelUnusable, NotPromoted
from services.registry.changes import promote
from services.registry.layout import SHIPPED
from services.registry.listing import find_version
from services.registry.registry_file import Model, read_registry
from services.registry.version_files import CARD, RACES, Version
from services.settings.limits import ModelLimits

__all__ = [
    "Comparison",
    "compare",
    "comparison_json",
    "comparison_text",
    "contender_of",
    "promote_if_better",
]

_TITLES = {"place_log_loss": "place log loss", "winner_log_loss": "winner log loss", "rps": "RPS"}
_WAYS = {"alone": "alone", "pooled": "in the pool"}
_HORIZONS = {"a": "(a) before the weekend", "b": "(b) after practice", "c": "(c) grid known"}


@dataclass(frozen=True, slots=True)
class Comparison:
    """The second version minus the first.

    Attributes
    ----------
    figures : mapping
        Horizon -> "alone" or "pooled" -> loss -> difference.
    verdict : Verdict
        Of the second as a candidate for the first's place.
    """

    first: str
    second: str
    figures: Mapping[str, Mapping[str, Mapping[str, Paired]]]
    verdict: Verdict


def compare(folder: Path, first: str, second: str, *, shipped: Path = SHIPPED) -> Comparison:
    """Compare two versions race by race.

    Raises
    ------
    UsageError
        If there is no such version.
    ModelUnusable
        If one is damaged.
    """
    one, other = (
        contender_of(find_version(folder, version, shipped=shipped)[0])
        for version in (first, second)
    )
    before = {(race.event_id, race.horizon): race for race in one.races}
    pairs = [
        (before[race.event_id, race.horizon], race)
        for race in other.races
        if (race.event_id, race.horizon) in before
    ]
    figures: dict[str, dict[str, dict[str, Paired]]] = {}
    for horizon in sorted({race.horizon for _, race in pairs}):
        of_horizon = [pair for pair in pairs if pair[1].horizon == horizon]
        figures[horizon.value] = {
            way: {
                name: paired([getattr(b, way)[name] - getattr(a, way)[name] for a, b in of_horizon])
                for name in LOSSES
            }
            for way in _WAYS
        }
    return Comparison(first, second, figures, verdict(other, one))


def promote_if_better(
    folder: Path,
    limits: ModelLimits,
    version: str,
    *,
    name: str = RACE_OUTCOME,
    shipped: Path = SHIPPED,
) -> tuple[str | None, Verdict]:
    """Promote a version that has shown that it is better; give what served before, and why.

    Raises
    ------
    NotPromoted
        If it has not.
    F1Error
        As `services.registry.changes.promote`.
    """
    told: list[Verdict] = []

    def check(active: str | None) -> None:
        candidate = contender_of(find_version(folder, version, shipped=shipped, name=name)[0])
        own = read_registry(shipped).registry.models.get(name, Model([], {}))
        serves = active or own.active
        other = find_version(folder, serves, shipped=shipped, name=name)[0] if serves else None
        found = verdict(candidate, contender_of(other) if other else None)
        told.append(found)
        if not found.is_better:
            raise NotPromoted(
                f"{name} {version} has not shown that it is better",
                where=str(folder),
                got=found.reason,
                expected="a gain of more than one standard error, and no such harm at a horizon",
                do="leave it a candidate, or say --force if you know more than these races",
            )

    before = promote(folder, limits, version, name=name, shipped=shipped, check=check)
    return before, told[0]


def contender_of(version: Version) -> Contender:
    """Give what the test needs of a version.

    Raises
    ------
    ModelUnusable
        If it cannot be read.
    """
    said = version.manifest
    try:
        races = msgspec.json.decode(version.files.get(RACES, b"[]"), type=tuple[RaceLosses, ...])
        settings = json.loads(version.files[CARD]).get("training", {}).get("settings")
    except (ValueError, AttributeError) as error:
        raise ModelUnusable(
            f"{said.name} {said.version}: its losses cannot be read by this version",
            got=str(error),
            do="train it anew",
        ) from error
    recipe = digest([said.kind, settings, said.features_digest])
    return Contender(said.version, said.trained_until, recipe, races)


def comparison_text(found: Comparison) -> list[str]:
    """Give the lines of a comparison as Markdown."""
    from services.backtesting.text import table  # noqa: PLC0415 - loads all of backtest

    lines = [
        f"{found.second} minus {found.first}, race by race, trained on the seasons before each. "
        "Mean over races ± standard error; below 0 the second is better."
    ]
    rows = [
        [
            f"{_HORIZONS[horizon]}, {of_way['place_log_loss'].n_races} races",
            _WAYS[way],
            *(_figure(of_way[name]) for name in LOSSES),
        ]
        for horizon, ways in found.figures.items()
        for way, of_way in ways.items()
    ]
    if rows:
        lines += ["", *table(["", "", *_TITLES.values()], rows)]
    word = "may" if found.verdict.is_better else "may not"
    lines += ["", f"{found.second} {word} take its place: {found.verdict.reason}"]
    return lines


def comparison_json(found: Comparison) -> dict[str, Any]:
    """Give a comparison as plain values; an unknown error is null."""

    def plain(value: Any) -> Any:  # noqa: ANN401 - any plain value
        if isinstance(value, dict):
            return {name: plain(one) for name, one in value.items()}
        return None if value == float("inf") else value

    content: dict[str, Any] = plain(msgspec.to_builtins(found))
    return content


def _figure(difference: Paired) -> str:
    if difference.n_races < 2:
        return f"{difference.mean:+.4f}"
    return f"{difference.mean:+.4f} ± {difference.se:.4f}"
