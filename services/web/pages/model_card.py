"""The card of a registered model: what it has seen, how good it was, where its limits are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from predictor.errors import F1Error
from predictor.learn.model_kinds import RACE_OUTCOME
from predictor.vocabulary import Horizon
from services.monitoring.monitor import models_folder
from services.registry import version_files
from services.registry.layout import SHIPPED
from services.registry.registry_file import model_of
from services.settings.logs import LOG
from services.web.derived import figures
from services.web.derived.weekend import AFTER
from services.web.world import World

__all__ = ["card_of_serving", "shipped_version"]

_LOSS = "place_log_loss"


def shipped_version() -> tuple[str, Mapping[str, Any]] | None:
    """Return the version that comes with the product, and what the registry says of it."""
    try:
        found = model_of(SHIPPED, RACE_OUTCOME)
    except F1Error as error:
        LOG.warning("the shipped model cannot be told of: %s", error.one_line())
        return None
    if found.active is None:
        return None
    entry = found.versions[found.active]
    said = {"kind": entry.kind, "trained_until": entry.trained_until, "digest": entry.digest}
    return found.active, said


def card_of_serving(world: World) -> dict[str, Any] | None:
    """Return the card of the version that serves or would serve; None where it cannot be read."""
    serves = None if world.models is None else world.models["serves"]
    if serves is not None:
        folder = SHIPPED if serves["is_shipped"] else models_folder(world.output)
        version, digest = serves["version"], serves["digest"]
    else:
        shipped = shipped_version()
        if shipped is None:
            return None
        folder, version, digest = SHIPPED, shipped[0], shipped[1]["digest"]
    try:
        found = version_files.read(folder, RACE_OUTCOME, version, digest)
        card = json.loads(found.files["card.json"])
    except (F1Error, OSError, KeyError, ValueError) as error:
        LOG.warning("the card of model %s cannot be read: %s", version, error)
        return None
    return {"version": version, "is_shipped": folder == SHIPPED, **_told(card)}


def _told(card: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a card is shown; an older one may lack any of it."""
    data = card.get("data", {})
    seasons = data.get("seasons") or []
    return {
        "kind": card.get("kind", ""),
        "use": str(card.get("intended_use", "")),
        "limits": [str(one) for one in card.get("limits", [])],
        "seen": _seen(data.get("races"), seasons),
        "trained_until": data.get("trained_until", ""),
        "n_features": card.get("features", {}).get("number"),
        "scores": [
            row
            for period, by_horizon in card.get("metrics", {}).items()
            for row in _scores(period, by_horizon)
        ],
    }


def _seen(races: int | None, seasons: list[int]) -> str:
    if not races or not seasons:
        return ""
    return f"{figures.count(races, 'race')}, {min(seasons)} to {max(seasons)}"


def _scores(period: str, by_horizon: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return a row for each horizon: losses of the model, the forecast and the grid, paired."""
    rows = []
    for horizon in Horizon:
        found = by_horizon.get(horizon.value)
        if not found:
            continue
        means = {name: one[_LOSS]["mean"] for name, one in found["scores"].items()}
        paired = found["differences"].get("model", {}).get(_LOSS)
        rows.append(
            (
                period,
                AFTER[horizon],
                str(found["races"]),
                *(f"{means[name]:.3f}" for name in ("model", "filter", "grid")),
                "" if paired is None else _gained(-paired["mean"], paired["se"]),
            )
        )
    return rows


def _gained(mean: float, se: float) -> str:
    sign = "+" if mean > 0 else figures.MINUS if mean < 0 else ""
    return f"{sign}{abs(mean):.3f} ± {2 * se:.3f}"
